import fc from 'fast-check';
import t from 'tap';
import { comparePeriods, isDate, type Period, parsePeriod } from '../../src/indicators/period.ts';

t.test('periods with their first and last day', async (t) => {
  for (const [id, kind, start, end] of [
    ['2023', 'year', '2023-01-01', '2023-12-31'],
    ['2023-S1', 'half', '2023-01-01', '2023-06-30'],
    ['2023-S2', 'half', '2023-07-01', '2023-12-31'],
    ['2023-Q1', 'quarter', '2023-01-01', '2023-03-31'],
    ['2023-Q4', 'quarter', '2023-10-01', '2023-12-31'],
    ['2023-02', 'month', '2023-02-01', '2023-02-28'],
    ['2024-02', 'month', '2024-02-01', '2024-02-29'],
    ['1900-02', 'month', '1900-02-01', '1900-02-28'],
    ['2000-02', 'month', '2000-02-01', '2000-02-29'],
    ['2023-12-31', 'day', '2023-12-31', '2023-12-31'],
  ] as const) {
    t.strictSame(parsePeriod(id), { id, kind, start, end });
  }
});

t.test('texts that are no periods', async (t) => {
  for (const id of [
    '',
    '23',
    '0000',
    '02023',
    '2023-S0',
    '2023-S3',
    '2023-s1',
    '2023-Q5',
    '2023-00',
    '2023-13',
    '2023-1',
    '2023-02-29',
    '2023-04-31',
    '2023-12-00',
    '2023-12-32',
    '2023-S1-01',
    ' 2023',
    '2023\n',
    '2023/24',
    '2023-6',
  ]) {
    t.equal(parsePeriod(id), null, JSON.stringify(id));
  }
});

t.test('dates', async (t) => {
  t.ok(isDate('2024-02-29'));
  t.notOk(isDate('2024-02'));
  t.notOk(isDate('2023-02-29'));
});

t.test('periods that begin together come longest first', async (t) => {
  const ids = [
    '2023',
    '2023-S1',
    '2023-Q1',
    '2023-01',
    '2023-01-01',
    '2023-02',
    '2023-Q2',
    '2023-S2',
    '2024',
  ];
  const shuffled = [...ids].reverse().map((id) => parsePeriod(id) as Period);
  t.strictSame(
    shuffled.sort(comparePeriods).map(({ id }) => id),
    ids,
  );
});

const year = fc.integer({ min: 1, max: 9999 }).map((value) => String(value).padStart(4, '0'));
const two = (max: number) => fc.integer({ min: 1, max }).map((value) => String(value).padStart(2, '0'));
const period = fc
  .oneof(
    year,
    fc.tuple(year, fc.constantFrom('S1', 'S2', 'Q1', 'Q2', 'Q3', 'Q4')).map((parts) => parts.join('-')),
    fc.tuple(year, two(12)).map((parts) => parts.join('-')),
    fc.tuple(year, two(12), two(28)).map((parts) => parts.join('-')),
  )
  .map((id) => parsePeriod(id) as Period);

t.test('a period starts and ends on days that exist and contains itself', async () => {
  fc.assert(
    fc.property(period, ({ start, end }) => isDate(start) && isDate(end) && start <= end),
    { seed: 5 },
  );
});

t.test('the day after the end of a period belongs to a next one of its kind', async () => {
  const DAY = 86_400_000;
  fc.assert(
    fc.property(period, ({ id, kind, end }) => {
      const next = new Date(Date.parse(end) + DAY).toISOString().slice(0, 10);
      return kind === 'day' || end === '9999-12-31' || (next.endsWith('-01') && !next.startsWith(`${id}-`));
    }),
    { seed: 6 },
  );
});

t.test('the order is total: antisymmetric, transitive, equal only for the same period', async () => {
  fc.assert(
    fc.property(period, period, period, (a, b, c) => {
      const ab = Math.sign(comparePeriods(a, b));
      const antisymmetric = ab === -Math.sign(comparePeriods(b, a));
      const same = (ab === 0) === (a.id === b.id);
      const transitive = !(ab <= 0 && comparePeriods(b, c) <= 0) || comparePeriods(a, c) <= 0;
      return antisymmetric && same && transitive;
    }),
    { seed: 7 },
  );
});
