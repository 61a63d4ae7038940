/** HTTP of features: items and single districts. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BoundaryVersion, type Geography, requireGeography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { sendChunks } from '../http/stream.ts';
import { joinVersion, loadJoin } from '../indicators/load-join.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { inBatches } from './batches.ts';
import { describeBoundary, describeColumn, newestRelease } from './feature.ts';
import { readFeatureRequest, readItemsRequest } from './items-request.ts';
import { emptyPage, readItems } from './read-items.ts';
import { type CollectionHead, featureWriter, writeCollection } from './write-geojson.ts';

const FORMATS = { geojson: MEDIA.geojson, json: MEDIA.geojson };

/** Handlers of the features slice. @param today ISO date of today */
export function featureHandlers(
  reader: Reader,
  today: () => string,
): Pick<Handlers, 'listItems' | 'getItem'> {
  return {
    async listItems(request, reply) {
      const { query } = request;
      const format = formatOf(request, query.f, FORMATS);
      const language = languageOf(request);
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, request.params.collectionId);
      const asked = readItemsRequest(catalog, geography, query, today());
      const { version, plan, selection, crs } = asked;
      if (isFresh(request, reply, [...joinVersion(catalog, geography, version, plan, language), format])) {
        return reply.code(304).send();
      }
      const page = version ? await readItems(reader, geography, version, plan, asked.page) : emptyPage();
      const { table, columns, positions, numberMatched, next } = page;
      const shown = columns.filter(({ name }) => selection.properties.some((each) => each.name === name));
      const head: CollectionHead = {
        numberMatched,
        numberReturned: positions.length,
        ...(version ? { boundaryVersion: describeBoundary(version, language) } : {}),
        release: version ? newestRelease(version, columns) : geography.release,
        columns: version ? shown.map((column) => describeColumn(column, version, language)) : [],
        links: sendLinks(request, reply, geography, next),
      };
      const batches = inBatches(reader, version, page, selection.geometry ? crs : null);
      nameCrs(reply, query.crs ?? crs.uri);
      return await sendChunks(
        reply.type(MEDIA.geojson),
        writeCollection(head, batches, featureWriter(table, columns, selection.properties)),
      );
    },

    async getItem(request, reply) {
      const { query, params } = request;
      const format = formatOf(request, query.f, FORMATS);
      const language = languageOf(request);
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, params.collectionId);
      const version = resolveBoundary(geography, query.datetime, today());
      const table = version ? await reader.districts(geography, version) : null;
      const i = table?.byKey.get(params.featureId);
      if (!version || !table || i === undefined) throw noDistrict(geography, version, params.featureId);
      const { plan, selection, crs } = readFeatureRequest(catalog, geography, version, query);
      if (isFresh(request, reply, [...joinVersion(catalog, geography, version, plan, language), format])) {
        return reply.code(304).send();
      }
      const columns = await loadJoin(reader, geography, version, plan);
      const shown = columns.filter(({ name }) => selection.properties.some((each) => each.name === name));
      const [geometry] = selection.geometry ? await reader.geometries(version, crs, [table.ids[i]!]) : [];
      const write = featureWriter(table, columns, selection.properties);
      const beside = {
        boundaryVersion: describeBoundary(version, language),
        release: newestRelease(version, columns),
        columns: shown.map((column) => describeColumn(column, version, language)),
        links: sendLinks(request, reply, geography, null),
      };
      nameCrs(reply, query.crs ?? crs.uri);
      return reply
        .type(MEDIA.geojson)
        .send(`${write(i, geometry ?? null).slice(0, -1)},${JSON.stringify(beside).slice(1)}`);
    },
  };
}

/** Says which reference system the coordinates are in, by the name that was asked for. */
function nameCrs(reply: FastifyReply, name: string): void {
  reply.header('content-crs', `<${name}>`);
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
