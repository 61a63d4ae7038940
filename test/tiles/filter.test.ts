import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { testService } from '../support/service.ts';
import { type DecodedLayer, decodeTile } from './decode-tile.ts';
import { tileAt } from './tile-bounds.ts';

const MIDDLE = [7.735, 52.1] as const;
const JOIN = 'indicators=dem_pop,edu_gymnasium&period=2024&measures=value,rank,class';
const AREA = 'POLYGON((7.73 52.09,7.76 52.09,7.76 52.12,7.73 52.12,7.73 52.09))';

/** Conditions on what is stored, on joined columns, on shapes, and on several of these. */
const FILTERS = [
  "name LIKE '%a%'",
  'dem_pop > 3000',
  'edu_gymnasium IS NULL',
  'dem_pop_class IN (1, 5) AND NOT edu_gymnasium_rank < 10',
  `S_INTERSECTS(geometry, ${AREA})`,
  `S_INTERSECTS(geometry, ${AREA}) OR dem_pop_rank <= 3`,
];

function tileOf(z: number): string {
  const { x, y } = tileAt(z, MIDDLE);
  return `WebMercatorQuad/${z}/${y}/${x}`;
}

function keysOf(layer: DecodedLayer | undefined): unknown[] {
  return layer?.features.map(({ properties }) => properties.key).sort() ?? [];
}

