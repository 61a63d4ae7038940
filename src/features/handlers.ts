/** HTTP of features: items, single districts, and the schemas of their properties. */
import type { MultiPolygon } from 'geojson';
import { type BoundaryVersion, type Geography, requireGeography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { CRS84 } from '../districts/crs.ts';
import { makeDistrictTable } from '../districts/district-table.ts';
import { isFresh } from '../http/caching.ts';
import type { ApiRequest, Handler, Handlers } from '../http/contract.ts';
import { keepAnswers } from '../http/kept-answers.ts';
import { apiBase, hrefWith, MEDIA, mirrorLinks, namesParameter } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { PAGE_TYPE } from '../http/page.ts';
import { freeParameters } from '../http/read-parameters.ts';
import { NO_JOIN, planJoin } from '../indicators/join.ts';
import { joinRelease, joinVersion, loadJoin } from '../indicators/load-join.ts';
import { textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { describeFeature, describeProperties, type SchemaSubject } from './describe-schema.ts';
import { describeBoundary, describeColumn, newestRelease } from './feature.ts';
import { itemLinks, itemsLinks } from './item-links.ts';
import { readFeatureRequest, readItemsRequest } from './items-request.ts';
import { renderItem } from './pages.ts';
import { GEOMETRY, propertiesOf } from './property.ts';
import { emptyPage, readItems } from './read-items.ts';
import { ITEM_FORMATS, type ItemFormat, makeItemSenders, SHAPE_FILES } from './send-items.ts';
import { boundsOf, fileColumns } from './tabular.ts';
import { featureWriter } from './write-geojson.ts';

const ONE_ITEM_FORMATS = { geojson: MEDIA.geojson, html: MEDIA.html, json: MEDIA.geojson };

/** Rows of a page for people. */
const HTML_LIMIT = 100;

/** Features of a file: what a large state has; `next` leads on. */
const FILE_LIMIT = 20_000;

type FeatureOperation =
  | 'listItems'
  | 'getItem'
  | 'getQueryables'
  | 'getSortables'
  | 'getSchema'
  | 'getFeatureSchema';

/** Handlers of the features slice. @param today ISO date of today */
export function featureHandlers(reader: Reader, today: () => string): Pick<Handlers, FeatureOperation> {
  const answers = keepAnswers();
  const send = makeItemSenders(reader, answers);
  return {
    async listItems(request, reply) {
      const { query } = request;
      const format = formatOf(request, query.f, ITEM_FORMATS);
      const language = languageOf(request);
      const { catalog, day } = await reader.stateAt(query.release, today());
      const geography = requireGeography(catalog, request.params.collectionId);
      const limit = namesParameter(request, 'limit') ? query.limit : limitOf(format, query.limit);
      const asked = readItemsRequest(catalog, geography, { ...query, limit }, day, freeParameters(request));
      const { version, plan, selection, crs } = asked;
      if (SHAPE_FILES.includes(format) && !selection.geometry) throw refuseShapeless(format);
      if (isFresh(request, reply, [...joinVersion(catalog, geography, version, plan, language), format])) {
        return reply.code(304).send();
      }
      const known = answers.send(reply);
      if (known) return known;
      const page = version ? await readItems(reader, geography, version, plan, asked.page) : emptyPage();
      const release = joinRelease(geography, version, plan);
      const next = page.next === null ? null : { cursor: page.next, release };
      const links = itemsLinks(request, geography, format, next);
      mirrorLinks(reply, links);
      reply.header('ogc-numbermatched', page.numberMatched);
      reply.header('ogc-numberreturned', page.positions.length);
      reply.header('content-crs', `<${query.crs ?? crs.uri}>`);
      const published = catalog.published.get(catalog.release) ?? '';
      return await send[format](request, reply, { geography, asked, page, links, language, published });
    },

    async getItem(request, reply) {
      const { query, params } = request;
      const format = formatOf(request, query.f, ONE_ITEM_FORMATS);
      const language = languageOf(request);
      const { catalog, day } = await reader.stateAt(query.release, today());
      const geography = requireGeography(catalog, params.collectionId);
      const version = resolveBoundary(geography, query.datetime, day);
      const table = version ? await reader.districts(geography, version) : null;
      const i = table?.byKey.get(params.featureId);
      if (!version || !table || i === undefined) throw noDistrict(geography, version, params.featureId);
      const { plan, selection, crs } = readFeatureRequest(catalog, geography, version, query);
      if (isFresh(request, reply, [...joinVersion(catalog, geography, version, plan, language), format])) {
        return reply.code(304).send();
      }
      const columns = await loadJoin(reader, geography, version, plan);
      const { properties } = selection;
      const links = itemLinks(request, geography, format);
      mirrorLinks(reply, links);
      reply.header('content-crs', `<${query.crs ?? crs.uri}>`);
      const ids = [table.ids[i]!];
      if (format === 'html') {
        const [outline] = await reader.geometries(version, CRS84, ids);
        const content = { language, base: apiBase(request), geography, version, properties, links };
        const cells = fileColumns(table, columns, properties);
        const bounds = boundsOf(JSON.parse(outline!.toString()) as MultiPolygon);
        return reply
          .type(PAGE_TYPE)
          .send(renderItem({ ...content, columns: cells }, i, table.keys[i]!, bounds));
      }
      const [geometry] = selection.geometry ? await reader.geometries(version, crs, ids) : [];
      const { before, after } = featureWriter(table, columns, properties);
      const feature = `${before(i)}${geometry ?? 'null'}${after(i)}`;
      const shown = columns.filter(({ name }) => properties.some((each) => each.name === name));
      const beside = {
        boundaryVersion: describeBoundary(version, language),
        release: newestRelease(version, columns),
        columns: shown.map((column) => describeColumn(column, version, language)),
        links,
      };
      const text = `${feature.slice(0, -1)},${JSON.stringify(beside).slice(1)}`;
      return reply.type(MEDIA.geojson).send(Buffer.from(text));
    },

    getQueryables: describeWith((subject) =>
      describeProperties(subject, [GEOMETRY, 'valid_from', 'valid_until']),
    ),
    getSortables: describeWith((subject) => describeProperties(subject, [])),
    getSchema: describeWith((subject) => describeProperties(subject, [GEOMETRY])),
    getFeatureSchema: describeWith(describeFeature),
  };

  /** A handler that describes the properties of a request's features. */
  function describeWith(
    describe: (subject: SchemaSubject) => object,
  ): Handler<'getSchema'> & Handler<'getFeatureSchema'> {
    return async (request: ApiRequest<'getSchema'>, reply) => {
      const { query, params } = request;
      formatOf(request, query.f, { json: MEDIA.schema });
      const language = languageOf(request);
      const { catalog, day } = await reader.stateAt(query.release, today());
      const geography = requireGeography(catalog, params.collectionId);
      const version = resolveBoundary(geography, query.datetime, day);
      const plan = version ? planJoin(catalog, geography, version, query) : NO_JOIN;
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, language))) {
        return reply.code(304).send();
      }
      const document = describe({
        id: hrefWith(request, { f: null }),
        title: textOf(geography.label, language),
        catalog,
        table: version ? await reader.districts(geography, version) : makeDistrictTable([]),
        properties: propertiesOf(geography, plan),
        language,
      });
      return reply.type(MEDIA.schema).send(Buffer.from(JSON.stringify(document)));
    };
  }
}

/** How many features there are in an answer to a request that does not say. @param usual the contract's number */
function limitOf(format: ItemFormat, usual: number): number {
  if (format === 'html') return HTML_LIMIT;
  return format === 'csv' || SHAPE_FILES.includes(format) ? FILE_LIMIT : usual;
}

function refuseShapeless(format: ItemFormat): Problem {
  return new Problem('invalid_request', `${format} is a format of shapes.`, [
    {
      code: 'geometry_needed',
      field: 'skipGeometry',
      got: 'an answer without shapes',
      expected: 'f=csv, or an answer with shapes',
    },
  ]);
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
