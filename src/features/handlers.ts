/** HTTP of features: items and single districts. */
import { type BoundaryVersion, type Geography, requireGeography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { type JoinPlan, planJoin } from '../indicators/join.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { describeBoundary, describeColumn, newestRelease, toFeature } from './feature.ts';
import { loadJoin, readItems } from './read-items.ts';

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
      if (isFresh(request, reply, versionOf(geography, version, plan, language)))
        return reply.code(304).send();
      reply.type(MEDIA.geojson);
      const collection = `${apiBase(request)}/collections/${geography.collection}`;
      const links: Link[] = [
        { href: selfHref(request), rel: 'self', type: MEDIA.geojson },
        { href: collection, rel: 'collection', type: MEDIA.json },
      ];
      if (!version) {
        mirrorLinks(reply, links);
        const release = geography.release;
        return {
          type: 'FeatureCollection',
          numberMatched: 0,
          numberReturned: 0,
          release,
          columns: [],
          features: [],
          links,
        };
      }
      const page = await readItems(reader, geography, version, plan, query);
      if (page.next) {
        const href = hrefWith(request, { cursor: page.next, offset: null });
        links.push({ href, rel: 'next', type: MEDIA.geojson });
      }
      mirrorLinks(reply, links);
      return {
        type: 'FeatureCollection',
        numberMatched: page.numberMatched,
        numberReturned: page.positions.length,
        boundaryVersion: describeBoundary(version, language),
        release: newestRelease(geography, version, page.columns),
        columns: page.columns.map((column) => describeColumn(column, version, language)),
        features: page.positions.map((i, p) => toFeature(page.table, i, page.shapes[p]!, page.columns)),
        links,
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
      if (isFresh(request, reply, versionOf(geography, version, plan, language)))
        return reply.code(304).send();
      const columns = await loadJoin(reader, geography, version, plan);
      const [shape] = await reader.shapes(version, [table.ids[i]!]);
      const collection = `${apiBase(request)}/collections/${geography.collection}`;
      const links: Link[] = [
        { href: selfHref(request), rel: 'self', type: MEDIA.geojson },
        { href: collection, rel: 'collection', type: MEDIA.json },
      ];
      reply.type(MEDIA.geojson);
      mirrorLinks(reply, links);
      return {
        ...toFeature(table, i, shape!, columns),
        boundaryVersion: describeBoundary(version, language),
        release: newestRelease(geography, version, columns),
        columns: columns.map((column) => describeColumn(column, version, language)),
        links,
      };
    },
  };
}

/** All that an answer depends on beside its address. */
function versionOf(
  geography: Geography,
  version: BoundaryVersion | null,
  plan: JoinPlan,
  language: string,
): (string | number)[] {
  const columns = plan.slots.map(
    (slot) => `${slot.name}@${slot.entry?.release ?? 0}:${slot.indicator.release}`,
  );
  return [geography.id, version?.id ?? 0, version?.release ?? 0, language, ...columns];
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
