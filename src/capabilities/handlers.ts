/** HTTP of the landing page, the contract, conformance and collections. */
import type { components } from '../../openapi/generated/types.ts';
import { type Geography, requireGeography, stampOf } from '../catalog/catalog.ts';
import { CRS_LIST, CRS84, storageCrsOf } from '../districts/crs.ts';
import { describeBoundary } from '../features/feature.ts';
import { isFresh } from '../http/caching.ts';
import type { Contract, Handlers } from '../http/contract.ts';
import { apiBase, type Link, MEDIA, OGC_REL, originOf, selfHref } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { type Language, textOf } from '../label.ts';
import type { Reader } from '../reader.ts';
import { expandContract } from './expand-contract.ts';

type CollectionDocument = components['schemas']['Collection'];

/** Only what tests prove. */
const CONFORMANCE = [
  'http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core',
  'http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page',
  'http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json',
  'http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30',
  'http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections',
  'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core',
  'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson',
  'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/datetime',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30',
  'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt',
  'http://www.opengis.net/spec/tms/2.0/conf/tilematrixset',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset',
  'http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits',
  'http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata',
  'http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs',
];

/** Handlers of the capabilities slice. */
export function capabilityHandlers(
  reader: Reader,
  contract: Contract,
): Pick<Handlers, 'getLandingPage' | 'getApi' | 'getConformance' | 'listCollections' | 'getCollection'> {
  return {
    async getLandingPage(request, reply) {
      const catalog = reader.catalog();
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release])])) return reply.code(304).send();
      const base = apiBase(request);
      return {
        title: contract.info.title,
        description: contract.info.description,
        release: catalog.release,
        links: [
          { href: `${base}/`, rel: 'self', type: MEDIA.json, title: 'This document' },
          { href: `${base}/api`, rel: 'service-desc', type: MEDIA.openapi, title: 'API definition' },
          {
            href: `${originOf(request)}/docs`,
            rel: 'service-doc',
            type: MEDIA.html,
            title: 'API documentation',
          },
          { href: `${base}/conformance`, rel: 'conformance', type: MEDIA.json, title: 'Conformance classes' },
          { href: `${base}/collections`, rel: 'data', type: MEDIA.json, title: 'Collections of districts' },
          tileSetsLink(base),
          tilingSchemesLink(base),
          { href: `${base}/indicators`, rel: 'related', type: MEDIA.json, title: 'Indicators' },
          { href: `${base}/observations`, rel: 'related', type: MEDIA.json, title: 'Observations' },
          { href: `${base}/indices`, rel: 'related', type: MEDIA.json, title: 'Index methods' },
          {
            href: `${base}/problem-situations`,
            rel: 'related',
            type: MEDIA.json,
            title: 'Problem situations',
          },
          { href: `${originOf(request)}/`, rel: 'alternate', type: MEDIA.html, title: 'Map' },
        ],
      };
    },

    async getApi(request, reply) {
      const document = expandContract(contract, [...reader.catalog().geographies.keys()], apiBase(request));
      // As bytes, since Fastify would add a charset to text, and GDAL then no longer knows the type.
      return reply.type(MEDIA.openapi).send(Buffer.from(JSON.stringify(document)));
    },

    async getConformance(request, reply) {
      if (isFresh(request, reply, [])) return reply.code(304).send();
      return { conformsTo: CONFORMANCE };
    },

    async listCollections(request, reply) {
      const language = languageOf(request);
      const catalog = reader.catalog();
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      const geographies = [...catalog.geographies.values()];
      return {
        collections: geographies.map((geography) =>
          describeCollection(geography, language, apiBase(request)),
        ),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async getCollection(request, reply) {
      const language = languageOf(request);
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, request.params.collectionId);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      return describeCollection(geography, language, apiBase(request));
    },
  };
}

function describeCollection(geography: Geography, language: Language, base: string): CollectionDocument {
  const versions = geography.boundaryVersions;
  const newest = versions.at(-1)!;
  const title = textOf(geography.label, language);
  const authority = textOf(geography.authority.label, language);
  return {
    id: geography.collection,
    title,
    description: `${title} (${authority})`,
    attribution: [...new Set(versions.map((version) => version.source.attribution))].join('; '),
    extent: {
      spatial: { bbox: [unionOf(versions.map((version) => version.bbox))], crs: CRS84.uri },
      temporal: {
        interval: [[toInstant(versions[0]!.validFrom), toInstant(newest.validUntil)]],
        trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
      },
    },
    itemType: 'feature',
    crs: CRS_LIST.map(({ uri }) => uri),
    storageCrs: storageCrsOf(newest.srid).uri,
    authority: { id: geography.authority.id, label: authority },
    parent: geography.parent,
    synthetic: geography.authority.synthetic,
    boundaryVersions: versions.map((version) => describeBoundary(version, language)),
    release: geography.release,
    links: collectionLinks(
      `${base}/collections/${geography.collection}`,
      title,
      newest.source.url,
      base,
      geography,
    ),
  };
}

function collectionLinks(
  self: string,
  title: string,
  source: string | null,
  base: string,
  geography: Geography,
): Link[] {
  const links: Link[] = [
    { href: self, rel: 'self', type: MEDIA.json, title },
    { href: `${self}/items`, rel: 'items', type: MEDIA.geojson, title },
    tileSetsLink(self),
    tilingSchemesLink(base),
    {
      href: `${self}/tiles/WebMercatorQuad/tilejson`,
      rel: 'describedby',
      type: MEDIA.json,
      title: 'TileJSON',
    },
    {
      href: `${base}/indicators?collection=${geography.collection}`,
      rel: 'related',
      type: MEDIA.json,
      title: 'Indicators',
    },
  ];
  if (source !== null) links.push({ href: source, rel: 'via', type: MEDIA.html, title: 'Source' });
  return links;
}

/** With `f`, since OGC's test suite looks into tile sets only then. */
function tileSetsLink(resource: string): Link {
  return {
    href: `${resource}/tiles?f=json`,
    rel: `${OGC_REL}/tilesets-vector`,
    type: MEDIA.json,
    title: 'Vector tiles',
  };
}

function tilingSchemesLink(base: string): Link {
  return {
    href: `${base}/tileMatrixSets`,
    rel: `${OGC_REL}/tiling-schemes`,
    type: MEDIA.json,
    title: 'Tile matrix sets',
  };
}

function unionOf(boxes: readonly (readonly number[])[]): number[] {
  const pick = (i: number, best: (...numbers: number[]) => number): number =>
    best(...boxes.map((box) => box[i]!));
  return [pick(0, Math.min), pick(1, Math.min), pick(2, Math.max), pick(3, Math.max)];
}

function toInstant(day: string | null): string | null {
  return day === null ? null : `${day}T00:00:00Z`;
}
