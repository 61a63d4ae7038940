import fc from 'fast-check';
import t from 'tap';
import { assignRows, UNASSIGNED } from '../../../src/stats/clusters/assignment.ts';
import { drawValues } from '../regions/region-inputs.ts';

/** Greatest sum over all ways to assign rows. */
function tryAll(gains: readonly number[], rows: number, columns: number): number {
  const place = (row: number, taken: ReadonlySet<number>): number => {
    if (row === rows) return 0;
    let most = rows - row > columns - taken.size ? place(row + 1, taken) : -Infinity;
    for (let column = 0; column < columns; column++) {
      if (taken.has(column)) continue;
      most = Math.max(most, gains[row * columns + column]! + place(row + 1, new Set([...taken, column])));
    }
    return most;
  };
  return place(0, new Set());
}

t.test('no other assignment has a greater sum', async (t) => {
  const sides = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }));
  fc.assert(
    fc.property(
      sides,
      fc.array(fc.integer({ min: -4, max: 9 }), { minLength: 25, maxLength: 25 }),
      ([rows, columns], numbers) => {
        const gains = numbers.slice(0, rows * columns);
        const columnOf = assignRows(Float64Array.from(gains), rows, columns);
        const used = [...columnOf].filter((column) => column !== UNASSIGNED);
        t.equal(columnOf.length, rows);
        t.equal(used.length, Math.min(rows, columns));
        t.equal(new Set(used).size, used.length);
        const sum = [...columnOf].reduce(
          (total, column, row) => total + (column < 0 ? 0 : gains[row * columns + column]!),
          0,
        );
        t.equal(sum, tryAll(gains, rows, columns));
      },
    ),
    { seed: 20, numRuns: 200 },
  );
});

t.test('greedy would take the 9 first', async (t) => {
  t.same(assignRows(Float64Array.of(9, 8, 8, 1), 2, 2), Int32Array.of(1, 0));
});

t.test('300 clusters are matched with their shuffled selves', async (t) => {
  const n = 300;
  const gains = drawValues(n * n, 1);
  for (let i = 0; i < n; i++) gains[i * n + ((i * 7) % n)]! += 2;
  t.same(
    [...assignRows(gains, n, n)],
    Array.from({ length: n }, (_, i) => (i * 7) % n),
  );
});

t.test('refusals', async (t) => {
  t.throws(() => assignRows(new Float64Array(3), 2, 2), {
    name: 'RangeError',
    message: /3 gains, expected 2 x 2/,
  });
  t.throws(() => assignRows(Float64Array.of(1, NaN), 1, 2), { name: 'RangeError', message: /gain of NaN/ });
  t.throws(() => assignRows(Float64Array.of(1, -Infinity), 1, 2), RangeError);
});
