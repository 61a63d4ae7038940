/** HTTP of features: items, single districts, and the schemas of their properties. */
import type { MultiPolygon } from 'geojson';
import { CRS84 } from '../districts/crs.ts';
import { isFresh } from '../http/caching.ts';
import type { ApiRequest, Handler, Handlers } from '../http/contract.ts';
import { keepAnswers } from '../http/kept-answers.ts';
import { apiBase, hrefWith, MEDIA, mirrorLinks, namesParameter } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { PAGE_TYPE } from '../http/page.ts';
import { freeParameters } from '../http/read-parameters.ts';
import { textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { describeFeature, describeProperties, type SchemaSubject } from './describe-schema.ts';
import { describeBoundary, describeParts, newestPart } from './feature.ts';
import { itemLinks, itemsLinks } from './item-links.ts';
import { findSubject, readCursor, readFeatureRequest, readItemsRequest } from './items-request.ts';
import { renderItem } from './pages.ts';
import { GEOMETRY } from './property.ts';
import { readItems } from './read-items.ts';
import { ITEM_FORMATS, type ItemFormat, makeItemSenders, SHAPE_FILES } from './send-items.ts';
import type { Subject } from './subject.ts';
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
      const after = readCursor(query);
      const subject = findSubject(reader, catalog, request.params.collectionId, query, day, after);
      const limit = namesParameter(request, 'limit') ? query.limit : limitOf(format, query.limit);
      const asked = readItemsRequest(subject, { ...query, limit }, after, freeParameters(request));
      const { selection, crs } = asked;
      if (SHAPE_FILES.includes(format) && !selection.geometry) throw refuseShapeless(format);
      if (isFresh(request, reply, [...subject.state(language), format])) return reply.code(304).send();
      const known = answers.send(reply);
      if (known) return known;
      const shown = selection.properties.map(({ name }) => name);
      const page = await readItems(await subject.open(), asked.page, shown, subject.version?.validFrom ?? '');
      const next = page.next === null ? null : { cursor: page.next, release: subject.release };
      const links = itemsLinks(request, subject.collection, format, next);
      mirrorLinks(reply, links);
      reply.header('ogc-numbermatched', page.numberMatched);
      reply.header('ogc-numberreturned', page.positions.length);
      reply.header('content-crs', `<${query.crs ?? crs.uri}>`);
      const published = catalog.published.get(catalog.release) ?? '';
      return await send[format](request, reply, { subject, asked, page, links, language, published });
    },

    async getItem(request, reply) {
      const { query, params } = request;
      const format = formatOf(request, query.f, ONE_ITEM_FORMATS);
      const language = languageOf(request);
      const { catalog, day } = await reader.stateAt(query.release, today());
      const subject = findSubject(reader, catalog, params.collectionId, query, day, null);
      const rows = await subject.open();
      const i = rows.positionOf(params.featureId);
      if (i === undefined) throw subject.unknown(params.featureId);
      const { selection, crs } = readFeatureRequest(subject, query);
      if (isFresh(request, reply, [...subject.state(language), format])) return reply.code(304).send();
      const { properties } = selection;
      await rows.load(
        properties.map(({ name }) => name),
        [i],
      );
      const parts = rows.parts([i]);
      const { version } = parts[0]!;
      const links = itemLinks(request, subject.collection, format);
      mirrorLinks(reply, links);
      reply.header('content-crs', `<${query.crs ?? crs.uri}>`);
      if (format === 'html') {
        const [outline] = await rows.geometries([i], CRS84);
        const content = {
          language,
          base: apiBase(request),
          collection: subject.collection,
          collectionTitle: textOf(subject.title, language),
          geography: subject.geography,
          version,
          properties,
          columns: fileColumns(rows, properties),
          links,
        };
        const bounds = boundsOf(JSON.parse(outline!.toString()) as MultiPolygon);
        return reply.type(PAGE_TYPE).send(renderItem(content, i, params.featureId, bounds));
      }
      const [geometry] = selection.geometry ? await rows.geometries([i], crs) : [];
      const { before, after } = featureWriter(rows, properties);
      const feature = `${before(i)}${geometry ?? 'null'}${after(i)}`;
      const beside = {
        boundaryVersion: describeBoundary(version, language),
        release: newestPart(parts)!,
        columns: describeParts(parts, properties, language),
        links,
      };
      const text = `${feature.slice(0, -1)},${JSON.stringify(beside).slice(1)}`;
      return reply.type(MEDIA.geojson).send(Buffer.from(text));
    },

    getQueryables: describeWith((described, { beside }) => describeProperties(described, beside)),
    getSortables: describeWith((described) => describeProperties(described, [])),
    getSchema: describeWith((described) => describeProperties(described, [GEOMETRY])),
    getFeatureSchema: describeWith(describeFeature),
  };

  /** A handler that describes the properties of a request's features. */
  function describeWith(
    describe: (described: SchemaSubject, subject: Subject) => object,
  ): Handler<'getSchema'> & Handler<'getFeatureSchema'> {
    return async (request: ApiRequest<'getSchema'>, reply) => {
      const { query, params } = request;
      formatOf(request, query.f, { json: MEDIA.schema });
      const language = languageOf(request);
      const { catalog, day } = await reader.stateAt(query.release, today());
      const subject = findSubject(reader, catalog, params.collectionId, query, day, null);
      if (isFresh(request, reply, subject.state(language))) return reply.code(304).send();
      const described = {
        id: hrefWith(request, { f: null }),
        title: textOf(subject.title, language),
        catalog,
        rows: await subject.open(),
        properties: subject.properties,
        language,
      };
      const document = describe(described, subject);
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
