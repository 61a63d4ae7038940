/** Quantiles of sorted values. */

/** Positions closer than this to a whole number are it: (n - 1) j / k is rarely exact in binary. */
const POSITION_ROUNDING = 1e-9;

/** The finite values, ascending. */
export function sortFinite(values: Float64Array): Float64Array {
  return values.filter((value) => Number.isFinite(value)).sort();
}

/**
 * Quantile of type 7 (Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566; the default of R, numpy and Excel).
 *
 *     h = (n - 1) share,  Q = x[floor h] + (h - floor h) (x[floor h + 1] - x[floor h])      x ascending, from 0
 *
 * @param sorted n >= 1 finite values, ascending, any unit
 * @param share 0 to 1
 * @returns the quantile in the unit of the values
 * @throws RangeError without values or for another share
 */
export function findQuantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) throw new RangeError('Got 0 values, expected 1 or more.');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`Got share ${share}, expected 0 to 1.`);
  const position = (sorted.length - 1) * share;
  const nearest = Math.round(position);
  if (Math.abs(position - nearest) < POSITION_ROUNDING) return sorted[nearest]!;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.floor(position) + 1]!;
  const fraction = position - Math.floor(position);
  return Math.min(below + fraction * (above - below), above);
}

/**
 * The inner limits of k classes with equally many units each: quantiles 1/k, ..., (k - 1)/k of type 7. Limits repeat where
 * values do.
 *
 * @param sorted n >= 1 finite values, ascending
 * @param classes k >= 1
 */
export function findQuantileLimits(sorted: Float64Array, classes: number): Float64Array {
  return Float64Array.from({ length: classes - 1 }, (_, j) => findQuantile(sorted, (j + 1) / classes));
}
