/** How far rates of small areas can be off by chance. */

/** Successes and failures added so that 0 of 40 is not taken for certainty (Agresti & Coull 1998). */
const ADDED = 2;

/**
 * Standard error of rates by the binomial distribution, with two successes and two failures added (Agresti & Coull 1998,
 * doi:10.1080/00031305.1998.10480550): q = (p n + 2) / (n + 4), error = base sqrt(q (1 - q) / (n + 4)).
 *
 * @param rates one rate per unit, 0 to base; NaN for none
 * @param denominators persons per unit, above 0
 * @param base 100 for percent, 1 for shares
 * @returns errors in the unit of the rates; NaN where rate or denominator is missing
 * @throws RangeError for unequal lengths, rates outside 0 to base, or denominators not above 0
 */
export function estimateRateErrors(
  rates: Float64Array,
  denominators: Float64Array,
  base = 100,
): Float64Array {
  if (rates.length !== denominators.length) {
    throw new RangeError(`Got ${denominators.length} denominators for ${rates.length} rates.`);
  }
  return rates.map((rate, unit) => {
    const n = denominators[unit]!;
    if (!Number.isFinite(rate) || !Number.isFinite(n)) return NaN;
    if (rate < 0 || rate > base)
      throw new RangeError(`Got rate ${rate} of unit ${unit}, expected 0 to ${base}.`);
    if (n <= 0) throw new RangeError(`Got denominator ${n} of unit ${unit}, expected more than 0.`);
    const q = ((rate / base) * n + ADDED) / (n + 2 * ADDED);
    return base * Math.sqrt((q * (1 - q)) / (n + 2 * ADDED));
  });
}

/**
 * Standard errors of differences between two rates, such as of a change over two years: sqrt(a^2 + b^2), as if the two groups
 * of persons were independent. They overlap, so that the true error is smaller.
 *
 * @throws RangeError for unequal lengths
 */
export function combineErrors(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length !== b.length) throw new RangeError(`Got ${b.length} errors, expected ${a.length}.`);
  return a.map((error, unit) => Math.hypot(error, b[unit]!));
}
