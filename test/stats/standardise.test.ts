import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  computeMoments,
  findRated,
  isOutOfRange,
  rankPercentiles,
  rankValues,
  standardise,
} from '../../src/stats/standardise.ts';

const { NaN: none } = Number;

t.test('mean and population deviation of the values that exist', async (t) => {
  t.same(computeMoments(Float64Array.of(2, none, 4, 4, 4, 5, Infinity, 5, 7, 9)), {
    n: 8,
    mean: 5,
    deviation: 2,
  });
  t.same(findRated(Float64Array.of(2, none, 4, -Infinity)), Uint32Array.of(0, 2));
});

t.test('values too large, or too close together, for the range of numbers have no scores', async (t) => {
  for (const factor of [1e-305, 1e302, 1e308]) {
    const values = Float64Array.of(0.5, none, 1, 1.5).map((value) => value * factor);
    t.equal(isOutOfRange(values), true);
    t.ok(standardise(values).every(Number.isNaN));
  }
  for (const values of [[1e150, 2e150], [1e-299, 0], [3, 3], [1e308, 1e308], [5e-324, 5e-324], [none], []])
    t.equal(isOutOfRange(Float64Array.from(values)), false);
});

t.test('no values have no mean', async (t) => {
  t.same(computeMoments(Float64Array.of(none, none)), { n: 0, mean: none, deviation: none });
});

// The mean of 0.1 three times is 0.10000000000000002 when summed plainly.
t.test('a constant has deviation 0 exactly and no scores', async (t) => {
  t.equal(computeMoments(new Float64Array(3).fill(0.1)).deviation, 0);
  t.same(standardise(new Float64Array(3).fill(0.1)), Float64Array.of(none, none, none));
});

t.test('a large offset does not blur the deviation', async (t) => {
  const { deviation } = computeMoments(Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3));
  t.ok(Math.abs(deviation - Math.sqrt(2 / 3)) < 1e-15);
});

t.test('scores have mean 0 and deviation 1, missing values none', async (t) => {
  const scores = standardise(Float64Array.of(3, 8, none, 11, 4.5, -2));
  t.ok(Number.isNaN(scores[2]));
  const { n, mean, deviation } = computeMoments(scores);
  t.equal(n, 5);
  t.ok(Math.abs(mean) < 1e-15);
  t.ok(Math.abs(deviation - 1) < 1e-15);
});

const RANKS: [string, number[], number[]][] = [
  ['highest first', [10, 30, 20], [3, 1, 2]],
  ['ties share the better rank', [5, 7, 7, 9, 5], [4, 2, 2, 1, 4]],
  ['missing values have no rank', [none, 1, none, 2], [0, 2, 0, 1]],
  ['minus zero ties with zero', [0, -0, 1], [2, 2, 1]],
  ['nothing', [], []],
];

for (const [name, values, want] of RANKS) {
  t.test(`ranks: ${name}`, async (t) => {
    t.same([...rankValues(Float64Array.from(values))], want);
  });
}

t.test('percentiles: the percentage of values at most the own', async (t) => {
  t.same(rankPercentiles(Float64Array.of(3, none, 1, 3, 2)), Float64Array.of(100, none, 25, 100, 50));
  t.same(rankPercentiles(Float64Array.of(none)), Float64Array.of(none));
  t.same(rankPercentiles(Float64Array.of(-7)), Float64Array.of(100));
});

t.test('percentiles are 100 times the empirical distribution, whatever the values', async () => {
  const column = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double(), fc.constant(none)));
  fc.assert(
    fc.property(column, (numbers) => {
      const values = Float64Array.from(numbers);
      const percentiles = rankPercentiles(values);
      const rated = values.filter(Number.isFinite);
      const wanted = values.map((own) =>
        Number.isFinite(own) ? (100 * rated.filter((value) => value <= own).length) / rated.length : none,
      );
      assert.deepEqual(percentiles, wanted);
      // A stretched and shifted scale leaves them as they are; another order of the units permutes them.
      const small = values.map((value) => (Math.abs(value) <= 5 ? Math.trunc(value) : none));
      assert.deepEqual(rankPercentiles(small.map((value) => 3 * value + 7)), rankPercentiles(small));
      assert.deepEqual(rankPercentiles(values.toReversed()), percentiles.toReversed());
    }),
  );
});
