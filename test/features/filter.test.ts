import type { FeatureCollection } from 'geojson';
import t from 'tap';
import { parseFilterText } from '../../src/filter/parse-text.ts';
import { toFilterJson } from '../../src/filter/print-json.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

type Properties = Record<string, string | number | null>;

interface Answer extends FeatureCollection<null, Properties> {
  numberMatched: number;
  numberReturned: number;
  links: { rel: string; href: string; type: string }[];
}

const QUARTERS = '/collections/musterstadt-quartier/items';
const JOIN = 'indicators=dem_pop&period=2024&measures=value,status,rank';

t.test('filters of the synthetic town', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const items = async (query: Record<string, string>, join = JOIN): Promise<Answer> => {
    const response = await get(`${QUARTERS}?${join}&skipGeometry=true&${new URLSearchParams(query)}`);
    t.equal(response.statusCode, 200, response.body.slice(0, 300));
    return response.json();
  };
  const refused = async (query: Record<string, string>, join = JOIN) => {
    const response = await get(`${QUARTERS}?${join}&${new URLSearchParams(query)}`);
    t.equal(response.statusCode, 400, response.body.slice(0, 300));
    return response.json().errors;
  };
  const keys = (answer: Answer): unknown[] => answer.features.map(({ id }) => id);
  const all = await items({});
  const populous = all.features
    .filter(({ properties }) => Number(properties.dem_pop) > 3000)
    .map(({ id }) => id);
  t.ok(
    populous.length > 5 && populous.length < 55,
    `${populous.length} of 60 quarters have over 3000 people`,
  );

  t.test('text, JSON and what GDAL 3.6 calls CQL give the same', async (t) => {
    const filter = 'dem_pop > 3000';
    t.strictSame(keys(await items({ filter })), populous);
    t.strictSame(keys(await items({ filter, 'filter-lang': 'cql2-text' })), populous);
    t.strictSame(keys(await items({ filter, 'filter-lang': 'cql-text' })), populous);
    const json = JSON.stringify(toFilterJson(parseFilterText(filter).expression));
    t.strictSame(keys(await items({ filter: json, 'filter-lang': 'cql2-json' })), populous);
    t.match(await refused({ filter: json }), [{ code: 'invalid_filter', got: '"{" at line 1, column 1' }]);
    t.match(await refused({ filter, 'filter-lang': 'cql2-json' }), [{ got: /^no JSON/ }]);
    t.match(await refused({ filter, 'filter-lang': 'ecql' }), [{ field: 'filter-lang' }]);
  });

  t.test('paging by next goes through what passes, each once, in any order', async (t) => {
    for (const sortby of ['', '-dem_pop']) {
      const found: unknown[] = [];
      let url: string | null =
        `/v1${QUARTERS}?${JOIN}&properties=key&limit=7&filter=dem_pop%20%3E%203000${sortby && `&sortby=${sortby}`}`;
      for (let page = 0; url !== null && page < 20; page += 1) {
        const answer: Answer = (await ask({ url })).json();
        t.equal(answer.numberMatched, populous.length);
        t.equal(answer.numberReturned, answer.features.length);
        found.push(...keys(answer));
        const next = answer.links.find(({ rel }) => rel === 'next');
        url = next ? next.href.slice(next.href.indexOf('/v1/')) : null;
      }
      t.equal(found.length, populous.length);
      t.strictSame(sortby ? [...found].sort() : found, populous);
    }
  });

  t.test('a filter counts with bbox, datetime and stored properties', async (t) => {
    const bbox = '7.71,52.08,7.75,52.11';
    const box = new Set(keys(await items({ bbox })));
    t.ok(box.size > 3 && box.size < 60);
    const both = populous.filter((key) => box.has(key));
    t.strictSame(keys(await items({ bbox, filter: 'dem_pop > 3000' })), both);
    t.strictSame(
      keys(await items({ filter: `S_INTERSECTS(geometry, BBOX(${bbox})) AND dem_pop > 3000` })),
      both,
    );
    const parent = all.features[0]!.properties.parent as string;
    const children = all.features
      .filter(({ properties }) => properties.parent === parent)
      .map(({ id }) => id);
    t.strictSame(
      keys(await items({ parent, filter: 'dem_pop > 3000' })),
      children.filter((key) => populous.includes(key)),
    );
    t.equal((await items({ datetime: '1900-01-01', filter: "name = 'x'" }, '')).numberMatched, 0);
    t.match(await refused({ datetime: '1900-01-01', filter: 'name =' }, ''), [{ code: 'invalid_filter' }]);
  });

  t.test('geometries in the reference system of filter-crs', async (t) => {
    const crs84 = keys(await items({ filter: 'S_INTERSECTS(geometry, BBOX(7.71, 52.08, 7.75, 52.11))' }));
    const flipped = 'S_INTERSECTS(geometry, BBOX(52.08, 7.71, 52.11, 7.75))';
    t.strictSame(keys(await items({ filter: flipped, 'filter-crs': 'EPSG:4326' })), crs84);
    t.strictSame(keys(await items({ filter: flipped, 'filter-crs': '[EPSG:4258]' })), crs84);
    const utm = 'http://www.opengis.net/def/crs/EPSG/0/25832';
    for (const bbox of ['411600,5770600,414400,5773400', '411000,5770000,412345,5779000']) {
      const byBbox = keys(await items({ bbox, 'bbox-crs': utm }));
      t.ok(byBbox.length > 0 && byBbox.length < 60, `${byBbox.length} quarters`);
      t.strictSame(
        keys(await items({ filter: `S_INTERSECTS(geometry, BBOX(${bbox}))`, 'filter-crs': utm })),
        byBbox,
      );
      const [w, s, e, n] = bbox.split(',');
      const ring = `POLYGON((${w} ${s}, ${e} ${s}, ${e} ${n}, ${w} ${n}, ${w} ${s}))`;
      t.strictSame(
        keys(await items({ filter: `S_INTERSECTS(geometry, ${ring})`, 'filter-crs': utm })),
        byBbox,
      );
    }
    // The lower edge of a box from Portugal to Russia is straight in the projection, not in degrees.
    const wide = '-1500000,5773500,2500000,8500000';
    const north = keys(await items({ bbox: wide, 'bbox-crs': utm }));
    t.ok(north.length > 5 && north.length < 55, `${north.length} quarters`);
    t.strictSame(
      keys(await items({ filter: `S_INTERSECTS(geometry, BBOX(${wide}))`, 'filter-crs': utm })),
      north,
    );
    // The same numbers lie elsewhere in the next zone.
    const zone = 'S_INTERSECTS(geometry, BBOX(411600,5770600,414400,5773400))';
    t.equal((await items({ filter: zone, 'filter-crs': 'EPSG:25833' })).numberMatched, 0);
    t.match(await refused({ filter: flipped, 'filter-crs': utm }), [
      { code: 'invalid_geometry', got: /52.08 7.71/ },
    ]);
    t.match(await refused({ filter: 'TRUE', 'filter-crs': 'EPSG:31468' }), [
      { code: 'unknown_crs', field: 'filter-crs' },
    ]);
    const bow = 'S_INTERSECTS(geometry, POLYGON((7 52, 8 53, 8 52, 7 53, 7 52)))';
    t.match(await refused({ filter: bow }), [{ code: 'invalid_geometry', got: /Self-intersection/ }]);
  });

  t.test('odd geometries are answered or refused, never an error', async (t) => {
    for (const [literal, crs, expected] of [
      ['BBOX(7.72, 52.09, 7.72, 52.09)', 'OGC:CRS84', 'found'],
      ['BBOX(7.72, 52.0, 7.72, 52.2)', 'OGC:CRS84', 'found'],
      ['BBOX(7, 52.09, 8, 52.09)', 'OGC:CRS84', 'found'],
      ['BBOX(7.8, 52.09, 7.7, 52.1)', 'OGC:CRS84', 'found'],
      ['BBOX(179, -90, -179, 90)', 'OGC:CRS84', 'none'],
      ['BBOX(-180, -90, 180, 90)', 'OGC:CRS84', 'found'],
      ['BBOX(-90, -180, 90, 180)', 'EPSG:4258', 'found'],
      ['BBOX(-1500000, 3000000, 2500000, 8500000)', 'EPSG:25832', 'found'],
      ['BBOX(-1500000, 3000000, 2500000, 8500000)', 'EPSG:25833', 'found'],
      ['BBOX(-20037508, -20037508, 20037508, 20037508)', 'EPSG:3857', 'found'],
      ['BBOX(400000, 5700000, 400000, 5900000)', 'EPSG:25832', 'none'],
      ['BBOX(415000, 5700000, 400000, 5900000)', 'EPSG:25832', 'refused'],
      ['LINESTRING(7 52.09, 8 52.09)', 'OGC:CRS84', 'found'],
      ['LINESTRING(7.72 52.09, 7.72 52.09)', 'OGC:CRS84', 'refused'],
      ['POLYGON((7 52, 8 52, 7 52, 7 52))', 'OGC:CRS84', 'refused'],
      ['POLYGON((7 52, 8 52, 8 53, 7 52), (1 1, 2 1, 2 2, 1 1))', 'OGC:CRS84', 'refused'],
      [
        'MULTIPOLYGON(((7 52, 8 52, 8 53, 7 53, 7 52)), ((7.5 52, 9 52, 9 53, 7.5 52)))',
        'OGC:CRS84',
        'refused',
      ],
      ['MULTIPOINT((7.72 52.09), (7.72 52.09))', 'OGC:CRS84', 'found'],
      [
        'GEOMETRYCOLLECTION(POLYGON((7 52, 8 52, 8 53, 7 53, 7 52)), POLYGON((7.5 52, 9 52, 9 53, 7.5 52)))',
        'OGC:CRS84',
        'found',
      ],
      [
        'GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(7.72 52.09)), LINESTRING(1 1, 2 2))',
        'OGC:CRS84',
        'found',
      ],
    ] as const) {
      for (const op of [
        'S_INTERSECTS',
        'S_WITHIN',
        'S_CONTAINS',
        'S_OVERLAPS',
        'S_CROSSES',
        'S_TOUCHES',
        'S_EQUALS',
      ]) {
        const query = new URLSearchParams({
          filter: `${op}(geometry, ${literal})`,
          'filter-crs': crs,
          properties: 'key',
        });
        const response = await get(`${QUARTERS}?${query}`);
        t.equal(response.statusCode, expected === 'refused' ? 400 : 200, `${op} ${literal}`);
        if (expected === 'refused') t.match(response.json().errors, [{ code: 'invalid_geometry' }]);
        else if (op === 'S_INTERSECTS')
          t.equal(response.json().numberMatched > 0, expected === 'found', literal);
      }
    }
  });

  t.test('several stored parts around joined ones are asked for together', async (t) => {
    const middle = all.features[30]!.id as string;
    const filter = `(key < '${middle}' AND dem_pop > 3000) OR (key >= '${middle}' AND NOT (dem_pop > 3000 OR S_DISJOINT(geometry, BBOX(7, 52, 7.73, 53))))`;
    const near = new Set(keys(await items({ bbox: '7,52,7.73,53' })));
    const expected = all.features.flatMap(({ id, properties }) => {
      const many = Number(properties.dem_pop) > 3000;
      return (id! < middle && many) || (id! >= middle && !many && near.has(id)) ? [id] : [];
    });
    t.ok(expected.length > 10);
    t.strictSame(keys(await items({ filter })), expected);
  });

  t.test('refusals name the place, the limit and what can be asked for', async (t) => {
    t.match(await refused({ filter: '' }), [{ field: 'filter', expected: 'at least 1 characters' }]);
    t.match(await refused({ filter: `name = '${'x'.repeat(10_000)}'` }), [{ field: 'filter' }]);
    t.match(await refused({ filter: 'dem_pop > 5' }, ''), [
      { code: 'unknown_property', expected: 'one of key, name, parent, geometry, valid_from, valid_until' },
    ]);
    t.match(await refused({ filter: "dem_pop > '5'" }), [
      { code: 'type_mismatch', field: 'filter', got: 'a text at line 1, column 11' },
    ]);
  });

  t.test('an answer is known by its filter', async (t) => {
    const url = `/v1${QUARTERS}?${JOIN}&filter=dem_pop%20%3E%203000`;
    const { etag } = (await ask({ url })).headers;
    t.equal((await ask({ url, headers: { 'if-none-match': String(etag) } })).statusCode, 304);
  });
});

