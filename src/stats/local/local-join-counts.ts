/**
 * Local join counts: around which marked units do more marked units lie than chance would put there?
 */

import { checkMarks } from '../global/join-counts.ts';
import { adjustInWays, type Correction } from '../inference/false-discovery.ts';
import { findRated } from '../standardise.ts';
import { subsetWeights, type Weights } from '../weights/weights.ts';
import type { UNIT_STATUSES } from './local-result.ts';

/** Result; every array has one entry per unit. */
export interface LocalJoinCounts {
  /** `too_few`: fewer than 4 units with neighbours. `no_variance`: all units to be counted have it, or none. */
  status: 'ok' | 'too_few' | 'no_variance';
  /** Units with a value. */
  rated: number;
  /** `not_tested`: the unit itself is not marked, or the map as a whole has nothing to test. */
  unitStatus: (typeof UNIT_STATUSES)[number][];
  /** Marked neighbours of marked units; 0 for all others. */
  joins: Uint32Array;
  /** Neighbours. */
  neighbours: Uint32Array;
  /** Exact P(X >= joins), in (0, 1]; NaN where not tested. */
  p: Float64Array;
  /** p adjusted over the tested units in all ways. */
  adjusted: Partial<Record<Correction, Float64Array>>;
}

/**
 * Local join count BB_i = x_i sum_j x_j over neighbours (Anselin & Li 2019, doi:10.1007/s10109-019-00299-x), with the exact
 * one-sided p. When the marks of the n - 1 other units are dealt to the k_i neighbours, BB_i is hypergeometric:
 *
 *     P(X = b) = C(K, b) C(n - 1 - K, k_i - b) / C(n - 1, k_i)        K = marked others
 *
 * Only marked units with neighbours are tested. Weights count as links. Units without a value leave with their links.
 *
 * @param marks n numbers, 1 or 0; NaN for none
 * @param weights n units
 * @throws RangeError for other numbers or unequal lengths
 */
export function localJoinCounts(marks: Float64Array, weights: Weights): LocalJoinCounts {
  return countAround(marks, marks, weights);
}

/**
 * Co-location: units that have everything, among neighbours that have everything. The join count of the product of the
 * marks, for two or more.
 *
 * @param columns n marks each; a unit that lacks one is left out
 * @throws RangeError as `localJoinCounts`, and for no columns
 */
export function localColocation(columns: readonly Float64Array[], weights: Weights): LocalJoinCounts {
  const [first, ...others] = columns;
  if (!first) throw new RangeError('Got no marks, expected one column or more.');
  for (const column of columns) {
    checkMarks(column);
    if (column.length !== weights.n)
      throw new RangeError(`Got ${column.length} marks for ${weights.n} units.`);
  }
  const all = first.map((mark, i) => others.reduce((product, column) => product * column[i]!, mark));
  return localJoinCounts(all, weights);
}

/**
 * Bivariate local join count for marks that exclude each other: units with x among neighbours with y.
 *
 * @param x, y n marks each; a unit that lacks one is left out
 * @throws RangeError as `localJoinCounts`, and where a unit has both
 */
export function localBivariateJoinCounts(
  x: Float64Array,
  y: Float64Array,
  weights: Weights,
): LocalJoinCounts {
  x.forEach((mark, i) => {
    if (mark === 1 && y[i] === 1) throw new RangeError(`Got both marks for unit ${i}: use localColocation.`);
  });
  return countAround(x, y, weights);
}

/** Fewer units with neighbours than this are not analysed. */
const FEWEST_UNITS = 4;

function countAround(focal: Float64Array, around: Float64Array, weights: Weights): LocalJoinCounts {
  for (const marks of [focal, around]) {
    checkMarks(marks);
    if (marks.length !== weights.n) throw new RangeError(`Got ${marks.length} marks for ${weights.n} units.`);
  }
  const rated = findRated(focal.map((mark, i) => mark + around[i]!));
  const used = subsetWeights(weights, rated);
  const x = Float64Array.from(rated, (unit) => focal[unit]!);
  const y = Float64Array.from(rated, (unit) => around[unit]!);
  const marked = y.reduce((sum, mark) => sum + mark, 0);
  const p = new Float64Array(weights.n).fill(NaN);
  const result: LocalJoinCounts = {
    status: 'ok',
    rated: rated.length,
    unitStatus: Array.from(p, () => 'missing'),
    joins: new Uint32Array(weights.n),
    neighbours: new Uint32Array(weights.n),
    p,
    adjusted: adjustInWays(p),
  };
  let connected = 0;
  for (let k = 0; k < rated.length; k++) {
    const size = used.offsets[k + 1]! - used.offsets[k]!;
    if (size > 0) connected++;
    result.unitStatus[rated[k]!] = size > 0 ? 'not_tested' : 'island';
    result.neighbours[rated[k]!] = size;
  }
  if (connected < FEWEST_UNITS) result.status = 'too_few';
  else if (marked === 0 || marked === rated.length) result.status = 'no_variance';
  if (result.status !== 'ok') return result;

  for (let k = 0; k < rated.length; k++) {
    const unit = rated[k]!;
    const size = result.neighbours[unit]!;
    if (size === 0 || x[k] !== 1) continue;
    let joins = 0;
    for (let e = used.offsets[k]!; e < used.offsets[k + 1]!; e++) joins += y[used.neighbours[e]!]!;
    result.unitStatus[unit] = 'tested';
    result.joins[unit] = joins;
    p[unit] = hypergeometricTail(rated.length - 1, marked - y[k]!, size, joins);
  }
  result.adjusted = adjustInWays(p);
  return result;
}

/**
 * P(X >= b) where k of N are drawn without replacement and K of N are marked. The first term is a product of ratios, each
 * next one follows from the last; all terms are positive, so nothing cancels.
 */
export function hypergeometricTail(population: number, marked: number, drawn: number, b: number): number {
  const least = Math.max(0, drawn - (population - marked));
  const most = Math.min(drawn, marked);
  if (b <= least) return 1;
  if (b > most) return 0;
  // C(drawn, b) marked (marked - 1) … (unmarked) … / population (population - 1) …
  let term = 1;
  for (let j = 0; j < b; j++) term *= (((drawn - j) / (j + 1)) * (marked - j)) / (population - j);
  for (let j = 0; j < drawn - b; j++) term *= (population - marked - j) / (population - b - j);
  let tail = 0;
  for (let x = b; x <= most; x++) {
    tail += term;
    term *= ((marked - x) * (drawn - x)) / ((x + 1) * (population - marked - drawn + x + 1));
  }
  return Math.min(1, tail);
}
