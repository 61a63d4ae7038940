/**
 * Standard scores and ranks of one column of values. A value that is not finite is a missing value: it stays out of
 * mean, deviation and ranks, and its own score is NaN.
 */

/** Mean and spread of the values that exist. */
export interface Moments {
  /** Count of finite values. */
  n: number;
  /** Mean in the unit of the values; NaN without values. */
  mean: number;
  /** Population standard deviation sqrt(sum (x - mean)^2 / n), exactly 0 for a constant; NaN without values, not finite out of range. */
  deviation: number;
}

/**
 * Which units have a value.
 *
 * @param values one number per unit
 * @returns indices of the finite values, ascending
 */
export function findRated(values: Float64Array): Uint32Array {
  const rated = new Uint32Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]!)) rated[n++] = i;
  return rated.slice(0, n);
}

/** Units that have every value, ascending. @param variables n values each */
export function findShared(variables: readonly Float64Array[], n: number): Uint32Array {
  const missing = new Uint8Array(n);
  for (const values of variables)
    for (let unit = 0; unit < n; unit++) if (!Number.isFinite(values[unit]!)) missing[unit] = 1;
  const shared = new Uint32Array(n);
  let count = 0;
  for (let unit = 0; unit < n; unit++) if (missing[unit] === 0) shared[count++] = unit;
  return shared.slice(0, count);
}

/**
 * Mean and population standard deviation (ddof 0, as the Berlin monitoring uses) over the finite values.
 *
 * @param values one number per unit
 */
export function computeMoments(values: Float64Array): Moments {
  let n = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) continue;
    n++;
    sum += values[i]!;
  }
  if (n === 0) return { n, mean: NaN, deviation: NaN };

  // The plain mean of equal numbers may miss them by a bit and leave a spread of 1e-17; adding the mean of what is left over
  // hits them exactly, and sharpens every other mean.
  let mean = sum / n;
  let rest = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]!)) rest += values[i]! - mean;
  mean += rest / n;

  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) squares += (values[i]! - mean) ** 2;
  }
  return { n, mean, deviation: Math.sqrt(squares / n) };
}

/**
 * Standard scores z = (x - mean) / deviation with the population deviation.
 *
 * @param values one number per unit, any unit of measure
 * @returns one score per unit, in deviations; NaN for missing values, and everywhere when all values are equal or out of range
 */
export function standardise(values: Float64Array): Float64Array {
  const { mean, deviation } = computeMoments(values);
  const scores = new Float64Array(values.length).fill(NaN);
  if (!(deviation > 0 && deviation < Infinity)) return scores;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]!)) scores[i] = (values[i]! - mean) / deviation;
  return scores;
}

/** Whether values are so large that their squares, or their sum, exceed the range of numbers: mean or deviation is no number. */
export function isOutOfRange(values: Float64Array): boolean {
  const { n, deviation } = computeMoments(values);
  return n > 0 && !Number.isFinite(deviation);
}

/**
 * Ranks: 1 is the highest value, ties share the better rank (1, 2, 2, 4).
 *
 * @param values one number per unit
 * @returns one rank per unit; 0 for missing values
 */
export function rankValues(values: Float64Array): Uint32Array {
  const rated = findRated(values).sort((a, b) => values[b]! - values[a]! || a - b);
  const ranks = new Uint32Array(values.length);
  for (let position = 0; position < rated.length; position++) {
    const unit = rated[position]!;
    const above = rated[position - 1];
    const tied = above !== undefined && values[above] === values[unit];
    ranks[unit] = tied ? ranks[above]! : position + 1;
  }
  return ranks;
}
