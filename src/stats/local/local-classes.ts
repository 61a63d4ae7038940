/** What a unit may be called. */

import { tieTolerance } from '../inference/tails.ts';

/**
 * Own value and mean of the neighbours, each above or below the overall mean.
 *
 *                     neighbours
 *                  below │ above
 *     own above  3 high-low │ 1 high-high
 *     own below  2 low-low  │ 4 low-high        0 none: either is the mean
 */
export const QUADRANTS = ['none', 'high-high', 'low-low', 'high-low', 'low-high'] as const;

/**
 * What a unit may be called; `class` holds positions in this list.
 *
 *     Moran, bivariate Moran       quadrant (bivariate: own x, neighbours' y)
 *     Gi, Gi*                      high, low: neighbours (with the unit itself) above or below expectation
 *     Geary                        negative where neighbours differ more than expected; else high-high or low-low by quadrant, or
 *                                  positive in the other quadrants
 *     multivariate                 positive, negative
 *
 * and `none` where the figure is what is expected (the mean, for a quadrant).
 */
export const LOCAL_CLASSES = [...QUADRANTS, 'high', 'low', 'positive', 'negative'] as const;

const classOf = (name: (typeof LOCAL_CLASSES)[number]): number => LOCAL_CLASSES.indexOf(name);

export const NONE = classOf('none');
export const HIGH_HIGH = classOf('high-high');
export const LOW_LOW = classOf('low-low');
const HIGH_LOW = classOf('high-low');
const LOW_HIGH = classOf('low-high');
export const HIGH = classOf('high');
export const LOW = classOf('low');
export const POSITIVE = classOf('positive');
export const NEGATIVE = classOf('negative');

/** Whether a score is the mean but for rounding. @param scale what it was multiplied by: for a weighted sum, the sum of the weights */
export function isMean(score: number, scale = 1): boolean {
  return Math.abs(score) <= tieTolerance(0, scale);
}

/** Quadrant of own score and weighted sum of the neighbours' scores, as position in QUADRANTS. @param total sum of the weights */
export function findQuadrant(score: number, lag: number, total: number): number {
  if (isMean(score) || isMean(lag, total)) return NONE;
  if (score > 0) return lag > 0 ? HIGH_HIGH : HIGH_LOW;
  return lag > 0 ? LOW_HIGH : LOW_LOW;
}
