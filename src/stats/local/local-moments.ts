/**
 * Expectation and variance of local statistics over all ways to deal the other values to a unit's neighbours.
 *
 * A local statistic is sum_j w_ij g(j). Dealt without replacement from the n - 1 others, whose g have mean m and variance v
 * (Sokal, Oden & Thomson 1998, doi:10.1111/j.1538-4632.1998.tb00406.x):
 *
 *     E = w_i m        Var = v (n - 1) / (n - 2) (W2_i - w_i^2 / (n - 1))        w_i = sum_j w_ij, W2_i = sum_j w_ij^2
 */

import { findObstacle } from '../global/global-test.ts';
import { twoSidedP } from '../inference/normal.ts';
import { findRated, standardise } from '../standardise.ts';
import { type Style, styleWeights, subsetWeights, type Weights } from '../weights/weights.ts';
import { FEWEST_UNITS } from './local-plan.ts';
import { ISLAND, type LocalStatus, MISSING, NOT_TESTED, TESTED } from './local-result.ts';

/** A variance this small against its largest term is rounding: nothing varies. */
export const NO_VARIANCE = 1e-12;

/** Sums over the weights of one unit. */
export interface RowSums {
  /** w_i. */
  sum: number;
  /** W2_i. */
  squares: number;
}

/** A statistic under conditional permutation. */
export interface Moments {
  expectation: number;
  /** 0 where nothing varies: all others are neighbours with equal weights, or all others are equal. */
  variance: number;
}

/** w_i and W2_i of unit i. */
export function sumRow({ offsets, weights }: Weights, i: number): RowSums {
  let sum = 0;
  let squares = 0;
  for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
    sum += weights[e]!;
    squares += weights[e]! ** 2;
  }
  return { sum, squares };
}

/**
 * Moments of sum_j w_ij g(j).
 *
 * @param n units, this one included; 3 or more
 * @param mean, square mean of g and of g^2 over the n - 1 others
 */
export function dealMoments(n: number, { sum, squares }: RowSums, mean: number, square: number): Moments {
  const spread = squares - (sum * sum) / (n - 1);
  const variance = square - mean * mean;
  const constant = spread <= NO_VARIANCE * squares || variance <= NO_VARIANCE * square;
  return {
    expectation: sum * mean,
    variance: constant ? 0 : ((variance * (n - 1)) / (n - 2)) * spread,
  };
}

/** Mean and mean square over the others of standard scores (mean 0, mean square 1), given the own score. */
export function meansOfOthers(n: number, score: number): { mean: number; square: number } {
  return { mean: -score / (n - 1), square: (n - score * score) / (n - 1) };
}

/** Sums of the third and fourth powers of scores. */
export interface PowerSums {
  third: number;
  fourth: number;
}

/** Sums of third and fourth powers. */
export function sumPowers(scores: Float64Array): PowerSums {
  let third = 0;
  let fourth = 0;
  for (const score of scores) {
    third += score ** 3;
    fourth += score ** 4;
  }
  return { third, fourth };
}

/** Mean and mean square over the others of (z_i - z_j)^2. */
export function squaredDistances(n: number, z: number, powers: PowerSums): { mean: number; square: number } {
  const others = meansOfOthers(n, z);
  const third = (powers.third - z ** 3) / (n - 1);
  const fourth = (powers.fourth - z ** 4) / (n - 1);
  return {
    mean: z * z - 2 * z * others.mean + others.square,
    square: z ** 4 - 4 * z ** 3 * others.mean + 6 * z * z * others.square - 4 * z * third + fourth,
  };
}

/** Moments and normal approximation of Ii; every array has one entry per unit, NaN where it is not tested. */
export interface TotalMoments {
  /** For the map as a whole; unless `ok` no unit is tested. */
  status: LocalStatus;
  /** Positions in UNIT_STATUSES. */
  unitStatus: Uint8Array;
  expectation: Float64Array;
  variance: Float64Array;
  /** Deviate and its p; NaN, too, where the variance is 0. */
  z: Float64Array;
  p: Float64Array;
}

/**
 * Moments of local Moran's Ii when all values, the unit's own included, are placed at random (Anselin 1995,
 * doi:10.1111/j.1538-4632.1995.tb00338.x), against the conditional ones of `localMoran`, which hold the own value.
 *
 *     E = -w_i / (n - 1)
 *     Var = A W2_i + B (w_i^2 - W2_i) - E^2        A = (n - b2) / (n - 1), B = (2 b2 - n) / ((n - 1)(n - 2))
 *
 * @param values n values; NaN for none
 * @param weights n units
 * @throws RangeError for unequal lengths
 */
export function totalMoranMoments(values: Float64Array, weights: Weights, style: Style = 'W'): TotalMoments {
  if (values.length !== weights.n)
    throw new RangeError(`Got ${values.length} values for ${weights.n} units.`);
  const column = (): Float64Array => new Float64Array(values.length).fill(NaN);
  const rated = findRated(values);
  const n = rated.length;
  const x = Float64Array.from(rated, (unit) => values[unit]!);
  const used = styleWeights(subsetWeights(weights, rated), style);
  const unitStatus = new Uint8Array(values.length).fill(MISSING);
  const connected = rated.filter((unit, k) => {
    const isIsland = used.offsets[k] === used.offsets[k + 1];
    unitStatus[unit] = isIsland ? ISLAND : NOT_TESTED;
    return !isIsland;
  }).length;
  const obstacle = findObstacle(x);
  const result: TotalMoments = {
    status: connected < FEWEST_UNITS ? 'too_few' : (obstacle ?? 'ok'),
    unitStatus,
    expectation: column(),
    variance: column(),
    z: column(),
    p: column(),
  };
  if (result.status !== 'ok') return result;
  const scores = standardise(x);
  const b2 = sumPowers(scores).fourth / n;
  const a = (n - b2) / (n - 1);
  const b = (2 * b2 - n) / ((n - 1) * (n - 2));
  for (let k = 0; k < n; k++) {
    if (used.offsets[k] === used.offsets[k + 1]) continue;
    const unit = rated[k]!;
    const { sum, squares } = sumRow(used, k);
    const expectation = -sum / (n - 1);
    const variance = a * squares + b * (sum * sum - squares) - expectation ** 2;
    let lag = 0;
    for (let e = used.offsets[k]!; e < used.offsets[k + 1]!; e++)
      lag += used.weights[e]! * scores[used.neighbours[e]!]!;
    unitStatus[unit] = TESTED;
    result.expectation[unit] = expectation;
    result.variance[unit] = variance;
    if (variance <= NO_VARIANCE * squares) continue;
    result.z[unit] = (scores[k]! * lag - expectation) / Math.sqrt(variance);
    result.p[unit] = twoSidedP(result.z[unit]!);
  }
  return result;
}
