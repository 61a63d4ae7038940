/**
 * Local Moran's I: where do similar values lie together, and where does a unit differ from its surroundings?
 */

import type { Style, Weights } from '../weights/weights.ts';
import { analyseLocal } from './local-analysis.ts';
import { isUniform, type LocalRequest } from './local-plan.ts';
import type { LocalAnalysis, LocalStatus } from './local-result.ts';

export { QUADRANTS } from './local-classes.ts';
export { UNIT_STATUSES } from './local-result.ts';

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
  status: LocalStatus;
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
 * Scaled as in spdep; esda and GeoDa have (n - 1) / n times it. p = min(1, 2 min(ge + 1, le + 1) / (P + 1)): every unit is
 * sampled, none counted exactly as `analyseLocal` can. Units without a value leave with their links and the weights are
 * styled anew; units without neighbours keep their value in mean, spread and sample, but are not tested. A unit at the mean
 * has Ii = 0 in every permutation, so p = 1. Many units are tested at once: correct with `adjustPValues`, for which
 * 2 / (P + 1) must not exceed level / m. "Significant" means unlike a random map, not proof of a cause.
 *
 * @param values n values in any unit; NaN for none
 * @param weights n units whose weights are equal within each unit
 * @throws RangeError for unequal lengths, unequal weights within a unit, permutations below 1, or a bad seed
 */
export function localMoran(
  values: Float64Array,
  weights: Weights,
  options: LocalMoranOptions = {},
): LocalMoran {
  return toLocalMoran(analyseLocal(requestLocalMoran(values, weights, options)));
}

/** Local Moran as a request that may be split among threads. @throws RangeError for unequal weights within a unit */
export function requestLocalMoran(
  values: Float64Array,
  weights: Weights,
  options: LocalMoranOptions = {},
): LocalRequest {
  checkRows(weights);
  return {
    ...options,
    variables: [values],
    weights,
    statistics: [{ kind: 'moran', variable: 0 }],
    exact: false,
    corrections: [],
  };
}

function checkRows({ n, offsets, weights }: Weights): void {
  if (isUniform(weights, 0, weights.length)) return;
  for (let i = 0; i < n; i++) {
    const first = weights[offsets[i]!]!;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      if (weights[e] !== first)
        throw new RangeError(`Got weights ${first} and ${weights[e]} in unit ${i}, expected equal weights.`);
    }
  }
}

/** The result of such a request. */
export function toLocalMoran({ rated, permutations, seed, results }: LocalAnalysis): LocalMoran {
  const [moran] = results;
  const { status, unitStatus, figure, expectation, variance, z, analyticP, p, standardError } = moran!;
  return {
    status,
    rated,
    permutations,
    seed,
    unitStatus,
    statistic: figure,
    expectation,
    variance,
    z,
    analyticP,
    quadrant: moran!.class,
    greaterOrEqual: moran!.greaterOrEqual,
    lessOrEqual: moran!.lessOrEqual,
    p,
    standardError,
  };
}
