/** Rows of distinct ids: the sample that all units of a conditional permutation share. */

import { openRandom } from '../inference/random.ts';

/** Stream of the random generator for conditional permutations. */
const STREAM = 0;

/** Which rows of the sample to use: a run of P is the rows 0 to P, and may be split among threads. */
export interface Rows {
  /** Integer from 0 to 2^53 - 1. */
  seed: number;
  from: number;
  until: number;
}

/** Gives the ids of a row; the array is overwritten by the next call. */
export type Dealer = (row: number) => Uint32Array;

/**
 * A function that draws the first `count` ids of a random order of 0 … population - 1: a shuffle that stops early and is
 * undone, so that a row depends on seed and row only. Every id is equally likely at every place, the first and the last
 * included.
 *
 * @param count at most population
 * @throws RangeError for a bad seed
 */
export function openDealer(population: number, count: number, seed: number): Dealer {
  const random = openRandom(seed, STREAM);
  const order = new Uint32Array(population);
  for (let id = 0; id < population; id++) order[id] = id;
  const chosen = new Uint32Array(count);
  const ids = new Uint32Array(count);
  return (row) => {
    random.startRow(row);
    for (let k = 0; k < count; k++) {
      const at = k + random.below(population - k);
      chosen[k] = at;
      ids[k] = order[at]!;
      order[at] = order[k]!;
      order[k] = ids[k]!;
    }
    for (let k = count - 1; k >= 0; k--) {
      const at = chosen[k]!;
      order[k] = order[at]!;
      order[at] = ids[k]!;
    }
    return ids;
  };
}

/** Units with the same number of neighbours. */
export interface SizeGroup {
  /** The number of neighbours, 1 or more. */
  size: number;
  /** Ascending. */
  units: Uint32Array;
}

/**
 * Units by their number of neighbours, smallest first; islands are left out.
 *
 * @param included which units to take; all when left out
 */
export function groupBySize(
  { n, offsets }: { n: number; offsets: Uint32Array },
  included: (unit: number) => boolean = () => true,
): SizeGroup[] {
  const sizes = new Uint32Array(n);
  let most = 0;
  for (let i = 0; i < n; i++) {
    const size = offsets[i + 1]! - offsets[i]!;
    if (size === 0 || !included(i)) continue;
    sizes[i] = size;
    if (size > most) most = size;
  }
  const counts = new Uint32Array(most + 1);
  for (let i = 0; i < n; i++) counts[sizes[i]!]!++;
  const groups: SizeGroup[] = [];
  const groupOf = new Array<SizeGroup | undefined>(most + 1);
  for (let size = 1; size <= most; size++) {
    if (counts[size] === 0) continue;
    const group = { size, units: new Uint32Array(counts[size]!) };
    groupOf[size] = group;
    groups.push(group);
  }
  counts.fill(0);
  for (let i = 0; i < n; i++) {
    const size = sizes[i]!;
    const group = groupOf[size];
    if (group) group.units[counts[size]!++] = i;
  }
  return groups;
}
