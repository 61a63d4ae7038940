/** Links of items and of one item, for the body and the `Link` header. */
import type { FastifyRequest } from 'fastify';
import { apiBase, hrefWith, type Link, MEDIA, selfHref } from '../http/links.ts';

/** Formats that are linked, with the media types and names of their links. */
export const FORMAT_LINKS = {
  geojson: { type: MEDIA.geojson, title: 'GeoJSON' },
  html: { type: MEDIA.html, title: 'HTML' },
  csv: { type: MEDIA.csv, title: 'CSV' },
  flatgeobuf: { type: MEDIA.flatgeobuf, title: 'FlatGeobuf' },
  gpkg: { type: MEDIA.gpkg, title: 'GeoPackage' },
} as const;

type Format = keyof typeof FORMAT_LINKS;

/**
 * Links of a page.
 * @param id of the collection
 * @param next where the next page begins, and the release in which it is read, whatever is published meanwhile; or null
 */
export function itemsLinks(
  request: FastifyRequest,
  id: string,
  format: Format | 'json',
  next: { cursor: string; release: number } | null,
): Link[] {
  const links = linksOf(request, id, format, Object.keys(FORMAT_LINKS) as Format[]);
  if (next !== null) {
    const href = hrefWith(request, { cursor: next.cursor, release: String(next.release), offset: null });
    links.push({ href, rel: 'next', type: typeOf(format) });
  }
  return links;
}

/** Links of one feature. @param id of the collection */
export function itemLinks(request: FastifyRequest, id: string, format: 'geojson' | 'json' | 'html'): Link[] {
  return linksOf(request, id, format, ['geojson', 'html']);
}

function linksOf(
  request: FastifyRequest,
  id: string,
  format: Format | 'json',
  formats: readonly Format[],
): Link[] {
  const collection = `${apiBase(request)}/collections/${id}`;
  const others = formats.filter((other) => FORMAT_LINKS[other].type !== typeOf(format));
  return [
    { href: selfHref(request), rel: 'self', type: typeOf(format) },
    ...others.map((other) => ({
      href: hrefWith(request, { f: other }),
      rel: 'alternate',
      ...FORMAT_LINKS[other],
    })),
    { href: collection, rel: 'collection', type: MEDIA.json },
  ];
}

function typeOf(format: Format | 'json'): string {
  return format === 'json' ? MEDIA.geojson : FORMAT_LINKS[format].type;
}