t.test('tiles with a filter', async (t) => {
  const { get } = await testService(t, 'demo');
  const quarter = '/collections/musterstadt-quartier';
  const tiles = `${quarter}/tiles`;
  const layersOf = async (query: string, z = 8, path = tiles): Promise<DecodedLayer[]> => {
    const { rawPayload, statusCode } = await get(`${path}/${tileOf(z)}?${query}`);
    return statusCode === 204 ? [] : decodeTile(rawPayload);
  };
  const asked = (filter: string): string => `${JOIN}&filter=${encodeURIComponent(filter)}`;

  for (const filter of FILTERS) {
    t.test(`${filter}: the districts of items, as they are in tiles of all`, async (t) => {
      const items = (await get(`${quarter}/items?limit=1000&skipGeometry=true&${asked(filter)}`)).json();
      const wanted = (items.features as { id: string }[]).map(({ id }) => id).sort();
      t.ok(wanted.length > 0 && wanted.length < 60, `${wanted.length} districts`);
      const [areas, labels] = await layersOf(asked(filter));
      t.strictSame(keysOf(areas), wanted);
      t.strictSame(keysOf(labels), wanted);
      for (const z of [8, 11, 13]) {
        const all = await layersOf(JOIN, z);
        const chosen = await layersOf(asked(filter), z);
        for (const [l, { features, ...head }] of chosen.entries()) {
          const { features: others, ...wantedHead } = all.find(({ name }) => name === head.name)!;
          t.strictSame(head, wantedHead);
          const among = others.filter(({ properties }) => wanted.includes(String(properties.key)));
          const byId = (list: typeof others): typeof others => list.toSorted((a, b) => a.id! - b.id!);
          t.strictSame(byId(features), byId(among), `zoom ${z}, layer ${l}`);
        }
      }
    });
  }

  t.test('each coding unpacks to the same bytes, at the first request and at the next', async (t) => {
    const path = `${tiles}/${tileOf(10)}?${asked(FILTERS[1]!)}`;
    const plain = (await get(path)).rawPayload;
    for (const [coding, undo] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      for (let i = 0; i < 3; i++)
        t.ok(undo((await get(path, { 'accept-encoding': coding })).rawPayload).equals(plain), coding);
    }
  });

  t.test('where nothing is let through there is no tile, in whatever coding', async (t) => {
    for (const coding of ['identity', 'gzip', 'br', 'zstd']) {
      const headers = { 'accept-encoding': coding };
      const none = await get(`${tiles}/${tileOf(10)}?${asked('dem_pop < 0')}`, headers);
      t.match(none, { statusCode: 204, rawPayload: Buffer.alloc(0) }, coding);
    }
  });

  t.test('a filter is one tile however it is written, and each filter is another', async (t) => {
    const tagOf = async (query: string): Promise<unknown> => {
      const answer = await get(`${tiles}/${tileOf(10)}?${query}`);
      t.equal(answer.statusCode, 200);
      return answer.headers.etag;
    };
    const json = { op: '>', args: [{ property: 'dem_pop' }, 3000] };
    const first = await tagOf(asked('dem_pop > 3000'));
    for (const other of [
      asked('(dem_pop)>3000.0'),
      `filter=dem_pop%20>%203000&filter-lang=cql2-text&${JOIN}`,
      `${asked(JSON.stringify(json))}&filter-lang=cql2-json`,
    ])
      t.equal(await tagOf(other), first, other);
    const others = [JOIN, asked('dem_pop > 3001'), asked('dem_pop >= 3000'), asked(FILTERS[4]!)];
    t.equal(new Set([first, ...(await Promise.all(others.map(tagOf)))]).size, 5);
  });

  t.test('geometries may be in another reference system', async (t) => {
    const there = 'S_INTERSECTS(geometry, BBOX(861000, 6810000, 862500, 6830000))';
    const crs = encodeURIComponent('http://www.opengis.net/def/crs/EPSG/0/3857');
    const query = `${asked(there)}&filter-crs=${crs}`;
    const items = (await get(`${quarter}/items?limit=1000&skipGeometry=true&${query}`)).json();
    const wanted = (items.features as { id: string }[]).map(({ id }) => id).sort();
    t.ok(wanted.length > 0 && wanted.length < 60, `${wanted.length} districts`);
    t.strictSame(keysOf((await layersOf(query))[0]), wanted);
  });

  for (const [query, error] of [
    ['filter=dem_pop%20>%205', { field: 'filter' }],
    [`${JOIN}&filter=nothing%20>%205`, { field: 'filter' }],
    [`${JOIN}&filter=dem_pop%20>`, { field: 'filter' }],
    [`${JOIN}&filter=dem_pop%20>%205&filter-lang=ecql`, { field: 'filter-lang' }],
    [`${JOIN}&filter=dem_pop%20>%205&filter-crs=http://x.de/crs`, { field: 'filter-crs' }],
  ] as const) {
    t.test(`${query}: 400 that names the field`, async (t) => {
      for (const path of [tileOf(10), 'WebMercatorQuad', 'WebMercatorQuad/tilejson']) {
        const answer = await get(`${tiles}/${path}?${query}`);
        t.equal(answer.statusCode, 400, path);
        t.match(answer.json().errors, [error]);
      }
    });
  }

  t.test('the TileJSON and the tile sets keep it, and lead to tiles that may be kept for good', async (t) => {
    const filter = FILTERS[5]!;
    const [template] = (await get(`${tiles}/WebMercatorQuad/tilejson?${asked(filter)}`)).json().tiles;
    const { searchParams } = new URL(template);
    t.equal(searchParams.get('filter'), filter);
    t.equal(searchParams.get('release'), '1');
    const { links } = (await get(`${tiles}/WebMercatorQuad?${asked(filter)}`)).json();
    const item = (links as { rel: string; href: string }[]).find(({ rel }) => rel === 'item')!;
    t.equal(new URL(item.href).searchParams.get('filter'), filter);
    const list = (await get(`${tiles}?${asked(filter)}`)).json();
    t.ok(JSON.stringify(list).includes('filter='));
  });

  t.test('in tiles of several collections it counts for each, and names what each has', async (t) => {
    const both = 'collections=musterstadt-quartier,musterstadt-stadtteil';
    const filter = `S_INTERSECTS(geometry, ${AREA})`;
    const layers = await layersOf(`${both}&filter=${encodeURIComponent(filter)}`, 8, '/tiles');
    for (const collection of ['musterstadt-quartier', 'musterstadt-stadtteil']) {
      const path = `/collections/${collection}/items?limit=1000&skipGeometry=true`;
      const items = (await get(`${path}&filter=${encodeURIComponent(filter)}`)).json();
      const wanted = (items.features as { id: string }[]).map(({ id }) => id).sort();
      t.strictSame(keysOf(layers.find(({ name }) => name === collection)), wanted, collection);
    }
    const refused = await get(`/tiles/${tileOf(8)}?${both}&filter=dem_pop%20>%205`);
    t.match(refused, { statusCode: 400 });
    t.match(refused.json().errors, [{ field: 'filter' }]);
  });
});
