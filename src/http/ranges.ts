/** Byte ranges (RFC 9110, 14) of answers whose bytes stay the same while their entity tag does. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problem.ts';

/** First and last byte, both inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The range that a request asks for, with the headers of the answer set: 206 for a part, 200 for the whole.
 *
 * Several ranges at once, other units and ranges of another version of the file give the whole, as the standard allows.
 *
 * @param size bytes of the whole
 * @throws Problem range_not_satisfiable for a range that begins behind the end
 */
export function chooseRange(request: FastifyRequest, reply: FastifyReply, size: number): ByteRange {
  reply.header('accept-ranges', 'bytes');
  const whole = { start: 0, end: size - 1 };
  const asked =
    request.method === 'GET' && isOfThisVersion(request, reply) ? request.headers.range : undefined;
  const found = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/.exec(asked ?? '');
  let range = whole;
  if (found) {
    const [, first, last, suffix] = found;
    range =
      suffix === undefined
        ? { start: Number(first), end: last ? Math.min(Number(last), size - 1) : size - 1 }
        : { start: Math.max(0, size - Number(suffix)), end: size - 1 };
    if (range.start > range.end) throw refuse(reply, asked!, size);
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  }
  reply.header('content-length', range.end - range.start + 1);
  return range;
}

function isOfThisVersion(request: FastifyRequest, reply: FastifyReply): boolean {
  const condition = request.headers['if-range'];
  return condition === undefined || condition === reply.getHeader('etag');
}

function refuse(reply: FastifyReply, got: string, size: number): Problem {
  reply.header('content-range', `bytes */${size}`);
  return new Problem('range_not_satisfiable', 'The range begins behind the end of the file.', [
    { code: 'range_not_satisfiable', field: 'Range', got, expected: `within ${size} bytes` },
  ]);
}
