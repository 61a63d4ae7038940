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

/**
 * Sort thresholds and lay the grid.
 *
 * @param values one or more finite numbers in any order; not changed
 */
export function indexThresholds(values: Float64Array): Thresholds {
  const sorted = values.slice().sort();
  const cells = sorted.length * CELLS_PER_THRESHOLD;
  const origin = sorted[0]!;
  const span = sorted[sorted.length - 1]! - origin;
  const starts = new Uint32Array(cells + 1);
  const density = span > 0 ? Math.min(cells / span, Number.MAX_VALUE) : 0;
  const thresholds = { values: sorted, starts, origin, density };
  for (const value of sorted) starts[findCell(thresholds, value) + 1]!++;
  for (let cell = 0; cell < cells; cell++) starts[cell + 1]! += starts[cell]!;
  return thresholds;
}

/** How many thresholds a finite number has reached: those at most as great. */
export function countReached(thresholds: Thresholds, value: number): number {
  const { values, starts } = thresholds;
  const cell = findCell(thresholds, value);
  let low = starts[cell]!;
  let high = starts[cell + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findCell({ starts, origin, density }: Thresholds, value: number): number {
  const cell = Math.floor((value - origin) * density);
  return Math.max(0, Math.min(starts.length - 2, cell));
}
