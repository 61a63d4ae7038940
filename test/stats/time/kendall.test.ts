import t from 'tap';
import {
  countTies,
  exactTrendP,
  scoreTrend,
  tailOfFalling,
  varyScore,
} from '../../../src/stats/time/kendall.ts';

/** All orders of 1 to n. */
function listOrders(values: number[]): number[][] {
  if (values.length < 2) return [values];
  return values.flatMap((value, k) => listOrders(values.toSpliced(k, 1)).map((rest) => [value, ...rest]));
}

t.test('score counts rising minus falling pairs', async (t) => {
  t.equal(scoreTrend(Float64Array.of(1, 2, 3, 4)), 6);
  t.equal(scoreTrend(Float64Array.of(4, 3, 2, 1)), -6);
  t.equal(scoreTrend(Float64Array.of(1, 3, 3, 2)), 1);
  t.equal(scoreTrend(Float64Array.of()), 0);
});

t.test('ties are groups of equal values', async (t) => {
  t.same(countTies(Float64Array.of(5, 1, 5, 2, 1, 5)), [3, 2]);
});

t.test('variance and tail are those of all orders', async (t) => {
  for (const n of [2, 3, 4, 5, 6]) {
    const scores = listOrders(Array.from({ length: n }, (_, i) => i)).map((order) =>
      scoreTrend(Float64Array.from(order)),
    );
    const variance = scores.reduce((sum, s) => sum + s * s, 0) / scores.length;
    t.ok(
      Math.abs(varyScore(Float64Array.from({ length: n }, (_, i) => i)) - variance) < 1e-9,
      `variance, n ${n}`,
    );
    const pairs = (n * (n - 1)) / 2;
    for (let falling = 0; falling <= pairs; falling++) {
      const share = scores.filter((s) => (pairs - s) / 2 <= falling).length / scores.length;
      t.ok(Math.abs(tailOfFalling(n, falling) - share) < 1e-15, `tail, n ${n}, ${falling}`);
    }
    for (const score of new Set(scores)) {
      const tail = (keep: (s: number) => boolean): number => scores.filter(keep).length / scores.length;
      const want = Math.min(
        1,
        2 *
          Math.min(
            tail((s) => s <= score),
            tail((s) => s >= score),
          ),
      );
      t.ok(Math.abs(exactTrendP(n, score) - want) < 1e-15, `p, n ${n}, S ${score}`);
    }
  }
});

t.test('variance with ties is that of all orders', async (t) => {
  for (const values of [
    [1, 1, 2, 3, 3],
    [1, 1, 1, 1, 2, 2],
  ]) {
    const scores = listOrders(values).map((order) => scoreTrend(Float64Array.from(order)));
    const variance = scores.reduce((sum, s) => sum + s * s, 0) / scores.length;
    t.ok(Math.abs(varyScore(Float64Array.from(values)) - variance) < 1e-9);
  }
  t.equal(varyScore(new Float64Array(7).fill(3)), 0);
});
