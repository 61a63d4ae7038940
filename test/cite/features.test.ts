/**
 * What OGC's test suite for Features 1.0 with CRS (ets-ogcapi-features10) asserts, test by test: 80 tests, named by the suite's
 * class and method and by the requirements of OGC 17-069r4 and 18-058r1. Like the suite, they know nothing but the address
 * of the landing page and follow links and the API document.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Position } from 'geojson';
import proj4 from 'proj4';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';

type Schemas = components['schemas'];
type Link = Schemas['Link'];
type Collection = Schemas['Collection'];
type Features = Schemas['FeatureCollection'] & { timeStamp?: string };

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  style?: string;
  explode?: boolean;
  schema: {
    type: string;
    format?: string;
    minimum?: number;
    maximum?: number;
    default?: number;
    minItems?: number;
    maxItems?: number;
    items?: { type: string };
  };
}

const JSON_TYPE = 'application/json';
const GEOJSON = 'application/geo+json';
const OPENAPI = 'application/vnd.oai.openapi+json;version=3.0';
const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';
const CRS84H = 'http://www.opengis.net/def/crs/OGC/0/CRS84h';
/** Pages of 20 of its 60 districts. */
const PAGES = 3;

proj4.defs('EPSG:25832', '+proj=utm +zone=32 +ellps=GRS80 +units=m +no_defs');
proj4.defs('EPSG:25833', '+proj=utm +zone=33 +ellps=GRS80 +units=m +no_defs');

const { app, ask } = await testService(t, 'demo');

async function fetchDocument<T>(href: string, accept = JSON_TYPE): Promise<T> {
  const url = new URL(href);
  const response = await ask({ url: url.pathname + url.search, headers: { accept, host: url.host } });
  t.equal(response.statusCode, 200, href);
  return response.json();
}

async function ask84(href: string, accept = GEOJSON) {
  const url = new URL(href);
  return await ask({ url: url.pathname + url.search, headers: { accept, host: url.host } });
}

const ROOT = 'http://example.org/v1/';
const landing = await fetchDocument<Schemas['LandingPage']>(ROOT);
const hrefOf = (links: readonly Link[], rel: string, type?: string): string =>
  links.find((link) => link.rel === rel && (type === undefined || link.type.replaceAll(' ', '') === type))!
    .href;
const apiHref = hrefOf(landing.links, 'service-desc', OPENAPI);
const api = await fetchDocument<{
  openapi: string;
  servers: { url: string }[];
  paths: Record<
    string,
    { get?: { parameters: ({ $ref: string } | Parameter)[]; responses: Record<string, unknown> } }
  >;
  components: { parameters: Record<string, Parameter> };
}>(apiHref, OPENAPI);
const iut = api.servers[0]!.url;
const collections = await fetchDocument<Schemas['Collections']>(`${iut}/collections`);
const { conformsTo } = await fetchDocument<Schemas['Conformance']>(`${iut}/conformance`);

