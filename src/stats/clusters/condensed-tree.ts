/**
 * The hierarchy of single linkage without the parts that are too small to be clusters.
 */

import { openSets } from '../graph/disjoint-sets.ts';

/** A cluster of the condensed tree. */
export interface CondensedCluster {
  /** Clusters it splits into, none or two. */
  children: number[];
  /** Points that fall out of it before it splits or ends. */
  points: number[];
  /** Sum over its points of 1 / (length at which they leave) - 1 / (length at which the cluster appeared). */
  stability: number;
}

/** A node of the dendrogram: a point, or what one edge joins. */
interface Joint {
  length: number;
  size: number;
  parts: number[];
}

/**
 * Condense the hierarchy (Campello, Moulavi & Sander 2013, doi:10.1007/978-3-642-37456-2_14).
 *
 * @param n count of points
 * @param tree spanning tree, edges flat and sorted by length
 * @param least smallest size of a cluster, 2 or more
 * @returns clusters, the root first, children behind their parents
 */
export function condenseTree(
  n: number,
  { edges, lengths }: { edges: Uint32Array; lengths: Float64Array },
  least: number,
): CondensedCluster[] {
  const joints = buildJoints(n, edges, lengths);
  const clusters: CondensedCluster[] = [{ children: [], points: [], stability: 0 }];
  const open = [{ joint: joints.length - 1, cluster: 0, birth: Infinity }];
  while (open.length > 0) {
    const { joint, cluster, birth } = open.pop()!;
    const { length, parts } = joints[joint]!;
    const target = clusters[cluster]!;
    // Points in one place are never split: they leave together, at once.
    const large = length === 0 ? [] : parts.filter((part) => joints[part]!.size >= least);
    // Small parts leave for good; all that is left does where it splits, or where nothing large is left.
    const leaving = large.length === 1 ? joints[joint]!.size - joints[large[0]!]!.size : joints[joint]!.size;
    target.stability += leaving * (1 / length - 1 / birth);
    for (const part of parts) {
      if (large.includes(part)) continue;
      for (const point of listPoints(joints, part)) target.points.push(point);
    }
    if (large.length === 1) open.push({ joint: large[0]!, cluster, birth });
    else {
      for (const part of large) {
        target.children.push(clusters.length);
        open.push({ joint: part, cluster: clusters.length, birth: length });
        clusters.push({ children: [], points: [], stability: 0 });
      }
    }
  }
  return clusters;
}

/**
 * Excess of mass: the set of clusters, none within another, with the greatest sum of stabilities; between a cluster and
 * its children, equals go to the cluster. The root is never chosen.
 *
 * @returns positions in clusters, ascending
 */
export function selectClusters(clusters: readonly CondensedCluster[]): number[] {
  const best = new Float64Array(clusters.length);
  const chosen = new Uint8Array(clusters.length);
  for (let c = clusters.length - 1; c > 0; c--) {
    const { children, stability } = clusters[c]!;
    const below = children.reduce((sum, child) => sum + best[child]!, 0);
    chosen[c] = stability >= below ? 1 : 0;
    best[c] = Math.max(stability, below);
  }
  const selected: number[] = [];
  const open = [...(clusters[0]?.children ?? [])];
  while (open.length > 0) {
    const c = open.pop()!;
    if (chosen[c]) selected.push(c);
    else open.push(...clusters[c]!.children);
  }
  return selected.sort((a, b) => a - b);
}

/** Dendrogram: points first, then one node per edge; the root is the last. */
function buildJoints(n: number, edges: Uint32Array, lengths: Float64Array): Joint[] {
  const joints: Joint[] = Array.from({ length: n }, () => ({ length: 0, size: 1, parts: [] }));
  const sets = openSets(n);
  const top = Uint32Array.from({ length: n }, (_, i) => i);
  for (let e = 0; e < lengths.length; e++) {
    const first = top[sets.find(edges[2 * e]!)]!;
    const second = top[sets.find(edges[2 * e + 1]!)]!;
    sets.join(edges[2 * e]!, edges[2 * e + 1]!);
    top[sets.find(edges[2 * e]!)] = joints.length;
    const size = joints[first]!.size + joints[second]!.size;
    joints.push({ length: lengths[e]!, size, parts: [first, second] });
  }
  return joints;
}

function listPoints(joints: readonly Joint[], joint: number): number[] {
  const points: number[] = [];
  const open = [joint];
  while (open.length > 0) {
    const at = open.pop()!;
    const { parts } = joints[at]!;
    if (parts.length === 0) points.push(at);
    else for (const part of parts) open.push(part);
  }
  return points;
}
