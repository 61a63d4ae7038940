/**
 * Local Moran's I: where do similar values lie together, and where does a unit differ from its surroundings?
 */

import { countTails } from './conditional-permutation.ts';
import type { MoranStatus } from './global-moran.ts';
import { twoSidedP } from './normal.ts';
import { computeMoments, findRated, standardise } from './standardise.ts';
import { permutationError, permutationP, tieTolerance } from './tails.ts';
import { type Style, styleWeights, subsetWeights, type Weights } from './weights.ts';

/** A variance this small against its largest term is rounding: nothing varies. */
const NO_VARIANCE = 1e-12;

/** State of a unit; `unitStatus` holds positions in this list. Only `tested` units have figures. */
export const UNIT_STATUSES = ['tested', 'island', 'missing', 'not_tested'] as const;

/**
 * Own value and mean of the neighbours, each above or below the overall mean; `quadrant` holds positions in this list.
 *
 *                     neighbours
 *                  below │ above
 *     own above  3 high-low │ 1 high-high
 *     own below  2 low-low  │ 4 low-high        0 none: either is the mean
 */
export const QUADRANTS = ['none', 'high-high', 'low-low', 'high-low', 'low-high'] as const;

/** Choices of a run. */
export interface LocalMoranOptions {
  /** Style of the weights after units without a value are gone. Default `W`. */
  style?: Style;
  /** Rows of the common sample. Default 99,999; two-sided p cannot fall below 2 / (P + 1). */
  permutations?: number;
  /** Seed of the sample, integer from 0 to 2^53 - 1. Default 1. */
  seed?: number;
}

/** Result; every array has one entry per unit of the input, NaN (counts and quadrant: 0) where a unit was not tested. */
export interface LocalMoran {
  /** For the map as a whole; unless `ok` no unit is tested. */
  status: MoranStatus;
  /** Units with a value: n of the formulas, islands included. */
  rated: number;
  permutations: number;
  seed: number;
  /** Positions in UNIT_STATUSES. */
  unitStatus: Uint8Array;
  statistic: Float64Array;
  expectation: Float64Array;
  variance: Float64Array;
  /** Deviate; NaN where the variance is 0 (all others are neighbours, or all others are equal). */
  z: Float64Array;
  /** Two-sided p of that deviate; a rough guide, since Ii is far from normal. */
  analyticP: Float64Array;
  /** Positions in QUADRANTS. */
  quadrant: Uint8Array;
  /** Permutations whose Ii was at least, and at most, the observed one. */
  greaterOrEqual: Uint32Array;
  lessOrEqual: Uint32Array;
  /** Two-sided permutation p, in (0, 1]. */
  p: Float64Array;
  /** Monte Carlo standard error of p. */
  standardError: Float64Array;
}

/**
 * Local Moran's I with conditional moments and conditional permutation (Anselin 1995,
 * doi:10.1111/j.1538-4632.1995.tb00338.x; Sokal, Oden & Thomson 1998, doi:10.1111/j.1538-4632.1998.tb00406.x; Sauer, Oshan,
 * Rey & Wolf 2021, doi:10.1111/gean.12304).
 *
 *     Ii = z_i sum_j w_ij z_j / m2                          z_i = x_i - mean, m2 = sum z^2 / n
 *     E  = -z_i^2 w_i / ((n - 1) m2)                        w_i = sum_j w_ij
 *     Var = (z_i / m2)^2 n / (n - 2) (W2_i - w_i^2 / (n - 1)) (m2 - z_i^2 / (n - 1))      W2_i = sum_j w_ij^2
 *
 * Scaled as in spdep; esda and GeoDa have (n - 1) / n times it. p = min(1, 2 min(ge + 1, le + 1) / (P + 1)). Units without a
 * value leave with their links and the weights are styled anew; units without neighbours keep their value in mean, spread
 * and sample, but are not tested. A unit at the mean has Ii = 0 in every permutation, so p = 1. Many units are tested at
 * once: correct with `adjustPValues`, for which 2 / (P + 1) must not exceed level / m. "Significant" means unlike a random
 * map, not proof of a cause.
 *
 * @param values n values in any unit; NaN for none
 * @param weights n units whose weights are equal within each unit
 * @throws RangeError for unequal lengths, unequal weights within a unit, permutations below 1, or a bad seed
 */
