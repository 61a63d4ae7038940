/**
 * Global Moran's I: do similar values lie together on the whole map?
 */

import { standardise } from '../standardise.ts';
import { findLink, type Weights } from '../weights/weights.ts';
import {
  type AdjustableOptions,
  type Autocorrelation,
  crossProduct,
  findObstacle,
  foldPairs,
  isTooFew,
  prepareGlobal,
  testByShuffling,
  testNormally,
} from './global-test.ts';

/** A variance this small against the squared expectation is rounding: all are neighbours of all, I is always the same. */
const NO_VARIANCE = 1e-12;

/**
 * Moran's I with both normal approximations and a permutation test (Moran 1950, doi:10.1093/biomet/37.1-2.17; Cliff &
 * Ord 1981, Spatial Processes).
 *
 *     I = (n / S0) sum_ij w_ij z_i z_j / sum_i z_i^2        z_i = x_i - mean
 *     E = -1 / (n - 1)
 *     Var_N = (n^2 S1 - n S2 + 3 S0^2) / (S0^2 (n^2 - 1)) - E^2
 *     Var_R = [n((n^2 - 3n + 3) S1 - n S2 + 3 S0^2) - b2((n^2 - n) S1 - 2n S2 + 6 S0^2)]
 *             / [(n - 1)(n - 2)(n - 3) S0^2] - E^2          b2 = m4 / m2^2
 *     S0 = sum w_ij, S1 = 1/2 sum (w_ij + w_ji)^2, S2 = sum_i (w_i. + w_.i)^2
 *
 * Units without a value are removed with their links, and the weights styled anew. Islands keep their value in mean and
 * moments; n leaves them out unless told otherwise. The permutation test shuffles all values over all rated units and
 * gives p = min(1, 2 min(ge + 1, le + 1) / (P + 1)). I says nothing about where; rates of small areas with unequal
 * populations need the empirical Bayes form.
 *
 * @param values n values in any unit; NaN for none
 * @param weights n units; only ratios within a unit matter for style W, only the links for B
 * @throws RangeError for unequal lengths, bad permutations or a bad seed
 */
export function globalMoran(
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
  const expectation = -1 / (n - 1);
  const pairs = foldPairs(used);
  const statistic = (n / sums.s0) * (crossProduct(z, z, pairs) / x.length);
  const variance = varianceByRandomisation(n, sums, kurtosis(z));
  const normalVariance = varianceByNormality(n, sums);
  if (Math.min(variance, normalVariance) <= NO_VARIANCE * expectation ** 2)
    return { ...counts, status: 'no_variance' };
  return {
    ...counts,
    status: 'ok',
    statistic,
    expectation,
    randomisation: testNormally(statistic, expectation, variance),
    normality: testNormally(statistic, expectation, normalVariance),
    permutation: testByShuffling([z], ([shuffled]) => crossProduct(shuffled!, shuffled!, pairs), options),
  };
}

/** The sums over weights in the moments of global statistics. */
export interface WeightSums {
  s0: number;
  s1: number;
  s2: number;
}

/** S0 = sum w_ij, S1 = 1/2 sum (w_ij + w_ji)^2, S2 = sum_i (w_i. + w_.i)^2. */
export function sumWeights(weights: Weights): WeightSums {
  const rowAndColumn = new Float64Array(weights.n);
  let s0 = 0;
  let s1 = 0;
  for (let i = 0; i < weights.n; i++) {
    for (let e = weights.offsets[i]!; e < weights.offsets[i + 1]!; e++) {
      const j = weights.neighbours[e]!;
      const there = weights.weights[e]!;
      const opposite = findLink(weights, j, i);
      s0 += there;
      // A link with an opposite is met twice, once from either end; one without stands for both orders.
      s1 += opposite < 0 ? there * there : (there + weights.weights[opposite]!) ** 2 / 2;
      rowAndColumn[i]! += there;
      rowAndColumn[j]! += there;
    }
  }
  let s2 = 0;
  for (const sum of rowAndColumn) s2 += sum * sum;
  return { s0, s1, s2 };
}

function varianceByNormality(n: number, { s0, s1, s2 }: WeightSums): number {
  return (n * n * s1 - n * s2 + 3 * s0 * s0) / (s0 * s0 * (n * n - 1)) - 1 / (n - 1) ** 2;
}

function varianceByRandomisation(n: number, { s0, s1, s2 }: WeightSums, b2: number): number {
  const even = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0);
  const peaked = b2 * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0);
  return (even - peaked) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - 1 / (n - 1) ** 2;
}

/** b2 = m4 / m2^2 of standard scores, whose m2 is 1. */
export function kurtosis(z: Float64Array): number {
  let fourth = 0;
  for (const score of z) fourth += score ** 4;
  return fourth / z.length;
}
