import { readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readPackage } from '../../src/import/read-package.ts';
import type { ProblemItem } from '../../src/problem.ts';
import { collectItems } from '../support/collect-items.ts';
import {
  makeRing,
  makeSmallPackage,
  type SmallPackage,
  writeSmallPackage,
} from '../support/small-package.ts';

/** Findings of a package that was changed before writing. */
async function findProblems(
  directory: string,
  change: (pkg: SmallPackage) => void,
): Promise<readonly ProblemItem[]> {
  const pkg = makeSmallPackage();
  change(pkg);
  const packagePath = await writeSmallPackage(directory, pkg);
  return collectItems(() => readPackage({ packagePath, dataDir: null }));
}

/** Sets one line of figures.csv, counted as in the file. */
function setLine(pkg: SmallPackage, line: number, text: string): void {
  pkg.lines[line - 1] = text;
}

const BAD: [
  string,
  (pkg: SmallPackage) => void,
  Partial<Record<keyof ProblemItem, string | number | RegExp>>[],
][] = [
  [
    'a missing column',
    (pkg) => setLine(pkg, 1, 'quarter;year;residents;jobless'),
    [
      {
        code: 'column_missing',
        file: 'figures.csv',
        line: 1,
        got: /jobless/,
        expected: 'a column "unemployed"',
      },
    ],
  ],
  [
    'a repeated column',
    (pkg) => setLine(pkg, 1, 'quarter;year;residents;unemployed;year'),
    [
      {
        code: 'duplicate_column',
        file: 'figures.csv',
        line: 1,
        got: '"year" as column 2 and 5',
        expected: /once/,
      },
    ],
  ],
  [
    'a wrong delimiter',
    (pkg) => {
      pkg.figures.dialect = { delimiter: ',' };
    },
    [{ code: 'delimiter_wrong', file: 'figures.csv', line: 1, got: /";"/, expected: /","/ }],
  ],
  [
    'an unknown encoding',
    (pkg) => {
      pkg.figures.encoding = 'klingon-8';
    },
    [{ code: 'encoding_unknown', file: 'figures.csv', got: 'klingon-8', expected: /utf-8/ }],
  ],
  [
    'bytes that do not decode',
    (pkg) => {
      pkg.replace['figures.csv'] = Buffer.from(`${pkg.lines.slice(0, 3).join('\n')}\nStraße`, 'latin1');
    },
    [{ code: 'encoding_invalid', file: 'figures.csv', line: 4, got: 'bytes 0xdf 0x65', expected: /utf-8/ }],
  ],
  [
    'UTF-8 declared as ISO-8859-1',
    (pkg) => {
      pkg.figures.encoding = 'ISO-8859-1';
      pkg.lines.push('Straße;2023;1;1');
    },
    [
      {
        code: 'encoding_invalid',
        file: 'figures.csv',
        line: 10,
        got: 'bytes 0xc3 0x9f 0x65 0x3b',
        expected: /ISO-8859-1/,
      },
    ],
  ],
  [
    'a .cpg that contradicts the declared encoding',
    (pkg) => {
      pkg.areas.encoding = 'utf-8';
    },
    [
      { code: 'encoding_mismatch', file: 'areas.cpg', line: 1, got: '88591', expected: /utf-8/ },
      { code: 'encoding_invalid', file: 'areas.dbf', line: 2, field: 'NAME', expected: 'text in utf-8' },
    ],
  ],
  [
    'an absent file',
    (pkg) => {
      pkg.replace['figures.csv'] = null;
    },
    [{ code: 'file_not_found', file: 'figures.csv', got: 'no such file', expected: /figures\.csv/ }],
  ],
  [
    'an absent .dbf and .prj',
    (pkg) => {
      pkg.replace['areas.dbf'] = null;
      pkg.replace['areas.prj'] = null;
    },
    [
      { code: 'file_not_found', file: 'areas.dbf', got: 'no such file', expected: /areas\.dbf/ },
      { code: 'file_not_found', file: 'areas.prj', got: 'no such file', expected: /areas\.prj/ },
    ],
  ],
  [
    'a path that leaves the data directory',
    (pkg) => {
      pkg.figures.path = '../figures.csv';
    },
    [{ code: 'path_outside', field: '/resources/2/path', got: '../figures.csv', expected: /relative path/ }],
  ],
  [
    'a duplicate key in a table',
    (pkg) => pkg.lines.push('0102;2022;800;20'),
    [
      {
        code: 'duplicate_key',
        file: 'figures.csv',
        line: 10,
        got: '0102 in line 3 and 10',
        expected: /once in 2022/,
      },
    ],
  ],
  [
    'a duplicate key among shapes',
    (pkg) => {
      pkg.quarterFeatures[5]!.properties.id = '0202';
      setLine(pkg, 7, '0202;2023;1;1');
    },
    [
      {
        code: 'duplicate_key',
        file: 'quarters.geojson',
        line: 6,
        got: '0202 in feature 5 and 6',
        expected: /once/,
      },
    ],
  ],
  [
    'a key that lost its leading zero',
    (pkg) => {
      pkg.quarterFeatures[0]!.properties.id = 101;
      pkg.lines.splice(1, 1);
      pkg.lines.splice(6, 1);
    },
    [
      {
        code: 'key_invalid',
        file: 'quarters.geojson',
        line: 1,
        got: '101',
        expected: 'a key like ^[0-9]{4}$',
      },
    ],
  ],
  [
    'a row without key',
    (pkg) => setLine(pkg, 3, ';2022;800;20'),
    [{ code: 'key_missing', file: 'figures.csv', line: 3, got: '""', expected: /key/ }],
  ],
  [
    'a value for an unknown district',
    (pkg) => pkg.lines.push('0999;2022;1;1'),
    [{ code: 'unknown_district', file: 'figures.csv', line: 10, got: '0999', expected: /klein-quarter/ }],
  ],
  [
    'text in a number, with true lines after a quoted newline',
    (pkg) => {
      setLine(pkg, 1, 'quarter;year;residents;unemployed;note');
      for (let line = 2; line <= 9; line++) setLine(pkg, line, `${pkg.lines[line - 1]};`);
      setLine(pkg, 2, '0101;2022;1.200;60;"two\r\nlines"');
      setLine(pkg, 3, '0102;2022;about 800;20;');
    },
    [
      {
        code: 'number_invalid',
        file: 'figures.csv',
        line: 4,
        field: 'residents',
        got: '"about 800"',
        expected: /groups by "\."|whole number/,
      },
    ],
  ],
  [
    'a fraction in a whole number',
    (pkg) => setLine(pkg, 3, '0102;2022;800;20.5'),
    [
      {
        code: 'number_invalid',
        file: 'figures.csv',
        line: 3,
        field: 'unemployed',
        got: '"20.5"',
        expected: /whole number/,
      },
    ],
  ],
  [
    'a row that is too short',
    (pkg) => setLine(pkg, 3, '0102;2022;800'),
    [
      {
        code: 'row_length',
        file: 'figures.csv',
        line: 3,
        got: '3 cells',
        expected: '4 cells as in the header',
      },
    ],
  ],
  [
    'a quote that is never closed',
    (pkg) => setLine(pkg, 3, '"0102;2022;800;20'),
    [{ code: 'csv_invalid', file: 'figures.csv', got: /Quote Not Closed/, expected: /quoted/ }],
  ],
  [
    'a rate of nothing',
    (pkg) => {
      delete pkg.figures.sozialraum.rows;
    },
    [{ code: 'denominator_zero', file: 'figures.csv', line: 4, got: '0 of 0', expected: /above 0/ }],
  ],
  [
    'a negative count',
    (pkg) => setLine(pkg, 3, '0102;2022;800;-20'),
    [
      {
        code: 'count_negative',
        file: 'figures.csv',
        line: 3,
        field: 'unemployed',
        got: '-20',
        expected: /0 or more/,
      },
    ],
  ],
  [
    'a period that is none',
    (pkg) => setLine(pkg, 3, '0102;2022-S3;800;20'),
    [
      {
        code: 'period_invalid',
        file: 'figures.csv',
        line: 3,
        field: 'year',
        got: '"2022-S3"',
        expected: /2023-S1/,
      },
    ],
  ],
  [
    'a declared period that is none',
    (pkg) => {
      pkg.figures.sozialraum.period = '2022-13';
    },
    [
      {
        code: 'period_invalid',
        field: '/resources/2/sozialraum/period',
        got: '"2022-13"',
        expected: /2023-S1/,
      },
    ],
  ],
  [
    'text without a number in the map',
    (pkg) => {
      pkg.figures.schema.fields.push({ name: 'class', type: 'string' });
      pkg.sozialraum.indicators[1]!.categories = [{ value: 1, label: { de: 'gut' } }];
      pkg.figures.sozialraum.columns[1] = {
        field: 'class',
        map: { good: 1, bad: 2 },
        indicator: 'unemployed_share',
      };
      pkg.lines = ['quarter;year;residents;unemployed;class', '0101;2022;1;1;bad', '0102;2022;1;1;ugly'];
    },
    [
      {
        code: 'category_unknown',
        file: 'figures.csv',
        line: 2,
        field: 'class',
        got: '2',
        expected: /classes 1 of/,
      },
      {
        code: 'value_not_mapped',
        file: 'figures.csv',
        line: 3,
        field: 'class',
        got: '"ugly"',
        expected: /"good", "bad"/,
      },
    ],
  ],
  [
    'a crs member that contradicts the declared system',
    (pkg) => {
      pkg.crsName = 'urn:ogc:def:crs:EPSG::25833';
    },
    [{ code: 'crs_mismatch', file: 'quarters.geojson', field: 'crs', got: /25833/, expected: /25832/ }],
  ],
  [
    'degrees where metres are declared',
    (pkg) => {
      pkg.crsName = null;
      for (const feature of pkg.quarterFeatures)
        feature.geometry!.coordinates = [makeRing(7.5, 51.4, 0.01, 0.01)];
    },
    [
      {
        code: 'crs_mismatch',
        file: 'quarters.geojson',
        line: 1,
        got: 'position [7.5,51.4]',
        expected: 'metres of EPSG:25832',
      },
    ],
  ],
  [
    'a district without geometry',
    (pkg) => {
      pkg.quarterFeatures[1]!.geometry = null;
      pkg.areaRecords[1]!.ring = null;
    },
    [
      {
        code: 'geometry_missing',
        file: 'areas.shp',
        line: 2,
        got: 'district 02 without geometry',
        expected: /Polygon/,
      },
      {
        code: 'geometry_missing',
        file: 'quarters.geojson',
        line: 2,
        got: 'district 0102 without geometry',
        expected: /Polygon/,
      },
    ],
  ],
  [
    'a point, an open ring and a coordinate that is no number',
    (pkg) => {
      const [point, open, text] = pkg.quarterFeatures;
      point!.geometry = { type: 'Point', coordinates: [400000, 5700000] };
      open!.geometry!.coordinates = [makeRing(400000, 5700000, 1000, 1000).slice(0, 4)];
      text!.geometry!.coordinates = [[['400000', 5700000], ...makeRing(400000, 5700000, 1000, 1000)]];
    },
    [
      {
        code: 'geometry_type',
        file: 'quarters.geojson',
        line: 1,
        got: '"Point"',
        expected: 'Polygon or MultiPolygon',
      },
      { code: 'geometry_invalid', line: 2, got: /ring of 4 positions/, expected: /closed ring/ },
      {
        code: 'geometry_invalid',
        line: 3,
        got: /position \["400000",5700000\]/,
        expected: 'two finite numbers',
      },
    ],
  ],
  [
    'a parent that does not exist',
    (pkg) => {
      pkg.quarterFeatures[0]!.properties.id = '0901';
      pkg.lines = ['quarter;year;residents;unemployed', '0901;2022;1;1'];
    },
    [
      {
        code: 'parent_unknown',
        file: 'quarters.geojson',
        line: 1,
        got: 'parent 09 of 0901',
        expected: /klein-area/,
      },
    ],
  ],
  [
    'a correction that matches nothing',
    (pkg) => {
      pkg.quarters.sozialraum.corrections = [
        { match: { id: '0101', area: 5 }, set: { id: '0109' }, comment: 'test' },
      ];
    },
    [{ code: 'correction_no_match', file: 'quarters.geojson', got: /^0 features/, expected: /exactly one/ }],
  ],
  [
    'a row rule for a key without row',
    (pkg) => {
      pkg.figures.sozialraum.rows?.push({
        when: { key: ['0201', '0299'] },
        status: 'not_assessed',
        reason: 'uninhabited',
      });
    },
    [{ code: 'rule_no_match', file: 'figures.csv', got: /0299/, expected: /keys/ }],
  ],
  [
    'references to nothing',
    (pkg) => {
      pkg.figures.sozialraum.geography = 'klein-street';
      pkg.figures.sozialraum.columns[0] = { field: 'residents', indicator: 'inhabitants' };
      pkg.figures.sozialraum.missing = { x: { status: 'suppressed', reason: 'secret' } };
      pkg.figures.sozialraum.key.field = 'quarter_id';
    },
    [
      {
        code: 'geography_unknown',
        field: '/resources/2/sozialraum/geography',
        got: 'klein-street',
        expected: /klein-area/,
      },
      {
        code: 'descriptor_invalid',
        field: '/resources/2/sozialraum/key/field',
        got: 'quarter_id',
        expected: /quarter/,
      },
      {
        code: 'reason_unknown',
        field: '/resources/2/sozialraum/missing/x',
        got: 'secret',
        expected: /small_number/,
      },
      {
        code: 'indicator_unknown',
        field: '/resources/2/sozialraum/columns/0/indicator',
        got: 'inhabitants',
        expected: /residents/,
      },
    ],
  ],
  [
    'a descriptor with an unknown member and a wrong value',
    (pkg) => {
      Object.assign(pkg.figures.sozialraum, { unit: 'percent' });
      Object.assign(pkg.sozialraum.indicators[0]!, { polarity: 2 });
      pkg.quarters.sozialraum.validFrom = '2021-02-30';
    },
    [
      {
        code: 'descriptor_invalid',
        file: 'datapackage.json',
        field: '/sozialraum/indicators/0/polarity',
        got: '2',
        expected: 'one of [-1,0,1]',
      },
      {
        code: 'descriptor_invalid',
        field: '/resources/1/sozialraum/validFrom',
        got: '"2021-02-30"',
        expected: /a date/,
      },
      {
        code: 'descriptor_invalid',
        field: '/resources/2/sozialraum/unit',
        got: 'unknown member "unit"',
        expected: /only kind/,
      },
    ],
  ],
  [
    'an id that a table of the database would refuse',
    (pkg) => {
      pkg.sozialraum.authority.id = 'klein_stadt';
      pkg.sozialraum.geographies[0]!.id = 'klein--quarter';
      pkg.sozialraum.geographies[1]!.id = 'klein-';
      pkg.sozialraum.indicators[0]!.id = 'residents-all';
      pkg.sozialraum.reasons[0]!.code = 'small-number';
    },
    [
      {
        code: 'descriptor_invalid',
        file: 'datapackage.json',
        field: '/sozialraum/authority/id',
        got: '"klein_stadt"',
        expected: /joined by -/,
      },
      { field: '/sozialraum/geographies/0/id', got: '"klein--quarter"', expected: /joined by -/ },
      { field: '/sozialraum/geographies/1/id', got: '"klein-"', expected: /joined by -/ },
      { field: '/sozialraum/indicators/0/id', got: '"residents-all"', expected: /digits and _/ },
      { field: '/sozialraum/reasons/0/code', got: '"small-number"', expected: /digits and _/ },
    ],
  ],
  [
    'an indicator that is called like another column',
    (pkg) => {
      pkg.sozialraum.indicators[0]!.id = 'unemployed_share_2023_rank';
      pkg.figures.sozialraum.columns[0]!.indicator = 'unemployed_share_2023_rank';
    },
    [
      {
        code: 'indicator_reserved',
        file: 'datapackage.json',
        field: '/sozialraum/indicators/0/id',
        got: '"unemployed_share_2023_rank", which a joined column of unemployed_share has',
        expected: /no other column/,
      },
    ],
  ],
  [
    'an indicator that is called like what every feature has',
    (pkg) => {
      pkg.sozialraum.indicators[1]!.id = 'name';
      pkg.figures.sozialraum.columns[1]!.indicator = 'name';
    },
    [
      {
        code: 'indicator_reserved',
        field: '/sozialraum/indicators/1/id',
        got: '"name", which every feature has',
      },
    ],
  ],
  [
    'an alternative that is neither',
    (pkg) => {
      Object.assign(pkg.figures.sozialraum.columns[0]!, { numerator: 'residents' });
    },
    [
      {
        code: 'descriptor_invalid',
        field: '/resources/2/sozialraum/columns/0',
        got: /numerator/,
        expected: /or/,
      },
    ],
  ],
  [
    'boundary versions that overlap',
    (pkg) => {
      pkg.areas.sozialraum.geography = 'klein-quarter';
      pkg.areas.sozialraum.validFrom = '2019-01-01';
      pkg.areas.sozialraum.validUntil = '2020-06-01';
    },
    [
      {
        code: 'descriptor_invalid',
        field: '/resources/0/sozialraum/validUntil',
        got: '2020-06-01',
        expected: /up to 2020-01-01/,
      },
    ],
  ],
  [
    'a descriptor that is no JSON',
    (pkg) => {
      pkg.replace['datapackage.json'] = '{\n  "name": "klein",\n  oops\n}';
    },
    [{ code: 'descriptor_invalid', file: 'datapackage.json', line: 3, expected: 'a JSON document' }],
  ],
  [
    'a file of shapes that is cut off',
    (pkg) => {
      pkg.replace['quarters.geojson'] = '{"type": "FeatureCollection", "features": [';
    },
    [{ code: 'geojson_invalid', file: 'quarters.geojson', expected: 'a JSON document' }],
  ],
];

