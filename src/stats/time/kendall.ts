/** Kendall's score of a series against time, and its distribution when there is no trend. */

/** Longest series whose null distribution is counted out; beyond it the normal distribution is close enough. */
export const EXACT_LIMIT = 10;

/**
 * Score S = sum over i < j of sgn(x_j - x_i): pairs that rise minus pairs that fall.
 *
 * @param values finite values in order of time
 */
export function scoreTrend(values: Float64Array): number {
  let score = 0;
  for (let j = 1; j < values.length; j++) {
    for (let i = 0; i < j; i++) score += Math.sign(values[j]! - values[i]!);
  }
  return score;
}

/**
 * Variance of S without a trend, corrected for ties (Kendall 1975, Rank Correlation Methods):
 * [n (n - 1)(2n + 5) - sum t (t - 1)(2t + 5)] / 18 with t the sizes of groups of equal values.
 *
 * @returns exactly 0 when all values are equal
 */
export function varyScore(values: Float64Array): number {
  const term = (t: number): number => t * (t - 1) * (2 * t + 5);
  return (term(values.length) - countTies(values).reduce((sum, t) => sum + term(t), 0)) / 18;
}

/**
 * Sizes of the groups of equal values, groups of one left out.
 *
 * @param values finite values
 */
export function countTies(values: Float64Array): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

/**
 * P(D <= falling) for the number D of falling pairs among n different values in random order (inversions of a permutation;
 * the same distribution as of rising pairs).
 *
 * @param n series length, 1 to EXACT_LIMIT
 * @param falling any integer
 */
export function tailOfFalling(n: number, falling: number): number {
  // ways[d]: orders with d falling pairs; one value more adds 0 to size - 1 of them.
  let ways = [1];
  let orders = 1;
  for (let size = 2; size <= n; size++) {
    const next = new Array<number>((size * (size - 1)) / 2 + 1).fill(0);
    ways.forEach((count, d) => {
      for (let added = 0; added < size; added++) next[d + added]! += count;
    });
    ways = next;
    orders *= size;
  }
  let reached = 0;
  for (let d = 0; d <= Math.min(falling, ways.length - 1); d++) reached += ways[d]!;
  return reached / orders;
}

/**
 * Exact two-sided p of a score, min(1, 2 min(P(S' <= S), P(S' >= S))), as R's cor.test does.
 *
 * @param n series length without ties, 1 to EXACT_LIMIT
 * @param score S
 */
export function exactTrendP(n: number, score: number): number {
  const pairs = (n * (n - 1)) / 2;
  const fewer = (pairs - Math.abs(score)) / 2;
  return Math.min(1, 2 * tailOfFalling(n, fewer));
}
