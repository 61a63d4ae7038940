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
  /** Population standard deviation sqrt(sum (x - mean)^2 / n), exactly 0 for a constant; NaN without values. */
  deviation: number;
}

/** Beyond these, means and deviations lose digits or exceed the range of numbers. */
const LEAST = 1e-300;
const MOST = 1e300;

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
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (!(size < Infinity)) continue;
    n++;
    if (size > largest) largest = size;
  }
  if (n === 0) return { n, mean: NaN, deviation: NaN };

  const unit = chooseUnit(largest);
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]!)) sum += values[i]! * unit;
  // The plain mean of equal numbers may miss them by a bit and leave a spread of 1e-17; adding the mean of what is left over
  // hits them exactly, and sharpens every other mean.
  let mean = sum / n;
  let rest = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) rest += values[i]! * unit - mean;
  }
  mean += rest / n;

  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) squares += (values[i]! * unit - mean) ** 2;
  }
  return { n, mean: mean / unit, deviation: Math.sqrt(squares / n) / unit };
}

/** A power of two, so that nothing is rounded, that keeps squares of values and of their differences within the range of numbers. */
function chooseUnit(largest: number): number {
  if (largest > 1e100) return 2 ** -700;
  return largest < 1e-100 ? 2 ** 700 : 1;
}

/** Whether values can be measured in their deviations: they differ, by no less than 1e-300 and no more than 1e300. */
export function isMeasurable({ mean, deviation }: Moments): boolean {
  return deviation >= LEAST && deviation <= MOST && Math.abs(mean) <= MOST;
}

/**
 * Standard scores z = (x - mean) / deviation with the population deviation.
 *
 * @param values one number per unit, any unit of measure
 * @returns one score per unit, in deviations; NaN for missing values, and everywhere when all values are equal or out of range
 */
export function standardise(values: Float64Array): Float64Array {
  const moments = computeMoments(values);
  const { mean, deviation } = moments;
  const scores = new Float64Array(values.length).fill(NaN);
  if (!isMeasurable(moments)) return scores;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]!)) scores[i] = (values[i]! - mean) / deviation;
  return scores;
}

/** Whether values differ, but by too little or too much to be measured. */
export function isOutOfRange(values: Float64Array): boolean {
  const moments = computeMoments(values);
  return moments.deviation > 0 && !isMeasurable(moments);
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

/**
 * Percentile ranks: the percentage of values that are at most the own (100 times the empirical distribution function; so
 * Statistics Canada, "Percentiles", catalogue 81-004-X). Ties share theirs, the highest value has 100, none has 0.
 *
 *     percentile = 100 |{j: x_j <= x_i}| / n = 100 (n + 1 - rank) / n
 *
 * @param values one number per unit
 * @returns over 0 to 100; NaN for missing values
 */
export function rankPercentiles(values: Float64Array): Float64Array {
  const ranks = rankValues(values);
  const n = ranks.reduce((count, rank) => count + (rank > 0 ? 1 : 0), 0);
  return Float64Array.from(ranks, (rank) => (rank === 0 ? NaN : (100 * (n + 1 - rank)) / n));
}
