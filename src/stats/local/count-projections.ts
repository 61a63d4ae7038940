/**
 * Conditional permutation of statistics whose neighbours count differently for every unit. For unit i and its k neighbours j
 *
 *     T = sum_j sum_c a_ic f_c(j)
 *
 *     local Geary               (z_i - z_j)^2:  f = z, z^2              a = -2 z_i, 1        (k z_i^2 is the same in every row)
 *     multivariate Geary        f = z of each variable, sum of z^2      a = -2 z_i of each, 1
 *     multivariate Moran        f = z of each variable                  a = z_i of each
 *
 * The sums F_c of a row's first k features are shared by all units with k neighbours, so a unit costs one look at each row
 * whatever k is; with the two features of Geary the rows are points (F_1, F_2), and counting those above a line costs less
 * than looking at each.
 */

import { tieTolerance } from '../inference/tails.ts';
import type { Weights } from '../weights/weights.ts';
import type { TailCounts } from './conditional-permutation.ts';
import { groupBySize, openDealer, type Rows } from './deal.ts';
import { countAbove, layGrid } from './half-plane.ts';

/** What a statistic sums up; see above. */
export interface Projection {
  /** f_c: n numbers each. */
  features: readonly Float64Array[];
  /** a_ic: n numbers each, as many arrays as features. */
  coefficients: readonly Float64Array[];
}

/** Ids held at once: 16 MB. More rows are counted one part after another. */
const IDS_AT_ONCE = 2 ** 22;
/** Rows looked at together, so that they stay in the first cache. */
const BLOCK = 1024;
/** Fewer units than this do not pay for a grid. */
const UNITS_PER_GRID = 4;

/**
 * Count the tails of T for all units, of several statistics from one sample, the same as `countTails` uses. Weights must be
 * equal within each unit.
 *
 * @param links n units; only offsets and neighbours are read
 * @param included which units to count for
 */
export function countProjectedTails(
  projections: readonly Projection[],
  links: Weights,
  { seed, from, until }: Rows,
  included: (unit: number) => boolean,
): TailCounts[] {
  const counts = projections.map(() => ({
    greaterOrEqual: new Uint32Array(links.n),
    lessOrEqual: new Uint32Array(links.n),
  }));
  if (projections.length === 0) return counts;
  const groups = groupBySize(links, included);
  const most = groups.at(-1)?.size ?? 0;
  if (most === 0) return counts;
  const observed = projections.map((projection) => projectLinks(projection, links));
  const deal = openDealer(links.n - 1, most, seed);
  const rowsAtOnce = Math.max(1, Math.floor(IDS_AT_ONCE / most));
  for (let start = from; start < until; start += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, until - start);
    const ids = new Uint32Array(rows * most);
    for (let row = 0; row < rows; row++) ids.set(deal(start + row), row * most);
    const sample: Sample = { ids, rows, most, ...findOccurrences(ids, links.n) };
    for (const { size, units } of groups) {
      projections.forEach((projection, s) => {
        countGroup(projection, observed[s]!, sample, size, units, counts[s]!);
      });
    }
  }
  return counts;
}

/** T of every unit as observed; weights are left out. */
function projectLinks({ features, coefficients }: Projection, links: Weights): Float64Array {
  const observed = new Float64Array(links.n);
  for (let i = 0; i < links.n; i++) {
    for (let c = 0; c < features.length; c++) {
      let sum = 0;
      for (let e = links.offsets[i]!; e < links.offsets[i + 1]!; e++)
        sum += features[c]![links.neighbours[e]!]!;
      observed[i]! += coefficients[c]![i]! * sum;
    }
  }
  return observed;
}

/** Part of the sample, and where in it each unit was dealt. */
interface Sample {
  /** Row by row, `most` ids each. */
  ids: Uint32Array;
  rows: number;
  most: number;
  /** First entry of each unit in `places`; length n + 1. */
  starts: Uint32Array;
  /** Positions in ids. */
  places: Uint32Array;
}

