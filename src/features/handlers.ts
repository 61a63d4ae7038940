/** HTTP of features: items and single districts. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BoundaryVersion, type Geography, requireGeography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { planJoin } from '../indicators/join.ts';
import { joinVersion, loadJoin } from '../indicators/load-join.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { describeBoundary, describeColumn, newestRelease, toFeature } from './feature.ts';
import { readPage } from './page.ts';
import { readItems } from './read-items.ts';

const FORMATS = { geojson: MEDIA.geojson, json: MEDIA.geojson };

/** Handlers of the features slice. @param today ISO date of today */
export function featureHandlers(
  reader: Reader,
  today: () => string,
): Pick<Handlers, 'listItems' | 'getItem'> {
  return {
    async listItems(request, reply) {
      const { query } = request;
      formatOf(request, query.f, FORMATS);
      const language = languageOf(request);
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, request.params.collectionId);
      const version = resolveBoundary(geography, query.datetime, today());
      const plan = version ? planJoin(catalog, geography, version, query) : { slots: [], measures: [] };
      const wanted = readPage(query);
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, language))) {
        return reply.code(304).send();
      }
      if (!version) {
        return {
          type: 'FeatureCollection',
          numberMatched: 0,
          numberReturned: 0,
          release: geography.release,
          columns: [],
          features: [],
          links: sendLinks(request, reply, geography, null),
        };
      }
      const page = await readItems(reader, geography, version, plan, wanted);
      return {
        type: 'FeatureCollection',
        numberMatched: page.numberMatched,
        numberReturned: page.positions.length,
        boundaryVersion: describeBoundary(version, language),
        release: newestRelease(version, page.columns),
        columns: page.columns.map((column) => describeColumn(column, version, language)),
        features: page.positions.map((i, p) => toFeature(page.table, i, page.shapes[p]!, page.columns)),
        links: sendLinks(request, reply, geography, page.next),
      };
    },

    async getItem(request, reply) {
      const { query, params } = request;
      formatOf(request, query.f, FORMATS);
      const language = languageOf(request);
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, params.collectionId);
      const version = resolveBoundary(geography, query.datetime, today());
      const table = version ? await reader.districts(geography, version) : null;
      const i = table?.byKey.get(params.featureId);
      if (!version || !table || i === undefined) throw noDistrict(geography, version, params.featureId);
      const plan = planJoin(catalog, geography, version, query);
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, language))) {
        return reply.code(304).send();
      }
      const columns = await loadJoin(reader, geography, version, plan);
      const [shape] = await reader.shapes(version, [table.ids[i]!]);
      return {
        ...toFeature(table, i, shape!, columns),
        boundaryVersion: describeBoundary(version, language),
        release: newestRelease(version, columns),
        columns: columns.map((column) => describeColumn(column, version, language)),
        links: sendLinks(request, reply, geography, null),
      };
    },
  };
}

/** Sets the media type and the `Link` header, and returns the links for the body. @param next cursor of the next page */
function sendLinks(
  request: FastifyRequest,
  reply: FastifyReply,
  geography: Geography,
  next: string | null,
): Link[] {
  const collection = `${apiBase(request)}/collections/${geography.collection}`;
  const links: Link[] = [
    { href: selfHref(request), rel: 'self', type: MEDIA.geojson },
    { href: collection, rel: 'collection', type: MEDIA.json },
  ];
  if (next)
    links.push({ href: hrefWith(request, { cursor: next, offset: null }), rel: 'next', type: MEDIA.geojson });
  reply.type(MEDIA.geojson);
  mirrorLinks(reply, links);
  return links;
}

function noDistrict(geography: Geography, version: BoundaryVersion | null, key: string): Problem {
  const when = version ? `on the boundary version of ${version.validFrom}` : 'at that time';
  const others = geography.boundaryVersions
    .filter((other) => other !== version)
    .map((other) => other.validFrom);
  return new Problem('not_found', `${geography.collection} has no district ${key} ${when}.`, [
    {
      code: 'unknown_district',
      field: 'featureId',
      got: key,
      expected:
        others.length > 0
          ? `a key of that version, or datetime=${others.join(' or ')}`
          : 'a key of that version',
    },
  ]);
}
