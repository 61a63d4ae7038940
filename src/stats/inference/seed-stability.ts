/** Which decisions of a permutation test rest on the seed. */

/** Two estimates of a p differ by less than so many standard errors of their difference in 95 of 100 cases. */
const DEVIATIONS = 1.96;

/**
 * Units whose adjusted p lies so close to the level that another seed may decide otherwise. Under another seed p is another
 * estimate with the same standard error s, so both differ by about 1.96 sqrt(2) s at most; adjusting multiplies p by q / p (the
 * number of tests by the rank), and its error with it:
 *
 *     |q - alpha| <= 1.96 sqrt(2) s q / p
 *
 * The rank is taken as given, so this is a guide and no bound: where many units lie at the level, all of them may move
 * together. Exactly counted units have s = 0 and never move by themselves.
 *
 * @param p one p-value per unit; NaN where the unit was not tested
 * @param standardError Monte Carlo standard errors of p
 * @param adjusted p adjusted for the number of tests, or p itself
 * @param alpha level that the adjusted p is compared with
 * @returns positions, ascending
 */
export function findSeedSensitive(
  p: Float64Array,
  standardError: Float64Array,
  adjusted: Float64Array,
  alpha: number,
): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < p.length; i++) {
    // NaN compares false, and an exact p is no estimate.
    const reach = (DEVIATIONS * Math.SQRT2 * standardError[i]! * adjusted[i]!) / p[i]!;
    if (standardError[i]! > 0 && Math.abs(adjusted[i]! - alpha) <= reach) found.push(i);
  }
  return Uint32Array.from(found);
}