function findOccurrences(ids: Uint32Array, n: number): { starts: Uint32Array; places: Uint32Array } {
  const starts = new Uint32Array(n + 1);
  for (const id of ids) starts[id + 1]!++;
  for (let i = 0; i < n; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const places = new Uint32Array(ids.length);
  for (let place = 0; place < ids.length; place++) places[next[ids[place]!]!++] = place;
  return { starts, places };
}

/** Count for the units of one size. */
function countGroup(
  { features, coefficients }: Projection,
  observed: Float64Array,
  sample: Sample,
  size: number,
  units: Uint32Array,
  counts: TailCounts,
): void {
  const sums = features.map((feature) => sumRows(feature, sample, size));
  const planar =
    features.length === 2 && units.length >= UNITS_PER_GRID && units.every((i) => coefficients[1]![i] === 1);
  const grid = planar ? layGrid(sums[0]!, sums[1]!) : undefined;
  const reached = new Float64Array(2);
  const last = features.map((feature) => feature[feature.length - 1]!);
  for (const i of units) {
    const a = coefficients.map((column) => column[i]!);
    const tolerance = tieTolerance(observed[i]!);
    const low = observed[i]! - tolerance;
    const high = observed[i]! + tolerance;
    if (grid) countAbove(grid, a[0]!, low, high, reached);
    else scanRows(sums, a, low, high, reached);

    // Where a unit was dealt itself, take back the common sum and count the sum with unit n-1 in its place.
    let change = 0;
    for (let c = 0; c < a.length; c++) change += a[c]! * (last[c]! - features[c]![i]!);
    let [atLow, atHigh] = [reached[0]!, reached[1]!];
    for (let o = sample.starts[i]!; o < sample.starts[i + 1]!; o++) {
      const row = Math.floor(sample.places[o]! / sample.most);
      if (sample.places[o]! - row * sample.most >= size) continue;
      let common = 0;
      for (let c = 0; c < a.length; c++) common += a[c]! * sums[c]![row]!;
      const own = common + change;
      atLow += Number(own >= low) - Number(common >= low);
      atHigh += Number(own >= high) - Number(common >= high);
    }
    counts.greaterOrEqual[i]! += atLow;
    counts.lessOrEqual[i]! += sample.rows - atHigh;
  }
}

/** Sum of the first `size` features of every row. */
function sumRows(feature: Float64Array, { ids, rows, most }: Sample, size: number): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let k = row * most; k < row * most + size; k++) sum += feature[ids[k]!]!;
    sums[row] = sum;
  }
  return sums;
}

/** How many rows reach each limit, by looking at every row. */
function scanRows(
  sums: readonly Float64Array[],
  a: readonly number[],
  low: number,
  high: number,
  reached: Float64Array,
): void {
  reached.fill(0);
  if (sums.length === 2) scanTwo(sums[0]!, sums[1]!, a[0]!, a[1]!, low, high, reached);
  else if (sums.length === 3) scanThree(sums as Three, a as [number, number, number], low, high, reached);
  else scanBlocks(sums, a, low, high, reached);
}

type Three = [Float64Array, Float64Array, Float64Array];

function scanTwo(
  f: Float64Array,
  g: Float64Array,
  a: number,
  b: number,
  low: number,
  high: number,
  reached: Float64Array,
): void {
  let atLow = 0;
  let atHigh = 0;
  for (let p = 0; p < f.length; p++) {
    const value = a * f[p]! + b * g[p]!;
    if (value >= low) atLow++;
    if (value >= high) atHigh++;
  }
  reached[0] = atLow;
  reached[1] = atHigh;
}

function scanThree(
  [f, g, h]: Three,
  [a, b, c]: [number, number, number],
  low: number,
  high: number,
  reached: Float64Array,
): void {
  let atLow = 0;
  let atHigh = 0;
  for (let p = 0; p < f.length; p++) {
    const value = a * f[p]! + b * g[p]! + c * h[p]!;
    if (value >= low) atLow++;
    if (value >= high) atHigh++;
  }
  reached[0] = atLow;
  reached[1] = atHigh;
}

/** Any number of features, block by block. */
function scanBlocks(
  sums: readonly Float64Array[],
  a: readonly number[],
  low: number,
  high: number,
  reached: Float64Array,
): void {
  const rows = sums[0]!.length;
  const values = new Float64Array(BLOCK);
  for (let start = 0; start < rows; start += BLOCK) {
    const length = Math.min(BLOCK, rows - start);
    values.fill(0);
    for (let c = 0; c < a.length; c++) {
      const factor = a[c]!;
      const column = sums[c]!;
      for (let p = 0; p < length; p++) values[p]! += factor * column[start + p]!;
    }
    for (let p = 0; p < length; p++) {
      if (values[p]! >= low) reached[0]!++;
      if (values[p]! >= high) reached[1]!++;
    }
  }
}
