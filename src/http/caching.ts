/** One cache policy: entity tags come from the version of the data and the address, never from the body. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VERSION } from '../version.ts';
import { chooseEncoding } from './content-encoding.ts';
import { selfHref } from './links.ts';

/** Addresses without a release may answer otherwise soon; a proxy may serve stale while it asks again. */
export const CHANGING = 'public, max-age=10, stale-while-revalidate=60';

/** Addresses that name a release always give the same answer. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** What a cache needs to know of an answer. */
export interface CacheHeaders {
  /** Entity tag with its quotes. */
  tag: string;
  /** Value of Cache-Control. */
  policy: string;
  /** Request headers that the answer depends on. */
  vary: string;
}

/**
 * Sets ETag, Cache-Control and Vary, and says whether the client's copy is still right.
 *
 * Call it after everything that may refuse the request: a refusal is never "not modified".
 *
 * @returns true when If-None-Match holds the tag (compared weakly); then answer 304 without a body
 */
export function isCurrent(
  request: FastifyRequest,
  reply: FastifyReply,
  { tag, policy, vary }: CacheHeaders,
): boolean {
  reply.header('etag', tag);
  reply.header('cache-control', policy);
  reply.header('vary', vary);
  return matchesTag(request.headers['if-none-match'], tag);
}

/** Whether a value of If-None-Match holds the tag, compared weakly. */
export function matchesTag(asked: string | undefined, tag: string): boolean {
  if (asked === undefined) return false;
  return asked.split(',').some((entry) => entry.trim() === '*' || entry.trim().replace(/^W\//, '') === tag);
}

/**
 * Hash of all that a body depends on, the program's version included; part of an entity tag.
 * @param state anything that JSON can write
 */
export function hashState(state: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([VERSION, state]))
    .digest('base64url')
    .slice(0, 22);
}

/**
 * `isCurrent` for answers of which each address, format, language and content coding has its own.
 * @param version all that the body depends on beside the address: stamp and releases, boundary version, format, language
 */
export function isFresh(
  request: FastifyRequest,
  reply: FastifyReply,
  version: readonly (string | number)[],
): boolean {
  const encoding = chooseEncoding(request.headers['accept-encoding'] as string | undefined);
  const suffix = encoding === 'identity' ? '' : `-${encoding}`;
  const tag = `"${hashState([addressKey(request), ...version])}${suffix}"`;
  return isCurrent(request, reply, {
    tag,
    policy: CHANGING,
    vary: 'Accept, Accept-Language, Accept-Encoding',
  });
}

/** The address as bodies depend on it: links are absolute, so the host is part of it; the order of parameters is not. */
export function addressKey(request: FastifyRequest): string {
  const url = new URL(selfHref(request));
  url.searchParams.sort();
  return url.href;
}
