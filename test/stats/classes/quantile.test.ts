import t from 'tap';
import { findQuantile, findQuantileLimits, sortFinite } from '../../../src/stats/classes/quantile.ts';
import { readGolden, relativeDeviation } from '../golden.ts';

const { quantile_type7: golden } = readGolden<{
  quantile_type7: { x: number[]; probs: number[]; q: number[] };
}>('trend_pca');

t.test('equals quantile of R, type 7', async (t) => {
  const sorted = sortFinite(Float64Array.from(golden.x));
  golden.probs.forEach((share, k) => {
    t.ok(relativeDeviation(findQuantile(sorted, share), golden.q[k]!) < 1e-10, `${share}`);
  });
});

t.test('missing values are left out, the rest sorted as numbers', async (t) => {
  t.same([...sortFinite(Float64Array.of(10, Number.NaN, 9, -1, Infinity))], [-1, 9, 10]);
});

t.test('ends, middle, one value', async (t) => {
  const sorted = Float64Array.of(1, 2, 4, 8);
  t.same(
    [0, 0.5, 1].map((share) => findQuantile(sorted, share)),
    [1, 3, 8],
  );
  t.equal(findQuantile(Float64Array.of(7), 0.3), 7);
});

// (n - 1) j / k misses whole numbers by a bit: 28 * (15 / 28) and many others.
t.test('a quantile that falls on a value is that value', async (t) => {
  for (const classes of [3, 5, 7, 10, 28, 100]) {
    const sorted = Float64Array.from({ length: 2 * classes + 1 }, (_, i) => Math.sqrt(i));
    findQuantileLimits(sorted, classes).forEach((limit, j) => {
      t.equal(limit, sorted[2 * (j + 1)]);
    });
  }
});

t.test('refuses no values and other shares', async (t) => {
  t.throws(() => findQuantile(Float64Array.of(), 0.5), /Got 0 values/);
  t.throws(() => findQuantile(Float64Array.of(1), 1.1), /Got share 1.1/);
  t.throws(() => findQuantile(Float64Array.of(1), Number.NaN), /Got share NaN/);
});
