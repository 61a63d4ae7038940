/**
 * Global Moran's I: do similar values lie together on the whole map?
 */

import { twoSidedP } from './normal.ts';
import { openRandom } from './random.ts';
import { computeMoments, findRated, standardise } from './standardise.ts';
import { permutationError, permutationP, tieTolerance } from './tails.ts';
import { findIslands, findLink, type Style, styleWeights, subsetWeights, type Weights } from './weights.ts';

/** Stream of the random generator, so that one seed gives other numbers here than in the local statistics. */
const STREAM = 1;

/** `too_few`: fewer than 4 units with neighbours. `no_variance`: all values are equal. */
export type MoranStatus = 'ok' | 'too_few' | 'no_variance';

/** Choices of a run. */
export interface GlobalMoranOptions {
  /** Style of the weights after units without a value are gone. Default `W`. */
  style?: Style;
  /** Full shuffles of the values, 0 for none. Default 9,999. */
  permutations?: number;
  /** Seed of the shuffles, integer from 0 to 2^53 - 1. Default 1. */
  seed?: number;
  /** Whether n in the formulas counts only units with neighbours (spdep's adjust.n). Default true. */
  adjustForIslands?: boolean;
}

/** A normal approximation: variance of I under a null hypothesis, deviate, two-sided p. */
export interface NormalTest {
  variance: number;
  z: number;
  p: number;
}

/** What the shuffles gave. */
export interface PermutationTest {
  permutations: number;
  seed: number;
  /** Shuffles whose I was at least, and at most, the observed one. */
  greaterOrEqual: number;
  lessOrEqual: number;
  /** Two-sided p and its Monte Carlo standard error. */
  p: number;
  standardError: number;
}

/** Counts behind a result. */
interface MoranCounts {
  /** Units with a value. */
  rated: number;
  /** Rated units without a rated neighbour. */
  islands: number;
  /** The n of the formulas. */
  n: number;
}

/** Result; without variation or with too few units there are no figures to give. */
export type GlobalMoran =
  | (MoranCounts & { status: 'too_few' | 'no_variance' })
  | (MoranCounts & {
      status: 'ok';
      /** Moran's I. */
      statistic: number;
      expectation: number;
      /** Values assigned to units at random. */
      randomisation: NormalTest;
      /** Values drawn from a normal distribution. */
      normality: NormalTest;
      /** null when no permutations were asked for. */
      permutation: PermutationTest | null;
    });

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
  { style = 'W', permutations = 9_999, seed = 1, adjustForIslands = true }: GlobalMoranOptions = {},
): GlobalMoran {
  if (values.length !== weights.n)
    throw new RangeError(`Got ${values.length} values for ${weights.n} units.`);
  if (!Number.isInteger(permutations) || permutations < 0) {
    throw new RangeError(`Got ${permutations} permutations, expected a whole number of 0 or more.`);
  }
  const rated = findRated(values);
  const used = styleWeights(subsetWeights(weights, rated), style);
  const x = Float64Array.from(rated, (unit) => values[unit]!);
  const islands = findIslands(used).length;
  const n = adjustForIslands ? x.length - islands : x.length;
  const counts = { rated: x.length, islands, n };
  if (x.length - islands < 4) return { ...counts, status: 'too_few' };
  if (computeMoments(x).deviation === 0) return { ...counts, status: 'no_variance' };

  const z = standardise(x);
  const sums = sumWeights(used);
  const expectation = -1 / (n - 1);
  const observed = crossProduct(z, used);
  const statistic = (n / sums.s0) * (observed / x.length);
  const test = (variance: number): NormalTest => {
    const deviate = (statistic - expectation) / Math.sqrt(variance);
    return { variance, z: deviate, p: twoSidedP(deviate) };
  };
  return {
    ...counts,
    status: 'ok',
    statistic,
    expectation,
    randomisation: test(varianceByRandomisation(n, sums, kurtosis(z))),
    normality: test(varianceByNormality(n, sums)),
    permutation: permutations === 0 ? null : permute(z, used, observed, permutations, seed),
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
function kurtosis(z: Float64Array): number {
  let fourth = 0;
  for (const score of z) fourth += score ** 4;
  return fourth / z.length;
}

/** sum_ij w_ij z_i z_j. */
function crossProduct(z: Float64Array, { n, offsets, neighbours, weights }: Weights): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let lag = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) lag += weights[e]! * z[neighbours[e]!]!;
    sum += z[i]! * lag;
  }
  return sum;
}

/** Shuffle all values over all units, each shuffle from the original order so that it depends on its number only. */
function permute(
  z: Float64Array,
  weights: Weights,
  observed: number,
  permutations: number,
  seed: number,
): PermutationTest {
  const random = openRandom(seed, STREAM);
  const shuffled = new Float64Array(z.length);
  const tolerance = tieTolerance(observed);
  let greaterOrEqual = 0;
  let lessOrEqual = 0;
  for (let row = 0; row < permutations; row++) {
    random.startRow(row);
    shuffled.set(z);
    for (let left = shuffled.length; left > 1; left--) {
      const chosen = random.below(left);
      const value = shuffled[chosen]!;
      shuffled[chosen] = shuffled[left - 1]!;
      shuffled[left - 1] = value;
    }
    const product = crossProduct(shuffled, weights);
    if (product >= observed - tolerance) greaterOrEqual++;
    if (product <= observed + tolerance) lessOrEqual++;
  }
  const p = permutationP(greaterOrEqual, lessOrEqual, permutations);
  return {
    permutations,
    seed,
    greaterOrEqual,
    lessOrEqual,
    p,
    standardError: permutationError(p, permutations),
  };
}
