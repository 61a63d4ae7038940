/**
 * Geary's C: do neighbours differ less than units at large?
 */

import { standardise } from '../standardise.ts';
import type { Weights } from '../weights/weights.ts';
import { kurtosis, sumWeights, type WeightSums } from './global-moran.ts';
import {
  type AdjustableOptions,
  type Autocorrelation,
  findObstacle,
  foldPairs,
  isTooFew,
  prepareGlobal,
  testByShuffling,
  testNormally,
} from './global-test.ts';

/** A variance this small is rounding: all are neighbours of all, C is always the same. */
const NO_VARIANCE = 1e-13;

/**
 * Geary's C with both normal approximations and a permutation test (Geary 1954, doi:10.2307/2986645; Cliff & Ord 1981, Spatial
 * Processes).
 *
 *     C = (n - 1) sum_ij w_ij (x_i - x_j)^2 / (2 S0 sum_i z_i^2)        z_i = x_i - mean
 *     E = 1
 *     Var_N = [(2 S1 + S2)(n - 1) - 4 S0^2] / [2 (n + 1) S0^2]
 *     Var_R = [(n - 1) S1 (n^2 - 3n + 3 - (n - 1) b2) - (n - 1) S2 (n^2 + 3n - 6 - (n^2 - n + 2) b2) / 4
 *             + S0^2 (n^2 - 3 - (n - 1)^2 b2)] / [n (n - 2)(n - 3) S0^2]        b2 = m4 / m2^2
 *
 * The deviate is (C - 1) / sd, negative for positive autocorrelation; spdep prints the opposite sign. Islands and missing
 * values as in `globalMoran`.
 *
 * @param values n values in any unit; NaN for none
 * @param weights n units
 * @throws RangeError for unequal lengths, bad permutations or a bad seed
 */
export function globalGeary(
  values: Float64Array,
  weights: Weights,
  { style = 'W', permutations = 9_999, seed = 1, adjustForIslands = true }: AdjustableOptions = {},
): Autocorrelation {
  const options = { style, permutations, seed, adjustForIslands };
  const { counts, columns, weights: used } = prepareGlobal([values], weights, options);
  const [x] = columns as [Float64Array];
  if (isTooFew(counts)) return { ...counts, status: 'too_few' };
  const obstacle = findObstacle(x);
  if (obstacle) return { ...counts, status: obstacle };

  const { n } = counts;
  const z = standardise(x);
  const sums = sumWeights(used);
  const scale = (n - 1) / (2 * sums.s0 * x.length);
  const pairs = foldPairs(used);
  const statistic = scale * sumSquaredDifferences(z, pairs);
  const variance = gearyVarianceByRandomisation(n, sums, kurtosis(z), x.length);
  const normalVariance = varianceByNormality(n, sums);
  if (Math.min(variance, normalVariance) <= NO_VARIANCE) return { ...counts, status: 'no_variance' };
  return {
    ...counts,
    status: 'ok',
    statistic,
    expectation: 1,
    randomisation: testNormally(statistic, 1, variance),
    normality: testNormally(statistic, 1, normalVariance),
    permutation: testByShuffling(
      [z],
      ([shuffled]) => scale * sumSquaredDifferences(shuffled!, pairs),
      options,
    ),
  };
}

/** sum_ij w_ij (x_i - x_j)^2. */
export function sumSquaredDifferences(x: Float64Array, { n, offsets, neighbours, weights }: Weights): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++)
      sum += weights[e]! * (x[i]! - x[neighbours[e]!]!) ** 2;
  }
  return sum;
}

function varianceByNormality(n: number, { s0, s1, s2 }: WeightSums): number {
  return ((2 * s1 + s2) * (n - 1) - 4 * s0 * s0) / (2 * (n + 1) * s0 * s0);
}

/**
 * Variance of C when the values are assigned to units at random.
 *
 * @param b2 kurtosis m4 / m2^2 of the values
 * @param values how many values there are: more than n where islands are left out of n. The formula does not foresee that;
 *   as spdep's geary.test we then put this count where n stands alone, and the kurtosis times n / values, so that results agree
 */
export function gearyVarianceByRandomisation(
  n: number,
  { s0, s1, s2 }: WeightSums,
  b2: number,
  values = n,
): number {
  const k = (b2 * n) / values;
  const first = (n - 1) * s1 * (n * n - 3 * values + 3 - (n - 1) * k);
  const second = ((n - 1) * s2 * (n * n + 3 * values - 6 - (n * n - values + 2) * k)) / 4;
  const third = s0 * s0 * (n * n - 3 - (n - 1) ** 2 * k);
  return (first - second + third) / (values * (n - 2) * (n - 3) * s0 * s0);
}