for (const [name, change, expected] of BAD) {
  t.test(`${name} is refused`, async (t) => {
    const items = await findProblems(t.testdir(), change);
    t.match(items, expected);
    t.equal(items.length, expected.length, JSON.stringify(items, null, 1));
    t.ok(items.every(({ got, expected }) => got !== '' && expected !== ''));
  });
}

t.test('a value that two files deliver is refused', async (t) => {
  const pkg = makeSmallPackage();
  const folder = await writeSmallPackage(t.testdir(), pkg);
  const path = join(folder, 'datapackage.json');
  const descriptor = JSON.parse(await readFile(path, 'utf8'));
  descriptor.resources.push({ ...pkg.figures, name: 'more-figures', path: 'more.csv' });
  await writeFile(path, JSON.stringify(descriptor));
  await writeFile(
    join(folder, 'more.csv'),
    'quarter;year;residents;unemployed\n0102;2023;810;27\n0103;2023;1;0\n',
  );
  const items = await collectItems(() => readPackage({ packagePath: folder, dataDir: null }));
  t.match(items, [
    {
      code: 'duplicate_key',
      file: 'more.csv',
      line: 2,
      got: 'residents 2023 of 0102 also in figures.csv line 9',
      expected: 'each value once',
    },
    { code: 'duplicate_key', got: /^unemployed_share 2023/ },
  ]);
  t.equal(items.length, 2);
});

