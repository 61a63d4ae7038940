import type { MultiPolygon } from 'geojson';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { boundsOf, TILE_MATRIX_SETS, type TileMatrixSet, tileAt } from '../../src/tiles/tile-matrix-set.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn, testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { decodeTile } from './decode-tile.ts';

type TileSet = components['schemas']['TileSet'];
type DatasetTileJson = components['schemas']['DatasetTileJson'];
type Point = [number, number];

const QUARTERS = 'musterstadt-quartier';
const PARTS = 'musterstadt-stadtteil';
const JOIN = 'indicators=dem_pop&period=2020&measures=value,rank';
/** In the demo town. */
const CENTRE: Point = [7.735, 52.1];

t.test('tile sets of the demo town', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const follow = async (href: string) => {
    const url = new URL(href);
    return await ask({ url: url.pathname + url.search });
  };
  const templateOf = (set: TileSet): string => set.links.find(({ rel }) => rel === 'item')!.href;

  for (const set of TILE_MATRIX_SETS.values()) {
    t.test(`${set.id}: districts lie in their tile where they lie on the ground`, async (t) => {
      const { features } = (await get(`/collections/${QUARTERS}/items`)).json();
      const z = set.id === 'WebMercatorQuad' ? 12 : 7;
      const address = tileAt(set, z, ...CENTRE);
      const tile = await get(`/collections/${QUARTERS}/tiles/${set.id}/${z}/${address.y}/${address.x}`);
      const [layer] = decodeTile(tile.rawPayload);
      t.ok(layer!.features.length > 5);
      const [west, south, east, north] = boundsOf(set, address);
      const unit = (east - west) / layer!.extent;
      let compared = 0;
      for (const { properties, rings } of layer!.features) {
        const { geometry } = features.find(({ id }: { id: string }) => id === properties.key);
        const ground = pointsOf(geometry, set).filter(
          ([x, y]) => x > west && x < east && y > south && y < north,
        );
        const drawn = rings.map((ring) => ring.map(([x, y]): Point => [west + x * unit, north - y * unit]));
        for (const [x, y] of ground.filter((_, i) => i % 7 === 0)) {
          const nearest = Math.min(...drawn.map((ring) => distanceTo(ring, [x, y])));
          if (nearest > 3 * unit) t.fail(`${properties.key}: ${nearest / unit} units off at ${x} ${y}`);
          compared++;
        }
      }
      t.ok(compared > 20, `${compared} points`);
    });
  }

  t.test('links keep the parameters and lead to tiles with the columns described', async (t) => {
    const set: TileSet = (await get(`/collections/${QUARTERS}/tiles/AdV_25832?${JOIN}&f=json`)).json();
    const template = templateOf(set);
    t.strictSame(Object.fromEntries(new URL(template).searchParams), {
      indicators: 'dem_pop',
      period: '2020',
      measures: 'value,rank',
      datetime: '2015-01-01',
      release: '1',
    });
    const { x, y } = tileAt(TILE_MATRIX_SETS.get('AdV_25832')!, 7, ...CENTRE);
    const tile = await follow(fill(template, 7, y, x));
    const [layer] = decodeTile(tile.rawPayload);
    const { properties } = set.layers[0]!.propertiesSchema;
    const names = new Set(layer!.features.flatMap((feature) => Object.keys(feature.properties)));
    t.strictSame([...names].sort(), Object.keys(properties).sort());
    t.match(properties.dem_pop, { type: 'number', description: /persons, 2020/ });
    t.match(properties.dem_pop_status, { type: 'string', enum: ['ok', 'estimated', 'suppressed'] });
    t.match(set.layers[0]!.columns, [
      { name: 'dem_pop' },
      { name: 'dem_pop_status' },
      { name: 'dem_pop_rank' },
    ]);
    t.notOk(
      set.links.some(({ rel }) => rel === 'describedby'),
      'no TileJSON of another grid',
    );
    const limits = set.tileMatrixSetLimits[7]!;
    t.ok(limits.minTileRow <= y && y <= limits.maxTileRow);
  });

  t.test('limits hold every tile with districts, and no row or column too many', async (t) => {
    const set: TileSet = (await get(`/collections/${QUARTERS}/tiles/AdV_25833`)).json();
    const { minTileRow, maxTileRow, minTileCol, maxTileCol } = set.tileMatrixSetLimits[8]!;
    for (let row = minTileRow; row <= maxTileRow; row++) {
      const statuses = await Promise.all(
        range(minTileCol, maxTileCol).map(
          async (col) => (await follow(fill(templateOf(set), 8, row, col))).statusCode,
        ),
      );
      t.ok(statuses.includes(200), `row ${row}`);
    }
    for (const [row, col] of [
      [minTileRow - 2, minTileCol],
      [minTileRow, maxTileCol + 2],
    ] as const) {
      t.equal((await follow(fill(templateOf(set), 8, row, col))).statusCode, 204);
    }
  });

  for (const path of [`/collections/${QUARTERS}/tiles`, '/tiles']) {
    t.test(
      `${path}: a grid that TileJSON can't describe is 404 and says where it is described`,
      async (t) => {
        const response = await get(`${path}/EU_25832/tilejson`);
        t.equal(response.statusCode, 404);
        t.match(response.json().errors, [
          { code: 'no_tilejson', expected: /WebMercatorQuad.*tiles\/EU_25832/ },
        ]);
      },
    );

    t.test(`${path}: an unknown grid is 404`, async (t) => {
      for (const rest of ['', '/tilejson', '/0/0/0']) {
        const response = await get(`${path}/WorldCRS84Quad${rest}`);
        t.equal(response.statusCode, 404, rest);
        t.match(response.json().errors, [{ code: 'unknown_tile_matrix_set', expected: /AdV_25832/ }]);
      }
    });

    t.test(`${path}: documents have versions of their own and take f`, async (t) => {
      for (const rest of ['', '/AdV_25832', '/WebMercatorQuad/tilejson']) {
        const first = await get(`${path}${rest}?f=json`);
        t.equal(first.statusCode, 200, rest);
        const again = await get(`${path}${rest}?f=json`, { 'if-none-match': String(first.headers.etag) });
        t.equal(again.statusCode, 304, rest);
      }
    });
  }

  t.test('several collections are layers of one tile, each with the indicators that it has', async (t) => {
    const query = `collections=${PARTS},${QUARTERS}&${JOIN}`;
    const document: DatasetTileJson = (await get(`/tiles/WebMercatorQuad/tilejson?${query}`)).json();
    const { x, y } = tileAt(TILE_MATRIX_SETS.get('WebMercatorQuad')!, 11, ...CENTRE);
    const [template] = document.tiles as [string];
    const response = await follow(
      template.replace('{z}', '11').replace('{y}', String(y)).replace('{x}', String(x)),
    );
    const layers = decodeTile(response.rawPayload);
    for (const id of [QUARTERS, PARTS]) {
      const { fields } = document.vector_layers.find((each) => each.id === id)!;
      const names = layers
        .find(({ name }) => name === id)!
        .features.flatMap(({ properties }) => Object.keys(properties));
      t.strictSame([...new Set(names)].sort(), Object.keys(fields).sort(), id);
    }
    t.strictSame(
      document.vector_layers.map(({ id }) => id),
      [QUARTERS, `${QUARTERS}_labels`, PARTS, `${PARTS}_labels`],
    );
    const one = (await get(`/collections/${QUARTERS}/tiles/WebMercatorQuad/tilejson`)).json();
    t.strictSame(document.bounds, one.bounds);
  });

  for (const [query, field, expected] of [
    [`collections=nowhere`, 'collections', /musterstadt-quartier/],
    [`collections=${QUARTERS},${QUARTERS}`, 'collections', /no entry twice/],
    ['collections=', 'collections', /characters/],
    ['indicators=nothing_like_it', 'indicators', /dem_pop/],
    ['period=2020', 'indicators', /indicators=/],
    ['indicators=dem_pop&period=1999', 'period', /2020/],
    ['bbox=1,2,3,4', 'bbox', /collections/],
  ] as const) {
    t.test(`tiles of ${query}: 400 that names ${field}`, async (t) => {
      for (const path of ['/tiles', '/tiles/WebMercatorQuad', '/tiles/WebMercatorQuad/0/0/0']) {
        const response = await get(`${path}?${query}`);
        t.equal(response.statusCode, 400, path);
        t.match(response.json().errors, [{ field: new RegExp(`^${field}`), expected }]);
      }
    });
  }
});

