/**
 * Conditional permutation where weights differ inside a unit (kernels, inverse distance): every draw is summed up for every
 * unit, so units stop early when the answer is clear (Besag & Clifford 1991, doi:10.1093/biomet/78.2.301).
 *
 * A unit draws until both tails hold h sums at least as extreme as the observed one, or P rows are used. Stopped at l rows
 * the smaller tail is h / l, at the end (count + 1) / (P + 1); both are valid one-sided p. Units far from remarkable stop
 * after a few dozen rows, and only remarkable ones use all P.
 */

import { tieTolerance } from '../inference/tails.ts';
import type { Weights } from '../weights/weights.ts';
import type { TailCounts } from './conditional-permutation.ts';
import type { Projection } from './count-projections.ts';
import { openDealer } from './deal.ts';

/** Sums in both tails after which a unit stops. */
export const STOP_AT = 20;

/** Ids held at once: 4 MB. */
const IDS_AT_ONCE = 2 ** 20;

/** Counts of each unit up to where it stopped. */
export interface SequentialCounts extends TailCounts {
  /** Rows used. */
  draws: Uint32Array;
}

/**
 * Count the tails of sum_j w_ij sum_c a_ic f_c(j) for all units, from the sample of `countTails`.
 *
 * @param included which units to count for
 */
export function countSequentially(
  projections: readonly Projection[],
  weights: Weights,
  { seed, permutations }: { seed: number; permutations: number },
  included: (unit: number) => boolean,
): SequentialCounts[] {
  const { n, offsets } = weights;
  const units: number[] = [];
  let most = 0;
  for (let i = 0; i < n; i++) {
    const size = offsets[i + 1]! - offsets[i]!;
    if (size === 0 || !included(i)) continue;
    units.push(i);
    most = Math.max(most, size);
  }
  const runs = projections.map((projection) => ({
    projection,
    active: units,
    counts: {
      greaterOrEqual: new Uint32Array(n),
      lessOrEqual: new Uint32Array(n),
      draws: new Uint32Array(n),
    },
  }));
  if (most === 0) return runs.map((run) => run.counts);
  const deal = openDealer(n - 1, most, seed);
  const rowsAtOnce = Math.max(1, Math.floor(IDS_AT_ONCE / most));
  // Most units stop within the first hundred rows: begin small.
  let rows = Math.min(rowsAtOnce, 4 * STOP_AT);
  for (let start = 0; start < permutations && runs.some((run) => run.active.length > 0); start += rows) {
    if (start > 0) rows = rowsAtOnce;
    const length = Math.min(rows, permutations - start);
    const ids = new Uint32Array(length * most);
    for (let row = 0; row < length; row++) ids.set(deal(start + row), row * most);
    for (const run of runs) {
      run.active = run.active.filter((i) => drawUnit(run.projection, weights, i, ids, most, run.counts));
    }
  }
  return runs.map((run) => run.counts);
}

/** Draw rows for one unit until it stops. @returns whether it goes on */
function drawUnit(
  { features, coefficients }: Projection,
  { n, offsets, neighbours, weights }: Weights,
  i: number,
  ids: Uint32Array,
  most: number,
  counts: SequentialCounts,
): boolean {
  const first = offsets[i]!;
  const size = offsets[i + 1]! - first;
  const single = features.length === 1;
  const feature = features[0]!;
  const factor = coefficients[0]![i]!;
  const scoreOf = (j: number): number => {
    if (single) return factor * feature[j]!;
    let value = 0;
    for (let c = 0; c < features.length; c++) value += coefficients[c]![i]! * features[c]![j]!;
    return value;
  };
  let observed = 0;
  let total = 0;
  for (let k = 0; k < size; k++) {
    observed += weights[first + k]! * scoreOf(neighbours[first + k]!);
    total += weights[first + k]!;
  }
  const tolerance = tieTolerance(observed, total);
  const low = observed - tolerance;
  const high = observed + tolerance;
  let ge = counts.greaterOrEqual[i]!;
  let le = counts.lessOrEqual[i]!;
  let draws = counts.draws[i]!;
  for (let row = 0; row < ids.length && (ge < STOP_AT || le < STOP_AT); row += most) {
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const id = ids[row + k]!;
      sum += weights[first + k]! * scoreOf(id === i ? n - 1 : id);
    }
    draws++;
    if (sum >= low) ge++;
    if (sum <= high) le++;
  }
  counts.greaterOrEqual[i] = ge;
  counts.lessOrEqual[i] = le;
  counts.draws[i] = draws;
  return ge < STOP_AT || le < STOP_AT;
}