export function localMoran(
  values: Float64Array,
  weights: Weights,
  { style = 'W', permutations = 99_999, seed = 1 }: LocalMoranOptions = {},
): LocalMoran {
  checkInput(values, weights, permutations);
  const rated = findRated(values);
  const used = styleWeights(subsetWeights(weights, rated), style);
  const x = Float64Array.from(rated, (unit) => values[unit]!);
  const result = prepareResult(values.length, rated, permutations, seed);
  for (let k = 0; k < used.n; k++) {
    if (used.offsets[k] === used.offsets[k + 1])
      result.unitStatus[rated[k]!] = UNIT_STATUSES.indexOf('island');
  }
  result.status = judgeMap(x, result.unitStatus);
  if (result.status !== 'ok') return result;

  const scores = standardise(x);
  const tails = countTails(scores, used, { seed, from: 0, until: permutations });
  for (let k = 0; k < used.n; k++) {
    const unit = rated[k]!;
    if (used.offsets[k] === used.offsets[k + 1]) continue;
    result.unitStatus[unit] = UNIT_STATUSES.indexOf('tested');
    describeUnit(result, unit, scores, used, k);
    const [above, below] = orientTails(
      scores[k]!,
      tails.greaterOrEqual[k]!,
      tails.lessOrEqual[k]!,
      permutations,
    );
    result.greaterOrEqual[unit] = above;
    result.lessOrEqual[unit] = below;
    const p = permutationP(above, below, permutations);
    result.p[unit] = p;
    result.standardError[unit] = permutationError(p, permutations);
  }
  return result;
}

function checkInput(values: Float64Array, weights: Weights, permutations: number): void {
  if (values.length !== weights.n)
    throw new RangeError(`Got ${values.length} values for ${weights.n} units.`);
  if (!Number.isInteger(permutations) || permutations < 1) {
    throw new RangeError(`Got ${permutations} permutations, expected a whole number of 1 or more.`);
  }
  for (let i = 0; i < weights.n; i++) {
    const first = weights.weights[weights.offsets[i]!]!;
    for (let e = weights.offsets[i]!; e < weights.offsets[i + 1]!; e++) {
      const weight = weights.weights[e]!;
      if (weight !== first) {
        throw new RangeError(`Got weights ${first} and ${weight} in unit ${i}, expected equal weights.`);
      }
    }
  }
}

function prepareResult(n: number, rated: Uint32Array, permutations: number, seed: number): LocalMoran {
  const unitStatus = new Uint8Array(n).fill(UNIT_STATUSES.indexOf('missing'));
  for (const unit of rated) unitStatus[unit] = UNIT_STATUSES.indexOf('not_tested');
  const column = (): Float64Array => new Float64Array(n).fill(NaN);
  return {
    status: 'ok',
    rated: rated.length,
    permutations,
    seed,
    unitStatus,
    statistic: column(),
    expectation: column(),
    variance: column(),
    z: column(),
    analyticP: column(),
    quadrant: new Uint8Array(n),
    greaterOrEqual: new Uint32Array(n),
    lessOrEqual: new Uint32Array(n),
    p: column(),
    standardError: column(),
  };
}

function judgeMap(x: Float64Array, unitStatus: Uint8Array): MoranStatus {
  const candidates = unitStatus.filter((status) => status === UNIT_STATUSES.indexOf('not_tested')).length;
  if (candidates < 4) return 'too_few';
  return computeMoments(x).deviation === 0 ? 'no_variance' : 'ok';
}

/** Statistic, conditional moments and quadrant of rated unit k; scores have m2 = 1. */
function describeUnit(
  result: LocalMoran,
  unit: number,
  scores: Float64Array,
  weights: Weights,
  k: number,
): void {
  const n = weights.n;
  const score = scores[k]!;
  let lag = 0;
  let sum = 0;
  let squares = 0;
  for (let e = weights.offsets[k]!; e < weights.offsets[k + 1]!; e++) {
    const weight = weights.weights[e]!;
    lag += weight * scores[weights.neighbours[e]!]!;
    sum += weight;
    squares += weight * weight;
  }
  const spreadOfWeights = squares - (sum * sum) / (n - 1);
  const spreadOfOthers = 1 - (score * score) / (n - 1);
  const constant = spreadOfWeights <= NO_VARIANCE * squares || spreadOfOthers <= NO_VARIANCE;
  const variance = constant ? 0 : ((score * score * n) / (n - 2)) * spreadOfWeights * spreadOfOthers;
  const expectation = (-score * score * sum) / (n - 1);

  result.statistic[unit] = score * lag;
  result.expectation[unit] = expectation;
  result.variance[unit] = variance;
  result.z[unit] = variance > 0 ? (score * lag - expectation) / Math.sqrt(variance) : NaN;
  result.analyticP[unit] = twoSidedP(result.z[unit]!);
  result.quadrant[unit] = findQuadrant(score, lag);
}

function findQuadrant(score: number, lag: number): number {
  if (isMean(score) || isMean(lag)) return QUADRANTS.indexOf('none');
  const own = score > 0 ? 'high' : 'low';
  const around = lag > 0 ? 'high' : 'low';
  return QUADRANTS.indexOf(`${own}-${around}`);
}

/** From tails of the neighbour sum to tails of Ii: a score below the mean turns the order round. */
function orientTails(score: number, ge: number, le: number, permutations: number): [number, number] {
  if (isMean(score)) return [permutations, permutations];
  return score > 0 ? [ge, le] : [le, ge];
}

/** Whether a score is the mean but for rounding. */
function isMean(score: number): boolean {
  return Math.abs(score) <= tieTolerance(0);
}
