/**
 * Local join counts: around which marked units do more marked units lie than chance would put there?
 */

import { checkMarks } from '../global/join-counts.ts';
import { adjustInWays, type Correction } from '../inference/false-discovery.ts';
import { findRated } from '../standardise.ts';
import { subsetWeights, type Weights } from '../weights/weights.ts';
import { FEWEST_UNITS } from './local-plan.ts';
import { ISLAND, type LocalStatus, MISSING, NOT_TESTED, TESTED } from './local-result.ts';

/** Result; every array has one entry per unit. */
export interface LocalJoinCounts {
  /** `too_few`: fewer than 4 units with neighbours. `no_variance`: all units to be counted have it, or none. */
  status: Exclude<LocalStatus, 'out_of_range'>;
  /** Units with a value. */
  rated: number;
  /** Positions in UNIT_STATUSES; `not_tested`: the unit itself is not marked, or the map as a whole has nothing to test. */
  unitStatus: Uint8Array;
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
    unitStatus: new Uint8Array(weights.n).fill(MISSING),
    joins: new Uint32Array(weights.n),
    neighbours: new Uint32Array(weights.n),
    p,
    adjusted: adjustInWays(p),
  };
  let connected = 0;
  for (let k = 0; k < rated.length; k++) {
    const size = used.offsets[k + 1]! - used.offsets[k]!;
    if (size > 0) connected++;
    result.unitStatus[rated[k]!] = size > 0 ? NOT_TESTED : ISLAND;
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
    result.unitStatus[unit] = TESTED;
    result.joins[unit] = joins;
    p[unit] = hypergeometricTail(rated.length - 1, marked - y[k]!, size, joins);
  }
  result.adjusted = adjustInWays(p);
  return result;
}

/**
 * P(X >= b) where k of N are drawn without replacement and K of N are marked. Terms are taken relative to the greatest one,
 * each following from its neighbour by a ratio, and divided by their sum: none overflows, those that vanish do not count, and
 * as all are positive nothing cancels. A tail too small for a number is the smallest number, since it is not 0.
 */
export function hypergeometricTail(population: number, marked: number, drawn: number, b: number): number {
  const rest = population - marked - drawn;
  const least = Math.max(0, -rest);
  const most = Math.min(drawn, marked);
  if (b <= least) return 1;
  if (b > most) return 0;
  const mode = Math.max(least, Math.min(most, Math.floor(((drawn + 1) * (marked + 1)) / (population + 2))));
  let tail = 0;
  let others = 0;
  for (let x = mode, term = 1; x <= most && term > 0; x++) {
    if (x >= b) tail += term;
    else others += term;
    term *= ((marked - x) * (drawn - x)) / ((x + 1) * (rest + x + 1));
  }
  for (let x = mode, term = 1; x > least && term > 0; x--) {
    term *= (x * (rest + x)) / ((marked - x + 1) * (drawn - x + 1));
    if (x - 1 >= b) tail += term;
    else others += term;
  }
  return Math.max(Number.MIN_VALUE, tail / (tail + others));
}
