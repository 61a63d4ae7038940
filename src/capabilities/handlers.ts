/** HTTP of the landing page, the contract, conformance and collections. */
import type { FastifyRequest } from 'fastify';
import { type Catalog, type Geography, requireGeography, stampOf } from '../catalog/catalog.ts';
import { requireBoundary } from '../catalog/resolve-boundary.ts';
import { chooseIndicators, findStatistics, requireStatistics, statisticsOf } from '../catalog/statistics.ts';
import { isFresh } from '../http/caching.ts';
import type { Contract, Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, originOf, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { PAGE_TYPE } from '../http/page.ts';
import { planJoin } from '../indicators/join.ts';
import { joinVersion } from '../indicators/load-join.ts';
import type { Language } from '../label.ts';
import { describePublication } from '../publications/describe-publication.ts';
import type { Reader } from '../reader.ts';
import { listConformance } from './conformance.ts';
import { contractCollections } from './contract-collections.ts';
import { describeCollection, describeStatistics } from './describe-collection.ts';
import { expandContract } from './expand-contract.ts';
import { landingLinks } from './landing-links.ts';
import { describeMasterportalDashboard } from './masterportal-dashboard.ts';
import { describeMasterportalLayers } from './masterportal-layers.ts';
import { toOpenApi31 } from './openapi31.ts';
import { renderCollection, renderCollections, renderConformance, renderLanding } from './pages.ts';
import { writeQgisLayers } from './qgis-layers.ts';

const FORMATS = { json: MEDIA.json, html: MEDIA.html };
type CapabilityOperation =
  | 'getLandingPage'
  | 'getApi'
  | 'getConformance'
  | 'listCollections'
  | 'getCollection'
  | 'getMasterportalLayers'
  | 'getMasterportalDashboard'
  | 'getQgisLayers';

const API_FORMATS = { json: MEDIA.openapi, openapi31: MEDIA.openapi31 };

/**
 * Handlers of the capabilities slice.
 * @param today ISO date of today
 * @param callbacks whether jobs may call addresses
 */
export function capabilityHandlers(
  reader: Reader,
  contract: Contract,
  today: () => string,
  callbacks: boolean,
): Pick<Handlers, CapabilityOperation> {
  return {
    async getLandingPage(request, reply) {
      const format = formatOf(request, request.query.f, FORMATS);
      const language = languageOf(request);
      const catalog = reader.catalog();
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), format, language])) {
        return reply.code(304).send();
      }
      const base = apiBase(request);
      const document = {
        title: contract.info.title,
        description: contract.info.description,
        release: catalog.release,
        links: [...bothFormats(request, format), ...landingLinks(base, originOf(request), language)],
      };
      mirrorLinks(reply, document.links);
      if (format === 'html') return reply.type(PAGE_TYPE).send(renderLanding({ language, base }, document));
      return document;
    },

    async getApi(request, reply) {
      const format = formatOf(request, request.query.f, API_FORMATS);
      const catalog = reader.catalog();
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), format])) {
        return reply.code(304).send();
      }
      const document = expandContract(contract, contractCollections(catalog), apiBase(request));
      const versioned = format === 'openapi31' ? toOpenApi31(document) : document;
      // As bytes, since Fastify would add a charset to text, and GDAL then no longer knows the type.
      return reply.type(API_FORMATS[format]).send(Buffer.from(JSON.stringify(versioned)));
    },

    async getConformance(request, reply) {
      const format = formatOf(request, request.query.f, FORMATS);
      const language = languageOf(request);
      const document = { conformsTo: listConformance(callbacks) };
      if (isFresh(request, reply, [format, language, String(callbacks)])) return reply.code(304).send();
      if (format === 'json') return document;
      const links = bothFormats(request, format);
      return reply
        .type(PAGE_TYPE)
        .send(renderConformance({ language, base: apiBase(request) }, document, links));
    },

    async listCollections(request, reply) {
      const format = formatOf(request, request.query.f, FORMATS);
      const language = languageOf(request);
      const catalog = reader.catalog();
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), format, language])) {
        return reply.code(304).send();
      }
      const base = apiBase(request);
      const geographies = [...catalog.geographies.values()];
      const document = {
        collections: [
          ...geographies.map((geography) => {
            const published = describeIn(catalog, geography, null, language, base);
            return describeCollection(catalog, geography, language, base, published);
          }),
          ...geographies.flatMap((geography) => {
            const statistics = statisticsOf(catalog, geography);
            return statistics ? [describeStatistics(statistics, language, base)] : [];
          }),
        ],
        links: bothFormats(request, format),
      };
      mirrorLinks(reply, document.links);
      if (format === 'html')
        return reply.type(PAGE_TYPE).send(renderCollections({ language, base }, document));
      return document;
    },

    async getCollection(request, reply) {
      const format = formatOf(request, request.query.f, FORMATS);
      const language = languageOf(request);
      const catalog = reader.catalog();
      const { collectionId } = request.params;
      const statistics = findStatistics(catalog, collectionId);
      const geography = statistics?.geography ?? requireGeography(catalog, collectionId);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), format, language])) {
        return reply.code(304).send();
      }
      const base = apiBase(request);
      const { collection, publication } = geography;
      const statements = publication && (await reader.statements(catalog, collection));
      const published = describeIn(catalog, geography, statements, language, base);
      const document = statistics
        ? describeStatistics(statistics, language, base)
        : describeCollection(catalog, geography, language, base, published);
      mirrorLinks(reply, document.links);
      if (format === 'html')
        return reply.type(PAGE_TYPE).send(renderCollection({ language, base }, document));
      return document;
    },

    async getMasterportalLayers(request, reply) {
      const { query, params } = request;
      formatOf(request, query.f, { json: MEDIA.json });
      const language = languageOf(request);
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, params.collectionId);
      const version = requireBoundary(geography, query.datetime, today());
      const plan = planJoin(catalog, geography, version, query);
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, language))) {
        return reply.code(304).send();
      }
      const join = new URL(hrefWith(request, { f: null })).searchParams;
      return describeMasterportalLayers(geography, version, plan, language, apiBase(request), join);
    },

    async getMasterportalDashboard(request, reply) {
      const { query, params } = request;
      formatOf(request, query.f, { json: MEDIA.json });
      const language = languageOf(request);
      const catalog = reader.catalog();
      const statistics = requireStatistics(catalog, params.collectionId);
      const indicators = chooseIndicators(statistics, query.indicators);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      return describeMasterportalDashboard(statistics, indicators, language, apiBase(request));
    },

    async getQgisLayers(request, reply) {
      const { query, params } = request;
      formatOf(request, undefined, { xml: MEDIA.xml });
      const language = languageOf(request);
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, params.collectionId);
      const version = requireBoundary(geography, query.datetime, today());
      const plan = planJoin(catalog, geography, version, query);
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, language))) {
        return reply.code(304).send();
      }
      reply.header('content-disposition', `attachment; filename="${geography.collection}.qlr"`);
      const join = new URL(selfHref(request)).searchParams;
      return reply
        .type(MEDIA.xml)
        .send(writeQgisLayers(geography, version, language, apiBase(request), join));
    },
  };
}

/** What was published in a collection; null for districts of a level. */
function describeIn(
  catalog: Catalog,
  { collection: id, label, publication, definitionRelease: release }: Geography,
  statements: readonly object[] | null,
  language: Language,
  base: string,
) {
  if (!publication) return null;
  const entry = { id, label, publication, release, withdrawn: null };
  return describePublication(catalog, entry, statements, language, base);
}

/** This document in the format of the answer, and in the other one. */
function bothFormats(request: FastifyRequest, format: keyof typeof FORMATS): Link[] {
  const other = format === 'json' ? 'html' : 'json';
  return [
    { href: selfHref(request), rel: 'self', type: FORMATS[format], title: format.toUpperCase() },
    {
      href: hrefWith(request, { f: other }),
      rel: 'alternate',
      type: FORMATS[other],
      title: other.toUpperCase(),
    },
  ];
}
