/**
 * What OGC's test suite for Tiles 1.0 (ets-ogcapi-tiles10) asserts, test by test, and what the further classes demand that
 * /conformance lists. Requirements are those of OGC 20-057, unless another document is named.
 */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';
import { decodeTile } from '../tiles/decode-tile.ts';

type Schemas = components['schemas'];
type Link = Schemas['Link'] | Schemas['TemplatedLink'];
type TileSet = Schemas['TileSet'];
interface Operation {
  operationId: string;
  parameters: { $ref: string }[];
}
interface ParameterDocument {
  name: string;
  in: string;
  required: boolean;
  schema: { type: string; minimum?: number };
}

const REL = 'http://www.opengis.net/def/rel/ogc/1.0';
const TILES = 'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf';
const TMS = 'http://www.opengis.net/spec/tms/2.0/conf';
const CONFORMANCE = 'ogcapi-common-1/1.0/conf/core';
/** What Java's URL connection sends unasked: the suite's requests for tiles do. */
const JAVA_ACCEPT = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
const REGISTERED = 'http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad';

const { get, ask } = await testService(t, 'demo');
const landing: { links: Link[] } = (await get('/')).json();
const { collections: all }: { collections: { id: string; links: Link[] }[] } = (
  await get('/collections')
).json();
const api: {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, { get?: Operation }>;
  components: { parameters: Record<string, ParameterDocument> };
} = (await get('/api')).json();
const { conformsTo }: { conformsTo: string[] } = (await get('/conformance')).json();

/** Follows an absolute link of this service. */
async function follow(href: string, headers: Record<string, string> = {}) {
  const url = new URL(href);
  return await ask({ url: url.pathname + url.search, headers });
}

async function read<T>(href: string): Promise<T> {
  const response = await follow(href);
  t.equal(response.statusCode, 200, href);
  return response.json();
}

function linkOf(links: readonly Link[], rel: string): Link {
  return links.find((link) => link.rel === rel)!;
}

/** The suite takes the collections with such a link. Wide tables have none. */
const collections = all.filter(({ links }) => linkOf(links, `${REL}/tilesets-vector`));

/** Every resource with tile sets: the whole and each such collection. */
const resources = [landing, ...collections];

/** Metadata of every tile set of a resource. */
async function tileSetsOf(resource: { links: Link[] }): Promise<TileSet[]> {
  const list = await read<Schemas['TileSets']>(linkOf(resource.links, `${REL}/tilesets-vector`).href);
  return await Promise.all(list.tilesets.map(({ links }) => read<TileSet>(linkOf(links, 'self').href)));
}

function tileHref({ links }: TileSet, tileMatrix: string, tileRow: number | string, tileCol: number): string {
  return linkOf(links, 'item')
    .href.replace('{tileMatrix}', tileMatrix)
    .replace('{tileRow}', String(tileRow))
    .replace('{tileCol}', String(tileCol));
}

/** Every get operation of a tile in the API document, with its parameters. */
const tileOperations = Object.entries(api.paths)
  .filter(([path]) => path.endsWith('/{tileMatrix}/{tileRow}/{tileCol}'))
  .map(([path, { get }]) => ({
    path,
    parameters: get!.parameters.map(({ $ref }) => api.components.parameters[$ref.split('/').at(-1)!]!),
  }));

t.test('/req/oas30/completeness: the API document has every path of tiles', async (t) => {
  t.match(api.openapi, /^3\.0/);
  t.equal(linkOf(landing.links, 'service-desc').type, 'application/vnd.oai.openapi+json;version=3.0');
  for (const resource of ['', ...collections.map(({ id }) => `/collections/${id}`)]) {
    for (const path of [
      `${resource}/tiles`,
      `${resource}/tiles/{tileMatrixSetId}`,
      `${resource}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`,
    ]) {
      t.ok(api.paths[path]?.get, path);
    }
  }
  for (const path of ['/tileMatrixSets', '/tileMatrixSets/{tileMatrixSetId}'])
    t.ok(api.paths[path]?.get, path);
});

t.test('/req/oas30/operation-id: operations are known by the ends of their ids', async (t) => {
  for (const [path, operations] of Object.entries(api.paths)) {
    const match = /^(\/collections\/[^/]+)?\/tiles(\/\{tileMatrixSetId\})?(\/\{tileMatrix\}.*)?$/.exec(path);
    if (!match) continue;
    const [, collection, set, tile] = match;
    const ending = tile ? 'getTile' : set ? 'getTileSet' : 'getTileSetsList';
    const id = operations.get!.operationId;
    t.ok(id.endsWith(`.${collection ? 'collection' : 'dataset'}.vector.${ending}`), `${path}: ${id}`);
  }
});

