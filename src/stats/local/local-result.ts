/** What a local analysis gives. */

import type { Correction } from '../inference/false-discovery.ts';
import type { LocalStatistic } from './local-plan.ts';

/** State of a unit; `unitStatus` holds positions in this list. Only `tested` units have figures. */
export const UNIT_STATUSES = ['tested', 'island', 'missing', 'not_tested'] as const;

export const TESTED = UNIT_STATUSES.indexOf('tested');
export const ISLAND = UNIT_STATUSES.indexOf('island');
export const MISSING = UNIT_STATUSES.indexOf('missing');
export const NOT_TESTED = UNIT_STATUSES.indexOf('not_tested');

/**
 * `too_few`: fewer than 4 units with neighbours. `no_variance`: all values of a variable are equal. `out_of_range`: they
 * differ by less than 1e-300 or more than 1e300.
 */
export type LocalStatus = 'ok' | 'too_few' | 'no_variance' | 'out_of_range';

/** Results of one statistic; every array has one entry per unit, NaN (counts and class: 0) where a unit was not tested. */
export interface LocalResult {
  statistic: LocalStatistic;
  /** For the map as a whole; unless `ok` no unit is tested. */
  status: LocalStatus;
  /** Positions in UNIT_STATUSES. */
  unitStatus: Uint8Array;
  /** The figure itself; NaN for Gi and Gi* where the values it divides by add up to 0. */
  figure: Float64Array;
  /** Under conditional permutation; NaN as the figure, and the variance of multivariate statistics. */
  expectation: Float64Array;
  variance: Float64Array;
  /** Deviate; NaN where the variance is 0 (all others are neighbours, or all others are equal) or NaN. */
  z: Float64Array;
  /** Two-sided p of that deviate; a rough guide, since local statistics are far from normal. */
  analyticP: Float64Array;
  /** Positions in LOCAL_CLASSES. */
  class: Uint8Array;
  /** Arrangements whose figure was at least, and at most, the observed one, of how many. */
  greaterOrEqual: Uint32Array;
  lessOrEqual: Uint32Array;
  draws: Uint32Array;
  /** Two-sided p, in (0, 1]: see `decideP`. */
  p: Float64Array;
  /** Monte Carlo standard error of p; 0 where it is exact, or all arrangements tie. */
  standardError: Float64Array;
  /** p adjusted over the tested units, in the ways asked for. */
  adjusted: Partial<Record<Correction, Float64Array>>;
}

/** A local analysis. */
export interface LocalAnalysis {
  /** Units with all values: n of the formulas, islands included. */
  rated: number;
  permutations: number;
  seed: number;
  /** How each unit was counted: positions in COUNTING_METHODS. */
  method: Uint8Array;
  /** In the order of the request. */
  results: LocalResult[];
}
