import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import type { MultiPolygon } from 'geojson';
import t from 'tap';
import type { Scope } from '../support/database.ts';
import type { Prepared } from '../support/prepared.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { type DecodedLayer, decodeTile, doubleArea } from './decode-tile.ts';
import { tileAt, tileBounds } from './tile-bounds.ts';

interface Items {
  numberMatched: number;
  features: { id: string; geometry: MultiPolygon; properties: Record<string, string | number | null> }[];
}
type Point = readonly [number, number];
interface Tile {
  z: number;
  x: number;
  y: number;
}
interface Town {
  data: Prepared;
  collection: string;
  join: string;
  /** A joined column that lacks some values. */
  gappy: string;
  districts: number;
  skip: string | false;
}

const TOWNS: Town[] = [
  {
    data: 'demo',
    collection: 'musterstadt-quartier',
    join: 'indicators=dem_pop,edu_gymnasium&period=2024&measures=value,status,reason,z,rank',
    gappy: 'edu_gymnasium',
    districts: 60,
    skip: false,
  },
  {
    data: 'berlin',
    collection: 'berlin-plr',
    join: 'indicators=mss_s1,mss_s4&period=2021&measures=value,status,reason,z,rank',
    gappy: 'mss_s1',
    districts: 542,
    skip: skipWithoutShared,
  },
];

const ZOOMS = Array.from({ length: 15 }, (_, z) => z);

/** A corner of some districts, and the westernmost point of all. */
function somePoints({ features }: Items): Point[] {
  const points = features.map(({ geometry }) => geometry.coordinates.flat(2) as unknown as Point[]);
  const corners = [0, 0.3, 0.7].map((part) => points[Math.floor(part * points.length)]![0]!);
  return [...corners, points.flat().reduce((west, point) => (point[0] < west[0] ? point : west))];
}

/** Each tile once that holds one of the points. */
function tilesOf(points: readonly Point[], zooms: readonly number[]): Tile[] {
  const found = new Map<string, Tile>();
  for (const z of zooms) {
    for (const point of points) {
      const { x, y } = tileAt(z, point);
      found.set(`${z}/${x}/${y}`, { z, x, y });
    }
  }
  return [...found.values()];
}

function nameOf({ z, x, y }: Tile): string {
  return `tile ${z}/${x}/${y}`;
}

for (const town of TOWNS) {
  t.test(`tiles of ${town.collection}`, { skip: town.skip }, async (t) => {
    const { bytes, read, items, within } = await openTown(t, town);
    const all = await items(`limit=10000&${town.join}`);
    const expected = new Map(
      all.features.map(({ id, properties: { parent: _, ...properties } }) => [
        id,
        Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null)),
      ]),
    );
    const tiles = tilesOf(somePoints(all), ZOOMS);
    const layers = new Map<Tile, DecodedLayer>();
    for (const tile of tiles) layers.set(tile, await read(tile, town.join));

    t.test('every district that touches a tile is in it, from zoom 0 to 14', async (t) => {
      t.equal(all.numberMatched, town.districts);
      const missing: string[] = [];
      for (const [tile, { features }] of layers) {
        const there = new Set(features.map(({ properties }) => properties.key));
        const wanted = tile.z <= 5 ? [...expected.keys()] : await within(tile);
        if (there.size !== features.length) t.fail(`${nameOf(tile)}: a district twice`);
        missing.push(...wanted.filter((key) => !there.has(key)).map((key) => `${nameOf(tile)} ${key}`));
      }
      t.strictSame(missing, []);
    });

    t.test('attributes equal the properties of items; null is left out, the status never', async (t) => {
      const seen = [...layers.values()].flatMap(({ features }) =>
        features.map(({ properties }) => ({ ...properties })),
      );
      const wrong = seen.filter((found) => !isDeepStrictEqual(found, expected.get(String(found.key))));
      t.strictSame(wrong, []);
      const gaps = seen.filter((found) => !(town.gappy in found));
      t.ok(gaps.length > 0, 'a value is missing somewhere');
      t.ok(gaps.every((found) => found[`${town.gappy}_status`] !== 'ok' && `${town.gappy}_reason` in found));
      t.ok(seen.every((found) => `${town.gappy}_status` in found));
    });

    t.test('each tile is the same with gzip, large ones too', async (t) => {
      const sizes: number[] = [];
      for (const tile of tiles) {
        const plain = await bytes(tile, town.join, 'identity');
        if (!gunzipSync(await bytes(tile, town.join, 'gzip')).equals(plain)) t.fail(nameOf(tile));
        sizes.push(plain.length);
      }
      if (town.districts > 500) t.ok(Math.max(...sizes) > 32 * 1024, 'some are compressed in a thread');
    });

    t.test('ids are the same in every tile and at every request', async (t) => {
      const ids = new Map<unknown, number | undefined>();
      for (const { features } of layers.values()) {
        for (const { id, properties } of features) {
          if (!Number.isSafeInteger(id) || (ids.get(properties.key) ?? id) !== id) t.fail(`id ${id}`);
          ids.set(properties.key, id);
        }
      }
      t.equal(ids.size, town.districts);
      t.equal(new Set(ids.values()).size, town.districts);
      const again = await read(tiles[0]!, '');
      t.ok(again.features.every(({ id, properties }) => ids.get(properties.key) === id));
    });

    t.test('layers are MVT 2, rings have area, outer ones run clockwise', async (t) => {
      for (const [tile, layer] of layers) {
        const { features, ...head } = layer;
        t.strictSame(head, { name: town.collection, version: 2, extent: 4096 });
        for (const { rings, type, properties } of features) {
          const where = `${nameOf(tile)} ${properties.key}`;
          if (type !== 3 || rings.length === 0) t.fail(`${where}: no polygon`);
          if (doubleArea(rings[0]!) <= 0) t.fail(`${where}: the first ring is not an outer one`);
          for (const ring of rings) {
            if (doubleArea(ring) === 0) t.fail(`${where}: a ring without area`);
            if (new Set(ring.map(String)).size < 3) t.fail(`${where}: fewer than 3 points`);
            if (ring.flat().some((unit) => unit < -65 || unit > 4161)) t.fail(`${where}: beyond the buffer`);
          }
        }
      }
    });
  });
}

