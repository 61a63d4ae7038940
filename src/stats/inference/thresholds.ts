/**
 * Sorted thresholds with a grid over them, so that placing a number among thousands takes a few steps.
 *
 *     grid        │  cell 0  │  cell 1  │  cell 2  │  cell 3  │
 *     thresholds      |  ||        |                  |||||  |      starts: 0 3 4 4 10
 *
 * A number is compared only with the thresholds of its own cell: those of lower cells it has reached, those of higher cells
 * it has not, because the cell of a number never falls as the number grows, rounding included.
 */
export interface Thresholds {
  /** Ascending, repeats allowed. */
  values: Float64Array;
  /** Thresholds in the cells before each cell; one entry more than cells. */
  starts: Uint32Array;
  /** Lower end of the grid. */
  origin: number;
  /** Cells per unit of value. */
  density: number;
}

/** Cells for each threshold: more than one, since thresholds crowd in the middle. */
const CELLS_PER_THRESHOLD = 4;

/** A cell with more than this is searched by bisection. */
const MOST_BY_STEPS = 8;
/** In a cell with more than this, numbers are sorted by the library. */
const MOST_BY_INSERTION = 16;

/**
 * Sort thresholds and lay the grid: numbers go to their cells in one pass, and only those that share a cell are compared.
 *
 * @param values one or more finite numbers in any order; not changed
 */
export function indexThresholds(values: Float64Array): Thresholds {
  const count = values.length;
  const cells = count * CELLS_PER_THRESHOLD;
  let origin = values[0]!;
  let end = values[0]!;
  for (let v = 1; v < count; v++) {
    if (values[v]! < origin) origin = values[v]!;
    if (values[v]! > end) end = values[v]!;
  }
  const span = end - origin;
  const starts = new Uint32Array(cells + 1);
  const density = span > 0 ? Math.min(cells / span, Number.MAX_VALUE) : 0;
  const thresholds = { values: new Float64Array(count), starts, origin, density };
  const cellOf = new Uint32Array(count);
  for (let v = 0; v < count; v++) {
    const cell = findCell(thresholds, values[v]!);
    cellOf[v] = cell;
    starts[cell]!++;
  }
  // Each cell's end first; filling from the back leaves its start.
  for (let cell = 0; cell < cells; cell++) starts[cell + 1]! += starts[cell]!;
  for (let v = count - 1; v >= 0; v--) thresholds.values[--starts[cellOf[v]!]!] = values[v]!;
  for (let cell = 0; cell < cells; cell++) sortCell(thresholds.values, starts[cell]!, starts[cell + 1]!);
  return thresholds;
}

/** Sort a few numbers in place. */
function sortCell(values: Float64Array, from: number, until: number): void {
  if (until - from > MOST_BY_INSERTION) {
    values.subarray(from, until).sort();
    return;
  }
  for (let v = from + 1; v < until; v++) {
    const value = values[v]!;
    let at = v;
    for (; at > from && values[at - 1]! > value; at--) values[at] = values[at - 1]!;
    values[at] = value;
  }
}

/** How many thresholds a finite number has reached: those at most as great. */
export function countReached(thresholds: Thresholds, value: number): number {
  const { values, starts } = thresholds;
  const cell = findCell(thresholds, value);
  let at = starts[cell]!;
  let end = starts[cell + 1]!;
  if (end - at <= MOST_BY_STEPS) {
    while (at < end && values[at]! <= value) at++;
    return at;
  }
  while (at < end) {
    const middle = (at + end) >>> 1;
    if (values[middle]! <= value) at = middle + 1;
    else end = middle;
  }
  return at;
}

/** How many thresholds lie below a finite number. */
export function countBelow(thresholds: Thresholds, value: number): number {
  const { values, starts } = thresholds;
  const cell = findCell(thresholds, value);
  let at = starts[cell]!;
  let end = starts[cell + 1]!;
  if (end - at <= MOST_BY_STEPS) {
    while (at < end && values[at]! < value) at++;
    return at;
  }
  while (at < end) {
    const middle = (at + end) >>> 1;
    if (values[middle]! < value) at = middle + 1;
    else end = middle;
  }
  return at;
}

function findCell({ starts, origin, density }: Thresholds, value: number): number {
  const cell = Math.floor((value - origin) * density);
  return Math.max(0, Math.min(starts.length - 2, cell));
}