t.test("Masterportal's requests", { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const utm = 'http://www.opengis.net/def/crs/EPSG/0/25832';
  const ring = '795000 5825000, 805000 5825000, 805000 5835000, 795000 5835000, 795000 5825000';
  for (const [filter, count] of [
    // From reference/ogc-and-clients.md, D.4, with names of ours. Counts: grep and PostGIS on Berlin's files.
    ["valid_from = DATE('2021-01-01')", 542],
    ["valid_from = DATE('2023-12-31') AND name = 'Lützowstraße'", 0],
    ["valid_from = DATE('2021-01-01') AND name = 'Lützowstraße'", 1],
    ["T_INTERSECTS(valid_from,INTERVAL('2020-06-01','2021-06-01'))", 542],
    ["T_INTERSECTS(valid_from,INTERVAL('..','..'))", 542],
    ["T_EQUALS(valid_from,DATE('2021-01-01'))", 542],
    ["name IN ('Lützowstraße','Weißer See')", 2],
    ["name NOT IN ('Lützowstraße','Weißer See')", 540],
    ["NOT name='Lützowstraße'", 541],
    ['mss_s1 BETWEEN 1 AND 2', null],
    ["name LIKE '%straße%'", null],
    [`S_INTERSECTS(geometry, POLYGON((${ring})))`, null],
    [`(name LIKE '%a%' AND mss_s1 BETWEEN 1 AND 2) AND S_INTERSECTS(geometry, POLYGON((${ring})))`, null],
  ] as const) {
    const query = new URLSearchParams({
      filter,
      'filter-crs': utm,
      crs: utm,
      properties: 'name,mss_s1',
      limit: '10000',
      skipGeometry: 'true',
      indicators: 'mss_s1',
      period: '2021',
    });
    const response = await get(`/collections/berlin-plr/items?${query}`, { accept: 'application/geo+json' });
    t.equal(response.statusCode, 200, filter);
    const { numberMatched, features } = response.json();
    t.equal(features.length, numberMatched, filter);
    if (count !== null) t.equal(numberMatched, count, filter);
    else t.ok(numberMatched > 0 && numberMatched < 542, `${filter}: ${numberMatched}`);
  }
});
