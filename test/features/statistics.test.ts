/** Wide tables as features: rows of districts and days, columns of indicators. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testFolder } from '../support/database.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

type Page = components['schemas']['FeatureCollection'];
type Feature = Page['features'][number];

const DISTRICTS = '/collections/musterstadt-quartier';
const TABLE = `${DISTRICTS}-statistics`;
const DAYS = ['2015', '2016', '2017', '2018', '2019', '2020', '2021', '2022', '2023', '2024'].map(
  (year) => `${year}-12-31`,
);

t.test('a wide table', async (t) => {
  const { get } = await testService(t, 'demo');
  const page = async (query: string): Promise<Page> => (await get(`${TABLE}/items?${query}`)).json();
  const ids = ({ features }: Page): string[] => features.map(({ id }) => id);
  const errors = async (path: string): Promise<unknown> => (await get(path)).json().errors;

  t.test('a row for each district and day, in the order of their ids', async (t) => {
    const all = await page('limit=10000&skipGeometry=true');
    t.equal(all.numberMatched, 600);
    t.equal(all.numberReturned, 600);
    t.equal(all.boundaryVersion, undefined, 'rows may be on several');
    t.strictSame(ids(all), ids(all).toSorted());
    for (const { id, properties } of all.features) {
      t.equal(id, `${properties.date}-${properties.key}`);
      t.equal(properties.label, `${properties.name} (${properties.key})`);
    }
    t.strictSame([...new Set(all.features.map(({ properties }) => properties.date))], DAYS);
  });

  t.test('a value never travels alone: status beside it, and the rest on request', async (t) => {
    const plain = await page('limit=1&indicators=pov_child');
    t.strictSame(Object.keys(plain.features[0]!.properties).slice(6), ['pov_child', 'pov_child_status']);
    const asked = 'value,reason,z,rank,percentile,numerator,denominator,release';
    const query = `indicators=pov_child,lab_unempl&measures=${asked}&skipGeometry=true`;
    for (const year of ['2015', '2024']) {
      const rows = await page(`${query}&datetime=${year}-12-31`);
      const joined: Page = (await get(`${DISTRICTS}/items?${query}&period=${year}`)).json();
      const bare = ({
        properties: { key, name, parent, label: _, date: __, valid_from: ___, ...rest },
      }: Feature) => ({
        key,
        name,
        parent,
        ...rest,
      });
      t.strictSame(rows.features.map(bare), joined.features.map(bare), 'as the join of that period');
      t.ok(rows.features.some(({ properties }) => properties.pov_child_status === 'not_applicable'));
      t.strictSame(rows.columns, joined.columns, 'with unit, period, source and release');
    }
    const two = await page(
      `${query}&limit=2&filter=key='0101' AND date IN (DATE('2015-12-31'),DATE('2024-12-31'))`,
    );
    t.strictSame(
      two.columns.filter(({ name }) => name === 'pov_child').map(({ period }) => period),
      ['2015', '2024'],
      'of each day that is shown',
    );
  });

  t.test('shapes are those of the districts, in every system', async (t) => {
    for (const crs of ['CRS84', 'EPSG:25832', 'EPSG:4326'].map((name) =>
      name === 'CRS84' ? '' : `&crs=${name}`,
    )) {
      const rows = await page(`datetime=2019-12-31&properties=key,geometry${crs}`);
      const districts: Page = (await get(`${DISTRICTS}/items?${crs.slice(1)}`)).json();
      t.strictSame(
        rows.features.map(({ geometry }) => geometry),
        districts.features.map(({ geometry }) => geometry),
      );
    }
  });

  t.test('filters by day, district, place, figure and all together', async (t) => {
    const all = (await page('limit=10000&skipGeometry=true')).features;
    const [middle] = (await page("limit=1&filter=key='0801'")).features;
    const [x, y] = middle!.geometry!.coordinates[0]![0]![0]!;
    const near = `S_INTERSECTS(geometry, BBOX(${x! - 0.01},${y! - 0.01},${x! + 0.01},${y! + 0.01}))`;
    const nearby: Page = (await get(`${DISTRICTS}/items?filter=${encodeURIComponent(near)}`)).json();
    const isNear = new Set(ids(nearby));
    t.ok(isNear.size > 1 && isNear.size < 60);
    const above = (bound: number) => (p: Feature['properties']) =>
      typeof p.pov_child === 'number' && p.pov_child > bound;
    const rules: [string, (properties: Feature['properties']) => boolean][] = [
      ["date = DATE('2021-12-31')", (p) => p.date === '2021-12-31'],
      ["date = '2021-12-31'", (p) => p.date === '2021-12-31'],
      ["date > DATE('2021-12-31')", (p) => String(p.date) > '2021-12-31'],
      [
        "T_DURING(INTERVAL(date, date), INTERVAL('2020-01-01','2022-06-30'))",
        (p) => /202[01]/.test(String(p.date)),
      ],
      ["T_INTERSECTS(date, INTERVAL('2020-01-01','2022-06-30'))", (p) => /202[01]/.test(String(p.date))],
      ["key IN ('0101','0102')", (p) => p.key === '0101' || p.key === '0102'],
      ["parent = '03' AND date = DATE('2015-12-31')", (p) => p.parent === '03' && p.date === '2015-12-31'],
      ["label LIKE '%(0101)'", (p) => p.key === '0101'],
      ["CASEI(name) LIKE CASEI('%hafen%')", (p) => /hafen/i.test(String(p.name))],
      ['pov_child > 20', above(20)],
      ["pov_child > 20 AND NOT date = DATE('2024-12-31')", (p) => above(20)(p) && p.date !== '2024-12-31'],
      ["edu_gymnasium_status = 'suppressed'", (p) => p.edu_gymnasium_status === 'suppressed'],
      ['pov_child IS NULL', (p) => p.pov_child === null],
      ["valid_from = DATE('2015-01-01')", () => true],
      ['valid_until IS NOT NULL', () => false],
      [near, (p) => isNear.has(String(p.key))],
      [`${near} AND pov_child > 20`, (p) => isNear.has(String(p.key)) && above(20)(p)],
      [
        `NOT (${near}) OR date = DATE('2016-12-31')`,
        (p) => !isNear.has(String(p.key)) || p.date === '2016-12-31',
      ],
    ];
    for (const [filter, holds] of rules) {
      const found = await page(`limit=10000&skipGeometry=true&filter=${encodeURIComponent(filter)}`);
      const expected = all.filter(({ properties }) => holds(properties)).map(({ id }) => id);
      t.strictSame(ids(found), expected, filter);
      if (expected.length === 0) t.equal(filter, 'valid_until IS NOT NULL');
    }
    const box = `${x! - 0.01},${y! - 0.01},${x! + 0.01},${y! + 0.01}`;
    t.equal((await page(`bbox=${box}&limit=1`)).numberMatched, isNear.size * DAYS.length);
    for (const [query, rows] of [
      ['key=0101', DAYS.length],
      ['date=2021-12-31', 60],
      ['date=2021-12-30', 0],
      ['valid_from=2015-01-01', 600],
      ['date=2021-12-31&key=0101', 1],
      [`label=${middle!.properties.label}`, DAYS.length],
    ] as const) {
      t.equal((await page(`${query}&limit=1`)).numberMatched, rows, query);
    }
    const valued = all.filter(({ properties }) => properties.pov_child === all[0]!.properties.pov_child);
    t.strictSame(
      ids(await page(`limit=10000&pov_child=${all[0]!.properties.pov_child}`)),
      valued.map(({ id }) => id),
    );
    for (const query of ['date=2021-12-31', 'label=x', 'pov_child=1'])
      t.match(await errors(`${DISTRICTS}/items?${query}`), [{ code: 'unknown_parameter' }], query);
    for (const query of ['date=2021-02-30', 'pov_child=much'])
      t.match(await errors(`${TABLE}/items?${query}`), [{ code: 'invalid_value' }], query);
    t.match(await errors(`${TABLE}/items?nothing=1`), [{ code: 'unknown_parameter', expected: /pov_child/ }]);
  });

  t.test('datetime chooses days', async (t) => {
    const days = async (datetime: string): Promise<unknown[]> => [
      ...new Set(
        (await page(`limit=10000&properties=date&datetime=${datetime}`)).features.map(
          ({ properties }) => properties.date,
        ),
      ),
    ];
    t.strictSame(await days('2019-12-31'), ['2019-12-31']);
    t.strictSame(await days('2019-12-31T12:00:00Z'), ['2019-12-31']);
    t.strictSame(await days('2019-06-30'), []);
    t.strictSame(await days('2019-12-31/2021-01-01'), ['2019-12-31', '2020-12-31']);
    t.strictSame(await days('../2016-12-31'), DAYS.slice(0, 2));
    t.strictSame(await days('2023-12-31/..'), DAYS.slice(-2));
    t.equal((await get(`${TABLE}/items?datetime=yesterday`)).statusCode, 400);
  });

  t.test('pages in any order hold every row once', async (t) => {
    for (const sortby of ['', '&sortby=-pov_child,date', '&sortby=name', '&sortby=-date,-key']) {
      const seen: string[] = [];
      let path: string | undefined = `${TABLE}/items?limit=170&properties=key,date,pov_child${sortby}`;
      while (path) {
        const part: Page = (await get(path)).json();
        t.equal(part.numberMatched, 600);
        seen.push(...ids(part));
        path = part.links.find(({ rel }) => rel === 'next')?.href.replace('http://localhost/v1', '');
      }
      t.equal(seen.length, 600);
      t.equal(new Set(seen).size, 600, sortby);
      t.strictSame(seen, ids(await page(`limit=10000&skipGeometry=true${sortby}`)));
    }
    const offset = await page('offset=590&limit=20&skipGeometry=true');
    t.equal(offset.features.length, 10);
  });

  t.test('one row by its id', async (t) => {
    const [listed] = (await page("filter=key='0101' AND date='2020-12-31'&indicators=pov_child")).features;
    const one = (await get(`${TABLE}/items/2020-12-31-0101?indicators=pov_child`)).json();
    t.match(one, listed!);
    t.match(one, { boundaryVersion: { validFrom: '2015-01-01' }, release: 1 });
    t.strictSame(
      one.columns.map(({ period }: { period: string }) => period),
      ['2020', '2020'],
    );
    const html = await get(`${TABLE}/items/2020-12-31-0101?f=html&indicators=pov_child`);
    t.match(html.body, /data-key="0101"/);
    t.match(html.body, /collections\/musterstadt-quartier\/tiles/, 'with the map of the districts');
    for (const id of ['0101', '2020-12-31', '2020-12-31-9999', '2020-06-30-0101', '2020-12-31_0101'])
      t.match(await errors(`${TABLE}/items/${id}`), [{ code: 'unknown_district', got: id }]);
  });

  t.test('schemas: roles, menus of days and districts, and rows that fit', async (t) => {
    const schema = (await get(`${TABLE}/schema`)).json();
    t.match(schema.properties, {
      date: { format: 'date', 'x-ogc-role': 'primary-instant', enum: DAYS },
      valid_from: { format: 'date', enum: ['2015-01-01'] },
      label: { enum: { length: 60 } },
      pov_child: { type: 'number', 'x-ogc-unit': 'percent', title: /bedarfsgemeinschaften\)$/i },
      pov_child_status: { title: /, Status$/ },
    });
    t.notOk('x-ogc-role' in schema.properties.key, 'a key is not the id of a row');
    const names = async (document: string) =>
      Object.keys((await get(`${TABLE}/${document}`)).json().properties);
    t.strictSame(
      (await names('queryables')).filter((name) => !(name in schema.properties)),
      ['valid_until'],
    );
    t.strictSame(
      (await names('schema')).filter((name) => name !== 'geometry'),
      await names('sortables'),
    );
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const [isRow, isFeature] = [
      ajv.compile(schema),
      ajv.compile((await get(`${TABLE}/feature-schema`)).json()),
    ];
    for (const feature of (await page('limit=50')).features) {
      const properties = Object.fromEntries(
        Object.entries(feature.properties).filter(([, value]) => value !== null),
      );
      t.ok(isRow(properties), ajv.errorsText(isRow.errors));
      t.ok(isFeature({ ...feature, properties }), ajv.errorsText(isFeature.errors));
    }
  });

  t.test('files and pages', async (t) => {
    const csv = (await get(`${TABLE}/items?f=csv&indicators=pov_child`)).body.trim().split('\r\n');
    t.equal(csv.length, 601);
    t.equal(csv[0], 'key,name,label,parent,date,valid_from,pov_child,pov_child_status');
    const file = join(testFolder(t), 'table.gpkg');
    writeFileSync(file, (await get(`${TABLE}/items?f=gpkg`)).rawPayload);
    const database = new DatabaseSync(file, { readOnly: true });
    const counted = database
      .prepare('select count(*) as n, count(distinct date) as days from "musterstadt-quartier-statistics"')
      .get();
    database.close();
    t.match(counted, { n: 600, days: 10 });
    const fgb = await get(`${TABLE}/items?f=flatgeobuf&datetime=2024-12-31`);
    t.match(fgb.headers['content-disposition'], /musterstadt-quartier-statistics\.fgb/);
    const html = (await get(`${TABLE}/items?f=html&indicators=pov_child`)).body;
    t.match(html, /href="[^"]+\/items\/2015-12-31-0101"/);
    t.match((await get(`${TABLE}?f=html`)).body, /Zeitreihen/);
  });

  t.test('entity tags: one for each choice, and 304', async (t) => {
    const tag = (await get(`${TABLE}/items?limit=1`)).headers.etag;
    t.equal((await get(`${TABLE}/items?limit=1`, { 'if-none-match': String(tag) })).statusCode, 304);
    t.not((await get(`${TABLE}/items?limit=1`, { 'accept-language': 'en' })).headers.etag, tag);
  });

  t.test('what belongs to joins, and what there is not, is refused', async (t) => {
    for (const [query, field] of [
      ['period=2024', 'period'],
      ['changeFrom=2020', 'changeFrom'],
      ['classification=jenks-5', 'classification'],
      ['classificationPeriods=all', 'classificationPeriods'],
      ['measures=class', 'measures'],
      ['measures=change', 'measures'],
      ['indicators=nothing', 'indicators'],
      ['properties=nothing', 'properties'],
      ['sortby=nothing', 'sortby'],
      ['filter=nothing=1', 'filter'],
    ] as const) {
      for (const path of ['items', 'items/2024-12-31-0101', 'schema']) {
        if (path !== 'items' && ['properties', 'sortby', 'filter'].includes(field)) continue;
        t.match(await errors(`${TABLE}/${path}?${query}`), [{ field }], `${path}?${query}`);
      }
    }
    const foreign: Page = (await get(`${DISTRICTS}/items?limit=2`)).json();
    const cursor = new URL(foreign.links.find(({ rel }) => rel === 'next')!.href).searchParams.get('cursor');
    t.match(await errors(`${TABLE}/items?cursor=${cursor}`), [{ field: 'cursor' }]);
    const own = await page('limit=2');
    const ownCursor = new URL(own.links.find(({ rel }) => rel === 'next')!.href).searchParams.get('cursor');
    t.match(await errors(`${DISTRICTS}/items?cursor=${ownCursor}`), [{ field: 'cursor' }]);
    for (const path of ['tiles', 'values', 'styles', 'masterportal', 'qgis'])
      t.equal((await get(`${TABLE}/${path}`)).statusCode, 404, path);
  });

  t.test('the served document has its paths, without the parameters of joins', async (t) => {
    const { paths } = (await get('/api')).json();
    const own = Object.keys(paths).filter((path) => path.startsWith(TABLE));
    t.strictSame(
      own.map((path) => path.slice(TABLE.length)),
      [
        '',
        '/items',
        '/items/{featureId}',
        '/queryables',
        '/sortables',
        '/schema',
        '/feature-schema',
        '/masterportal-dashboard',
      ],
    );
    t.notOk(paths[`${DISTRICTS}/masterportal-dashboard`]);
    const names = (path: string): string[] =>
      paths[path].get.parameters.map(
        ({ $ref, name }: { $ref?: string; name: string }) => $ref?.split('/').at(-1) ?? name,
      );
    for (const name of ['label', 'pov_child', 'pov_child_status']) {
      t.ok(names(`${TABLE}/items`).includes(name), name);
      t.notOk(names(`${DISTRICTS}/items`).includes(name), name);
    }
    t.notOk(names(`${TABLE}/items`).includes('date'), 'GDAL would write it with slashes');
    for (const name of ['period', 'classification', 'classificationPeriods', 'changeFrom']) {
      t.notOk(names(`${TABLE}/items`).includes(name), name);
      t.ok(names(`${DISTRICTS}/items`).includes(name), name);
    }
    t.ok(
      ['indicators', 'measures', 'datetime', 'key', 'filter', 'limit'].every((name) =>
        names(`${TABLE}/items`).includes(name),
      ),
    );
  });
});

t.test('rows of two boundary versions', { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const table = '/collections/berlin-plr-statistics/items';
  const page = async (query: string): Promise<Page> => (await get(`${table}?${query}`)).json();

  t.test('each day has the districts of one, with their shapes', async (t) => {
    for (const [day, validFrom, districts] of [
      ['2019-12-31', '2006-01-01', 448],
      ['2021-12-31', '2021-01-01', 542],
    ] as const) {
      const rows = await page(`limit=10000&datetime=${day}&properties=key,valid_from,geometry`);
      t.equal(rows.numberMatched, districts);
      t.ok(rows.features.every(({ properties }) => properties.valid_from === validFrom));
      const own: Page = (await get(`/collections/berlin-plr/items?limit=10000&datetime=${validFrom}`)).json();
      t.strictSame(
        rows.features.map(({ geometry }) => geometry),
        own.features.map(({ geometry }) => geometry),
      );
    }
  });

  t.test('a place is found in each by its own shapes', async (t) => {
    const box = 'S_INTERSECTS(geometry, BBOX(13.37, 52.5, 13.38, 52.51))';
    for (const validFrom of ['2006-01-01', '2021-01-01']) {
      const own: Page = (
        await get(`/collections/berlin-plr/items?datetime=${validFrom}&filter=${encodeURIComponent(box)}`)
      ).json();
      const rows = await page(
        `limit=10000&properties=key&filter=${encodeURIComponent(`valid_from = DATE('${validFrom}') AND ${box}`)}`,
      );
      t.ok(own.features.length > 0);
      t.strictSame(
        new Set(rows.features.map(({ properties }) => properties.key)),
        new Set(own.features.map(({ id }) => id)),
      );
    }
  });

  t.test('figures of a year and of its last half-year share a row', async (t) => {
    const [row] = (await page("filter=key='01100101' AND date='2021-12-31'&indicators=mss_s1,population"))
      .features;
    t.match(row!.properties, { mss_s1: 4.22594, population: 3406 });
    const { columns } = await page(
      "filter=key='01100101' AND date='2021-12-31'&indicators=mss_s1,population",
    );
    t.strictSame(
      [...new Set(columns.map(({ indicator, period }) => `${indicator} ${period}`))],
      ['mss_s1 2021', 'population 2021-S2'],
    );
    const [gap] = (
      await page("filter=key='01100101' AND date='2022-12-31'&indicators=mss_s1&measures=value,reason")
    ).features;
    t.match(gap!.properties, {
      mss_s1: null,
      mss_s1_status: 'not_available',
      mss_s1_reason: 'not_collected',
    });
  });
});
