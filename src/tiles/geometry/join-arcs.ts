/**
 * Stage 4: rings become chains of arcs, and an arc that two neighbours share is stored once.
 *
 *          node
 *     -------+-------      a node is a vertex where rings part: two of its visits have other neighbours;
 *      A     |     B       a ring without nodes (island, exact enclave) is one closed arc
 *            | <- one arc, forwards in A (ref a), backwards in B (ref ~a)
 *     -------+-------
 */
import type { VertexRings } from './number-vertices.ts';
import { PairTable } from './pair-table.ts';

/** Arcs and the rings made of them. */
export interface ArcNetwork {
  /** First reference of each ring, and the end. */
  rings: Uint32Array;
  /** Arc a forwards is a, backwards is ~a; the end of one is the start of the next. */
  refs: Int32Array;
  /** First point of each arc, and the end; both end points are stored. */
  arcs: Uint32Array;
  /** x, y of each point. */
  coordinates: Int32Array;
}

/** Cuts rings at nodes and stores equal arcs once. */
export function joinArcs({ offsets, vertices, points }: VertexRings): ArcNetwork {
  const isNode = findNodes(offsets, vertices, points.length / 2);
  const ringCount = offsets.length - 1;
  let most = 0;
  for (let i = 0; i < vertices.length; i++) most += isNode[vertices[i]!]!;
  most += ringCount;
  const known = new PairTable(2 * most);
  const rings = new Uint32Array(offsets.length);
  const refs = new Int32Array(most);
  const arcs = new Uint32Array(most + 1);
  const coordinates = new Int32Array(2 * (vertices.length + most));
  let [refCount, arcCount, at] = [0, 0, 0];
  for (let r = 0; r < ringCount; r++) {
    const from = offsets[r]!;
    const length = offsets[r + 1]! - from;
    const first = length === 0 ? 0 : firstStop(vertices, isNode, from, length);
    for (let walked = 0; walked < length; ) {
      const start = from + ((first + walked) % length);
      let steps = 1;
      while (walked + steps < length && isNode[vertices[from + ((first + walked + steps) % length)]!] === 0)
        steps++;
      const end = from + ((first + walked + steps) % length);
      const second = vertices[from + ((first + walked + 1) % length)]!;
      const last = vertices[from + ((first + walked + steps - 1) % length)]!;
      // The first edge names an arc: from the node on there is no choice.
      const ref = known.get(vertices[start]!, second);
      if (ref >= 0) {
        refs[refCount++] = ref & 1 ? ~(ref >> 1) : ref >> 1;
      } else {
        known.add(vertices[start]!, second, 2 * arcCount);
        known.add(vertices[end]!, last, 2 * arcCount + 1);
        for (let step = 0; step <= steps; step++) {
          const v = vertices[from + ((first + walked + step) % length)]!;
          coordinates[at++] = points[2 * v]!;
          coordinates[at++] = points[2 * v + 1]!;
        }
        refs[refCount++] = arcCount++;
        arcs[arcCount] = at / 2;
      }
      walked += steps;
    }
    rings[r + 1] = refCount;
  }
  return {
    rings,
    refs: refs.slice(0, refCount),
    arcs: arcs.slice(0, arcCount + 1),
    coordinates: coordinates.slice(0, at),
  };
}

/** 1 for each vertex whose visits do not all have the same two neighbours. */
function findNodes(offsets: Uint32Array, vertices: Uint32Array, count: number): Uint8Array {
  const isNode = new Uint8Array(count);
  const before = new Int32Array(count).fill(-1);
  const after = new Int32Array(count);
  for (let r = 0; r + 1 < offsets.length; r++) {
    const [from, to] = [offsets[r]!, offsets[r + 1]!];
    if (from === to) continue;
    let previous = vertices[to - 1]!;
    for (let i = from; i < to; i++) {
      const v = vertices[i]!;
      const next = vertices[i + 1 < to ? i + 1 : from]!;
      if (before[v]! < 0) {
        before[v] = previous;
        after[v] = next;
      } else if (
        !(before[v] === previous && after[v] === next) &&
        !(before[v] === next && after[v] === previous)
      ) {
        isNode[v] = 1;
      }
      previous = v;
    }
  }
  return isNode;
}

/** Where to start a ring: at a node; without one, at its smallest vertex, so that both sides of a closed arc agree. */
function firstStop(vertices: Uint32Array, isNode: Uint8Array, from: number, length: number): number {
  let smallest = 0;
  for (let i = 0; i < length; i++) {
    const v = vertices[from + i]!;
    if (isNode[v]) return i;
    if (v < vertices[from + smallest]!) smallest = i;
  }
  return smallest;
}
