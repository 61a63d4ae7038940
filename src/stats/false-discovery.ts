/**
 * Corrections for testing many units at once.
 */

/** `bh` and `by` control the false discovery rate, `holm` and `bonferroni` the family-wise error rate. */
export type Correction = 'bh' | 'by' | 'holm' | 'bonferroni';

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
  const order = orderTested(p);
  const m = order.length;
  const adjusted = new Float64Array(p.length).fill(NaN);

  if (correction === 'bonferroni') {
    for (const unit of order) adjusted[unit] = Math.min(1, m * p[unit]!);
    return adjusted;
  }
  if (correction === 'holm') {
    let running = 0;
    for (let rank = 1; rank <= m; rank++) {
      const unit = order[rank - 1]!;
      running = Math.max(running, (m - rank + 1) * p[unit]!);
      adjusted[unit] = Math.min(1, running);
    }
    return adjusted;
  }

  let factor = m;
  if (correction === 'by') factor *= harmonicNumber(m);
  let running = 1;
  for (let rank = m; rank >= 1; rank--) {
    const unit = order[rank - 1]!;
    running = Math.min(running, (factor / rank) * p[unit]!);
    adjusted[unit] = running;
  }
  return adjusted;
}

/** Units that were tested, by ascending p. */
function orderTested(p: Float64Array): Uint32Array {
  const tested = new Uint32Array(p.length);
  let m = 0;
  for (let unit = 0; unit < p.length; unit++) {
    const value = p[unit]!;
    if (Number.isNaN(value)) continue;
    if (value < 0 || value > 1) throw new RangeError(`Got p = ${value} for unit ${unit}, expected 0 to 1.`);
    tested[m++] = unit;
  }
  return tested.slice(0, m).sort((a, b) => p[a]! - p[b]!);
}

function harmonicNumber(m: number): number {
  let sum = 0;
  for (let k = m; k >= 1; k--) sum += 1 / k;
  return sum;
}
