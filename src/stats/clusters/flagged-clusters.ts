/**
 * Contiguous clusters of areas that a rule has flagged.
 *
 *     ■ ■ □ ■        ■ flagged, □ not: without bridging {■■} and {■};
 *     □ □ □ □        with bridging the □ between them joins them, and is marked
 */

import { joinBothWays } from '../graph/contiguity-graph.ts';
import { openSets } from '../graph/disjoint-sets.ts';
import { NO_GROUP, orderGroups } from '../graph/group-labels.ts';
import { type FullMinimum, type Minimum, resolveMinimum } from '../graph/group-minimum.ts';
import type { Weights } from '../weights/weights.ts';

export interface FlaggedClusterOptions {
  /** Whether one area without a flag joins the clusters it lies between. Default false. */
  bridge?: boolean;
  /** What the flagged areas of a cluster must have; a population that is not known is 0. Default: nothing. */
  minimum?: Minimum;
}

/** Role of an area; `roles` holds positions in this list. `dropped`: flagged, but its cluster is below a minimum. */
export const AREA_ROLES = ['none', 'flagged', 'bridge', 'dropped'] as const;

export interface FlaggedClusters {
  /** Cluster of each area, bridges included; NO_GROUP (-1) for none. 0 has the most areas, equals by the smallest id. */
  labels: Int32Array;
  /** Positions in AREA_ROLES. */
  roles: Uint8Array;
  /** Areas of each cluster, bridges included. */
  sizes: Uint32Array;
  /** Bridges of each cluster. */
  bridges: Uint32Array;
  /** Population of the flagged areas of each cluster: bridges are not part of the problem. */
  populations: Float64Array;
}

/**
 * Find connected clusters of flagged areas.
 *
 * Bridging: an area without a flag that touches flagged areas of two or more clusters as they are without bridging joins
 * these clusters. Bridges do not join each other, so a gap is never wider than one area, and all are found at once, so
 * their order plays no part. Minimums count flagged areas only, after bridging; bridges of dropped clusters vanish with them.
 *
 * @param weights contiguity of n areas; a link joins both ways, its weight plays no part
 * @param flags n entries, 1 flagged, 0 not (also where there is no value to judge by)
 * @throws RangeError for unequal lengths, other flags, or a bad minimum
 */
export function findFlaggedClusters(
  weights: Weights,
  flags: Uint8Array,
  options: FlaggedClusterOptions = {},
): FlaggedClusters {
  const { bridge = false, minimum = {} } = options;
  checkFlags(weights, flags);
  const bounds = resolveMinimum(weights.n, minimum);
  const { n, offsets, neighbours } = joinBothWays(weights);
  const sets = openSets(n);
  for (let i = 0; i < n; i++) {
    for (let e = offsets[i]!; flags[i] && e < offsets[i + 1]!; e++) {
      if (flags[neighbours[e]!]) sets.join(i, neighbours[e]!);
    }
  }
  const roles = Uint8Array.from(flags, (flag) => AREA_ROLES.indexOf(flag ? 'flagged' : 'none'));
  if (bridge) {
    const before = Uint32Array.from({ length: n }, (_, i) => sets.find(i));
    for (let i = 0; i < n; i++) {
      if (flags[i]) continue;
      const around = [...neighbours.subarray(offsets[i]!, offsets[i + 1]!)].filter((j) => flags[j]);
      if (new Set(around.map((j) => before[j]!)).size < 2) continue;
      roles[i] = AREA_ROLES.indexOf('bridge');
      for (const j of around) sets.join(i, j);
    }
  }
  const marks = Int32Array.from(roles, (role, i) => (role === 0 ? NO_GROUP : sets.find(i)));
  dropSmall(marks, roles, bounds);
  return describeClusters(marks, roles, bounds.populations);
}

/**
 * The same for groups that are there already: those of the flagged areas are the clusters, whatever touches whom.
 *
 * @param groups any number of 0 or more per area, equal within a group; negative: in no group
 * @param flags n entries, 1 flagged, 0 not
 * @param populations of each area
 */
export function gatherFlagged(
  groups: Int32Array,
  flags: Uint8Array,
  populations: Float64Array,
): FlaggedClusters {
  const marks = groups.map((group, i) => (flags[i] ? group : NO_GROUP));
  const roles = Uint8Array.from(marks, (mark) => AREA_ROLES.indexOf(mark === NO_GROUP ? 'none' : 'flagged'));
  return describeClusters(marks, roles, populations);
}

function checkFlags({ n }: Weights, flags: Uint8Array): void {
  if (flags.length !== n) throw new RangeError(`Got ${flags.length} flags for ${n} areas.`);
  const flag = flags.find((value) => value > 1);
  if (flag !== undefined) throw new RangeError(`Got flag ${flag}, expected 0 or 1.`);
}

/** Take clusters below a minimum out, with their bridges. */
function dropSmall(
  marks: Int32Array,
  roles: Uint8Array,
  { size, population, populations }: FullMinimum,
): void {
  const sizes = new Uint32Array(marks.length);
  const people = new Float64Array(marks.length);
  const isFlagged = (i: number): boolean => roles[i] === AREA_ROLES.indexOf('flagged');
  marks.forEach((mark, i) => {
    if (!isFlagged(i)) return;
    sizes[mark]!++;
    people[mark]! += populations[i]!;
  });
  marks.forEach((mark, i) => {
    if (mark === NO_GROUP || (sizes[mark]! >= size && people[mark]! >= population)) return;
    marks[i] = NO_GROUP;
    roles[i] = AREA_ROLES.indexOf(isFlagged(i) ? 'dropped' : 'none');
  });
}

function describeClusters(marks: Int32Array, roles: Uint8Array, populations: Float64Array): FlaggedClusters {
  const { labels, sizes } = orderGroups(marks);
  const bridges = new Uint32Array(sizes.length);
  const people = new Float64Array(sizes.length);
  labels.forEach((label, i) => {
    if (label === NO_GROUP) return;
    if (roles[i] === AREA_ROLES.indexOf('bridge')) bridges[label]!++;
    else people[label]! += populations[i]!;
  });
  return { labels, roles, sizes, bridges, populations: people };
}
