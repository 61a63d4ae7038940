/**
 * Cutting a hierarchy into regions, the last merge undone first.
 */

import type { FullMinimum } from '../graph/group-minimum.ts';
import { layOutForest } from './tree-layout.ts';

/**
 * Undo merges until there are k clusters: going from the last merge to the first, the edge of a merge is cut if both of its
 * sides keep the minimum. A merge passed over once need not be seen again, since cuts only make its sides smaller. Without
 * a minimum the clusters are those after n - k merges.
 *
 *     merges 0-1, 3-4, 2-3, 1-2      0 ─ 1 ┆ 2 ─ 3 ─ 4      minimum 2, k = 3: the last merge is undone, 2-3 is not,
 *                                                           since 2 would be alone, and 3-4 and 0-1 are not either
 *
 * O(depth of the forest) per merge undone or passed over.
 *
 * @param edges edges of `mergeClusters`, flat, in the order of merging
 * @returns region of each unit, 0 to count - 1, and their count, below k where the minimum allows no more
 */
export function cutHierarchy(
  n: number,
  edges: Uint32Array,
  k: number,
  { size, population, populations }: FullMinimum,
): { labels: Uint32Array; count: number } {
  const { units, parents, roots } = layOutForest(n, edges);
  const placeOf = new Uint32Array(n);
  for (let place = 0; place < n; place++) placeOf[units[place]!] = place;
  const counts = new Uint32Array(n).fill(1);
  const people = Float64Array.from(units, (unit) => populations[unit]!);
  for (let place = n - 1; place >= 0; place--) {
    const parent = parents[place]!;
    if (parent === place) continue;
    counts[parent]! += counts[place]!;
    people[parent]! += people[place]!;
  }

  const isTop = new Uint8Array(n);
  for (const root of roots) isTop[root] = 1;
  let count = roots.length;
  for (let e = edges.length - 2; e >= 0 && count < k; e -= 2) {
    const place = Math.max(placeOf[edges[e]!]!, placeOf[edges[e + 1]!]!);
    let top = parents[place]!;
    while (!isTop[top]) top = parents[top]!;
    if (counts[place]! < size || counts[top]! - counts[place]! < size) continue;
    if (people[place]! < population || people[top]! - people[place]! < population) continue;
    for (let above = parents[place]!; ; above = parents[above]!) {
      counts[above]! -= counts[place]!;
      people[above]! -= people[place]!;
      if (above === top) break;
    }
    isTop[place] = 1;
    count++;
  }

  const labels = new Uint32Array(n);
  const labelAt = new Uint32Array(n);
  let next = 0;
  for (let place = 0; place < n; place++) {
    labelAt[place] = isTop[place] ? next++ : labelAt[parents[place]!]!;
    labels[units[place]!] = labelAt[place]!;
  }
  return { labels, count };
}
