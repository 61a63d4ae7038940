/**
 * General G: do high values lie together, or low ones?
 */

import { computeMoments } from '../standardise.ts';
import type { Weights } from '../weights/weights.ts';
import { sumWeights, type WeightSums } from './global-moran.ts';
import {
  type AdjustableOptions,
  crossProduct,
  findObstacle,
  foldPairs,
  type GlobalResult,
  isTooFew,
  type NormalTest,
  type Obstacle,
  prepareGlobal,
  testByShuffling,
  testNormally,
} from './global-test.ts';

/** Result, G being the share of all products that neighbours have; `negative_values`: G is not defined for them. */
export type GlobalG = GlobalResult<
  {
    /** Values assigned to units at random. z > 0 where high values lie together, < 0 where low ones do. */
    randomisation: NormalTest;
  },
  Obstacle | 'negative_values'
>;

/**
 * Getis and Ord's general G (1992, doi:10.1111/j.1538-4632.1992.tb00261.x) with its normal approximation and a permutation
 * test.
 *
 *     G = sum_ij w_ij x_i x_j / sum_{i != j} x_i x_j        E = S0 / (n (n - 1))
 *     E[G^2] = (B0 s2^2 + B1 s4 + B2 s1^2 s2 + B3 s1 s3 + B4 s1^4) / ((s1^2 - s2)^2 n (n - 1)(n - 2)(n - 3))        s_p = sum x^p
 *     B0 = (n^2 - 3n + 3) S1 - n S2 + 3 S0^2        B3 = 4 (n - 1) S1 - 2 (n + 1) S2 + 8 S0^2
 *     B1 = -[(n^2 - n) S1 - 2n S2 + 6 S0^2]         B4 = S1 - S2 + S0^2
 *     B2 = -[2n S1 - (n + 3) S2 + 6 S0^2]
 *
 * For counts and shares with a true zero. The default style is B, as the authors define it; W is allowed and then measures
 * against the mean of the neighbours. Islands and missing values as in `globalMoran`.
 *
 * @param values n values of 0 or more; NaN for none
 * @param weights n units
 * @throws RangeError for unequal lengths, bad permutations or a bad seed
 */
export function globalG(
  values: Float64Array,
  weights: Weights,
  { style = 'B', permutations = 9_999, seed = 1, adjustForIslands = true }: AdjustableOptions = {},
): GlobalG {
  const options = { style, permutations, seed, adjustForIslands };
  const { counts, columns, weights: used } = prepareGlobal([values], weights, options);
  const [x] = columns as [Float64Array];
  if (isTooFew(counts)) return { ...counts, status: 'too_few' };
  if (x.some((value) => value < 0)) return { ...counts, status: 'negative_values' };
  const obstacle = findObstacle(x);
  if (obstacle) return { ...counts, status: obstacle };
  const { mean } = computeMoments(x);

  const { n } = counts;
  // G does not change with the unit of measure: a mean of 1 keeps the fourth powers in range.
  const scaled = x.map((value) => value / mean);
  const [s1, s2, s3, s4] = [1, 2, 3, 4].map((power) => sumPower(scaled, power)) as [
    number,
    number,
    number,
    number,
  ];
  const pairs = s1 * s1 - s2;
  // One value alone above 0 has no pair.
  if (pairs <= 1e-12 * s2) return { ...counts, status: 'no_variance' };
  const sums = sumWeights(used);
  const expectation = sums.s0 / (n * (n - 1));
  const folded = foldPairs(used);
  const statistic = crossProduct(scaled, scaled, folded) / pairs;
  const square = meanSquare(n, sums, [s1, s2, s3, s4]) / pairs ** 2;
  const variance = square - expectation ** 2;
  // All others are neighbours of everyone: G is the same in every arrangement.
  if (variance <= 1e-12 * square) return { ...counts, status: 'no_variance' };
  return {
    ...counts,
    status: 'ok',
    statistic,
    expectation,
    randomisation: testNormally(statistic, expectation, variance),
    permutation: testByShuffling(
      [scaled],
      ([shuffled]) => crossProduct(shuffled!, shuffled!, folded),
      options,
    ),
  };
}

function sumPower(x: Float64Array, power: number): number {
  let sum = 0;
  for (const value of x) sum += value ** power;
  return sum;
}

function meanSquare(
  n: number,
  { s0, s1, s2 }: WeightSums,
  [x1, x2, x3, x4]: readonly [number, number, number, number],
): number {
  const b0 = (n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0;
  const b1 = -((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0);
  const b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0 * s0);
  const b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0 * s0;
  const b4 = s1 - s2 + s0 * s0;
  const sum = b0 * x2 * x2 + b1 * x4 + b2 * x1 * x1 * x2 + b3 * x1 * x3 + b4 * x1 ** 4;
  return sum / (n * (n - 1) * (n - 2) * (n - 3));
}
