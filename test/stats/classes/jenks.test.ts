import fc from 'fast-check';
import t from 'tap';
import { findNaturalBreaks } from '../../../src/stats/classes/jenks.ts';

function spread(values: number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Smallest sum of squares over all ways to cut the distinct values, one by one. */
function searchAll(sorted: number[], classes: number): number {
  const distinct = [...new Set(sorted)];
  function best(from: number, left: number): number {
    const part = (until: number): number =>
      spread(sorted.filter((v) => v >= distinct[from]! && v <= distinct[until - 1]!));
    if (left === 1) return part(distinct.length);
    let least = Infinity;
    for (let until = from + 1; until <= distinct.length - left + 1; until++) {
      least = Math.min(least, part(until) + best(until, left - 1));
    }
    return least;
  }
  return best(0, Math.min(classes, distinct.length));
}

t.test('no other partition is better, and the classes found have the sum of squares told', async (t) => {
  const value = fc.oneof(
    fc.double({ min: -100, max: 100, noNaN: true }),
    fc.integer({ min: 0, max: 12 }),
    // A common offset must not cost the digits.
    fc.integer({ min: 0, max: 9 }).map((v) => 1e8 + v),
  );
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 14 }),
      fc.integer({ min: 1, max: 5 }),
      (values, k) => {
        const sorted = Float64Array.from(values).sort();
        const { distinct, starts, within } = findNaturalBreaks(sorted, k);
        t.equal(starts.length, Math.min(k, distinct.length));
        t.equal(starts[0], 0);
        let sum = 0;
        starts.forEach((start, c) => {
          const end = starts[c + 1] ?? distinct.length;
          t.ok(end > start, 'no class is empty');
          sum += spread([...sorted.filter((v) => v >= distinct[start]! && v <= distinct[end - 1]!)]);
        });
        const want = searchAll([...sorted], k);
        const tolerance = 1e-9 * (1 + spread([...sorted]));
        t.ok(Math.abs(sum - want) <= tolerance, `classes ${sum}, best ${want}`);
        t.ok(Math.abs(within - want) <= tolerance, `told ${within}, best ${want}`);
      },
    ),
    { seed: 9, numRuns: 200 },
  );
});

t.test('divide and conquer equals the full table on longer data', async (t) => {
  const sorted = Float64Array.from(
    { length: 300 },
    (_, i) => (Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1) ** 3,
  );
  sorted.sort();
  const n = sorted.length;
  // cost[j]: best sum of squares of the first j values; every start is tried.
  const cut = (i: number, j: number): number => spread([...sorted.subarray(i, j)]);
  const parts = Array.from({ length: n + 1 }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) => (j > i ? cut(i, j) : 0)),
  );
  let costs = Array.from({ length: n + 1 }, (_, j) => parts[0]![j]!);
  for (let k = 2; k <= 6; k++) {
    const before = costs;
    costs = Array.from({ length: n + 1 }, (_, j) => {
      let least = Infinity;
      for (let i = k - 1; i < j; i++) least = Math.min(least, before[i]! + parts[i]![j]!);
      return least;
    });
    t.ok(Math.abs(findNaturalBreaks(sorted, k).within - costs[n]!) < 1e-10, `${k} classes`);
  }
});

t.test('repeated values stay together and count as often as they come', async (t) => {
  const { distinct, starts } = findNaturalBreaks(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 5), 2);
  t.same([...distinct], [0, 3, 5]);
  t.same([...starts], [0, 1]);
});

t.test('refuses no values, bad classes', async (t) => {
  t.throws(() => findNaturalBreaks(Float64Array.of(), 3), /Got 0 values/);
  t.throws(() => findNaturalBreaks(Float64Array.of(1), 0), /Got 0 classes/);
  t.throws(
    () =>
      findNaturalBreaks(
        Float64Array.from({ length: 1_000_001 }, (_, i) => i),
        3,
      ),
    /Got 1000001 distinct/,
  );
});
