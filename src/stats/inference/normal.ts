/** The standard normal distribution. */

/** Below this the series converges fast and 1 - erf loses less than two digits; above it the fraction is exact. */
const SERIES_LIMIT = 1.75;
/** Depth of the continued fraction: converged to the last bit for every x from SERIES_LIMIT on. */
const FRACTION_DEPTH = 90;

/**
 * Two-sided p-value of a standard normal deviate: P(|Z| >= |z|) = erfc(|z| / sqrt 2).
 *
 * @param z deviate; NaN gives NaN
 * @returns probability in [0, 1], relative error below 1e-13 while |z| < 10
 */
export function twoSidedP(z: number): number {
  return erfc(Math.abs(z) * Math.SQRT1_2);
}

/**
 * Complementary error function for x >= 0: the series of exp(-x^2) sum 2^k x^(2k+1) / (2k+1)!! (DLMF 7.6.2, all terms
 * positive) for small x, Laplace's continued fraction (DLMF 7.9.1, https://dlmf.nist.gov/7.9) beyond.
 */
function erfc(x: number): number {
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < SERIES_LIMIT) {
    let term = x;
    let sum = x;
    for (let k = 1; term > sum * 1e-18; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return 1 - 2 * scale * sum;
  }
  let tail = x;
  for (let k = FRACTION_DEPTH; k >= 1; k--) tail = x + k / 2 / tail;
  return scale / tail;
}
