/** Sen's slope: how steep is a trend, robustly? */

import { findQuantile } from '../classes/quantile.ts';
import { twoSidedP } from '../inference/normal.ts';
import { countTies, EXACT_LIMIT, tailOfFalling, varyScore } from './kendall.ts';

/** Result; `too_few`: fewer than two values. */
export type SenSlope =
  | { status: 'too_few'; n: number }
  | {
      status: 'ok';
      /** Values used. */
      n: number;
      /** Median of the slopes of all pairs, in units of value per unit of time. */
      slope: number;
      /** Median of x - slope t: the line's value at t = 0. */
      intercept: number;
      confidence: number;
      /** Ends of the interval; null where so few values cannot give one, or all are equal. */
      lower: number | null;
      upper: number | null;
    };

/** Choices. */
export interface SenOptions {
  /** Time of each value, strictly ascending, any unit. Default 0, 1, 2 ... */
  times?: Float64Array;
  /** Confidence of the interval, above 0 and below 1. Default 0.95. */
  confidence?: number;
}

/**
 * Sen's slope (Sen 1968, doi:10.1080/01621459.1968.10480934) with the interval of the Mann-Kendall test.
 *
 *     slope = median over i < j of (x_j - x_i) / (t_j - t_i)
 *     interval = slopes of rank r and N + 1 - r among the N sorted ones
 *
 * Up to 10 values without ties r is the greatest with 2 P(D <= r - 1) <= 1 - confidence (exact, and so the interval leaves out
 * 0 exactly when the exact test is significant); otherwise r = floor((N - z sqrt(varS)) / 2). r = 0 means that the data cannot
 * support the confidence: no interval. Serial correlation makes the interval too narrow.
 *
 * @param values one per period in order of time, any unit; NaN for none
 * @throws RangeError for times that do not fit or do not ascend, or a bad confidence
 */
export function senSlope(values: Float64Array, { times, confidence = 0.95 }: SenOptions = {}): SenSlope {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`Got confidence ${confidence}, expected a number between 0 and 1.`);
  }
  const when = times ?? Float64Array.from(values, (_, i) => i);
  checkTimes(values, when);
  const known = Array.from(values.keys()).filter((i) => Number.isFinite(values[i]!));
  const x = Float64Array.from(known, (i) => values[i]!);
  const t = Float64Array.from(known, (i) => when[i]!);
  const n = x.length;
  if (n < 2) return { status: 'too_few', n };

  const slopes = new Float64Array((n * (n - 1)) / 2);
  let filled = 0;
  for (let j = 1; j < n; j++) {
    for (let i = 0; i < j; i++) slopes[filled++] = (x[j]! - x[i]!) / (t[j]! - t[i]!);
  }
  slopes.sort();
  const slope = findQuantile(slopes, 0.5);
  const intercept = findQuantile(x.map((value, i) => value - slope * t[i]!).sort(), 0.5);
  const rank = findRank(x, slopes.length, 1 - confidence);
  return {
    status: 'ok',
    n,
    slope,
    intercept,
    confidence,
    lower: rank < 1 ? null : slopes[rank - 1]!,
    upper: rank < 1 ? null : slopes[slopes.length - rank]!,
  };
}

function checkTimes(values: Float64Array, times: Float64Array): void {
  if (times.length !== values.length) {
    throw new RangeError(`Got ${times.length} times for ${values.length} values.`);
  }
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(times[i]!) || (i > 0 && times[i]! <= times[i - 1]!)) {
      throw new RangeError(`Got time ${times[i]} at ${i}, expected ascending times.`);
    }
  }
}

/** Rank of the lower end, 0 for none. */
function findRank(x: Float64Array, slopes: number, level: number): number {
  if (x.length <= EXACT_LIMIT && countTies(x).length === 0) {
    let rank = 0;
    while (2 * tailOfFalling(x.length, rank) <= level) rank++;
    return rank;
  }
  const variance = varyScore(x);
  if (variance === 0) return 0;
  return Math.max(0, Math.floor((slopes - findDeviate(level) * Math.sqrt(variance)) / 2));
}

/** The deviate z with P(|Z| >= z) = level, by bisection. */
function findDeviate(level: number): number {
  let low = 0;
  let high = 40;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (twoSidedP(middle) > level) low = middle;
    else high = middle;
  }
  return high;
}
