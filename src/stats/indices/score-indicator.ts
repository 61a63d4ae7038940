/** From the values of one indicator to scores that can be added to those of another. */

import { rankOnAverage } from '../average-ranks.ts';
import { findQuantileLimits, sortFinite } from '../classes/quantile.ts';
import { computeMoments, isMeasurable } from '../standardise.ts';

/** Constant of the exponential transformation: 23 lets good values in one domain offset only about a tenth of bad ones. */
const IMD_SCALE = 23;

/** How one indicator is scored; `pca` scores like `z` and takes its weights from the first principal component. */
export type Scoring =
  /** (x - mean) / deviation, with n or n - 1. */
  | { kind: 'z'; spread: Spread }
  /** (x - minimum) / (maximum - minimum), 0 to 1. */
  | { kind: 'min-max' }
  /** Mean rank / n, above 0 up to 1. */
  | { kind: 'rank' }
  /** 1 to `points` by quantiles of type 7, right-closed. */
  | { kind: 'points'; points: number }
  /** -23 ln(1 - R (1 - exp(-100/23))), R = mean rank / n: 0 to 100. */
  | { kind: 'exponential' }
  | { kind: 'pca'; spread: Spread };

/** Divide the squares by n or by n - 1. */
export type Spread = 'population' | 'sample';

/** Score = (x - centre) / scale: mean and deviation, or minimum and range. */
export interface Scale {
  centre: number;
  scale: number;
}

/**
 * The scale of an indicator.
 *
 * @param values one number per unit, NaN for none
 * @returns null for scorings by rank, which have none, where the values do not vary, and where they vary too little or too
 *   much for a number
 */
export function measureScale(values: Float64Array, scoring: Scoring): Scale | null {
  if (scoring.kind === 'min-max') {
    const sorted = sortFinite(values);
    const range = sorted.length === 0 ? 0 : sorted[sorted.length - 1]! - sorted[0]!;
    return range > 0 && range < Infinity ? { centre: sorted[0]!, scale: range } : null;
  }
  return 'spread' in scoring ? measureSpread(values, scoring.spread) : null;
}

/**
 * Mean and deviation as a scale.
 *
 * @returns null where the values do not vary, or too little or too much to be measured
 */
export function measureSpread(values: Float64Array, spread: Spread): Scale | null {
  const moments = computeMoments(values);
  if (!isMeasurable(moments)) return null;
  const { n, mean, deviation } = moments;
  return { centre: mean, scale: spread === 'sample' ? deviation * Math.sqrt(n / (n - 1)) : deviation };
}

/**
 * Scores of one indicator.
 *
 * @param values one number per unit, NaN for none; a higher value scores higher
 * @param scale needed for z, min-max and pca
 * @returns one score per unit, NaN where there is no value
 * @throws RangeError for z, min-max and pca without a scale
 */
export function scoreIndicator(values: Float64Array, scoring: Scoring, scale: Scale | null): Float64Array {
  if (scale) return values.map((value) => (value - scale.centre) / scale.scale);
  if (scoring.kind === 'min-max' || 'spread' in scoring) {
    throw new RangeError(
      `Got values without a scale for ${scoring.kind}, expected a spread above 0 and below Infinity.`,
    );
  }
  const sorted = sortFinite(values);
  if (scoring.kind === 'points') {
    const limits = findQuantileLimits(sorted, scoring.points);
    return values.map((value) =>
      Number.isFinite(value) ? 1 + limits.filter((limit) => limit < value).length : NaN,
    );
  }
  const shares = rankOnAverage(values).map((rank) => rank / sorted.length);
  return scoring.kind === 'exponential' ? shares.map(transformExponentially) : shares;
}

/**
 * Exponential transformation of the English Indices of Deprivation (McLennan et al. 2019, Technical Report, appendix):
 * X = -23 ln(1 - R (1 - exp(-100 / 23))).
 *
 * @param share scaled rank R, 0 (least deprived) to 1 (most)
 * @returns 0 to 100; half of the units lie below 16
 */
export function transformExponentially(share: number): number {
  return -IMD_SCALE * Math.log(1 - share * (1 - Math.exp(-100 / IMD_SCALE)));
}
