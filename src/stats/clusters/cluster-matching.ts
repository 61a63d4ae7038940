/**
 * Which cluster of one period is which cluster of the next.
 */

import { NO_GROUP } from '../graph/group-labels.ts';
import { assignRows, UNASSIGNED } from './assignment.ts';

/** Clusters of two periods side by side. */
export interface ClusterMatching {
  /** Count of clusters before and after. */
  rows: number;
  columns: number;
  /** Units (or their weight) that a cluster before and one after share, rows x columns, row-major. */
  overlap: Float64Array;
  /** Cluster after of each cluster before, UNASSIGNED (-1) where it shares nothing with one that is free. */
  match: Int32Array;
}

/**
 * Match clusters by greatest total overlap (Hungarian method, see `assignRows`). Clusters that share no unit are never
 * matched. Both label arrays mean the same units in the same order, that is, the same boundary version.
 *
 * @param before, after cluster of each unit, 0, 1, 2 ...; NO_GROUP (-1) for none
 * @param weights how much each unit counts, 0 or more (population); default 1
 * @throws RangeError for unequal lengths, labels below -1, or a negative weight
 */
export function matchClusters(
  before: Int32Array,
  after: Int32Array,
  weights: Float64Array = new Float64Array(before.length).fill(1),
): ClusterMatching {
  if (before.length !== after.length || before.length !== weights.length) {
    throw new RangeError(
      `Got ${before.length} labels before, ${after.length} after and ${weights.length} weights, expected as many.`,
    );
  }
  const weight = weights.find((value) => !(value >= 0 && Number.isFinite(value)));
  if (weight !== undefined) throw new RangeError(`Got a weight of ${weight}, expected 0 or more.`);
  const rows = countClusters(before);
  const columns = countClusters(after);
  const overlap = new Float64Array(rows * columns);
  before.forEach((row, unit) => {
    const column = after[unit]!;
    if (row !== NO_GROUP && column !== NO_GROUP) overlap[row * columns + column]! += weights[unit]!;
  });
  const match = assignRows(overlap, rows, columns).map((column, row) =>
    column !== UNASSIGNED && overlap[row * columns + column]! > 0 ? column : UNASSIGNED,
  );
  return { rows, columns, overlap, match };
}

/** One more than the greatest label. */
export function countClusters(labels: Int32Array): number {
  let count = 0;
  for (const label of labels) {
    if (label < NO_GROUP) throw new RangeError(`Got label ${label}, expected -1 or more.`);
    if (label >= count) count = label + 1;
  }
  return count;
}