interface OpenTown {
  bytes(tile: Tile, query: string, coding: string): Promise<Buffer>;
  read(tile: Tile, query: string): Promise<DecodedLayer>;
  items(query: string): Promise<Items>;
  /** Keys of the districts whose shape touches a tile's area, by the items endpoint. */
  within(tile: Tile): Promise<string[]>;
}

async function openTown(t: Scope, { data, collection }: Town): Promise<OpenTown> {
  const { get, app } = await testService(t, data);
  const items = async (query: string): Promise<Items> => {
    // The contract's check of megabytes of coordinates is for test/features.
    const url = `/v1/collections/${collection}/items?${query}`;
    return (await app.server.inject({ url })).json();
  };
  const bytes: OpenTown['bytes'] = async ({ z, x, y }, query, coding) => {
    const path = `/collections/${collection}/tiles/WebMercatorQuad/${z}/${y}/${x}?${query}`;
    return (await get(path, { 'accept-encoding': coding })).rawPayload;
  };
  return {
    items,
    bytes,
    read: async (tile, query) => decodeTile(await bytes(tile, query, 'identity'))[0]!,
    within: async ({ z, x, y }) => {
      const { features } = await items(`limit=10000&bbox=${tileBounds(z, x, y).join(',')}`);
      return features.map(({ id }) => id);
    },
  };
}