t.test('/req/core/conformance-success: the classes are listed', async (t) => {
  for (const name of [
    'core',
    'tileset',
    'tilesets-list',
    'dataset-tilesets',
    'geodata-tilesets',
    'collections-selection',
    'datetime',
    'oas30',
    'mvt',
  ]) {
    t.ok(conformsTo.includes(`${TILES}/${name}`), name);
  }
  for (const name of [
    'tilematrixset',
    'json-tilematrixset',
    'tilesetmetadata',
    'json-tilesetmetadata',
    'tilematrixsetlimits',
    'json-tilematrixsetlimits',
  ]) {
    t.ok(conformsTo.includes(`${TMS}/${name}`), name);
  }
  t.ok(conformsTo.some((uri) => uri.endsWith(CONFORMANCE)));
});

t.test('/req/core/tc-op: the API document has a tile operation', async (t) => {
  t.equal(tileOperations.length, collections.length + 2);
  t.ok(Object.values(api.paths).some((operations) => operations.get?.operationId.includes('.getTile')));
});

for (const [requirement, name, type] of [
  ['tc-tilematrix-definition', 'tileMatrix', 'string'],
  ['tc-tilerow-definition', 'tileRow', 'integer'],
  ['tc-tilecol-definition', 'tileCol', 'integer'],
] as const) {
  t.test(`/req/core/${requirement}: ${name} is a path parameter of type ${type}`, async (t) => {
    for (const { path, parameters } of tileOperations) {
      const parameter = parameters.find((each) => each.name === name);
      t.match(parameter, { in: 'path', required: true, schema: { type } }, path);
      if (type === 'integer') t.equal(parameter!.schema.minimum, 0);
    }
  });
}

t.test('/req/core/tc-success: tiles that links lead to are there, whatever a browser accepts', async (t) => {
  for (const resource of resources) {
    for (const set of await tileSetsOf(resource)) {
      for (const { tileMatrix, minTileRow, minTileCol, maxTileCol } of set.tileMatrixSetLimits.slice(0, 8)) {
        for (const column of new Set([minTileCol, maxTileCol])) {
          const href = tileHref(set, tileMatrix, minTileRow, column);
          const response = await follow(href, { accept: JAVA_ACCEPT });
          t.ok([200, 204].includes(response.statusCode), href);
          if (response.statusCode !== 200) continue;
          t.equal(response.headers['content-type'], 'application/vnd.mapbox-vector-tile');
          t.ok(decodeTile(response.rawPayload).length > 0, href);
        }
      }
    }
  }
});

t.test('/req/core/tc-success: every tile of a range full of districts is 200', async (t) => {
  const url = `/tiles/WebMercatorQuad/10`;
  const [set] = await tileSetsOf(landing);
  t.equal(set!.tileMatrixSetURI, REGISTERED);
  const limits = set!.tileMatrixSetLimits[10]!;
  for (let row = limits.minTileRow; row <= limits.maxTileRow; row++) {
    for (let col = limits.minTileCol; col <= limits.maxTileCol; col++) {
      t.equal((await get(`${url}/${row}/${col}?f=mvt`)).statusCode, 200, `${row}/${col}`);
    }
  }
});

t.test('/req/core/tc-error: tiles outside of the matrix are 404 or 400', async (t) => {
  for (const resource of resources) {
    for (const set of await tileSetsOf(resource)) {
      for (const [tileMatrix, row, column] of [
        ['5', 2147483647, 0],
        ['5', 0, 2147483647],
        ['2147483647', 0, 0],
        ['5', 'x', 0],
        ['-1', 0, 0],
      ] as const) {
        const response = await follow(tileHref(set, tileMatrix, row, column));
        t.ok(
          [400, 404].includes(response.statusCode),
          `${set.tileMatrixSetId} ${tileMatrix}/${row}/${column}`,
        );
      }
    }
  }
});

t.test('/req/dataset-tilesets/landingpage: the landing page links to the tile sets', async (t) => {
  const link = linkOf(landing.links, `${REL}/tilesets-vector`);
  t.match(link.href, /^http:.*\/tiles/);
  t.ok(linkOf(landing.links, `${REL}/tiling-schemes`).href.endsWith('/tileMatrixSets'));
});

t.test('/req/geodata-tilesets/desc-links: every collection with tiles links to its tile sets', async (t) => {
  t.strictSame(
    collections.map(({ id }) => id),
    ['musterstadt-quartier', 'musterstadt-stadtteil'],
  );
  for (const { id, links } of collections) {
    t.ok(linkOf(links, `${REL}/tilesets-vector`).href.includes(`/collections/${id}/tiles`), id);
  }
});

