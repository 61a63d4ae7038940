/** Ranks in which tied values share the mean of their places. */

/**
 * Ascending ranks from 1, ties with their mean rank (1, 2.5, 2.5, 4): the form that rank statistics use (Kendall 1945,
 * doi:10.1093/biomet/33.3.239). For league tables see `rankValues`.
 *
 * @param values one number per unit; NaN for none
 * @returns one rank per unit; NaN where there is no value. The ranks of n values sum to n (n + 1) / 2.
 */
export function rankOnAverage(values: Float64Array): Float64Array {
  const order: number[] = [];
  values.forEach((value, unit) => {
    if (Number.isFinite(value)) order.push(unit);
  });
  order.sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length).fill(NaN);
  let first = 0;
  while (first < order.length) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let place = first; place < end; place++) ranks[order[place]!] = (first + 1 + end) / 2;
    first = end;
  }
  return ranks;
}
