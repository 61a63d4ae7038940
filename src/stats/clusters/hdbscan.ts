/**
 * HDBSCAN: clusters of points at whatever density they hold together longest.
 */

import { type GroupLabels, NO_GROUP, orderGroups } from '../graph/group-labels.ts';
import { sortCosts } from '../graph/sort-costs.ts';
import { indexPoints, type PointIndex } from '../weights/point-index.ts';
import { type CondensedCluster, condenseTree, selectClusters } from './condensed-tree.ts';
import { checkMinPoints } from './dbscan.ts';

/** Clusters of points; NO_GROUP is noise. */
export interface DensityClusters extends GroupLabels {
  /** Excess of mass of each cluster, in points per metre; Infinity where as many as minPoints points coincide. */
  stabilities: Float64Array;
  /** Distance of each point to its minPoints-th nearest point, itself counted, in metres; NaN for fewer points. */
  coreDistances: Float64Array;
}

/**
 * Hierarchical density-based clusters (Campello, Moulavi & Sander 2013, doi:10.1007/978-3-642-37456-2_14).
 *
 *     core(i)     distance to the minPoints-th nearest point, the point itself being the first
 *     reach(i,j)  max(core(i), core(j), distance(i, j))
 *
 * The minimum spanning tree by reach, cut from its longest edge down, gives a hierarchy; a part below minPoints falls out of
 * its cluster as noise, a split into two parts of at least minPoints makes new clusters. Of nested clusters those
 * stay that together have the greatest stability sum over points of (1/leaving - 1/birth). The whole is never a cluster: where
 * the hierarchy does not split, all is noise. Edges of
 * equal length go in reverse order of a Prim tree grown from the first point, as in R's dbscan; apart from such ties the order
 * of points plays no part. A point that leaves at the very length at which its cluster appears still belongs to it.
 *
 * Time O(n^2), memory O(n): up to some 20,000 points.
 *
 * @param points x0, y0, x1, y1 ... in metres (projected, not degrees)
 * @param options minPoints: least size of a cluster and smoothing, a whole number of 2 or more
 * @throws RangeError for an odd length, coordinates that are not finite, or minPoints below 2
 */
export function hdbscan(points: Float64Array, { minPoints }: { minPoints: number }): DensityClusters {
  checkMinPoints(minPoints, 2);
  const index = indexPoints(points);
  const n = index.n;
  const coreDistances = Float64Array.from({ length: n }, (_, i) =>
    n < minPoints ? NaN : index.measureNearest(i, minPoints - 1),
  );
  const none: DensityClusters = {
    labels: new Int32Array(n).fill(NO_GROUP),
    sizes: new Uint32Array(0),
    stabilities: new Float64Array(0),
    coreDistances,
  };
  if (n < 2 * minPoints) return none;
  const clusters = condenseTree(n, spanByReach(index, coreDistances), minPoints);
  const selected = selectClusters(clusters);
  const marks = new Int32Array(n).fill(NO_GROUP);
  for (const cluster of selected) for (const i of listMembers(clusters, cluster)) marks[i] = cluster;
  const { labels, sizes } = orderGroups(marks);
  const stabilities = new Float64Array(sizes.length);
  marks.forEach((mark, i) => {
    if (mark !== NO_GROUP) stabilities[labels[i]!] = clusters[mark]!.stability;
  });
  return { labels, sizes, stabilities, coreDistances };
}

/** All points below a cluster of the condensed tree. */
function listMembers(clusters: readonly CondensedCluster[], top: number): number[] {
  const members: number[] = [];
  const open = [top];
  while (open.length > 0) {
    const { points, children } = clusters[open.pop()!]!;
    for (const point of points) members.push(point);
    open.push(...children);
  }
  return members;
}

/** Minimum spanning tree by reach (Prim), sorted by length. */
function spanByReach(index: PointIndex, cores: Float64Array): { edges: Uint32Array; lengths: Float64Array } {
  const n = index.n;
  const nearest = new Float64Array(n).fill(Infinity);
  const from = new Uint32Array(n);
  const done = new Uint8Array(n);
  const edges = new Uint32Array(2 * (n - 1));
  const lengths = new Float64Array(n - 1);
  let current = 0;
  done[0] = 1;
  for (let e = 0; e < n - 1; e++) {
    let next = -1;
    for (let j = 0; j < n; j++) {
      if (done[j]) continue;
      const reach = Math.max(cores[current]!, cores[j]!, index.measure(current, j));
      if (reach < nearest[j]!) {
        nearest[j] = reach;
        from[j] = current;
      }
      if (next < 0 || nearest[j]! < nearest[next]!) next = j;
    }
    edges[2 * e] = from[next]!;
    edges[2 * e + 1] = next;
    lengths[e] = nearest[next]!;
    done[next] = 1;
    current = next;
  }
  const order = sortCosts(lengths);
  const sorted = new Uint32Array(edges.length);
  order.forEach((e, at) => {
    sorted[2 * at] = edges[2 * e]!;
    sorted[2 * at + 1] = edges[2 * e + 1]!;
  });
  return { edges: sorted, lengths: Float64Array.from(order, (e) => lengths[e]!) };
}
