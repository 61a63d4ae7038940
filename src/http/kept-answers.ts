/**
 * Answers that were made before, by their entity tag: it stands for all that body and headers depend on, the content
 * coding included. They are kept compressed, so that a client that asks again costs neither serialising nor compressing.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { LEAST_BYTES } from './compress-answers.ts';
import { type ContentEncoding, chooseEncoding, compress } from './content-encoding.ts';
import { type Chunk, toBytes } from './stream.ts';

/** The answers, bounded by bytes. */
export interface KeptAnswers {
  /** Sends the answer that has the reply's entity tag; null where none is kept. */
  send(reply: FastifyReply): FastifyReply | null;
  /** Passes the chunks of an answer on, and keeps it when it is complete. @param reply with all its headers */
  record(
    request: FastifyRequest,
    reply: FastifyReply,
    chunks: AsyncGenerator<Chunk>,
  ): AsyncGenerator<Uint8Array>;
}

interface Kept {
  headers: [string, string][];
  encoding: ContentEncoding;
  body: Buffer;
}

/** Headers that are known only when the answer is made; the others come before. */
const OF_ANSWER = [
  'content-type',
  'content-crs',
  'content-disposition',
  'link',
  'ogc-numbermatched',
  'ogc-numberreturned',
];

const MOST_BYTES = 64 * 1024 * 1024;
/** Larger answers would push out all others. */
const LONGEST = 16 * 1024 * 1024;
/** Headers and tag. */
const ENTRY_BYTES = 2000;

/** Makes an empty store. */
export function keepAnswers(): KeptAnswers {
  const kept = new LRUCache<string, Kept>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ body }) => body.length + ENTRY_BYTES,
  });
  return {
    send(reply) {
      const answer = kept.get(tagOf(reply));
      if (!answer) return null;
      for (const [name, value] of answer.headers) reply.header(name, value);
      if (answer.encoding !== 'identity') reply.header('content-encoding', answer.encoding);
      return reply.send(answer.body);
    },

    async *record(request, reply, chunks) {
      const tag = tagOf(reply);
      const headers = OF_ANSWER.filter((name) => reply.hasHeader(name)).map((name): [string, string] => [
        name,
        String(reply.getHeader(name)),
      ]);
      const parts: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of chunks) {
        const bytes = toBytes(chunk);
        length += bytes.length;
        if (length <= LONGEST) parts.push(bytes);
        yield bytes;
      }
      if (length > LONGEST) return;
      const body = Buffer.concat(parts, length);
      const accepted = chooseEncoding(request.headers['accept-encoding'] as string | undefined);
      const encoding = body.length < LEAST_BYTES ? 'identity' : accepted;
      kept.set(tag, {
        headers,
        encoding,
        body: encoding === 'identity' ? body : await compress(body, encoding),
      });
    },
  };
}

function tagOf(reply: FastifyReply): string {
  return String(reply.getHeader('etag'));
}
