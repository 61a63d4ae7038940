import t from 'tap';
import type { ObservationResource } from '../../src/import/descriptor.ts';
import { importPackage } from '../../src/import/import-package.ts';
import { readPackage } from '../../src/import/read-package.ts';
import { collectItems } from '../support/collect-items.ts';
import { testDatabase } from '../support/database.ts';
import { type Change, importTown, readCells, writeTown } from './imported.ts';

t.setTimeout(120_000);

/** The figures of the town in two files: area 01 in figures.csv, area 02, provisional and without counts, in south.csv. */
function splitTown(south: readonly string[]): Change {
  return {
    package: (pkg) => {
      pkg.lines = pkg.lines.filter((line) => !line.startsWith('02'));
      pkg.replace['south.csv'] = ['district,residents,share', ...south].join('\n');
    },
    resources: ([areas, quarters, figures]) => {
      const { missing } = (figures as ObservationResource).sozialraum;
      const southern: ObservationResource = {
        name: 'south',
        path: 'south.csv',
        format: 'csv',
        schema: {
          fields: [
            { name: 'district', type: 'string' },
            { name: 'residents', type: 'integer' },
            { name: 'share', type: 'number' },
          ],
        },
        sozialraum: {
          kind: 'observations',
          geography: 'klein-quarter',
          boundary: '2020-01-01',
          period: '2022',
          referenceDate: '2022-12-31',
          provisional: true,
          key: { field: 'district' },
          missing: missing!,
          columns: [
            { field: 'share', indicator: 'unemployed_share' },
            { field: 'residents', indicator: 'residents' },
          ],
        },
      };
      return [areas!, quarters!, figures!, southern];
    },
  };
}

const SOUTH = ['0203,400,10', '0201,2000,x', '0202,500,'];

t.test('a column that two files deliver is one column, and each cell knows its file', async (t) => {
  const { columns } = await readPackage({ packagePath: await writeTown(t, splitTown(SOUTH)), dataDir: null });
  t.strictSame(
    columns.map(({ indicator, period, keys }) => `${indicator} ${period} ${keys.length}`),
    ['residents 2022 6', 'unemployed_share 2022 6', 'residents 2023 2', 'unemployed_share 2023 2'],
  );
  const [residents, share] = columns;
  t.strictSame(share, {
    geography: 'klein-quarter',
    boundary: '2020-01-01',
    indicator: 'unemployed_share',
    period: '2022',
    keys: ['0101', '0102', '0103', '0203', '0201', '0202'],
    referenceDates: [null, null, null, '2022-12-31', '2022-12-31', '2022-12-31'],
    provisional: [false, false, false, true, true, true],
    files: [...Array(3).fill('figures.csv'), ...Array(3).fill('south.csv')],
    lines: Int32Array.of(2, 3, 4, 2, 3, 4),
    values: Float64Array.of(5, 2.5, NaN, 10, NaN, NaN),
    numerators: Float64Array.of(60, 20, NaN, NaN, NaN, NaN),
    denominators: Float64Array.of(1200, 800, NaN, NaN, NaN, NaN),
    status: ['ok', 'ok', 'not_applicable', 'ok', 'suppressed', 'not_available'],
    reasons: [null, null, 'uninhabited', null, 'small_number', 'not_delivered'],
  });
  t.strictSame([residents?.numerators, residents?.denominators], [null, null]);
});

t.test('a column of two files is imported, imported again and corrected as a whole', async (t) => {
  const { db } = await testDatabase(t);
  t.match(await importTown(t, db, splitTown(SOUTH)), {
    release: 1,
    cells: { added: 16, changed: 0, withdrawn: 0 },
  });
  const cells = await db
    .selectFrom('observation as o')
    .innerJoin('district as d', 'd.id', 'o.district_id')
    .innerJoin('indicator as i', 'i.id', 'o.indicator_id')
    .where('i.code', '=', 'residents')
    .where('o.period', '=', '2022')
    .select(['d.key', 'o.provisional', 'o.reference_date'])
    .orderBy('d.key')
    .execute();
  t.strictSame(
    cells.map((cell) => [cell.key, cell.provisional, cell.reference_date]),
    ['0101', '0102', '0103']
      .map((key): unknown[] => [key, false, null])
      .concat(['0201', '0202', '0203'].map((key) => [key, true, '2022-12-31'])),
  );
  t.match(await importTown(t, db, splitTown(SOUTH)), { release: null, changed: false });
  t.match(await importTown(t, db, splitTown(['0203,410,10', '0202,500,'])), {
    release: 2,
    cells: { added: 0, changed: 1, withdrawn: 2 },
  });
  t.strictSame(await readCells(db, 'residents', '2022', 2), {
    '0101': 1200,
    '0102': 800,
    '0103': 'not_applicable',
    '0202': 500,
    '0203': 410,
  });
});

t.test('a finding about a cell names the file that the cell stands in', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const { package: change, resources } = splitTown([...SOUTH, '0299,1,1']);
  const packagePath = await writeTown(t, {
    package: change!,
    resources: (all) => resources!(all).filter(({ format }) => format === 'csv'),
  });
  const items = await collectItems(() => importPackage(db, { packagePath, dataDir: null, dryRun: false }));
  t.match(items, [{ code: 'unknown_district', file: 'south.csv', line: 5, got: '0299' }]);
  t.equal(items.length, 1);
});
