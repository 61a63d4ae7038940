/**
 * What every regionalisation returns.
 */

import type { ContiguityGraph } from '../graph/contiguity-graph.ts';
import { openSets } from '../graph/disjoint-sets.ts';
import { orderGroups } from '../graph/group-labels.ts';
import type { FullMinimum } from '../graph/group-minimum.ts';
import type { DataMatrix } from './data-matrix.ts';
import { type SumsOfSquares, sumRegionSquares } from './sum-of-squares.ts';

/**
 * `below_minimum`: a connected part is too small for the minimum and stays a region of its own (`belowMinimum` lists them).
 * `fewer_regions`: the minimum did not allow as many regions as asked for. `no_variance`: all units are equal, any
 * partition is as good. Where several hold, the first of them in this order.
 */
export type RegionsStatus = 'ok' | 'below_minimum' | 'fewer_regions' | 'no_variance';

/** A partition of all units into regions. */
export interface Regions {
  status: RegionsStatus;
  /** Count of regions. */
  k: number;
  /** Region of each unit: 0 is the largest, equal sizes by their smallest unit. */
  labels: Uint32Array;
  /** Units of each region. */
  sizes: Uint32Array;
  /** Population of each region; without populations the same as `sizes`. */
  populations: Float64Array;
  sums: SumsOfSquares;
  /** Connected parts of each region, counted anew from the result: 1 unless something is broken. */
  parts: Uint32Array;
  /** Regions below the minimum, ascending. */
  belowMinimum: Uint32Array;
}

/**
 * Describe a partition.
 *
 * @param marks any number per unit that is equal within a region and differs between regions
 * @param wanted count of regions asked for; null when none was
 */
export function describeRegions(
  data: DataMatrix,
  graph: ContiguityGraph,
  marks: ArrayLike<number>,
  minimum: FullMinimum,
  wanted: number | null,
): Regions {
  const { labels: signed, sizes } = orderGroups(marks);
  const labels = new Uint32Array(signed);
  const k = sizes.length;
  const populations = new Float64Array(k);
  labels.forEach((label, unit) => {
    populations[label]! += minimum.populations[unit]!;
  });
  const sums = sumRegionSquares(data, labels, k);
  const small = (r: number): boolean => sizes[r]! < minimum.size || populations[r]! < minimum.population;
  const belowMinimum = Uint32Array.from([...sizes.keys()].filter(small));
  let status: RegionsStatus = sums.ratio === null ? 'no_variance' : 'ok';
  if (wanted !== null && k < wanted) status = 'fewer_regions';
  if (belowMinimum.length > 0) status = 'below_minimum';
  return { status, k, labels, sizes, populations, sums, parts: countParts(graph, labels, k), belowMinimum };
}

/** Connected parts of each region. */
export function countParts(
  { n, offsets, neighbours }: ContiguityGraph,
  labels: Uint32Array,
  k: number,
): Uint32Array {
  const sets = openSets(n);
  const parts = new Uint32Array(k);
  for (const label of labels) parts[label]!++;
  for (let i = 0; i < n; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const j = neighbours[e]!;
      if (labels[i] === labels[j] && sets.join(i, j)) parts[labels[i]!]!--;
    }
  }
  return parts;
}

/**
 * Components are never merged, so k regions need components <= k <= n.
 *
 * @throws RangeError otherwise
 */
export function checkCount(k: number, components: number, n: number): void {
  if (!Number.isInteger(k) || k < 1 || k < components || k > n) {
    throw new RangeError(
      `Got k = ${k}, expected a whole number from ${Math.max(1, components)} (connected parts) to ${n} (units).`,
    );
  }
}
