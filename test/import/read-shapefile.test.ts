import t from 'tap';
import { collectFindings } from '../../src/import/findings.ts';
import { readDbf } from '../../src/import/read-dbf.ts';
import { readShapefile } from '../../src/import/read-shapefile.ts';
import { openSourceFiles } from '../../src/import/source-files.ts';
import { collectItems } from '../support/collect-items.ts';
import { encodeDbf, encodeShp, type ShapeRecord } from '../support/encode-shapefile.ts';
import { makeRing, UTM32_PRJ } from '../support/small-package.ts';

const RECORDS: ShapeRecord[] = [
  { attributes: { KEY: '007', NAME: 'Süd' }, ring: makeRing(400000, 5700000, 10, 10) },
  { attributes: { KEY: '010', NAME: 'Straße' }, ring: makeRing(400010, 5700000, 10, 10) },
];

async function read(folder: string, encoding: string | null, path = 'a.shp') {
  const findings = collectFindings();
  const files = await openSourceFiles(folder, findings);
  const delivered = await readShapefile(path, encoding, files, findings);
  findings.finish();
  return delivered && { ...delivered, files: files.list().map((file) => file.path) };
}

/** A shapefile as the content of a test folder. */
function makeFolder(changes: Record<string, Uint8Array | string> = {}) {
  const parts = {
    'a.shp': encodeShp(RECORDS),
    'a.dbf': encodeDbf(RECORDS.map(({ attributes }) => attributes)),
    'a.prj': UTM32_PRJ,
    ...changes,
  };
  return Object.fromEntries(Object.entries(parts).map(([name, content]) => [name, Buffer.from(content)]));
}

t.test('coordinates stay in the file’s system and the .prj is handed on', async (t) => {
  const delivered = await read(t.testdir(makeFolder()), 'ISO-8859-1');
  t.strictSame(delivered?.prj, { path: 'a.prj', wkt: UTM32_PRJ });
  t.strictSame(
    delivered?.features.map(({ number, properties }) => [number, properties]),
    [
      [1, { KEY: '007', NAME: 'Süd' }],
      [2, { KEY: '010', NAME: 'Straße' }],
    ],
  );
  t.match(delivered?.features[0]?.geometry, {
    type: 'Polygon',
    coordinates: [makeRing(400000, 5700000, 10, 10)],
  });
});

t.test('the .cpg tells the encoding where the package does not', async (t) => {
  const delivered = await read(t.testdir(makeFolder({ 'a.cpg': '88591' })), null);
  t.equal(delivered?.features[1]?.properties.NAME, 'Straße');
});

t.test('without either the table must be UTF-8', async (t) => {
  t.match(await collectItems(() => read(t.testdir(makeFolder()), null)), [
    { code: 'encoding_invalid', file: 'a.dbf', line: 1, field: 'NAME' },
    { code: 'encoding_invalid', file: 'a.dbf', line: 2, field: 'NAME' },
  ]);
});

t.test('numeric columns keep their leading zeros', async (t) => {
  const findings = collectFindings();
  const table = encodeDbf([{ KEY: '007', AREA: '12.50' }], ['KEY', 'AREA']);
  t.strictSame(readDbf(table, 'utf-8', 'a.dbf', findings), [{ KEY: '007', AREA: '12.50' }]);
});

t.test('a deleted record takes its shape with it', async (t) => {
  const table = Buffer.from(encodeDbf(RECORDS.map(({ attributes }) => attributes)));
  table[table.readUInt16LE(8)] = 0x2a;
  const delivered = await read(t.testdir(makeFolder({ 'a.dbf': table })), 'ISO-8859-1');
  t.strictSame(
    delivered?.features.map(({ number, properties }) => [number, properties.KEY]),
    [[2, '010']],
  );
});

t.test('cut files are refused', async (t) => {
  const dbf = encodeDbf(RECORDS.map(({ attributes }) => attributes));
  for (const [name, changes, item] of [
    [
      'shp',
      { 'a.shp': encodeShp(RECORDS).subarray(0, -20) },
      { code: 'shapefile_invalid', file: 'a.shp', got: '352 bytes where the header tells 372' },
    ],
    [
      'records',
      { 'a.shp': encodeShp(RECORDS.slice(1)) },
      { code: 'shapefile_invalid', got: '1 shapes and 2 records' },
    ],
    [
      'dbf',
      { 'a.dbf': dbf.subarray(0, -1) },
      { code: 'dbf_invalid', file: 'a.dbf', got: /2 records of 41 bytes/ },
    ],
    ['no shp', { 'a.shp': 'PK' }, { code: 'shapefile_invalid', got: '2 bytes' }],
  ] as const) {
    t.match(await collectItems(() => read(t.testdir(makeFolder(changes)), 'ISO-8859-1')), [item], name);
  }
});

t.test('the parts of a shapefile are found whatever their case', async (t) => {
  const parts = makeFolder({ 'a.cpg': '88591' });
  for (const [shp, ...others] of [
    ['A.SHP', 'A.DBF', 'A.PRJ', 'A.CPG'],
    ['a.shp', 'A.dbf', 'a.PRJ', 'a.Cpg'],
  ] as const) {
    const spelt = [shp, ...others].map((name) => [name, parts[name.toLowerCase()]!]);
    const delivered = await read(t.testdir({ deep: Object.fromEntries(spelt) }), null, `deep/${shp}`);
    t.equal(delivered?.features[1]?.properties.NAME, 'Straße');
    t.equal(delivered?.prj?.path, `deep/${others[1]}`);
    t.strictSame(
      delivered?.files,
      [shp, ...others].map((name) => `deep/${name}`),
    );
  }
});

t.test('of two parts that differ in case only the one in the package’s spelling is read', async (t) => {
  const parts = makeFolder();
  const both = { ...parts, 'a.DBF': Buffer.from('another') };
  t.strictSame((await read(t.testdir(both), 'ISO-8859-1'))?.files, ['a.shp', 'a.dbf', 'a.prj']);
  const { 'a.dbf': dbf, ...rest } = parts;
  const neither = { ...rest, 'a.DBF': dbf!, 'a.Dbf': dbf! };
  t.match(await collectItems(() => read(t.testdir(neither), 'ISO-8859-1')), [
    { code: 'file_not_found', file: 'a.dbf' },
  ]);
});

t.test('names that dBase cut to the same one are refused', async (t) => {
  const dbf = Buffer.from(encodeDbf([{ KEY: '007', RESIDENTS_A: '1', RESIDENTS_B: '2', NOTE: '' }]));
  for (const column of [1, 2]) dbf[32 + column * 32 + 10] = 0;
  const findings = collectFindings();
  t.equal(readDbf(dbf, 'utf-8', 'a.dbf', findings), null);
  t.match(await collectItems(async () => findings.finish()), [
    {
      code: 'duplicate_column',
      file: 'a.dbf',
      field: 'RESIDENTS_',
      got: '"RESIDENTS_" as column 2 and 3',
      expected: /once .*10 characters/,
    },
  ]);
});
