import { sql } from 'kysely';
import t from 'tap';
import { importPackage } from '../../src/import/import-package.ts';
import type { ProblemItem } from '../../src/problem.ts';
import { collectItems } from '../support/collect-items.ts';
import { testDatabase } from '../support/database.ts';
import { makeRing, type SmallPackage, UTM32_PRJ } from '../support/small-package.ts';
import { type Change, countRows, importTown, onlyFigures, writeTown } from './imported.ts';

t.setTimeout(120_000);

const BOW_TIE = [
  [400000, 5700000],
  [401000, 5701000],
  [401000, 5700000],
  [400000, 5701000],
  [400000, 5700000],
];

/** Two corners, there and back. */
const LINE = [
  [400000, 5700000],
  [401000, 5701000],
  [400000, 5700000],
  [400000, 5700000],
];

function setRing(pkg: SmallPackage, feature: number, ring: unknown): void {
  pkg.quarterFeatures[feature - 1]!.geometry = { type: 'Polygon', coordinates: [ring] };
}

/** The package of another town with geographies of its own. */
function renameTown(pkg: SmallPackage): void {
  pkg.sozialraum.authority.id = 'gross';
  for (const geography of pkg.sozialraum.geographies) {
    geography.id = geography.id.replace('klein', 'gross');
    if (geography.parent) geography.parent = geography.parent.replace('klein', 'gross');
  }
  pkg.areas.sozialraum.geography = 'gross-area';
  pkg.quarters.sozialraum.geography = 'gross-quarter';
  pkg.quarters.sozialraum.parents = [{ geography: 'gross-area', key: { prefix: 2 } }];
  pkg.figures.sozialraum.geography = 'gross-quarter';
}

