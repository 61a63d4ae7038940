/**
 * Counting points above a line without looking at all of them.
 *
 *      Q │ . above: counted │ by cell starts          Points lie in a grid, column by column, and in a column by row. In each
 *        │ .  ‾‾‾‾--------__│____                     column the line crosses a few rows; only the points in these are
 *        │ .    looked at   │    ‾‾‾--                compared, all others lie above or below for certain.
 *        └──────────────────┴────────── S
 */

/** A grid of points laid for lines; made by `layGrid`. */
export interface LineGrid {
  /** Points, sorted by cell. */
  s: Float64Array;
  q: Float64Array;
  /** First point of each cell, column by column; one entry more than cells. */
  starts: Uint32Array;
  columns: number;
  rows: number;
  /** Least and greatest s of each column; Infinity and -Infinity in an empty one. */
  left: Float64Array;
  right: Float64Array;
  /** Least q, and rows per unit of q. */
  bottom: number;
  density: number;
  /** Greatest |s| and |q|: what rounding is measured against. */
  extent: number;
}

/** Columns per square root of the count of points: fewer make the line cross more rows, more cost a look-up each. */
const COLUMNS_PER_ROOT = 0.25;
/** Points per cell on average. */
const POINTS_PER_CELL = 2;
/** Far above rounding of a s + q, far below the tolerance of ties. */
const MARGIN = 1e-13;

/**
 * Lay the grid.
 *
 * @param s, q finite coordinates, one or more points
 */
export function layGrid(s: Float64Array, q: Float64Array): LineGrid {
  const count = s.length;
  const columns = Math.max(1, Math.round(COLUMNS_PER_ROOT * Math.sqrt(count)));
  const rows = Math.max(1, Math.round(count / columns / POINTS_PER_CELL));
  let [west, east, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let p = 0; p < count; p++) {
    west = Math.min(west, s[p]!);
    east = Math.max(east, s[p]!);
    bottom = Math.min(bottom, q[p]!);
    top = Math.max(top, q[p]!);
  }
  const perColumn = east > west ? columns / (east - west) : 0;
  const density = top > bottom ? rows / (top - bottom) : 0;
  const cells = new Uint32Array(count);
  const starts = new Uint32Array(columns * rows + 1);
  const left = new Float64Array(columns).fill(Infinity);
  const right = new Float64Array(columns).fill(-Infinity);
  for (let p = 0; p < count; p++) {
    const column = Math.min(columns - 1, Math.floor((s[p]! - west) * perColumn));
    const row = Math.min(rows - 1, Math.floor((q[p]! - bottom) * density));
    const cell = column * rows + row;
    cells[p] = cell;
    starts[cell + 1]!++;
    if (s[p]! < left[column]!) left[column] = s[p]!;
    if (s[p]! > right[column]!) right[column] = s[p]!;
  }
  for (let cell = 0; cell < columns * rows; cell++) starts[cell + 1]! += starts[cell]!;
  const next = starts.slice();
  const sorted = { s: new Float64Array(count), q: new Float64Array(count) };
  for (let p = 0; p < count; p++) {
    const place = next[cells[p]!]!++;
    sorted.s[place] = s[p]!;
    sorted.q[place] = q[p]!;
  }
  const extent = Math.max(Math.abs(west), Math.abs(east), Math.abs(bottom), Math.abs(top));
  return { ...sorted, starts, columns, rows, left, right, bottom, density, extent };
}

/**
 * How many points reach two limits: slope s + q >= low, and >= high.
 *
 * @param low, high close together, low <= high
 * @param reached two entries, overwritten: points that reach low, points that reach high
 */
export function countAbove(
  grid: LineGrid,
  slope: number,
  low: number,
  high: number,
  reached: Float64Array,
): void {
  const { s, q, starts, columns, rows, left, right, bottom, density, extent } = grid;
  const margin = MARGIN * ((1 + Math.abs(slope)) * extent + Math.abs(low));
  let atLow = 0;
  let atHigh = 0;
  for (let column = 0; column < columns; column++) {
    const a = slope * left[column]!;
    const b = slope * right[column]!;
    if (!(left[column]! <= right[column]!)) continue;
    const base = column * rows;
    const lowest = Math.floor((low - Math.max(a, b) - margin - bottom) * density);
    const highest = Math.floor((high - Math.min(a, b) + margin - bottom) * density);
    const from = lowest <= 0 ? starts[base]! : starts[base + Math.min(rows - 1, lowest)]!;
    const until = starts[base + Math.max(0, Math.min(rows - 1, highest)) + 1]!;
    for (let p = from; p < until; p++) {
      const value = slope * s[p]! + q[p]!;
      if (value >= low) atLow++;
      if (value >= high) atHigh++;
    }
    const certain = starts[base + rows]! - until;
    atLow += certain;
    atHigh += certain;
  }
  reached[0] = atLow;
  reached[1] = atHigh;
}
