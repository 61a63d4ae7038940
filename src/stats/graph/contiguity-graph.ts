/**
 * Contiguity as an undirected graph, for algorithms that ask only who touches whom.
 */

import type { Weights } from '../weights/weights.ts';

/** Compressed rows: neighbours ascending within a unit, each link with its opposite. */
export interface ContiguityGraph {
  n: number;
  offsets: Uint32Array;
  neighbours: Uint32Array;
}

/** Give every link its opposite; the weights themselves play no part. O(links). */
export function joinBothWays({ n, offsets, neighbours }: Weights): ContiguityGraph {
  // The transpose comes out with ascending rows, so each row is a merge of two ascending lists.
  const reverse = new Uint32Array(n + 1);
  for (const j of neighbours) reverse[j + 1]!++;
  for (let i = 0; i < n; i++) reverse[i + 1]! += reverse[i]!;
  const sources = new Uint32Array(neighbours.length);
  const next = reverse.slice();
  for (let i = 0; i < n; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) sources[next[neighbours[e]!]!++] = i;
  }

  const joinedOffsets = new Uint32Array(n + 1);
  const joined = new Uint32Array(2 * neighbours.length);
  let links = 0;
  for (let i = 0; i < n; i++) {
    let out = offsets[i]!;
    let back = reverse[i]!;
    while (out < offsets[i + 1]! || back < reverse[i + 1]!) {
      const to = out < offsets[i + 1]! ? neighbours[out]! : n;
      const from = back < reverse[i + 1]! ? sources[back]! : n;
      joined[links++] = Math.min(to, from);
      if (to <= from) out++;
      if (from <= to) back++;
    }
    joinedOffsets[i + 1] = links;
  }
  return { n, offsets: joinedOffsets, neighbours: joined.slice(0, links) };
}

/** Pairs i < j that touch, flat (i0 j0 i1 j1 ...), ascending. */
export function listEdges({ n, offsets, neighbours }: ContiguityGraph): Uint32Array {
  const edges = new Uint32Array(neighbours.length);
  let end = 0;
  for (let i = 0; i < n; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const j = neighbours[e]!;
      if (j <= i) continue;
      edges[end++] = i;
      edges[end++] = j;
    }
  }
  return edges;
}

/** Compressed rows from flat pairs in any order; neighbours come in the order of the pairs. */
export function linkEdges(n: number, edges: Uint32Array): ContiguityGraph {
  const offsets = new Uint32Array(n + 1);
  for (const unit of edges) offsets[unit + 1]!++;
  for (let i = 0; i < n; i++) offsets[i + 1]! += offsets[i]!;
  const neighbours = new Uint32Array(edges.length);
  const next = offsets.slice();
  for (let e = 0; e < edges.length; e += 2) {
    const i = edges[e]!;
    const j = edges[e + 1]!;
    neighbours[next[i]!++] = j;
    neighbours[next[j]!++] = i;
  }
  return { n, offsets, neighbours };
}
