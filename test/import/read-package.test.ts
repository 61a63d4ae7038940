import { rename } from 'node:fs/promises';
import t from 'tap';
import { readPackage } from '../../src/import/read-package.ts';
import { makeRing, makeSmallPackage, writeSmallPackage } from '../support/small-package.ts';

t.test('the small package is read with keys as text, statuses, counts and hashes', async (t) => {
  const packagePath = await writeSmallPackage(t.testdir(), makeSmallPackage());
  const progress: string[] = [];
  const candidate = await readPackage({
    packagePath,
    dataDir: null,
    onProgress: (message) => progress.push(message),
  });
  const [areas, quarters] = candidate.boundaries;
  t.strictSame(
    areas?.districts.map(({ key, name, parents }) => [key, name, parents]),
    [
      ['01', 'Nord', []],
      ['02', 'Süd', []],
    ],
  );
  t.match(areas, {
    srid: 25832,
    prj: { path: 'areas.prj', wkt: /^PROJCS/ },
    geography: 'klein-area',
    validUntil: null,
  });
  t.strictSame(areas?.districts[0]?.geometry.coordinates, [makeRing(400000, 5700000, 3000, 1000)]);
  t.equal(quarters?.districts.length, 6);
  t.strictSame(quarters?.districts[3]?.parents, [{ geography: 'klein-area', key: '02' }]);
  t.strictSame(
    candidate.columns.map(({ indicator, period, keys }) => [indicator, period, keys.length]),
    [
      ['residents', '2022', 6],
      ['unemployed_share', '2022', 6],
      ['residents', '2023', 2],
      ['unemployed_share', '2023', 2],
    ],
  );
  const share = candidate.columns[1];
  t.strictSame(share?.status, ['ok', 'ok', 'not_applicable', 'suppressed', 'not_available', 'ok']);
  t.strictSame(share?.reasons, [null, null, 'uninhabited', 'small_number', 'not_delivered', null]);
  t.strictSame([...(share?.values ?? [])], [5, 2.5, NaN, NaN, NaN, 10]);
  t.strictSame([...(share?.numerators ?? [])], [60, 20, NaN, NaN, NaN, 40]);
  t.strictSame([...(share?.denominators ?? [])], [1200, 800, NaN, NaN, NaN, 400]);
  t.strictSame([...(share?.lines ?? [])], [2, 3, 4, 5, 6, 7]);
  t.equal(candidate.columns[0]?.numerators, null);
  t.strictSame(
    candidate.files.map(({ path }) => path),
    [
      'datapackage.json',
      'areas.shp',
      'areas.dbf',
      'areas.prj',
      'areas.cpg',
      'quarters.geojson',
      'figures.csv',
    ],
  );
  t.ok(candidate.files.every(({ sha256, bytes }) => /^[0-9a-f]{64}$/.test(sha256) && bytes > 0));
  t.match(candidate.indicators[0], {
    description: null,
    targetGroups: [],
    categories: [],
    source: { url: null },
  });
  t.strictSame(progress, [
    'areas: 2 districts from areas.shp',
    'quarters: 6 districts from quarters.geojson',
    'figures: 8 rows from figures.csv',
  ]);
});

t.test('the descriptor itself may be named, and the data lie elsewhere', async (t) => {
  const folder = t.testdir({ package: {}, data: {} });
  await writeSmallPackage(`${folder}/data`, makeSmallPackage());
  await rename(`${folder}/data/datapackage.json`, `${folder}/package/datapackage.json`);
  const candidate = await readPackage({
    packagePath: `${folder}/package/datapackage.json`,
    dataDir: `${folder}/data`,
  });
  t.equal(candidate.columns.length, 4);
});

t.test('a correction re-keys the one feature it describes', async (t) => {
  const pkg = makeSmallPackage();
  pkg.quarterFeatures[5]!.properties = { id: '0202', name: 'Quartier 0203', area: 1.5 };
  pkg.quarters.sozialraum.corrections = [
    { match: { id: '0202', area: 1.5 }, set: { id: '0203' }, comment: 'wrong number in the file' },
  ];
  const packagePath = await writeSmallPackage(t.testdir(), pkg);
  const { boundaries } = await readPackage({ packagePath, dataDir: null });
  t.strictSame(
    boundaries[1]?.districts.map(({ key }) => key),
    ['0101', '0102', '0103', '0201', '0202', '0203'],
  );
});

t.test('a package without its boundaries leaves unknown districts to the database', async (t) => {
  const pkg = makeSmallPackage();
  pkg.figures.sozialraum.boundary = '2010-01-01';
  pkg.lines.push('0999;2022;1;1');
  const packagePath = await writeSmallPackage(t.testdir(), pkg);
  const { columns } = await readPackage({ packagePath, dataDir: null });
  t.ok(columns[0]?.keys.includes('0999'));
});

t.test('rules: the first row rule wins, rows beat cells, a column beats its resource', async (t) => {
  const pkg = makeSmallPackage();
  const rule = pkg.figures.sozialraum;
  rule.rows = [
    { when: { key: ['0203'] }, status: 'not_assessed', reason: 'small_number' },
    { when: { field: 'year', equals: ['2023'] }, status: 'not_available', reason: 'not_delivered' },
    { when: { field: 'residents', below: 401 }, status: 'not_applicable', reason: 'uninhabited' },
  ];
  rule.columns[0] = {
    field: 'residents',
    indicator: 'residents',
    missing: { '': { status: 'suppressed', reason: 'small_number' } },
  };
  pkg.lines[1] = '0101;2022;;60';
  const packagePath = await writeSmallPackage(t.testdir(), pkg);
  const [residents, share, later] = (await readPackage({ packagePath, dataDir: null })).columns;
  const cells = (column = residents) =>
    column?.keys.map((key, at) => [key, column.reasons[at] ?? column.values[at]]);
  t.strictSame(cells(), [
    ['0101', 'small_number'],
    ['0102', 800],
    ['0103', 'uninhabited'],
    ['0201', 2000],
    ['0202', 500],
    ['0203', 'small_number'],
  ]);
  t.strictSame(cells(share)?.[0], ['0101', 'not_delivered']);
  t.strictSame(cells(later), [
    ['0101', 'not_delivered'],
    ['0102', 'not_delivered'],
  ]);
});