t.test('addresses, caching and the TileJSON', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const set = '/collections/musterstadt-quartier/tiles/WebMercatorQuad';
  const { x, y } = tileAt(10, [7.735, 52.1]);
  const tile = `${set}/10/${y}/${x}`;
  const join = 'indicators=dem_pop&period=2020';

  t.test('a tile that no district touches is 204, with a version of its own', async (t) => {
    const empty = await get(`${set}/10/0/0`);
    t.equal(empty.statusCode, 204);
    t.match(empty.headers, { etag: /^".+"$/ });
    const again = await get(`${set}/10/0/0`, { 'if-none-match': String(empty.headers.etag) });
    t.equal(again.statusCode, 304);
    for (const coding of ['gzip', 'br', 'zstd', 'gzip, deflate, br, zstd']) {
      const packed = await get(`${set}/10/0/0`, { 'accept-encoding': coding });
      t.match(packed, { statusCode: 204, rawPayload: Buffer.alloc(0) }, coding);
      t.notOk(packed.headers['content-encoding'], coding);
    }
  });

  for (const [path, field] of [
    ['3/8/0', 'tileRow'],
    ['3/0/8', 'tileCol'],
    ['0/1/0', 'tileRow'],
    ['15/0/0', 'tileMatrix'],
    ['24/0/0', 'tileMatrix'],
  ] as const) {
    t.test(`tile ${path} is outside: 404 that names ${field}`, async (t) => {
      const response = await get(`${set}/${path}`);
      t.equal(response.statusCode, 404);
      t.match(response.json().errors, [{ code: 'tile_outside', field, expected: /^0 to \d+/ }]);
    });
  }

  for (const [path, field] of [
    ['10/-1/0', 'tileRow'],
    ['10/0/-1', 'tileCol'],
    ['10/a/0', 'tileRow'],
    ['12/1343.5/0', 'tileRow'],
    ['99/0/0', 'tileMatrix'],
    ['-1/0/0', 'tileMatrix'],
    ['01/0/0', 'tileMatrix'],
    ['0/0/0?colour=red', 'colour'],
    ['0/0/0?f=png', 'f'],
    ['0/0/0?indicators=nothing_like_it', 'indicators'],
    ['0/0/0?indicators=dem_pop&period=1999', 'period'],
    ['0/0/0?indicators=dem_pop&period=soon', 'period'],
    ['0/0/0?period=2020', 'indicators'],
    ['0/0/0?indicators=dem_pop&measures=mood', 'measures'],
  ] as const) {
    t.test(`tile ${path} is wrong: 400 that names ${field}`, async (t) => {
      const response = await get(`${set}/${path}`);
      t.equal(response.statusCode, 400);
      t.match(response.json().errors, [{ field: new RegExp(`^${field}`), got: /./, expected: /./ }]);
    });
  }

  for (const path of [
    `/collections/nowhere/tiles/WebMercatorQuad/0/0/0`,
    `${set}/0/0/0?datetime=1990-01-01`,
    '/collections/nowhere/tiles/WebMercatorQuad/tilejson',
  ]) {
    t.test(`${path} is 404`, async (t) => {
      t.equal((await get(path)).statusCode, 404);
    });
  }

  t.test(
    'the entity tag answers 304, compared weakly, in a list and in any order of parameters',
    async (t) => {
      const first = await get(`${tile}?${join}`);
      const tag = String(first.headers.etag);
      t.match(tag, /^"[^"]+"$/);
      for (const sent of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
        const again = await get(`${tile}?period=2020&indicators=dem_pop`, { 'if-none-match': sent });
        t.equal(again.statusCode, 304, sent);
        t.equal(again.body, '');
        t.equal(again.headers.etag, tag);
        t.equal(again.headers['cache-control'], first.headers['cache-control']);
      }
      for (const other of ['indicators=dem_pop&period=2019', 'indicators=edu_gymnasium&period=2020', '']) {
        const response = await get(`${tile}?${other}`, { 'if-none-match': tag });
        t.equal(response.statusCode, 200, other);
        t.not(response.headers.etag, tag);
      }
    },
  );

  t.test('the same request has the same bytes', async (t) => {
    const [a, b] = [await get(`${tile}?${join}`), await get(`${tile}?period=2020&indicators=dem_pop`)];
    t.ok(a.rawPayload.equals(b.rawPayload));
    t.equal(a.headers['content-type'], 'application/vnd.mapbox-vector-tile');
  });

  t.test('HEAD answers as GET without a body', async (t) => {
    const got = await get(tile);
    const head = await ask({ method: 'HEAD', url: `/v1${tile}` });
    t.equal(head.statusCode, 200);
    t.equal(head.body, '');
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control'] as const) {
      t.equal(head.headers[name], got.headers[name], name);
    }
  });

  t.test('the TileJSON has absolute addresses that keep the parameters and lead to the tiles', async (t) => {
    const response = await get(`${set}/tilejson?${join}&f=json&measures=value,z`, { host: 'atlas.test:81' });
    const document = response.json();
    const [template] = document.tiles as [string];
    t.match(template, /^http:\/\/atlas\.test:81\/v1\/collections\/musterstadt-quartier\/tiles\//);
    const asked = new URL(template).searchParams;
    t.strictSame(Object.fromEntries(asked), {
      indicators: 'dem_pop',
      period: '2020',
      measures: 'value,z',
      datetime: '2015-01-01',
      release: '1',
    });
    const url = new URL(template.replace('{z}', '10').replace('{x}', `${x}`).replace('{y}', `${y}`));
    const linked: LightMyRequestResponse = await ask({ url: url.pathname + url.search });
    t.equal(linked.statusCode, 200);
    const [layer] = decodeTile(linked.rawPayload);
    const [described] = document.vector_layers;
    t.equal(layer!.name, described.id);
    const names = new Set(layer!.features.flatMap(({ properties }) => Object.keys(properties)));
    t.strictSame([...names].sort(), Object.keys(described.fields).sort());
    t.match(document, { tilejson: '3.0.0', scheme: 'xyz', minzoom: 0, maxzoom: 14 });
    const [west, south, east, north] = document.bounds;
    t.ok(west < 7.735 && 7.735 < east && south < 52.1 && 52.1 < north, `${document.bounds}`);
  });

  t.test(
    'addresses of tiles in a TileJSON without parameters name the state that it describes',
    async (t) => {
      const document = (await get(`${set}/tilejson`)).json();
      t.match(document.tiles, [/\/\{z\}\/\{y\}\/\{x\}\?datetime=2015-01-01&release=1$/]);
      t.strictSame(Object.keys(document.vector_layers[0].fields), ['key', 'name']);
    },
  );
});
