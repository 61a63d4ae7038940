/** Mann-Kendall test: does a series rise or fall, whatever the shape? */

import { rankOnAverage } from '../average-ranks.ts';
import { twoSidedP } from '../inference/normal.ts';
import { countTies, EXACT_LIMIT, exactTrendP, scoreTrend, varyScore } from './kendall.ts';
import { senSlope } from './sen-slope.ts';

/** Fewest values that are tested. */
const FEWEST = 4;
/** Deviate of the 5 % level, at which lags count as correlated. */
const LAG_DEVIATE = 1.959963984540054;
/** Residuals are compared on a grid this fine, in spreads of the series: below it they differ by rounding only. */
const RESIDUAL_GRID = 1e-10;

/** Correlation of the detrended series with itself one period later. */
export interface SerialCorrelation {
  /** Coefficient, -1 to 1. */
  lagOne: number;
  /** Where it lies at 95 % when there is none (Anderson 1942, doi:10.1214/aoms/1177731638). */
  lower: number;
  upper: number;
  /** Outside of it: p of the plain test is then too small (or, if negative, too great). */
  significant: boolean;
}

/** The test with the variance of Hamed & Rao 1998, doi:10.1016/S0022-1694(97)00125-X. */
export interface CorrectedTrend {
  /** Variance against the plain one; above 1 for positive serial correlation. */
  factor: number;
  variance: number;
  z: number;
  p: number;
}

/** Result; `too_few`: fewer than 4 values, `no_variance`: all equal. */
export type MannKendall =
  | { status: 'too_few' | 'no_variance'; n: number }
  | {
      status: 'ok';
      /** Values used. */
      n: number;
      /** S: rising minus falling pairs. */
      score: number;
      /** Variance of S, with ties. */
      variance: number;
      /** Deviate with continuity correction. */
      z: number;
      /** Kendall's tau-b of value and time, -1 to 1. */
      tauB: number;
      /** The p to use: exact where there is one. Two-sided. */
      p: number;
      normalP: number;
      /** null above 10 values or with ties. */
      exactP: number | null;
      /** The smallest p that n different values can reach: a level below it can never be met. */
      smallestP: number;
      /** null where the series is a straight line. */
      serial: SerialCorrelation | null;
      /** null where the series is a straight line or the corrected variance is not positive. */
      corrected: CorrectedTrend | null;
    };

/**
 * Mann-Kendall trend test (Mann 1945, doi:10.2307/1907187; Kendall 1975).
 *
 *     S = sum over i < j of sgn(x_j - x_i)
 *     z = (S - sgn S) / sqrt(varS),  varS = [n (n - 1)(2n + 5) - sum t (t - 1)(2t + 5)] / 18
 *     tau-b = S / sqrt(N (N - sum t (t - 1) / 2)),  N = n (n - 1) / 2
 *
 * p is exact for n <= 10 without ties, else from z; two-sided. Serial correlation is measured on x minus Sen's slope, since
 * a trend alone correlates a series with itself; `corrected` widens the variance by
 * 1 + 2 / (n (n - 1)(n - 2)) sum_k (n - k)(n - k - 1)(n - k - 2) r_k over the significant lags k of the ranks of that.
 * Series of 5 to 15 years have little power: "no trend found" is not "no trend".
 *
 * @param values one per period in order of time, periods equally long; NaN for none
 */
export function mannKendall(values: Float64Array): MannKendall {
  const x = values.filter((value) => Number.isFinite(value));
  const n = x.length;
  if (n < FEWEST) return { status: 'too_few', n };
  const variance = varyScore(x);
  if (variance === 0) return { status: 'no_variance', n };

  const score = scoreTrend(x);
  const ties = countTies(x);
  const pairs = (n * (n - 1)) / 2;
  const tied = ties.reduce((sum, t) => sum + (t * (t - 1)) / 2, 0);
  const z = toDeviate(score, variance);
  const normalP = twoSidedP(z);
  const exactP = n <= EXACT_LIMIT && ties.length === 0 ? exactTrendP(n, score) : null;
  const residuals = removeTrend(values);
  return {
    status: 'ok',
    n,
    score,
    variance,
    z,
    tauB: score / Math.sqrt(pairs * (pairs - tied)),
    p: exactP ?? normalP,
    normalP,
    exactP,
    smallestP: findSmallestP(n),
    serial: residuals && describeLag(residuals, n),
    corrected: residuals && correctVariance(residuals, n, score, variance),
  };
}

function toDeviate(score: number, variance: number): number {
  return (score - Math.sign(score)) / Math.sqrt(variance);
}

function findSmallestP(n: number): number {
  const most = (n * (n - 1)) / 2;
  if (n <= EXACT_LIMIT) return exactTrendP(n, most);
  return twoSidedP(toDeviate(most, (n * (n - 1) * (2 * n + 5)) / 18));
}

/** Series minus its Sen line, on a grid so that equal residuals are equal; null when nothing is left. */
function removeTrend(values: Float64Array): Float64Array | null {
  const trend = senSlope(values);
  const slope = trend.status === 'ok' ? trend.slope : 0;
  const known = values.filter((value) => Number.isFinite(value));
  const spread = Math.max(...known) - Math.min(...known);
  const base = known[0]!;
  const residuals = values.map((value, i) => {
    const rest = value - base - slope * i;
    return Number.isFinite(value) ? Math.round(rest / spread / RESIDUAL_GRID) : NaN;
  });
  const left = residuals.filter((value) => !Number.isNaN(value));
  return left.every((value) => Math.abs(value - left[0]!) <= 2) ? null : residuals;
}

/** Correlation of a series with itself `lag` periods later, over the pairs that exist. */
function correlateLag(values: Float64Array, lag: number): number {
  const known = values.filter((value) => Number.isFinite(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  let products = 0;
  let squares = 0;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    squares += (value - mean) ** 2;
    const later = values[i + lag];
    if (later !== undefined && Number.isFinite(later)) products += (value - mean) * (later - mean);
  });
  return products / squares;
}

function describeLag(residuals: Float64Array, n: number): SerialCorrelation {
  const lagOne = correlateLag(residuals, 1);
  const reach = LAG_DEVIATE * Math.sqrt(n - 2);
  const lower = (-1 - reach) / (n - 1);
  const upper = (-1 + reach) / (n - 1);
  return { lagOne, lower, upper, significant: lagOne < lower || lagOne > upper };
}

function correctVariance(
  residuals: Float64Array,
  n: number,
  score: number,
  plain: number,
): CorrectedTrend | null {
  const ranks = rankOnAverage(residuals);
  let sum = 0;
  for (let lag = 1; lag < n; lag++) {
    const r = correlateLag(ranks, lag);
    if (Math.abs(r) > LAG_DEVIATE / Math.sqrt(n)) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * r;
  }
  const factor = 1 + (2 * sum) / (n * (n - 1) * (n - 2));
  if (factor <= 0) return null;
  const variance = plain * factor;
  const z = toDeviate(score, variance);
  return { factor, variance, z, p: twoSidedP(z) };
}
