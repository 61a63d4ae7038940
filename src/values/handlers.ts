/** HTTP of values without shapes. */
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { type Geography, requireGeography } from '../catalog/catalog.ts';
import { requireBoundary } from '../catalog/resolve-boundary.ts';
import { describeBoundary, describeColumn, newestRelease } from '../features/feature.ts';
import { addressKey, CHANGING, hashState, IMMUTABLE, isCurrent } from '../http/caching.ts';
import { chooseEncoding, compress } from '../http/content-encoding.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { planJoin } from '../indicators/join.ts';
import { joinVersion, loadJoin } from '../indicators/load-join.ts';
import type { Reader } from '../reader.ts';
import { encodeArrow } from './encode-arrow.ts';
import { refuseTooManyCells, type Values } from './values.ts';
import { writeJson } from './write-json.ts';

const FORMATS = { json: MEDIA.json, arrow: MEDIA.arrow };

type Format = keyof typeof FORMATS;

/** Bytes of answers kept; one for all municipalities of Germany in 20 periods has some five million before coding. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Handlers of the values slice. @param today ISO date of today */
export function valuesHandlers(reader: Reader, today: () => string): Pick<Handlers, 'getValues'> {
  const bodies = new LRUCache<string, Uint8Array, () => Promise<Uint8Array>>({
    ignoreFetchAbort: true,
    maxSize: KEPT_BYTES,
    sizeCalculation: (body, tag) => body.length + tag.length,
    fetchMethod: async (_tag, _stale, { context: make }) => await make(),
  });
  return {
    async getValues(request, reply) {
      const { params, query } = request;
      const format = formatOf(request, query.f, FORMATS);
      const language = languageOf(request);
      const encoding = chooseEncoding(request.headers['accept-encoding'] as string | undefined);
      const { catalog, day } = await reader.stateAt(query.release, today());
      const geography = requireGeography(catalog, params.collectionId);
      const version = requireBoundary(geography, query.datetime, day);
      const plan = planJoin(catalog, geography, version, query);
      refuseTooManyCells(plan, version);
      const state = [addressKey(request), joinVersion(catalog, geography, version, plan, language), format];
      const tag = `"${hashState(state)}${encoding === 'identity' ? '' : `-${encoding}`}"`;
      const policy = query.release === undefined ? CHANGING : IMMUTABLE;
      if (isCurrent(request, reply, { tag, policy, vary: 'Accept, Accept-Language, Accept-Encoding' })) {
        return reply.code(304).send();
      }
      const links = linksOf(request, geography, format);
      const body = await bodies.forceFetch(tag, {
        context: async () => {
          const table = await reader.districts(geography, version);
          const columns = await loadJoin(reader, geography, version, plan);
          const head = {
            collection: geography.collection,
            boundaryVersion: describeBoundary(version, language),
            release: newestRelease(version, columns),
            columns: columns.map((column) => describeColumn(column, version, language)),
            links,
          };
          const bytes = WRITERS[format]({ head, table, columns });
          return encoding === 'identity' ? bytes : await compress(bytes, encoding);
        },
      });
      mirrorLinks(reply, links);
      if (encoding !== 'identity') reply.header('content-encoding', encoding);
      return reply.type(FORMATS[format]).send(body);
    },
  };
}

const WRITERS: Record<Format, (values: Values) => Uint8Array> = {
  json: (values) => Buffer.from(writeJson(values)),
  arrow: encodeArrow,
};

function linksOf(request: FastifyRequest, { collection }: Geography, format: Format): Link[] {
  const other = format === 'json' ? 'arrow' : 'json';
  const self = `${apiBase(request)}/collections/${collection}`;
  const { search } = new URL(hrefWith(request, { f: null }));
  return [
    { href: selfHref(request), rel: 'self', type: FORMATS[format] },
    { href: hrefWith(request, { f: other }), rel: 'alternate', type: FORMATS[other] },
    { href: self, rel: 'collection', type: MEDIA.json },
    {
      href: `${self}/tiles/WebMercatorQuad/tilejson${search}`,
      rel: 'describedby',
      type: MEDIA.json,
      title: 'TileJSON',
    },
  ];
}
