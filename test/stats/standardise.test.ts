import t from 'tap';
import {
  computeMoments,
  findRated,
  isOutOfRange,
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