/** The suite finds the collections to test in the paths of the API document. */
const tested = Object.keys(api.paths).flatMap(
  (path) => /^\/collections\/([^/{]+)\/items$/.exec(path)?.[1] ?? [],
);

function parametersOf(id: string): Parameter[] {
  return api.paths[`/collections/${id}/items`]!.get!.parameters.map((parameter) =>
    '$ref' in parameter ? api.components.parameters[parameter.$ref.split('/').at(-1)!]! : parameter,
  );
}

const itemsOf = (id: string): string => `${iut}/collections/${id}/items`;

function positionsOf({ features }: Features): Position[] {
  return features.flatMap(({ geometry }) => geometry!.coordinates.flat(2) as Position[]);
}

/** The rows of a group that the suite repeats for plain answers and for each parameter. */
function checkAnswers(group: string, names: Record<string, string>, query: (id: string) => string): void {
  const each = (
    name: string,
    requirement: string,
    check: (answer: Features, href: string) => Promise<void>,
  ): void => {
    t.test(`${group}.${names[name] ?? name}: ${requirement}`, async () => {
      for (const id of tested) {
        const href = itemsOf(id) + query(id);
        await check(await fetchDocument<Features>(href, GEOJSON), href);
      }
    });
  };
  each('geometry', 'A.2.7 Abstract Test 2, /req/core/crs84', async (answer) => {
    t.ok(positionsOf(answer).every(([x, y]) => Math.abs(x!) <= 180 && Math.abs(y!) <= 90));
    t.ok(
      positionsOf(answer).some(([x, y]) => x! > 5 && x! < 16 && y! > 47),
      'longitude first: this is in Germany',
    );
  });
  each('type', 'A.2.7 Abstract Test 22, /req/core/fc-response', async ({ type }) => {
    t.equal(type, 'FeatureCollection');
  });
  each('features', 'A.2.7 Abstract Test 22, /req/core/fc-response', async ({ features }) => {
    t.ok(features.length > 0 && features.every(({ type }) => type === 'Feature'));
  });
  each(
    'links',
    'A.2.7 Abstract Tests 22 and 23, /req/core/fc-response, fc-links, fc-rel-type',
    async ({ links }) => {
      t.ok(links.every(({ rel, type }) => rel && type));
      t.ok(links.some(({ rel, type }) => rel === 'self' && type === GEOJSON));
      for (const type of [
        'text/html',
        'text/csv',
        'application/flatgeobuf',
        'application/geopackage+sqlite3',
      ]) {
        t.ok(
          links.some((link) => link.rel === 'alternate' && link.type === type),
          type,
        );
      }
    },
  );
  each('timeStamp', 'A.2.7 Abstract Test 24, /req/core/fc-timeStamp', async ({ timeStamp }) => {
    // Optional, and left out: the same request gives the same bytes.
    t.equal(timeStamp, undefined);
  });
  each('numberMatched', 'A.2.7 Abstract Test 25, /req/core/fc-numberMatched', async (answer) => {
    let [page, seen] = [answer, answer.features.length];
    while (page.links.some(({ rel }) => rel === 'next')) {
      page = await fetchDocument<Features>(hrefOf(page.links, 'next', GEOJSON), GEOJSON);
      seen += page.features.length;
    }
    t.equal(seen, answer.numberMatched);
  });
  each('numberReturned', 'A.2.7 Abstract Test 26, /req/core/fc-numberReturned', async (answer) => {
    t.equal(answer.numberReturned, answer.features.length);
  });
}

t.test('LandingPage.landingPageRetrieval: A.2.2 Abstract Test 3, /req/core/root-op', async (t) => {
  t.equal((await ask84(ROOT, JSON_TYPE)).statusCode, 200);
});

t.test('LandingPage.landingPageValidation: A.2.2 Abstract Test 4, /req/core/root-success', async (t) => {
  const rels = landing.links.map(({ rel }) => rel);
  t.ok(rels.includes('service-desc') || rels.includes('service-doc'));
  for (const rel of ['conformance', 'data']) t.ok(rels.includes(rel), rel);
});

t.test(
  'ApiDefinition.openapiDocumentRetrieval: A.2.3 Abstract Test 5, /req/core/api-definition-op',
  async (t) => {
    const response = await ask84(apiHref, OPENAPI);
    t.equal(response.statusCode, 200);
    t.equal(response.headers['content-type'], OPENAPI);
  },
);

t.test(
  'ApiDefinition.apiDefinitionValidation: A.2.3 Abstract Test 6, /req/core/api-definition-success',
  async (t) => {
    t.match(api.openapi, /^3\.0\.\d$/);
    t.equal(`${iut}/`, ROOT, 'the server is where the landing page is');
    t.notMatch(JSON.stringify(api), /"\$ref":"(?!#\/)/, 'every reference stays inside');
    t.notMatch(JSON.stringify(api), /"type":\["/, 'no keyword of 3.1');
    for (const path of ['/', '/conformance', '/collections', '/collections/{collectionId}'])
      t.ok(api.paths[path], path);
    t.strictSame(
      tested,
      collections.collections.map(({ id }) => id),
    );
  },
);

t.test(
  'Conformance.validateConformanceOperationAndResponse: A.2.4 Abstract Test 7, /req/core/conformance-op, conformance-success',
  async (t) => {
    t.ok(conformsTo.includes('http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'));
    t.equal(new Set(conformsTo).size, conformsTo.length);
  },
);

t.test('GeneralHttp.http: A.2.1.1 Abstract Test 1, /req/core/http', async (t) => {
  const base = await app.server.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.write('GET /v1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  t.match(chunk.toString(), /^HTTP\/1\.1 200 OK\r\n/);
});

t.test(
  'FeatureCollections.validateFeatureCollectionsMetadataOperation: A.2.5 Abstract Test 9, /req/core/fc-md-op',
  async (t) => {
    t.equal((await ask84(`${iut}/collections`, JSON_TYPE)).statusCode, 200);
  },
);

t.test(
  'FeatureCollections.validateFeatureCollectionsMetadataOperationResponse_Links: A.2.5 Abstract Test 10, /req/core/fc-md-success',
  async (t) => {
    const { links } = collections;
    t.ok(links.every(({ rel, type }) => rel && type));
    t.ok(links.some(({ rel, type }) => rel === 'self' && type === JSON_TYPE));
    t.ok(links.some(({ rel, type }) => rel === 'alternate' && type === 'text/html'));
  },
);

t.test(
  'FeatureCollections.validateFeatureCollectionsMetadataOperationResponse_Items: A.2.5 Abstract Test 10, /req/core/fc-md-success',
  async (t) => {
    t.ok(collections.collections.length > 0);
    for (const { id, links } of collections.collections) {
      t.ok(
        links.some(({ rel, type }) => rel === 'items' && type === GEOJSON),
        id,
      );
      t.ok(links.filter(({ rel }) => rel === 'items').every(({ type }) => type));
    }
  },
);

t.test(
  'FeatureCollections.validateFeatureCollectionsMetadataOperationResponse_CrsProperty: A.2.5 Abstract Test 10, /req/core/crs84',
  async (t) => {
    for (const { crs } of collections.collections) t.ok([CRS84, CRS84H].includes(crs[0]!));
  },
);

t.test(
  'FeatureCollections.validateFeatureCollectionsMetadataOperationResponse_Content: A.2.5 Abstract Test 10, /req/core/fc-md-success',
  async (t) => {
    for (const { id, title, extent } of collections.collections) {
      t.ok(id && title);
      t.ok(extent.spatial.bbox.every((box) => box.length === 4));
      t.ok(extent.temporal.interval.every((interval) => interval.length === 2));
    }
  },
);

t.test(
  'FeatureCollection.validateFeatureCollectionMetadataOperation: A.2.6 Abstract Test 11, /req/core/sfc-md-op',
  async (t) => {
    for (const id of tested) t.equal((await ask84(`${iut}/collections/${id}`, JSON_TYPE)).statusCode, 200);
  },
);

t.test(
  'FeatureCollection.validateFeatureCollectionMetadataResponse: A.2.6 Abstract Test 12, /req/core/sfc-md-success',
  async (t) => {
    for (const listed of collections.collections) {
      const { id, title, description, extent, links } = await fetchDocument<Collection>(
        `${iut}/collections/${listed.id}`,
      );
      t.strictSame({ id, title, description, extent }, pick(listed));
      t.ok(links.some(({ rel }) => rel === 'items'));
    }
  },
);

function pick({ id, title, description, extent }: Collection): object {
  return { id, title, description, extent };
}

t.test('Features.validateFeaturesOperation: A.2.7 Abstract Test 13, /req/core/fc-op', async (t) => {
  for (const id of tested) t.equal((await ask84(itemsOf(id))).statusCode, 200);
});
checkAnswers(
  'Features',
  {
    geometry: 'validateFeaturesResponse_GeometryInCRS84',
    type: 'validateFeaturesResponse_TypeProperty',
    features: 'validateFeaturesResponse_FeaturesProperty',
    links: 'validateFeaturesResponse_Links',
    timeStamp: 'validateFeaturesResponse_TimeStamp',
    numberMatched: 'validateFeaturesResponse_NumberMatched',
    numberReturned: 'validateFeaturesResponse_NumberReturned',
  },
  () => '',
);

/** A box over the middle of a collection. */
function boxOf(id: string): [number, number, number, number] {
  const { extent } = collections.collections.find((collection) => collection.id === id)!;
  const [west, south, east, north] = extent.spatial.bbox[0] as [number, number, number, number];
  const [x, y] = [(west + east) / 2, (south + north) / 2];
  return [x - (east - west) / 8, y - (north - south) / 8, x + (east - west) / 8, y + (north - south) / 8];
}

t.test(
  'FeaturesBBox.boundingBoxParameterDefinition: A.2.7 Abstract Test 14, /req/core/fc-bbox-definition',
  async (t) => {
    for (const id of tested) {
      t.match(
        parametersOf(id).find(({ name }) => name === 'bbox'),
        {
          in: 'query',
          required: false,
          style: 'form',
          explode: false,
          schema: { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } },
        },
      );
    }
  },
);
t.test(
  'FeaturesBBox.validateFeaturesWithBoundingBoxOperation: A.2.7 Abstract Test 13, /req/core/fc-op',
  async (t) => {
    for (const id of tested) t.equal((await ask84(`${itemsOf(id)}?bbox=${boxOf(id)}`)).statusCode, 200);
  },
);
t.test(
  'FeaturesBBox.validateFeaturesWithBoundingBoxResponse: A.2.7 Abstract Test 15, /req/core/fc-bbox-response',
  async (t) => {
    for (const id of tested) {
      const all = await fetchDocument<Features>(itemsOf(id), GEOJSON);
      const [west, south, east, north] = boxOf(id);
      const some = await fetchDocument<Features>(`${itemsOf(id)}?bbox=${boxOf(id)}`, GEOJSON);
      const found = new Set(some.features.map((feature) => feature.id));
      t.ok(found.size > 0 && found.size < all.numberMatched);
      const within = ([x, y]: Position): boolean => x! >= west && x! <= east && y! >= south && y! <= north;
      for (const feature of all.features) {
        const corners = feature.geometry!.coordinates.flat(2) as Position[];
        if (corners.some(within)) t.ok(found.has(feature.id), `${feature.id} has a corner in the box`);
        const outside =
          corners.every(([x]) => x! < west) ||
          corners.every(([x]) => x! > east) ||
          corners.every(([, y]) => y! < south) ||
          corners.every(([, y]) => y! > north);
        if (outside) t.notOk(found.has(feature.id), `${feature.id} lies beside the box`);
      }
    }
  },
);
checkAnswers(
  'FeaturesBBox',
  {
    geometry: 'validateFeaturesResponse_GeometryInCRS84',
    type: 'validateFeaturesWithBoundingBoxResponse_TypeProperty',
    features: 'validateFeaturesWithBoundingBoxResponse_FeaturesProperty',
    links: 'validateFeaturesWithBoundingBoxResponse_Links',
    timeStamp: 'validateFeaturesWithBoundingBoxResponse_TimeStamp',
    numberMatched: 'validateFeaturesWithBoundingBoxResponse_NumberMatched',
    numberReturned: 'validateFeaturesResponse_NumberReturned',
  },
  (id) => `?bbox=${boxOf(id)}`,
);

t.test(
  'FeaturesErrorConditions.validateFeaturesOperation_QueryParamInvalid: A.2.7 Abstract Test 13, /req/core/query-param-invalid',
  async (t) => {
    for (const id of tested) {
      for (const query of [
        'limit=unlimited',
        'limit=0',
        'bbox=1,2,3',
        'bbox=a,b,c,d',
        'datetime=yesterday',
      ]) {
        t.equal((await ask84(`${itemsOf(id)}?${query}`)).statusCode, 400, query);
      }
    }
  },
);
t.test(
  'FeaturesErrorConditions.validateFeaturesOperation_QueryParamUnknown: A.2.7 Abstract Test 13, /req/core/query-param-unknown',
  async (t) => {
    for (const id of tested) {
      const query = `unknownQueryParameter${Math.floor(1e6 / 3)}=1`;
      t.equal((await ask84(`${itemsOf(id)}?${query}`)).statusCode, 400);
    }
  },
);

t.test(
  'FeaturesLimit.limitParameterDefinition: A.2.7 Abstract Test 16, /req/core/fc-limit-definition',
  async (t) => {
    for (const id of tested) {
      const limit = parametersOf(id).find(({ name }) => name === 'limit')!;
      t.match(limit, {
        in: 'query',
        required: false,
        style: 'form',
        explode: false,
        schema: { type: 'integer' },
      });
      const { minimum, maximum, default: usual } = limit.schema;
      t.ok(minimum! >= 0 && usual! >= minimum! && maximum! >= usual!);
    }
  },
);
t.test(
  'FeaturesLimit.validateFeaturesWithLimitOperation: A.2.7 Abstract Test 13, /req/core/fc-op',
  async (t) => {
    for (const id of tested) t.equal((await ask84(`${itemsOf(id)}?limit=5`)).statusCode, 200);
  },
);
t.test(
  'FeaturesLimit.validateFeaturesWithLimitResponse: A.2.7 Abstract Test 17, /req/core/fc-limit-response',
  async (t) => {
    const { maximum } = api.components.parameters.limit!.schema;
    for (const id of tested) {
      const { numberMatched } = await fetchDocument<Features>(itemsOf(id), GEOJSON);
      for (const limit of [1, 5, maximum!, maximum! + 1]) {
        const { features } = await fetchDocument<Features>(`${itemsOf(id)}?limit=${limit}`, GEOJSON);
        t.equal(features.length, Math.min(limit, numberMatched), `limit=${limit}`);
      }
    }
  },
);
checkAnswers(
  'FeaturesLimit',
  {
    geometry: 'validateFeaturesWithLimitResponse_GeometryInCRS84',
    type: 'validateFeaturesWithLimitResponse_TypeProperty',
    features: 'validateFeaturesWithLimitResponse_FeaturesProperty',
    links: 'validateFeaturesWithLimitResponse_Links',
    timeStamp: 'validateFeaturesWithLimitResponse_TimeStamp',
    numberMatched: 'validateFeaturesWithLimitResponse_NumberMatched',
    numberReturned: 'validateFeaturesResponse_NumberReturned',
  },
  () => '?limit=7',
);

/** First day of a collection's time, which the suite takes from its extent. */
function startOf(id: string): string {
  const { extent } = collections.collections.find((collection) => collection.id === id)!;
  return extent.temporal.interval[0]![0]!;
}

t.test(
  'FeaturesTime.timeParameterDefinition: A.2.7 Abstract Test 18, /req/core/fc-time-definition',
  async (t) => {
    for (const id of tested) {
      t.match(
        parametersOf(id).find(({ name }) => name === 'datetime'),
        {
          in: 'query',
          required: false,
          style: 'form',
          explode: false,
          schema: { type: 'string' },
        },
      );
    }
  },
);
t.test(
  'FeaturesTime.validateFeaturesWithDateTimeOperation: A.2.7 Abstract Test 13, /req/core/fc-op',
  async (t) => {
    for (const id of tested) {
      const start = startOf(id);
      for (const value of [
        start,
        start.slice(0, 10),
        `${start}/..`,
        `../${start}`,
        `${start}/`,
        `/${start}`,
        `${start}/2035-01-01T00:00:00Z`,
      ]) {
        t.equal((await ask84(`${itemsOf(id)}?datetime=${value}`)).statusCode, 200, value);
      }
    }
  },
);
t.test(
  'FeaturesTime.validateFeaturesWithDateTimeResponse: A.2.7 Abstract Test 19, /req/core/fc-time-response',
  async (t) => {
    for (const id of tested) {
      const at = async (value: string): Promise<number> =>
        (await fetchDocument<Features>(`${itemsOf(id)}?datetime=${value}`, GEOJSON)).numberMatched;
      const { numberMatched: all, features } = await fetchDocument<Features>(
        `${itemsOf(id)}?limit=10000`,
        GEOJSON,
      );
      const then = features.filter(({ properties: { date } }) => startOf(id).startsWith(String(date ?? '')));
      t.equal(await at(startOf(id)), then.length, 'valid from this day on, or of this day');
      t.equal(await at(`${startOf(id)}/..`), all);
      t.equal(await at('1900-01-01'), 0, 'long before');
      t.equal(await at('../1900-01-01'), 0);
    }
  },
);
checkAnswers(
  'FeaturesTime',
  {
    geometry: 'validateFeaturesWithDateTimeResponse_GeometryInCRS84',
    type: 'validateFeaturesWithDateTimeResponse_TypeProperty',
    features: 'validateFeaturesWithDateTimeResponse_FeaturesProperty',
    links: 'validateFeaturesWithDateTimeResponse_Links',
    timeStamp: 'validateFeaturesWithDateTimeResponse_TimeStamp',
    numberMatched: 'validateFeaturesWithDateTimeResponse_NumberMatched',
    numberReturned: 'validateFeaturesResponse_NumberReturned',
  },
  (id) => `?datetime=${startOf(id)}`,
);

/** Two features of each collection, by the ids that the collection gives. */
async function someFeatures(): Promise<string[]> {
  const hrefs = await Promise.all(
    tested.map(async (id) => {
      const { features } = await fetchDocument<Features>(`${itemsOf(id)}?limit=2`, GEOJSON);
      return features.map((feature) => `${itemsOf(id)}/${feature.id}`);
    }),
  );
  return hrefs.flat();
}

t.test('Feature.featureOperation: A.2.8 Abstract Test 27, /req/core/f-op', async (t) => {
  for (const href of await someFeatures()) t.equal((await ask84(href)).statusCode, 200);
  t.equal((await ask84(`${itemsOf(tested[0]!)}/no-such-feature`)).statusCode, 404);
  t.equal((await ask84(itemsOf('no-such-collection'))).statusCode, 404);
});
t.test('Feature.validateFeatureResponse: A.2.8 Abstract Test 28, /req/core/f-success, f-links', async (t) => {
  for (const href of await someFeatures()) {
    const { type, links, id } = await fetchDocument<Schemas['DistrictFeature']>(href, GEOJSON);
    t.equal(type, 'Feature');
    t.ok(href.endsWith(`/${id}`));
    t.ok(links.every((link) => link.rel && link.type));
    t.ok(links.some((link) => link.rel === 'self' && link.type === GEOJSON));
    t.ok(links.some((link) => link.rel === 'alternate' && link.type === 'text/html'));
    t.ok(links.some((link) => link.rel === 'collection'));
  }
});

const CRS_URI = /^http:\/\/www\.opengis\.net\/def\/crs\/(EPSG\/0\/\d+|OGC\/1\.3\/CRS84)$/;

t.test('CrsRequirementClassPrecondition.verifyConformanceClass: /conf/crs', async (t) => {
  t.ok(conformsTo.includes('http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs'));
});

/** Tests that the suite runs on each collection's document, and again on those in /collections. */
async function collectionDocuments(): Promise<Collection[]> {
  return await Promise.all(tested.map((id) => fetchDocument<Collection>(`${iut}/collections/${id}`)));
}

const DISCOVERY: [string, string, (collection: Collection) => boolean][] = [
  [
    'DiscoveryCollectionCrsUri.verifyCollectionCrsIdentifierOfCrsProperty',
    'A.1 Abstract Test 1, /req/crs/crs-uri',
    ({ crs }) => crs.length > 0 && crs.every((uri) => CRS_URI.test(uri)),
  ],
  [
    'DiscoveryCollectionCrsUri.verifyCollectionCrsIdentifierOfStorageCrsProperty',
    'A.1 Abstract Test 1, /req/crs/fc-md-storageCrs',
    ({ storageCrs }) => CRS_URI.test(storageCrs),
  ],
  [
    'DiscoveryCollectionDefaultCrs.verifyCollectionCrsIdentifierOfCrsProperty',
    'A.1 Abstract Test 2, /req/crs/fc-md-crs-list',
    ({ crs }) => crs.includes(CRS84) || crs.includes(CRS84H),
  ],
  [
    'DiscoveryCollectionStorageCrs.verifyCollectionCrsIdentifierOfCrsProperty',
    'A.1 Abstract Test 3, /req/crs/fc-md-storageCrs-valid-value',
    ({ crs, storageCrs }) => crs.includes(storageCrs),
  ],
];
for (const [name, requirement, holds] of DISCOVERY) {
  t.test(`${name}: ${requirement}`, async (t) => {
    for (const collection of await collectionDocuments()) t.ok(holds(collection), collection.id);
  });
}
t.test(
  'DiscoveryCollectionsCrsUri.verifyCollectionsCrsIdentifierOfCrsProperty: A.1 Abstract Test 1, /req/crs/fc-md-crs-list-global',
  async (t) => {
    // There is no global list, so there is no reference to one either.
    t.notOk('crs' in collections);
    t.notOk(collections.collections.some(({ crs }) => crs.includes('#/crs')));
  },
);
t.test(
  'DiscoveryCollectionsCrsUri.verifyCollectionsCrsIdentifierOfStorageCrs: A.1 Abstract Test 1, /req/crs/fc-md-crs-list-global',
  async (t) => {
    t.notOk('storageCrs' in collections);
  },
);
const LISTED: [string, string, number][] = [
  [
    'DiscoveryCollectionsCrsUri.verifyCollectionsCollectionCrsIdentifierOfCrsProperty',
    'A.1 Abstract Test 1, /req/crs/crs-uri',
    0,
  ],
  [
    'DiscoveryCollectionsCrsUri.verifyCollectionsCollectionCrsIdentifierOfStorageCrs',
    'A.1 Abstract Test 1, /req/crs/fc-md-storageCrs',
    1,
  ],
  [
    'DiscoveryCollectionsDefaultCrs.verifyCollectionsPathCollectionCrsPropertyContainsDefaultCrs',
    'A.1 Abstract Test 2, /req/crs/fc-md-crs-list',
    2,
  ],
  [
    'DiscoveryCollectionsStorageCrs.verifyCollectionsPathCollectionCrsPropertyContainsStorageCrs',
    'A.1 Abstract Test 2, /req/crs/fc-md-storageCrs-valid-value',
    3,
  ],
];
for (const [name, requirement, row] of LISTED) {
  t.test(`${name}: ${requirement}`, async (t) => {
    for (const collection of collections.collections) t.ok(DISCOVERY[row]![2](collection), collection.id);
  });
}

/** Name for proj4, and whether the authority puts latitude first. */
function systemOf(uri: string): { name: string; latitudeFirst: boolean } {
  const code = uri === CRS84 ? '4326' : uri.split('/').at(-1)!;
  const geographic = code === '4326' || code === '4258';
  return { name: geographic ? 'WGS84' : `EPSG:${code}`, latitudeFirst: geographic && uri !== CRS84 };
}

/** A position of CRS84 in another system and its axis order. */
function project([lon, lat]: Position, uri: string): [number, number] {
  const { name, latitudeFirst } = systemOf(uri);
  const [x, y] = proj4('WGS84', name, [lon!, lat!]) as [number, number];
  return latitudeFirst ? [y, x] : [x, y];
}

t.test(
  'BBoxCrsParameter.verifyBboxCrsParameterWithDefaultCrs: A.2.2 Abstract Test 8, /req/crs/fc-bbox-crs-definition, bbox-crs-action',
  async (t) => {
    for (const id of tested) {
      const box = boxOf(id).join();
      const [without, named] = await Promise.all(
        ['', `&bbox-crs=${CRS84}`].map((more) =>
          fetchDocument<Features>(`${itemsOf(id)}?bbox=${box}${more}`, GEOJSON),
        ),
      );
      t.strictSame(named!.features, without!.features);
      t.match(
        parametersOf(id).find(({ name }) => name === 'bbox-crs'),
        {
          in: 'query',
          required: false,
          style: 'form',
          explode: false,
          schema: { type: 'string', format: 'uri' },
        },
      );
    }
  },
);
t.test(
  'BBoxCrsParameter.verifyBboxCrsParameter: A.2.2 Abstract Test 8, /req/crs/fc-bbox-crs-definition, bbox-crs-action',
  async (t) => {
    for (const { id, crs } of collections.collections) {
      const [west, south, east, north] = boxOf(id);
      const expected = (await fetchDocument<Features>(`${itemsOf(id)}?bbox=${boxOf(id)}`, GEOJSON)).features
        .length;
      for (const uri of crs) {
        const box = [project([west, south], uri), project([east, north], uri)].flat();
        const { features } = await fetchDocument<Features>(
          `${itemsOf(id)}?bbox=${box}&bbox-crs=${uri}`,
          GEOJSON,
        );
        // Sides that are straight in one system are bent in another, by some metres here.
        t.ok(Math.abs(features.length - expected) <= 1, `${uri}: ${features.length} and ${expected}`);
      }
    }
  },
);
t.test(
  'BBoxCrsParameterDefault.verifyBboxCrsParameterDefault: A.2.2 Abstract Test 10, /req/crs/fc-bbox-crs-default-value',
  async (t) => {
    for (const id of tested) {
      const { numberMatched } = await fetchDocument<Features>(
        `${itemsOf(id)}?bbox=${boxOf(id)}&crs=http://www.opengis.net/def/crs/EPSG/0/25832`,
        GEOJSON,
      );
      t.equal(
        numberMatched,
        (await fetchDocument<Features>(`${itemsOf(id)}?bbox=${boxOf(id)}`, GEOJSON)).numberMatched,
      );
    }
  },
);
t.test(
  'BBoxCrsParameterInvalid.verifyBboxCrsParameterInvalid: A.2.2 Abstract Test 9, /conf/crs/bbox-crs-parameter-invalid',
  async (t) => {
    for (const id of tested) {
      for (const uri of [
        'http://www.opengis.net/def/crs/0/unsupported',
        'http://www.opengis.net/def/crs/EPSG/0/31467',
      ]) {
        t.equal((await ask84(`${itemsOf(id)}?bbox=${boxOf(id)}&bbox-crs=${uri}`)).statusCode, 400);
      }
    }
  },
);

/** The suite's tests of `crs`, for items and for one item. */
function checkCrs(prefix: 'Feature' | 'Features', paths: () => Promise<string[]>): void {
  const coordinates = async (href: string): Promise<Position[]> => {
    const document = await fetchDocument<Features | Schemas['DistrictFeature']>(href, GEOJSON);
    const features = 'features' in document ? document.features : [document];
    return features.flatMap(({ geometry }) => geometry!.coordinates.flat(2) as Position[]);
  };
  const { crs } = collections.collections[0]!;

  t.test(
    `${prefix}CrsParameter.verify${prefix}CrsParameter: A.2.1, /req/crs/fc-crs-definition, fc-crs-valid-value, ogc-crs-header, ogc-crs-header-value, geojson`,
    async (t) => {
      for (const href of await paths()) {
        for (const uri of crs) {
          const response = await ask84(`${href}?crs=${uri}`);
          t.equal(response.statusCode, 200);
          t.equal(response.headers['content-crs'], `<${uri}>`);
          t.match(response.headers['content-type'], /^application\/geo\+json/);
        }
      }
    },
  );
  t.test(
    `${prefix}CrsParameterDefault.verify${prefix}CrsParameterDefault: A.2.1 Abstract Test 6, /req/crs/fc-crs-default-value, ogc-crs-header, ogc-crs-header-value`,
    async (t) => {
      for (const href of await paths()) t.equal((await ask84(href)).headers['content-crs'], `<${CRS84}>`);
    },
  );
  t.test(
    `${prefix}CrsParameterInvalid.verify${prefix}CrsParameterInvalid: A.2.1, /req/crs/fc-crs-valid-value`,
    async (t) => {
      for (const href of await paths()) {
        t.equal((await ask84(`${href}?crs=http://www.opengis.net/def/crs/0/unsupported`)).statusCode, 400);
      }
    },
  );
  t.test(
    `${prefix}CrsParameterTransform.verify${prefix}CrsParameterTransformWithCrsParameter: A.2.1 Abstract Test 7, /req/crs/crs-action`,
    async (t) => {
      for (const href of await paths()) {
        const original = await coordinates(href);
        for (const uri of crs) {
          const moved = await coordinates(`${href}?crs=${uri}`);
          t.equal(moved.length, original.length);
          const tolerance = systemOf(uri).name === 'WGS84' ? 1e-7 : 0.02;
          const worst = Math.max(
            ...moved.map(([x, y], i) => {
              const [u, v] = project(original[i]!, uri);
              return Math.max(Math.abs(x! - u), Math.abs(y! - v));
            }),
          );
          t.ok(worst <= tolerance, `${uri}: ${worst}`);
        }
      }
    },
  );
  t.test(
    `${prefix}CrsParameterTransform.verify${prefix}CrsParameterTransformWithoutCrsParameter: A.2.1 Abstract Test 7, /req/crs/crs-action`,
    async (t) => {
      for (const href of await paths()) {
        t.strictSame(await coordinates(href), await coordinates(`${href}?crs=${CRS84}`));
      }
    },
  );
}
checkCrs('Feature', someFeatures);
checkCrs('Features', async () => tested.map(itemsOf));

t.test('pages of a collection in another system keep it, and no feature is lost', async (t) => {
  const uri = 'http://www.opengis.net/def/crs/EPSG/0/25832';
  let href: string | undefined = `${itemsOf(tested[0]!)}?limit=20&crs=${uri}`;
  const seen: string[] = [];
  for (let page = 0; href && page < PAGES; page++) {
    const answer: Features = await fetchDocument<Features>(href, GEOJSON);
    t.ok(positionsOf(answer).every(([x]) => x! > 1000));
    seen.push(...answer.features.map(({ id }) => id));
    href = answer.links.find(({ rel }) => rel === 'next')?.href;
  }
  t.equal(new Set(seen).size, 60);
});
