/** One cache policy: entity tags come from the version of the data and the address, never from the body. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VERSION } from '../version.ts';
import { selfHref } from './links.ts';

/** Short, since addresses carry no release yet; a proxy may serve stale while it asks again. */
const CACHE_CONTROL = 'public, max-age=10, stale-while-revalidate=60';

/**
 * Sets ETag, Cache-Control and Vary, and says whether the client's copy is still right.
 *
 * Call it after everything that may refuse the request: a refusal is never "not modified".
 *
 * @param version all that the body depends on beside the address: stamp and releases, boundary version, format, language
 * @returns true when If-None-Match holds the tag (compared weakly); then answer 304 without a body
 */
export function isFresh(
  request: FastifyRequest,
  reply: FastifyReply,
  version: readonly (string | number)[],
): boolean {
  const hash = createHash('sha256')
    .update(JSON.stringify([VERSION, originKey(request), ...version]))
    .digest('base64url')
    .slice(0, 22);
  const tag = `"${hash}"`;
  reply.header('etag', tag);
  reply.header('cache-control', CACHE_CONTROL);
  reply.header('vary', 'Accept, Accept-Language');
  const asked = request.headers['if-none-match'];
  if (asked === undefined) return false;
  return asked.split(',').some((entry) => entry.trim() === '*' || entry.trim().replace(/^W\//, '') === tag);
}

/** Links are absolute, so the host is part of what the body depends on; the order of parameters is not. */
function originKey(request: FastifyRequest): string {
  const url = new URL(selfHref(request));
  url.searchParams.sort();
  return url.href;
}
