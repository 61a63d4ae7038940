/** The chi-square distribution with whole degrees of freedom. */

import { twoSidedP } from './normal.ts';

/**
 * Upper tail P(X >= x) (Abramowitz & Stegun 26.4.4 and 26.4.5). All terms are positive, so nothing cancels.
 *
 *     even df   exp(-x/2) sum_{k < df/2} (x/2)^k / k!
 *     odd df    erfc(sqrt(x/2)) + exp(-x/2) sum_{k = 1 .. (df - 1)/2} (x/2)^(k - 1/2) / Gamma(k + 1/2)
 *
 * @param x statistic, 0 or more
 * @param df degrees of freedom, whole, 1 or more
 * @throws RangeError for other arguments
 */
export function chiSquareTail(x: number, df: number): number {
  if (!(x >= 0)) throw new RangeError(`Got chi-square ${x}, expected 0 or more.`);
  if (!Number.isInteger(df) || df < 1) {
    throw new RangeError(`Got ${df} degrees of freedom, expected a whole number of 1 or more.`);
  }
  const half = x / 2;
  const odd = df % 2 === 1;
  let term = odd ? Math.sqrt(half) / (Math.sqrt(Math.PI) / 2) : 1;
  let sum = 0;
  for (let k = 0; k < Math.floor(df / 2); k++) {
    sum += term;
    term *= half / (k + (odd ? 1.5 : 1));
  }
  return Math.min(1, Math.exp(-half) * sum + (odd ? twoSidedP(Math.sqrt(x)) : 0));
}
