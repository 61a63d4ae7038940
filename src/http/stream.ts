/** Answers that are sent while they are made. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Chunks that are made before anything is sent. */
const AHEAD = 3;

/**
 * Sends chunks as they come. The first are made before, so that an error in them is still an error document, and a
 * short answer is sent with its length.
 */
export async function sendChunks(reply: FastifyReply, chunks: AsyncGenerator<string>): Promise<FastifyReply> {
  let start = '';
  for (let n = 0; n < AHEAD; n++) {
    const chunk = await chunks.next();
    // As bytes, since Fastify adds a charset to text, and JSON types have none.
    if (chunk.done) return reply.send(Buffer.from(start));
    start += chunk.value;
  }
  return reply.send(Readable.from(resume(start, chunks), { objectMode: false }));
}

async function* resume(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}
