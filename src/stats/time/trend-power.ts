/** What a trend test can find in so few periods. */

import { drawNormal } from '../inference/normal-deviates.ts';
import { openRandom } from '../inference/random.ts';
import { mannKendall } from './mann-kendall.ts';

/** Stream of the random generator, apart from those of other statistics. */
const STREAM = 43;

/** The situation to judge. */
export interface TrendPowerOptions {
  /** Length of the series, 4 or more. */
  periods: number;
  /** True change per period, in standard deviations of the yearly noise. */
  slope: number;
  /** Level of the test, between 0 and 1. Default 0.05. */
  level?: number;
  /** Simulated series. Default 2,000. */
  runs?: number;
  /** Integer from 0 to 2^53 - 1. Default 1. */
  seed?: number;
}

/**
 * Power of the Mann-Kendall test: the share of simulated series (line plus independent normal noise) in which it finds the
 * trend. Says beforehand whether "no trend" in a short panel could mean anything.
 *
 * @returns power from 0 to 1 and its Monte Carlo standard error
 * @throws RangeError for fewer than 4 periods, a slope that is not finite, a bad level, or runs below 1
 */
export function estimateTrendPower({
  periods,
  slope,
  level = 0.05,
  runs = 2000,
  seed = 1,
}: TrendPowerOptions): { power: number; standardError: number } {
  if (!Number.isInteger(periods) || periods < 4)
    throw new RangeError(`Got ${periods} periods, expected 4 or more.`);
  if (!Number.isFinite(slope)) throw new RangeError(`Got slope ${slope}, expected a number.`);
  if (!(level > 0 && level < 1))
    throw new RangeError(`Got level ${level}, expected a number between 0 and 1.`);
  if (!Number.isInteger(runs) || runs < 1) throw new RangeError(`Got ${runs} runs, expected 1 or more.`);
  const random = openRandom(seed, STREAM);
  let found = 0;
  for (let run = 0; run < runs; run++) {
    random.startRow(run);
    const normal = drawNormal(random);
    const trend = mannKendall(Float64Array.from({ length: periods }, (_, t) => slope * t + normal()));
    if (trend.status === 'ok' && trend.p <= level && trend.score * slope >= 0) found++;
  }
  const power = found / runs;
  return { power, standardError: Math.sqrt((power * (1 - power)) / runs) };
}
