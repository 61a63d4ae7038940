/** Absolute links. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { components } from '../../openapi/generated/types.ts';
import { Problem } from '../problem.ts';

/** A link as the contract has it: address, relation, media type, title. */
export type Link = components['schemas']['Link'];

/** Media types that links name. */
export const MEDIA = {
  json: 'application/json',
  geojson: 'application/geo+json',
  schema: 'application/schema+json',
  csv: 'text/csv',
  /** Registered for the streaming format, which readers of Arrow take from a socket; the file format has another. */
  arrow: 'application/vnd.apache.arrow.stream',
  html: 'text/html',
  openapi: 'application/vnd.oai.openapi+json;version=3.0',
  openapi31: 'application/vnd.oai.openapi+json;version=3.1',
  flatgeobuf: 'application/flatgeobuf',
  gpkg: 'application/geopackage+sqlite3',
  tile: 'application/vnd.mapbox-vector-tile',
  style: 'application/vnd.mapbox.style+json',
  png: 'image/png',
  xml: 'application/xml',
} as const;

/** Where OGC's link relations begin. */
export const OGC_REL = 'http://www.opengis.net/def/rel/ogc/1.0';

const HOST = /^[a-z0-9.\-_]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i;

/**
 * Links repeat the host that the client named, so it has to be one.
 * @throws Problem invalid_request for a Host header that is no host
 */
export function requireHost(request: FastifyRequest): void {
  const host = request.host ?? '';
  if (HOST.test(host) && /^https?$/.test(request.protocol) && URL.canParse(`http://${host}`)) return;
  throw new Problem('invalid_request', 'The Host header is no host.', [
    {
      code: 'invalid_value',
      field: 'Host',
      got: host.slice(0, 100) || 'nothing',
      expected: 'a host name and, if need be, a port',
    },
  ]);
}

/** Scheme and host that the client used, e.g. `http://127.0.0.1:3000`; no slash at the end, no default port. */
export function originOf(request: FastifyRequest): string {
  return new URL(`${request.protocol}://${request.host}`).origin;
}

/** Address of the API, e.g. `http://127.0.0.1:3000/v1`. */
export function apiBase(request: FastifyRequest): string {
  return `${originOf(request)}/v1`;
}

/** The address of this request, escaped so that it can stand in a header. */
export function selfHref(request: FastifyRequest): string {
  return addressOf(request).href;
}

function addressOf(request: FastifyRequest): URL {
  return new URL(originOf(request) + request.url);
}

/**
 * The address of this request with some query parameters changed; all others are kept.
 * @param changes new values; null removes the parameter
 */
export function hrefWith(request: FastifyRequest, changes: Record<string, string | null>): string {
  const url = addressOf(request);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

/** Whether the request's address has a query parameter; the validated query also holds defaults. */
export function namesParameter(request: FastifyRequest, name: string): boolean {
  return addressOf(request).searchParams.has(name);
}

/** Proxies keep all headers of an answer in a buffer that often has 4 KiB, and fail where they do not fit. */
const MOST_LINK_BYTES = 3000;

/**
 * Repeats a document's links in the `Link` header, for answers whose body cannot hold them. Each repeats the query, a long
 * filter, too: then those to other formats are left out, never the one to the next page.
 */
export function mirrorLinks(reply: FastifyReply, links: readonly Link[]): void {
  const entries = links.map(({ href, rel, type }) => ({
    text: `<${href}>; rel="${rel}"; type="${type}"`,
    needed: rel === 'next',
  }));
  let room = MOST_LINK_BYTES - lengthOf(entries.filter(({ needed }) => needed));
  const kept = entries.filter(({ text, needed }) => {
    if (!needed) room -= text.length + 2;
    return needed || room >= 0;
  });
  if (kept.length > 0) reply.header('link', kept.map(({ text }) => text).join(', '));
}

const lengthOf = (entries: readonly { text: string }[]): number =>
  entries.reduce((sum, { text }) => sum + text.length + 2, 0);
