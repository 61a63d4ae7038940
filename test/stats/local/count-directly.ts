/**
 * The slow and obvious conditional permutation: for every unit, deal every row of the sample anew and add up. What
 * src/stats/conditional-permutation.ts must equal, count for count.
 */

import { openRandom } from '../../../src/stats/inference/random.ts';
import type { Weights } from '../../../src/stats/weights/weights.ts';

/** The sample: `permutations` rows of `count` distinct ids below `population`, by a plain shuffle of a fresh array. */
export function dealRows(population: number, count: number, permutations: number, seed: number): number[][] {
  const random = openRandom(seed, 0);
  return Array.from({ length: permutations }, (_, row) => {
    random.startRow(row);
    const order = Array.from({ length: population }, (_, id) => id);
    for (let k = 0; k < count; k++) {
      const at = k + random.below(population - k);
      [order[k], order[at]] = [order[at]!, order[k]!];
    }
    return order.slice(0, count);
  });
}

/** Tails of the neighbour sum for all units. */
export function countDirectly(
  scores: Float64Array,
  { n, offsets, neighbours }: Weights,
  permutations: number,
  seed: number,
): { greaterOrEqual: number[]; lessOrEqual: number[] } {
  const sizes = Array.from({ length: n }, (_, i) => offsets[i + 1]! - offsets[i]!);
  const rows = dealRows(n - 1, Math.max(0, ...sizes), permutations, seed);
  const greaterOrEqual = new Array<number>(n).fill(0);
  const lessOrEqual = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) {
    if (sizes[i] === 0) continue;
    const around = neighbours.subarray(offsets[i]!, offsets[i + 1]!);
    const observed = around.reduce((sum, j) => sum + scores[j]!, 0);
    const tie = 1e-10 * Math.max(1, Math.abs(observed));
    for (const row of rows) {
      const dealt = row.slice(0, sizes[i]).map((id) => (id === i ? n - 1 : id));
      const sum = dealt.reduce((total, j) => total + scores[j]!, 0);
      if (sum >= observed - tie) greaterOrEqual[i]!++;
      if (sum < observed + tie) lessOrEqual[i]!++;
    }
  }
  return { greaterOrEqual, lessOrEqual };
}

/** Tails of any statistic of a unit and those dealt to it, for all units; ties within 1e-9. */
export function countStatisticDirectly(
  { n, offsets, neighbours }: Weights,
  { permutations, seed }: { permutations: number; seed: number },
  statistic: (unit: number, around: readonly number[]) => number,
): { greaterOrEqual: number[]; lessOrEqual: number[] } {
  const lists = Array.from({ length: n }, (_, i) => [...neighbours.subarray(offsets[i]!, offsets[i + 1]!)]);
  const rows = dealRows(n - 1, Math.max(0, ...lists.map((list) => list.length)), permutations, seed);
  const greaterOrEqual = new Array<number>(n).fill(0);
  const lessOrEqual = new Array<number>(n).fill(0);
  for (const [i, list] of lists.entries()) {
    if (list.length === 0) continue;
    const observed = statistic(i, list);
    for (const row of rows) {
      const dealt = row.slice(0, list.length).map((id) => (id === i ? n - 1 : id));
      const figure = statistic(i, dealt);
      if (figure >= observed - 1e-9) greaterOrEqual[i]!++;
      if (figure <= observed + 1e-9) lessOrEqual[i]!++;
    }
  }
  return { greaterOrEqual, lessOrEqual };
}