t.test('reading stops at a hundred problems', async (t) => {
  const items = await findProblems(t.testdir(), (pkg) => {
    for (let key = 1000; key < 1200; key++) pkg.lines.push(`${key};2022;1;1`);
  });
  t.equal(items.length, 100);
});

t.test('a package that is not there is refused', async (t) => {
  t.match(await collectItems(() => readPackage({ packagePath: '/nowhere', dataDir: null })), [
    { code: 'file_not_found', file: 'datapackage.json' },
  ]);
});

t.test('a link that leads out of the data directory is refused', async (t) => {
  const folder = t.testdir({ secret: 'quarter;year;residents;unemployed' });
  const items = await findProblems(join(folder, 'package'), (pkg) => {
    pkg.replace['figures.csv'] = null;
  });
  t.match(items, [{ code: 'file_not_found' }]);
  await symlink(join(folder, 'secret'), join(folder, 'package', 'figures.csv'));
  t.match(await collectItems(() => readPackage({ packagePath: join(folder, 'package'), dataDir: null })), [
    { code: 'path_outside', file: 'figures.csv', got: /secret/ },
  ]);
});

t.test('files beyond the limits are refused unread', async (t) => {
  const folder = await writeSmallPackage(t.testdir(), makeSmallPackage());
  await truncate(join(folder, 'figures.csv'), 512 * 2 ** 20 + 1);
  t.match(await collectItems(() => readPackage({ packagePath: folder, dataDir: null })), [
    { code: 'file_too_large', file: 'figures.csv', got: '536870913 bytes', expected: /536870912/ },
  ]);
  await writeFile(join(folder, 'datapackage.json'), ' '.repeat(5 * 2 ** 20 + 1));
  t.match(await collectItems(() => readPackage({ packagePath: folder, dataDir: null })), [
    { code: 'file_too_large', file: 'datapackage.json', got: '5242881 bytes', expected: /5242880/ },
  ]);
});