t.test(
  '/req/geodata-tilesets/op, /req/tilesets-list/tileset-links: every tile set says its grid',
  async (t) => {
    for (const resource of resources) {
      const list = await read<Schemas['TileSets']>(linkOf(resource.links, `${REL}/tilesets-vector`).href);
      t.strictSame(
        list.tilesets.map(({ tileMatrixSetId }) => tileMatrixSetId),
        ['WebMercatorQuad', 'AdV_25832', 'AdV_25833', 'EU_25832'],
      );
      for (const { tileMatrixSetURI, tileMatrixSetId, links, crs } of list.tilesets) {
        t.ok(URL.canParse(tileMatrixSetURI), tileMatrixSetURI);
        const grid = await read<Schemas['TileMatrixSet']>(linkOf(links, `${REL}/tiling-scheme`).href);
        t.match(grid, { id: tileMatrixSetId, crs });
        t.match(linkOf(links, 'item'), { templated: true, type: 'application/vnd.mapbox-vector-tile' });
      }
    }
  },
);

t.test('/req/tileset/description: metadata has grid, limits, layers and links', async (t) => {
  for (const resource of resources) {
    for (const set of await tileSetsOf(resource)) {
      t.match(set, { dataType: 'vector', crs: /^http:\/\/www\.opengis\.net\/def\/crs\/EPSG\/0\/\d+$/ });
      t.strictSame(
        set.tileMatrixSetLimits.map(({ tileMatrix }) => tileMatrix),
        Array.from({ length: 15 }, (_, z) => String(z)),
      );
      const names = 'id' in resource ? [resource.id] : collections.map(({ id }) => id);
      t.strictSame(
        set.layers.map(({ id }) => id),
        names.flatMap((name) => [name, `${name}_labels`]),
      );
      for (const { geometryDimension, propertiesSchema } of set.layers) {
        t.match(propertiesSchema.properties, { key: { type: 'string' }, name: { type: 'string' } });
        t.ok(geometryDimension === 0 || geometryDimension === 2);
      }
    }
  }
});

t.test('/req/collections-selection: tiles have the layers asked for', async (t) => {
  const chosen = collections.slice(0, 2).map(({ id }) => id);
  const layersOf = async (query: string): Promise<string[]> =>
    decodeTile((await get(`/tiles/WebMercatorQuad/0/0/0${query}`)).rawPayload)
      .map(({ name }) => name)
      .filter((name) => !name.endsWith('_labels'));
  t.strictSame(await layersOf(`?collections=${chosen}`), chosen);
  t.strictSame(await layersOf(`?collections=${chosen.toReversed()}`), chosen);
  t.strictSame(await layersOf(`?collections=${chosen[0]}`), [chosen[0]]);
  t.strictSame(
    await layersOf(''),
    collections.map(({ id }) => id),
  );
  t.equal((await get('/tiles/WebMercatorQuad/0/0/0?collections=nowhere')).statusCode, 400);
});

t.test('/req/datetime: tiles take a datetime, and there are none of a time without districts', async (t) => {
  for (const { path, parameters } of tileOperations) {
    t.ok(
      parameters.some(({ name }) => name === 'datetime'),
      path,
    );
  }
  t.equal((await get('/tiles/WebMercatorQuad/0/0/0?datetime=2020-01-01')).statusCode, 200);
  t.equal((await get('/tiles/WebMercatorQuad/0/0/0?datetime=1900-01-01')).statusCode, 204);
  t.equal((await get('/tiles/WebMercatorQuad/0/0/0?datetime=noon')).statusCode, 400);
});

t.test('OGC 17-083r4 /req/json-tilematrixset: grids have what the standard demands', async (t) => {
  const { tileMatrixSets } = await read<Schemas['TileMatrixSets']>(
    linkOf(landing.links, `${REL}/tiling-schemes`).href,
  );
  t.equal(tileMatrixSets.length, 4);
  const { tilesets } = (await get('/tiles')).json() as Schemas['TileSets'];
  const named = new Map(tilesets.map((set) => [set.tileMatrixSetId, set.tileMatrixSetURI]));
  for (const { id, links, uri } of tileMatrixSets) {
    const grid = await read<Schemas['TileMatrixSet']>(linkOf(links, 'self').href);
    t.equal(grid.id, id);
    t.equal(uri, id === 'WebMercatorQuad' ? REGISTERED : linkOf(links, 'self').href);
    t.equal(grid.uri, uri, 'clients find the grid of a tile set by it');
    t.equal(named.get(id), uri);
    for (const { scaleDenominator, cellSize, pointOfOrigin } of grid.tileMatrices) {
      t.ok(Math.abs(scaleDenominator * 0.00028 - cellSize) < 1e-6);
      t.strictSame(pointOfOrigin, grid.tileMatrices[0]!.pointOfOrigin);
    }
  }
});
