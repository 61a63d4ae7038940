import t from 'tap';
import type { ColumnCandidate } from '../../src/import/candidate.ts';
import { protect } from '../../src/protection/protect.ts';

const column: ColumnCandidate = {
  geography: 'klein-quarter',
  boundary: '2020-01-01',
  indicator: 'residents',
  period: '2022',
  keys: ['0101', '0102'],
  referenceDates: [null, null],
  provisional: [false, false],
  files: ['figures.csv', 'figures.csv'],
  lines: Int32Array.of(2, 3),
  values: Float64Array.of(3, Number.NaN),
  numerators: null,
  denominators: null,
  status: ['ok', 'suppressed'],
  reasons: [null, 'small_number'],
};

t.test('for now every cell is published as delivered, and the report says so', async (t) => {
  const published = async () => new Map([['0101', { value: 4, status: 'ok' }]]);
  const { columns, report } = await protect([column, { ...column, period: '2023' }], published);
  t.strictSame(columns, [column, { ...column, period: '2023' }]);
  t.strictSame(report, { method: 'none', cells: 4, changed: 0 });
});