/** What only the database can tell, after the town was imported once. */
const REFUSED: [string, Change, Partial<Record<keyof ProblemItem, string | number | RegExp>>[]][] = [
  [
    'an indicator that is called like a joined column of one imported before',
    {
      package: (pkg) => {
        pkg.sozialraum.indicators[1]!.id = 'residents_rank';
        pkg.figures.sozialraum.columns[1]!.indicator = 'residents_rank';
      },
    },
    [
      {
        code: 'indicator_reserved',
        file: 'datapackage.json',
        got: '"residents_rank", which a joined column of residents has',
      },
    ],
  ],
  [
    'a .prj of another zone',
    {
      package: (pkg) => {
        pkg.prj = UTM32_PRJ.replace('Zone_32N', 'Zone_33N').replace('Meridian",9.0', 'Meridian",15.0');
      },
    },
    [
      {
        code: 'crs_mismatch',
        file: 'areas.prj',
        line: 1,
        got: /^ETRS_1989_UTM_Zone_33N \(\d{6} m apart\)$/,
        expected: 'EPSG:25832',
      },
    ],
  ],
  [
    'a .prj that is none',
    {
      package: (pkg) => {
        pkg.prj = 'somewhere in the west';
      },
    },
    [
      {
        code: 'crs_mismatch',
        file: 'areas.prj',
        line: 1,
        got: 'somewhere in the west, which cannot be read',
        expected: 'EPSG:25832',
      },
    ],
  ],
  [
    'a reference system that does not exist',
    {
      package: (pkg) => {
        pkg.quarters.sozialraum.crs = 'EPSG:99999';
        pkg.crsName = null;
      },
    },
    [
      {
        code: 'crs_unknown',
        file: 'datapackage.json',
        field: 'klein-quarter from 2020-01-01',
        got: 'EPSG:99999',
        expected: /EPSG code/,
      },
    ],
  ],
  [
    'a polygon outside the declared extent',
    { package: (pkg) => setRing(pkg, 3, makeRing(502000, 5700000, 1000, 1000)) },
    [
      {
        code: 'outside_extent',
        file: 'quarters.geojson',
        line: 3,
        field: '0103',
        got: '9.0288,51.4512,9.0432,51.4602',
        expected: 'within 7.4,51.3,7.8,51.6',
      },
    ],
  ],
  [
    'a polygon beyond what the reference system can hold',
    { package: (pkg) => setRing(pkg, 2, makeRing(1e9, 5700000, 1000, 1000)) },
    [
      {
        code: 'geometry_invalid',
        file: 'quarters.geojson',
        line: 2,
        field: '0102',
        got: /transform|domain/,
        expected: 'a polygon in coordinates of EPSG:25832',
      },
    ],
  ],
  [
    'a self-intersection',
    { package: (pkg) => setRing(pkg, 1, BOW_TIE) },
    [
      {
        code: 'geometry_invalid',
        file: 'quarters.geojson',
        line: 1,
        field: '0101',
        got: /^Self-intersection\[400500 5700500\]$/,
        expected: /"invalidGeometry": "repair"/,
      },
    ],
  ],
  [
    'a shape without area, even where shapes are repaired',
    {
      package: (pkg) => {
        pkg.quarters.sozialraum.invalidGeometry = 'repair';
        setRing(pkg, 1, LINE);
      },
    },
    [
      {
        code: 'geometry_empty',
        file: 'quarters.geojson',
        line: 1,
        field: '0101',
        got: 'a shape without area',
        expected: 'a polygon',
      },
    ],
  ],
  [
    'problems of several files at once',
    {
      package: (pkg) => {
        pkg.areaRecords[1]!.ring = makeRing(502000, 5701000, 3000, 1000);
        setRing(pkg, 1, BOW_TIE);
        setRing(pkg, 6, BOW_TIE);
      },
    },
    [
      { code: 'outside_extent', file: 'areas.shp', line: 2, field: '02' },
      { code: 'geometry_invalid', file: 'quarters.geojson', line: 1 },
      { code: 'geometry_invalid', file: 'quarters.geojson', line: 6 },
    ],
  ],
  [
    'a boundary version that overlaps one imported before',
    {
      package: (pkg) => {
        pkg.quarters.sozialraum.validFrom = '2022-01-01';
        pkg.figures.sozialraum.boundary = '2022-01-01';
      },
    },
    [
      {
        code: 'boundary_overlap',
        file: 'datapackage.json',
        field: 'klein-quarter',
        got: '[2022-01-01,)',
        expected: /^dates outside \[2020-01-01,\), or in this package a validUntil/,
      },
    ],
  ],
  [
    'figures for a boundary version that nobody knows',
    {
      package: (pkg) => {
        pkg.figures.sozialraum.boundary = '1999-01-01';
      },
    },
    [
      {
        code: 'boundary_unknown',
        file: 'datapackage.json',
        field: 'klein-quarter of figures.csv',
        got: '1999-01-01',
        expected: /validFrom/,
      },
    ],
  ],
  [
    'figures for districts that a boundary imported before does not have',
    {
      package: (pkg) => {
        pkg.lines[2] = '0109;2022;800;20';
        pkg.lines[8] = '0999;2023;810;27';
      },
      resources: onlyFigures,
    },
    [
      { code: 'unknown_district', file: 'figures.csv', line: 3, got: '0109', expected: /klein-quarter/ },
      { code: 'unknown_district', file: 'figures.csv', line: 9, got: '0999', expected: /2020-01-01/ },
    ],
  ],
  [
    'parents that no boundary imported before has',
    {
      package: (pkg) => {
        pkg.quarterFeatures[0]!.properties.id = '0901';
        pkg.lines = pkg.lines.filter((line) => !line.startsWith('0101'));
      },
      resources: (all) => all.filter(({ name }) => name !== 'areas'),
    },
    [
      {
        code: 'parent_unknown',
        file: 'quarters.geojson',
        line: 1,
        field: '0901',
        got: 'parent 09 of 0901',
        expected: 'a district of klein-area in the time [2020-01-01,)',
      },
    ],
  ],
  [
    'geographies of another authority',
    {
      package: (pkg) => {
        pkg.sozialraum.authority.id = 'gross';
      },
    },
    [
      {
        code: 'geography_taken',
        file: 'datapackage.json',
        field: 'klein-area',
        got: 'klein-area of gross',
        expected: 'an id that klein does not use',
      },
      { code: 'geography_taken', field: 'klein-quarter' },
    ],
  ],
  [
    'an indicator that means something else elsewhere',
    {
      package: (pkg) => {
        renameTown(pkg);
        Object.assign(pkg.sozialraum.indicators[1]!, { unit: 'permille', polarity: 1 });
      },
    },
    [
      {
        code: 'indicator_conflict',
        file: 'datapackage.json',
        field: 'unemployed_share.unit',
        got: 'permille',
        expected: 'percent, as klein uses it',
      },
      { code: 'indicator_conflict', field: 'unemployed_share.polarity', got: '1', expected: /^-1, as klein/ },
    ],
  ],
  [
    'an indicator that is worded, counted or protected otherwise elsewhere',
    {
      package: (pkg) => {
        renameTown(pkg);
        const [residents, share] = pkg.sozialraum.indicators;
        Object.assign(residents!, {
          label: { de: 'Einwohner', en: 'Residents' },
          description: { de: 'Hauptwohnung' },
          theme: 'demography',
          targetGroups: ['all'],
          lifeCycle: 'agreed',
        });
        Object.assign(share!, {
          decimals: 2,
          numerator: { de: 'Arbeitslose', en: 'Unemployed' },
          denominator: { de: 'Erwerbsfähige' },
          aggregation: 'wmean',
          protectionClass: 'P0',
          categories: [{ value: 5, label: { de: 'mittel' } }],
        });
        pkg.figures.sozialraum.columns.pop();
      },
    },
    [
      {
        code: 'indicator_conflict',
        file: 'datapackage.json',
        field: 'residents.label.de',
        got: 'Einwohner',
        expected: 'Bevölkerung, as klein uses it',
      },
      { field: 'residents.description.de', got: 'Hauptwohnung', expected: 'nothing, as klein uses it' },
      { field: 'residents.theme', got: 'demography', expected: 'population, as klein uses it' },
      { field: 'residents.targetGroups', got: '["all"]', expected: '[], as klein uses it' },
      { field: 'residents.lifeCycle', got: 'agreed', expected: 'in_use, as klein uses it' },
      { field: 'unemployed_share.decimals', got: '2', expected: '1, as klein uses it' },
      { field: 'unemployed_share.numerator.en', got: 'Unemployed', expected: 'nothing, as klein uses it' },
      { field: 'unemployed_share.denominator.de', expected: 'Bevölkerung, as klein uses it' },
      { field: 'unemployed_share.aggregation', got: 'wmean', expected: 'ratio, as klein uses it' },
      { field: 'unemployed_share.protectionClass', got: 'P0', expected: 'P2, as klein uses it' },
      { code: 'indicator_conflict', field: 'unemployed_share.categories', got: /mittel/, expected: /^\[\],/ },
    ],
  ],
  [
    'other words for a reason that cells of another authority give',
    {
      package: (pkg) => {
        renameTown(pkg);
        pkg.sozialraum.reasons[0]!.label = { de: 'geheim', en: 'secret' };
      },
    },
    [
      {
        code: 'reason_conflict',
        file: 'datapackage.json',
        field: 'small_number.label.de',
        got: 'geheim',
        expected: 'Zahl zu klein, as klein says, or a code of your own',
      },
      { code: 'reason_conflict', field: 'small_number.label.en', got: 'secret' },
    ],
  ],
  [
    'other words for a reason that the service gives',
    {
      package: (pkg) => {
        pkg.sozialraum.reasons[1]!.label = { de: 'vergessen' };
      },
    },
    [
      {
        code: 'reason_conflict',
        field: 'not_delivered.label.de',
        got: 'vergessen',
        expected: 'nicht geliefert, as the service says, or a code of your own',
      },
      {
        code: 'reason_conflict',
        field: 'not_delivered.label.en',
        expected: /^not delivered, as the service/,
      },
    ],
  ],
  [
    'made-up data beside real ones',
    {
      package: (pkg) => {
        pkg.sozialraum.authority.synthetic = true;
      },
    },
    [
      {
        code: 'synthetic_refused',
        file: 'datapackage.json',
        field: '/sozialraum/authority/synthetic',
        got: 'made-up data of klein',
        expected: /as klein has published/,
      },
    ],
  ],
  [
    'an association that is its own member, and one named twice',
    {
      package: (pkg) => {
        const member = { id: 'dorf', label: { de: 'Dorf' } };
        pkg.sozialraum.authority.members = [member, { id: 'klein', label: { de: 'Klein' } }, member];
      },
    },
    [
      {
        code: 'descriptor_invalid',
        field: '/sozialraum/authority/members/1/id',
        got: 'klein',
        expected: /another/,
      },
      { code: 'descriptor_invalid', field: '/sozialraum/authority/members/2/id', got: 'dorf' },
    ],
  ],
];

