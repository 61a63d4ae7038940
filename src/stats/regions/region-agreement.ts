/** How far two partitions of the same units agree. */
import { UNASSIGNED } from '../clusters/assignment.ts';
import { matchClusters } from '../clusters/cluster-matching.ts';

/**
 * Units that another partition puts elsewhere. Regions are matched by greatest total overlap (see `matchClusters`); a unit has
 * moved unless its region in the other partition is the match of its own. Numbers of regions may differ; a region without a
 * match has moved as a whole.
 *
 * @param labels, other region of each unit, 0, 1, 2 ..., the same units in the same order
 * @returns units that have moved, ascending
 */
export function findMoved(labels: Uint32Array, other: Uint32Array): Uint32Array {
  const { match } = matchClusters(new Int32Array(labels), new Int32Array(other));
  const moved: number[] = [];
  labels.forEach((label, unit) => {
    const kept = match[label]!;
    if (kept === UNASSIGNED || kept !== other[unit]) moved.push(unit);
  });
  return Uint32Array.from(moved);
}
