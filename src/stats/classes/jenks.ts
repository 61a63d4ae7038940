/** Natural breaks: the classes with the smallest sum of squares within them, exactly. */

/** Values that differ, above which the memory for the partition is refused (4 bytes each per class). */
export const MOST_DISTINCT = 1_000_000;

/** Sorted distinct values with running sums of the centred values. */
interface Sums {
  counts: Float64Array;
  sums: Float64Array;
  squares: Float64Array;
}

/** An optimal partition. */
export interface NaturalBreaks {
  /** The distinct values, ascending. */
  distinct: Float64Array;
  /** Position in `distinct` of the first value of each class; begins with 0. */
  starts: Uint32Array;
  /** Sum of squared deviations from the class means, in squared units; 0 when every value has its class. */
  within: number;
}

/**
 * Fisher-Jenks optimal classification in one dimension (Fisher 1958, doi:10.1080/01621459.1958.10501479; Jenks 1977).
 *
 *     cost[c][j] = min over i of cost[c - 1][i - 1] + SSD(x_i .. x_j)
 *
 * The best i never falls as j grows (Wu 1991, doi:10.1016/0196-6774(91)90039-2), so each class is filled by divide and
 * conquer: O(k m log m) for m distinct values. Exact: no sampling at any size. Of equal optima the one with the smallest
 * class starts found first is taken, always the same.
 *
 * @param sorted n >= 1 finite values, ascending
 * @param classes k >= 1; with fewer distinct values each gets a class of its own
 * @throws RangeError without values, for bad classes, or more than a million distinct values
 */
export function findNaturalBreaks(sorted: Float64Array, classes: number): NaturalBreaks {
  if (sorted.length === 0) throw new RangeError('Got 0 values, expected 1 or more.');
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(`Got ${classes} classes, expected a whole number of 1 or more.`);
  }
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const m = distinct.length;
  if (m > MOST_DISTINCT) throw new RangeError(`Got ${m} distinct values, expected at most ${MOST_DISTINCT}.`);
  const k = Math.min(classes, m);
  if (k === m) return { distinct, starts: Uint32Array.from(distinct.keys()), within: 0 };

  const sums = addUp(sorted, distinct);
  let previous = Float64Array.from(distinct, (_, j) => spread(sums, 0, j));
  const firsts: Uint32Array[] = [];
  for (let c = 1; c < k; c++) {
    const costs = new Float64Array(m).fill(Infinity);
    const first = new Uint32Array(m);
    fillClass(sums, previous, costs, first, { from: c, until: m - 1, lowest: c, highest: m - 1 });
    previous = costs;
    firsts.push(first);
  }
  const starts = new Uint32Array(k);
  let end = m - 1;
  for (let c = k - 1; c > 0; c--) {
    starts[c] = firsts[c - 1]![end]!;
    end = starts[c]! - 1;
  }
  return { distinct, starts, within: previous[m - 1]! };
}

function addUp(sorted: Float64Array, distinct: Float64Array): Sums {
  const m = distinct.length;
  const [counts, sums, squares] = [new Float64Array(m + 1), new Float64Array(m + 1), new Float64Array(m + 1)];
  // Differences of running sums lose the digits of a common offset, so it is taken out first.
  const centre = sorted.reduce((sum, value) => sum + value / sorted.length, 0);
  let position = 0;
  for (let j = 0; j < m; j++) {
    const begun = position;
    while (position < sorted.length && sorted[position] === distinct[j]) position++;
    const count = position - begun;
    const value = distinct[j]! - centre;
    counts[j + 1] = counts[j]! + count;
    sums[j + 1] = sums[j]! + count * value;
    squares[j + 1] = squares[j]! + count * value * value;
  }
  return { counts, sums, squares };
}

/** Sum of squared deviations from their mean of the distinct values i to j. */
function spread({ counts, sums, squares }: Sums, i: number, j: number): number {
  const sum = sums[j + 1]! - sums[i]!;
  return Math.max(0, squares[j + 1]! - squares[i]! - (sum * sum) / (counts[j + 1]! - counts[i]!));
}

interface Stretch {
  from: number;
  until: number;
  /** Where the first value of the last class can lie. */
  lowest: number;
  highest: number;
}

/** Costs of ending a class at each value of a stretch: the middle first, then both halves with what it taught. */
function fillClass(
  sums: Sums,
  previous: Float64Array,
  costs: Float64Array,
  first: Uint32Array,
  stretch: Stretch,
): void {
  const { from, until, lowest, highest } = stretch;
  if (from > until) return;
  const middle = (from + until) >>> 1;
  for (let i = lowest; i <= Math.min(middle, highest); i++) {
    const cost = previous[i - 1]! + spread(sums, i, middle);
    if (cost < costs[middle]!) {
      costs[middle] = cost;
      first[middle] = i;
    }
  }
  const best = first[middle]!;
  fillClass(sums, previous, costs, first, { from, until: middle - 1, lowest, highest: best });
  fillClass(sums, previous, costs, first, { from: middle + 1, until, lowest: best, highest });
}
