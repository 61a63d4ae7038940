/** From counts of permutations to p-values: one definition for every statistic. */

/**
 * Sums closer than this are ties. Counts and shares repeat, and the same sum in another order differs in its last bits:
 * without a tolerance the order of summation would decide a tie.
 *
 * @param sum a sum of standard scores
 * @param scale what the scores were multiplied by: the sum of the weights, so that the unit of the weights decides nothing
 */
export function tieTolerance(sum: number, scale = 1): number {
  return 1e-10 * Math.max(scale, Math.abs(sum));
}

/**
 * Two-sided p of a permutation test, the observed arrangement counted as one more: min(1, 2 min(ge + 1, le + 1) / (P + 1))
 * (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585, for the one added). Never 0. GeoDa and esda report the one-sided tail
 * folded, about half of it.
 *
 * @param greaterOrEqual permutations at least as great as the observed statistic, ties included
 * @param lessOrEqual permutations at most as great, ties included
 * @param permutations P, 1 or more
 */
export function permutationP(greaterOrEqual: number, lessOrEqual: number, permutations: number): number {
  return Math.min(1, (2 * (Math.min(greaterOrEqual, lessOrEqual) + 1)) / (permutations + 1));
}

/**
 * Monte Carlo standard error of that p. The tail t = p / 2 is a binomial share with the error sqrt(t (1 - t) / P), and p is
 * twice the tail: sqrt(p (2 - p) / P).
 */
export function permutationError(p: number, permutations: number): number {
  return Math.sqrt((p * (2 - p)) / permutations);
}
