/**
 * The requests of Masterportal 3.19, spelled as its modules spell them (addresses of reference systems unescaped), and what
 * these modules read in the answers: the layers OAF and VectorTile, filter, time slider, drop-downs.
 */
import t from 'tap';
import type { Prepared } from '../support/prepared.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { decodeTile } from '../tiles/decode-tile.ts';
import type { Feature, Page, Properties } from './page.ts';

interface Town {
  data: Prepared;
  collection: string;
  /** The join, as `params` of the layer in services.json add it. */
  join: string;
  column: string;
  districts: number;
  /** First day of the newest boundary version. */
  validFrom: string;
  skip: string | false;
}

const TOWNS: Town[] = [
  {
    data: 'demo',
    collection: 'musterstadt-quartier',
    join: 'indicators=pov_child&period=2024',
    column: 'pov_child',
    districts: 60,
    validFrom: '2015-01-01',
    skip: false,
  },
  {
    data: 'berlin',
    collection: 'berlin-plr',
    join: 'indicators=mss_s1&period=2021',
    column: 'mss_s1',
    districts: 542,
    validFrom: '2021-01-01',
    skip: skipWithoutShared,
  },
];

const UTM = 'http://www.opengis.net/def/crs/EPSG/0/25832';

/** What axios accepts where a module does not say. */
const AXIOS = 'application/json, text/plain, */*';
const GEOJSON = 'application/geo+json';