t.test('collections without an indicator are layers without it', { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const query = 'indicators=mss_s1&period=2021';
  const { vector_layers }: DatasetTileJson = (await get(`/tiles/WebMercatorQuad/tilejson?${query}`)).json();
  const areas = vector_layers.filter(({ id }) => !id.endsWith('_labels'));
  t.ok(areas.length > 1);
  for (const { id, fields } of areas) t.equal('mss_s1' in fields, id === 'berlin-plr', id);
  const tile = decodeTile((await get(`/tiles/WebMercatorQuad/8/83/137?${query}`)).rawPayload);
  for (const { id, fields } of areas) {
    const { features } = tile.find(({ name }) => name === id)!;
    const names = new Set(features.flatMap(({ properties }) => Object.keys(properties)));
    t.strictSame([...names].sort(), Object.keys(fields).sort(), id);
  }
});

t.test('without districts there are tile sets without layers and no tiles', async (t) => {
  const { get } = await serviceOn(t, await testDatabase(t));
  t.equal((await get('/tiles')).json().tilesets.length, 4);
  t.match((await get('/tiles/AdV_25832')).json(), { layers: [], tileMatrixSetLimits: [], release: 0 });
  t.match((await get('/tiles/WebMercatorQuad/tilejson')).json(), { vector_layers: [], version: '0.0.0' });
  t.equal((await get('/tiles/AdV_25832/0/0/0')).statusCode, 204);
});

function pointsOf(geometry: MultiPolygon, set: TileMatrixSet): Point[] {
  return geometry.coordinates.flat(2).map(([lon, lat]) => set.project(lon!, lat!));
}

/** From a point to the nearest line of a closed ring. */
function distanceTo(ring: readonly Point[], [x, y]: Point): number {
  const distances = ring.slice(1).map(([bx, by], i) => {
    const [ax, ay] = ring[i]!;
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = length === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length;
    const share = Math.max(0, Math.min(1, along));
    return Math.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y);
  });
  return Math.min(...distances);
}

function fill(template: string, z: number, row: number, col: number): string {
  return template
    .replace('{tileMatrix}', String(z))
    .replace('{tileRow}', String(row))
    .replace('{tileCol}', String(col));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
