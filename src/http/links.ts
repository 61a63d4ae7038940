/** Absolute links. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { components } from '../../openapi/generated/types.ts';

export type Link = components['schemas']['Link'];

/** Media types that links name. */
export const MEDIA = {
  json: 'application/json',
  geojson: 'application/geo+json',
  csv: 'text/csv',
  html: 'text/html',
  openapi: 'application/vnd.oai.openapi+json;version=3.0',
  tile: 'application/vnd.mapbox-vector-tile',
} as const;

/** Scheme and host that the client used, e.g. `http://127.0.0.1:3000`; no slash at the end. */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

/** Address of the API, e.g. `http://127.0.0.1:3000/v1`. */
export function apiBase(request: FastifyRequest): string {
  return `${originOf(request)}/v1`;
}

/** The address of this request as the client sent it. */
export function selfHref(request: FastifyRequest): string {
  return originOf(request) + request.url;
}

/**
 * The address of this request with some query parameters changed; all others are kept.
 * @param changes new values; null removes the parameter
 */
export function hrefWith(request: FastifyRequest, changes: Record<string, string | null>): string {
  const url = new URL(request.url, originOf(request));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

/** Repeats a document's links in the `Link` header, for answers whose body cannot hold them. */
export function mirrorLinks(reply: FastifyReply, links: readonly Link[]): void {
  reply.header(
    'link',
    links.map((link) => `<${link.href}>; rel="${link.rel}"; type="${link.type}"`).join(', '),
  );
}
