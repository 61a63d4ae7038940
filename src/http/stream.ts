/** Answers that are sent while they are made. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Chunks that are made before anything is sent. */
const AHEAD = 3;

/**
 * Sends chunks as they come. The first are made before, so that an error in them is still an error document, and a
 * short answer is sent with its length.
 */
export async function sendChunks(reply: FastifyReply, chunks: AsyncGenerator<Chunk>): Promise<FastifyReply> {
  const start: Uint8Array[] = [];
  for (let n = 0; n < AHEAD; n++) {
    const chunk = await chunks.next();
    // As bytes, since Fastify adds a charset to text, and JSON types have none.
    if (chunk.done) return reply.send(Buffer.concat(start));
    start.push(toBytes(chunk.value));
  }
  return reply.send(Readable.from(resume(start, chunks), { objectMode: false }));
}

/** A part of an answer: text, or bytes in UTF-8. */
export type Chunk = string | Uint8Array;

async function* resume(
  start: readonly Uint8Array[],
  rest: AsyncGenerator<Chunk>,
): AsyncGenerator<Uint8Array> {
  yield* start;
  for await (const chunk of rest) yield toBytes(chunk);
}

/** A chunk as bytes. */
export function toBytes(chunk: Chunk): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
