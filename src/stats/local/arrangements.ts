/** Every way to deal k of m scores, counted rather than drawn. */

/** How many choices of k scores there are, and how many reach each limit. */
export interface Arrangements {
  total: number;
  /** Choices whose sum is at least low. */
  atLow: number;
  /** Choices whose sum is at least high. */
  atHigh: number;
}

/** Binomial coefficient C(m, k), or Infinity above 2^53. */
export function countChoices(m: number, k: number): number {
  if (k < 0 || k > m) return 0;
  let choices = 1;
  for (let j = 1; j <= Math.min(k, m - k); j++) {
    choices = Math.round((choices * (m - j + 1)) / j);
    if (choices > Number.MAX_SAFE_INTEGER) return Infinity;
  }
  return choices;
}

/** Steps that counting takes, roughly: the last of the chosen scores costs nothing. */
export function countSteps(m: number, k: number): number {
  const chosen = Math.min(k, m - k);
  return m * Math.log2(m + 1) + countChoices(m, Math.max(0, chosen - 1));
}

/**
 * Count the choices of k scores by their sum, exactly. With the scores in ascending order the last two of a choice are found
 * by two pointers moving towards each other, so that C(m, k - 1) steps count all C(m, k) choices. More than half of the
 * scores are chosen by leaving out the rest.
 *
 * @param scores m finite numbers in any order; sorted in place
 * @param k 0 to m; C(m, k) must be below 2^53
 * @param low, high limits, widened by a tolerance for ties if there may be any
 */
export function countArrangements(scores: Float64Array, k: number, low: number, high: number): Arrangements {
  const total = countChoices(scores.length, k);
  if (2 * k > scores.length) {
    let sum = 0;
    for (let j = 0; j < scores.length; j++) {
      sum += scores[j]!;
      scores[j] = -scores[j]!;
    }
    const rest = scores.length - k;
    scores.sort();
    return {
      total,
      atLow: countReaching(scores, rest, low - sum),
      atHigh: countReaching(scores, rest, high - sum),
    };
  }
  scores.sort();
  return { total, atLow: countReaching(scores, k, low), atHigh: countReaching(scores, k, high) };
}

/** Choices of k of ascending scores whose sum is at least a limit. */
function countReaching(scores: Float64Array, k: number, limit: number): number {
  const choose = (from: number, left: number, missing: number): number => {
    if (left === 0) return missing <= 0 ? 1 : 0;
    if (left === 1) return scores.length - Math.max(from, findFirst(scores, missing));
    if (left === 2) return countPairs(scores, from, missing);
    let count = 0;
    for (let j = from; j <= scores.length - left; j++) count += choose(j + 1, left - 1, missing - scores[j]!);
    return count;
  };
  return choose(0, k, limit);
}

/** Pairs a < b from `from` on whose sum reaches a limit. */
function countPairs(scores: Float64Array, from: number, limit: number): number {
  let count = 0;
  let b = scores.length;
  for (let a = from; a < scores.length - 1; a++) {
    while (b > a + 1 && scores[b - 1]! >= limit - scores[a]!) b--;
    // The partner must come after a: as a passes b, every later one reaches the limit.
    count += scores.length - Math.max(b, a + 1);
  }
  return count;
}

/** Position of the first score at least as great as a number. */
function findFirst(scores: Float64Array, number: number): number {
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (scores[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
