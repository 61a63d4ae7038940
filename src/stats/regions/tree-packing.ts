/**
 * As many regions as a tree can hold.
 */

import type { FullMinimum } from '../graph/group-minimum.ts';
import { layOutForest } from './tree-layout.ts';

/**
 * Cut every tree into the greatest number of regions that keep the minimum: going from the leaves to the root, a branch is
 * cut off as soon as it reaches it. Cutting earliest leaves most to the rest, so no other cuts of the same tree give more
 * regions (Kundu & Misra 1977, doi:10.1137/0206012). What remains at the root joins a region cut next to it; a tree that
 * never reaches the minimum is one region below it.
 *
 *     1 ─ 2 ─ 1 ─ 2 ─ 1 ─ 2        root on the left, minimum 3: from the right {1 2}, {1 2}, {1 2};
 *     1 ─ 1 ─ 3                     {3} is cut, {1 1} stays below 3 and joins it: {1 1 3}
 *
 * @param edges forest, flat pairs
 * @returns region of each unit, 0 to count - 1, and their count
 */
export function packForest(
  n: number,
  edges: Uint32Array,
  { size, population, populations }: FullMinimum,
): { labels: Uint32Array; count: number } {
  const { units, parents, roots } = layOutForest(n, edges);
  const counts = new Uint32Array(n).fill(1);
  const people = Float64Array.from(units, (unit) => populations[unit]!);
  const closed = new Uint8Array(n);
  for (let place = n - 1; place >= 0; place--) {
    closed[place] = counts[place]! >= size && people[place]! >= population ? 1 : 0;
    const parent = parents[place]!;
    if (closed[place] || parent === place) continue;
    counts[parent]! += counts[place]!;
    people[parent]! += people[place]!;
  }

  for (const root of roots) if (!closed[root]) openNextTo(root, parents, closed, n);
  const labels = new Uint32Array(n);
  const isRoot = new Uint8Array(n);
  for (const root of roots) isRoot[root] = 1;
  const labelAt = new Uint32Array(n);
  let count = 0;
  for (let place = 0; place < n; place++) {
    labelAt[place] = closed[place] || isRoot[place] ? count++ : labelAt[parents[place]!]!;
    labels[units[place]!] = labelAt[place]!;
  }
  return { labels, count };
}

/** Give back the first cut next to the open rest at a root, so that the two become one region. */
function openNextTo(root: number, parents: Uint32Array, closed: Uint8Array, n: number): void {
  const inRest = new Set([root]);
  for (let place = root + 1; place < n && parents[place] !== place; place++) {
    if (!inRest.has(parents[place]!)) continue;
    if (closed[place]) {
      closed[place] = 0;
      return;
    }
    inRest.add(place);
  }
}