t.test('what contradicts the database is refused and leaves no trace', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const before = await countRows(db);
  for (const [name, change, expected] of REFUSED) {
    const packagePath = await writeTown(t, change);
    const items = await collectItems(() => importPackage(db, { packagePath, dataDir: null, dryRun: false }));
    t.match(items, expected, name);
    t.equal(items.length, expected.length, `${name}: ${JSON.stringify(items)}`);
    t.strictSame(await countRows(db), before, `${name}: nothing written`);
  }
  t.match(await importTown(t, db), { changed: false }, 'the database still takes imports');
});

t.test('no more than a hundred problems are told', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const packagePath = await writeTown(t, {
    package: (pkg) => {
      for (let key = 1000; key < 1200; key++) pkg.lines.push(`${key};2022;1;1`);
    },
    resources: onlyFigures,
  });
  const items = await collectItems(() => importPackage(db, { packagePath, dataDir: null, dryRun: false }));
  t.equal(items.length, 100);
});

t.test('a declared repair keeps the delivered shape and derives a valid one', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db, {
    package: (pkg) => {
      pkg.quarters.sozialraum.invalidGeometry = 'repair';
      setRing(pkg, 1, BOW_TIE);
    },
  });
  const { rows } = await sql<{ delivered: string; valid: boolean; parts: number; srid: number }>`
    select st_astext(geom_delivered) as delivered, st_isvalid(geom) as valid, st_numgeometries(geom) as parts,
      st_srid(geom_delivered) as srid
    from district_version v join district d on d.id = v.district_id where d.key = '0101'`.execute(db);
  t.strictSame(rows, [
    {
      delivered: `POLYGON((${BOW_TIE.map((corner) => corner.join(' ')).join(',')}))`,
      valid: true,
      parts: 2,
      srid: 25832,
    },
  ]);
});
