/**
 * Corrections for testing many units at once.
 */

import { countReached, indexThresholds } from './thresholds.ts';

/** `bh` and `by` control the false discovery rate, `holm` and `bonferroni` the family-wise error rate. */
export const CORRECTIONS = ['bh', 'by', 'holm', 'bonferroni'] as const;
export type Correction = (typeof CORRECTIONS)[number];

/**
 * Adjusted p-values (for `bh`: q-values). A unit is significant at level a when its adjusted value is <= a.
 *
 * With the m tested p-values in ascending order p(1) <= ... <= p(m):
 *
 *     bh          min over k >= r of m p(k) / k           Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x
 *     by          bh times sum 1/k, k = 1..m              Benjamini & Yekutieli 2001, doi:10.1214/aos/1013699998
 *     holm        max over k <= r of (m - k + 1) p(k)     Holm 1979, https://www.jstor.org/stable/4615733
 *     bonferroni  m p(r)
 *
 * all cut at 1. Same values as R's p.adjust. m counts tested units only: islands and units without a value are NaN and
 * neither count nor get a value.
 *
 * @param p one p-value per unit in [0, 1]; NaN where the unit was not tested
 * @returns one adjusted value per unit; NaN where the unit was not tested
 * @throws RangeError for a value outside [0, 1]
 */
export function adjustPValues(p: Float64Array, correction: Correction): Float64Array {
  return adjustRanked(rankTested(p), correction);
}

/** Several corrections of the same p-values, see `adjustPValues`. */
export function adjustInWays(
  p: Float64Array,
  corrections: readonly Correction[] = CORRECTIONS,
): Partial<Record<Correction, Float64Array>> {
  if (corrections.length === 0) return {};
  const ranking = rankTested(p);
  return Object.fromEntries(corrections.map((correction) => [correction, adjustRanked(ranking, correction)]));
}

/** The tested p-values in order. */
interface Ranking {
  /** Ascending. */
  sorted: Float64Array;
  /** Rank of the last p that equals the unit's own, from 1; 0 where the unit was not tested. */
  ranks: Uint32Array;
}

function adjustRanked({ sorted, ranks }: Ranking, correction: Correction): Float64Array {
  const m = sorted.length;
  // By rank; where p are equal, so are the adjusted values.
  const adjusted = new Float64Array(m + 1).fill(NaN);
  if (correction === 'bonferroni') {
    for (let rank = 1; rank <= m; rank++) adjusted[rank] = Math.min(1, m * sorted[rank - 1]!);
  } else if (correction === 'holm') {
    let running = 0;
    for (let rank = 1; rank <= m; rank++) {
      running = Math.max(running, (m - rank + 1) * sorted[rank - 1]!);
      adjusted[rank] = Math.min(1, running);
    }
  } else {
    const factor = correction === 'by' ? m * harmonicNumber(m) : m;
    let running = 1;
    for (let rank = m; rank >= 1; rank--) {
      running = Math.min(running, (factor / rank) * sorted[rank - 1]!);
      adjusted[rank] = running;
    }
  }
  const byUnit = new Float64Array(ranks.length);
  for (let unit = 0; unit < ranks.length; unit++) byUnit[unit] = adjusted[ranks[unit]!]!;
  return byUnit;
}

function rankTested(p: Float64Array): Ranking {
  const tested = new Float64Array(p.length);
  let m = 0;
  for (let unit = 0; unit < p.length; unit++) {
    const value = p[unit]!;
    if (Number.isNaN(value)) continue;
    if (!(value >= 0 && value <= 1))
      throw new RangeError(`Got p = ${value} for unit ${unit}, expected 0 to 1.`);
    tested[m++] = value;
  }
  const ranks = new Uint32Array(p.length);
  if (m === 0) return { sorted: new Float64Array(0), ranks };
  const thresholds = indexThresholds(tested.subarray(0, m));
  for (let unit = 0; unit < p.length; unit++)
    if (!Number.isNaN(p[unit]!)) ranks[unit] = countReached(thresholds, p[unit]!);
  return { sorted: thresholds.values, ranks };
}

function harmonicNumber(m: number): number {
  let sum = 0;
  for (let k = m; k >= 1; k--) sum += 1 / k;
  return sum;
}