for (const { data, collection, join, column, districts, validFrom, skip } of TOWNS) {
  t.test(`Masterportal asks for ${collection}`, { skip }, async (t) => {
    const { get } = await testService(t, data);
    const items = `/collections/${collection}/items`;

    const read = async (path: string, accept: string): Promise<Page> => {
      const response = await get(path, { accept, origin: 'https://portal.example' });
      t.equal(response.statusCode, 200, path);
      t.equal(response.headers['access-control-allow-origin'], '*');
      return response.json();
    };

    /** All features of a request. Only `next` of exactly this type is followed. */
    const collect = async (query: string): Promise<Feature[]> => {
      const features: Feature[] = [];
      let path: string | undefined = `${items}?${query}`;
      while (path !== undefined) {
        const page: Page = await read(path, GEOJSON);
        features.push(...page.features);
        path = page.links
          .find(({ rel, type }) => rel === 'next' && type === GEOJSON)
          ?.href.replace('http://localhost/v1', '');
      }
      return features;
    };

    const all = await collect(`limit=10000&crs=${UTM}&${join}`);
    const keys = (features: readonly Feature[]): unknown[] => features.map(({ id }) => id);
    const middle = all[Math.floor(all.length / 2)]!;
    const { west, south, east, north } = boxOf(middle);

    t.test(
      'OAF layer: all districts in metres of EPSG:25832, each once, however long the pages',
      async (t) => {
        t.equal(new Set(keys(all)).size, districts);
        for (const limit of [Math.ceil(districts / 4), 400])
          t.strictSame(keys(await collect(`limit=${limit}&crs=${UTM}`)), keys(all));
        t.ok(
          west > 200_000 && east < 1_000_000 && south > 5_200_000 && north < 6_200_000,
          'east, then north',
        );
      },
    );

    t.test('OAF layer: the window of the map', async (t) => {
      const box = `bbox=${west},${south},${east},${north}&bbox-crs=${UTM}&crs=${UTM}`;
      const within = await collect(`limit=400&${box}`);
      const escaped = String(new URLSearchParams(box));
      t.strictSame(keys(await collect(`limit=400&${escaped}`)), keys(within), 'as the layer escapes it');
      t.ok(within.length < districts);
      t.strictSame(within.find(({ id }) => id === middle.id)?.geometry, middle.geometry);
      t.strictSame(keys(await collect(`limit=3&${box}`)), keys(within), 'the window stays on every page');
      const short = box.replaceAll(UTM, 'EPSG:25832');
      t.strictSame(keys(await collect(`limit=400&${short}`)), keys(within), 'as its documentation has it');
    });

    t.test('OAF layer: a day of the time slider', async (t) => {
      const asked = await collect(`limit=400&datetime=${validFrom}`);
      t.strictSame(keys(asked), keys(all));
      const { extent } = (await get(`/collections/${collection}?f=json`, { accept: AXIOS })).json();
      for (const [from, until] of extent.temporal.interval) {
        t.ok(new Date(from) <= new Date(validFrom));
        t.equal(until, null);
      }
    });

    t.test('a slash at the end of the configured address, or one more', async (t) => {
      for (const path of [`${items}/`, `/${items}`]) {
        t.strictSame(keys((await read(`${path}?limit=2`, AXIOS)).features), keys(all).slice(0, 2));
      }
    });

    t.test('filter: types of attributes from the parameters in /api', async (t) => {
      const response = await get('/api', { accept: 'application/vnd.oai.openapi+json' });
      const document = response.json();
      const types: Record<string, string> = {};
      for (const entry of document.paths[items].get.parameters) {
        const { name, schema } = entry.$ref
          ? entry.$ref
              .slice('#/'.length)
              .split('/')
              .reduce((node: Record<string, unknown>, step: string) => node[step], document)
          : entry;
        types[name] = schema.type;
      }
      t.match(types, { key: 'string', name: 'string', parent: 'string' });
    });

    t.test('filter: drop-downs from the schema in one request', async (t) => {
      for (const path of [`/collections/${collection}/schema?f=json`, `/collections/${collection}/schema`]) {
        const { properties } = (await get(path, { accept: 'application/schema+json' })).json();
        t.strictSame(new Set(properties.key.enum), new Set(keys(all)));
        t.strictSame(
          new Set(properties.name.enum),
          new Set(all.map(({ properties: { name } }) => name)),
          'names',
        );
      }
    });

    t.test('filter: every rule', async (t) => {
      const name = String(middle.properties.name);
      const value = middle.properties[column] as number;
      const key = String(middle.id);
      const first = String(all[0]!.id);
      const text = (test: (name: string) => boolean) => (p: Properties) => test(String(p.name));
      const number = (test: (value: number) => boolean) => (p: Properties) =>
        typeof p[column] === 'number' && test(p[column]);
      const rules: [rule: string, matches: (properties: Properties) => boolean][] = [
        [`name='${name}'`, text((each) => each === name)],
        [`NOT name='${name}'`, text((each) => each !== name)],
        [`key IN ('${key}','${first}')`, (p) => p.key === key || p.key === first],
        [`key NOT IN ('${key}','${first}')`, (p) => p.key !== key && p.key !== first],
        [`name LIKE '${name.slice(0, 3)}%'`, text((each) => each.startsWith(name.slice(0, 3)))],
        [`name LIKE '%${name.slice(-3)}'`, text((each) => each.endsWith(name.slice(-3)))],
        [`name LIKE '%a%'`, text((each) => each.includes('a'))],
        [`${column}=${value}`, number((each) => each === value)],
        [`NOT ${column}=${value}`, number((each) => each !== value)],
        [`${column} IN (${value},0)`, number((each) => each === value || each === 0)],
        [`${column} BETWEEN 1 AND ${value}`, number((each) => each >= 1 && each <= value)],
        [`${column}>${value}`, number((each) => each > value)],
        [`${column}>=${value}`, number((each) => each >= value)],
        [`${column}<${value}`, number((each) => each < value)],
        [`${column}<=${value}`, number((each) => each <= value)],
        [`T_EQUALS(valid_from,DATE('${validFrom}'))`, () => true],
        [`valid_from = DATE('${validFrom}') AND key = '${key}'`, (p) => p.key === key],
        [`T_INTERSECTS(valid_from,INTERVAL('1990-01-01','2099-12-31'))`, () => true],
        [`T_INTERSECTS(valid_from,INTERVAL('1990-01-01','1990-12-31'))`, () => false],
      ];
      for (const [rule, matches] of rules) {
        const asked = `limit=400&filter=${encodeURIComponent(rule)}&filter-crs=${UTM}&crs=${UTM}&${join}`;
        const expected = all.filter(({ properties }) => matches(properties));
        t.strictSame(keys(await collect(asked)), keys(expected), rule);
      }
      t.ok(all.some(({ properties }) => number((each) => each > value)(properties)));
    });

    t.test('filter: an area that was drawn, a point, and a rule besides', async (t) => {
      const ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ];
      const drawn = ring.map((point) => point.join(' ')).join(', ');
      const ask = (rule: string): Promise<Feature[]> =>
        collect(`limit=400&filter=${encodeURIComponent(rule)}&filter-crs=${UTM}&crs=${UTM}`);
      const inBox = await collect(`limit=400&bbox=${west},${south},${east},${north}&bbox-crs=${UTM}`);
      t.strictSame(keys(await ask(`S_INTERSECTS(geometry, POLYGON((${drawn})))`)), keys(inBox));
      t.strictSame(keys(await ask(`S_WITHIN(geometry, POLYGON((${drawn})))`)), [middle.id]);
      const rule = `key='${middle.id}' AND S_INTERSECTS(geometry, POLYGON((${drawn})))`;
      t.strictSame(keys(await ask(rule)), [middle.id]);
      const [x, y] = middle.geometry!.coordinates[0]![0]![0]!;
      t.ok(keys(await ask(`S_INTERSECTS(geometry, POINT(${x} ${y}))`)).length <= districts / 2);
    });

    t.test('dashboard: some properties, with the shape only where it is named', async (t) => {
      const shapes = await collect(`limit=10000&crs=${UTM}&properties=name,geometry`);
      t.strictSame(
        shapes.map(({ properties }) => properties),
        all.map(({ properties: { name } }) => ({ name })),
      );
      t.strictSame(
        shapes.map(({ geometry }) => geometry),
        all.map(({ geometry }) => geometry),
      );
      for (const asked of [
        'properties=key,name&skipGeometry=true',
        'properties=key,name',
        'exclude-properties=parent,geometry',
      ]) {
        t.strictSame(
          (await collect(`limit=10000&${asked}`)).map(({ geometry, properties }) => [geometry, properties]),
          all.map(({ properties: { key, name } }) => [null, { key, name }]),
          asked,
        );
      }
    });

    t.test(
      'VectorTile layer: tiles of a German grid, with the grid and style it is configured with',
      async (t) => {
        const set = (await get('/tileMatrixSets/AdV_25832', { accept: AXIOS })).json();
        const { pointOfOrigin, cellSize, tileWidth } = set.tileMatrices[8];
        const side = cellSize * tileWidth;
        const column8 = Math.floor((west - pointOfOrigin[0]) / side);
        const row8 = Math.floor((pointOfOrigin[1] - north) / side);
        const tile = await get(`/collections/${collection}/tiles/AdV_25832/8/${row8}/${column8}?${join}`);
        const [layer] = decodeTile(tile.rawPayload);
        t.equal(layer?.name, collection);
        const found = layer!.features.find(({ properties }) => properties.key === middle.id);
        t.equal(found?.properties[column], middle.properties[column]);

        const style = (await get(`/collections/${collection}/styles/${column}`, { accept: AXIOS })).json();
        t.equal(style.version, 8);
        t.ok(Object.keys(style.sources).length > 0 && style.layers.length > 0);
      },
    );
  });
}

/** Between its corners a box is straight in another system than the shapes are, so it needs some room. */
const ROOM_METRES = 10;

/** A box that holds a district. */
function boxOf({ geometry }: Feature): { west: number; south: number; east: number; north: number } {
  const points = geometry!.coordinates.flat(2);
  const xs = points.map(([x]) => x!);
  const ys = points.map(([, y]) => y!);
  return {
    west: Math.min(...xs) - ROOM_METRES,
    south: Math.min(...ys) - ROOM_METRES,
    east: Math.max(...xs) + ROOM_METRES,
    north: Math.max(...ys) + ROOM_METRES,
  };
}
