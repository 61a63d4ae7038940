/**
 * Random spanning forests: starts for searches, since any partition into connected regions can be cut from one.
 */

import type { ContiguityGraph } from '../graph/contiguity-graph.ts';
import { MAX_BOUND, type RowRandom } from '../inference/random.ts';
import { type DataMatrix, measureDistance } from './data-matrix.ts';
import { findSpanningForest } from './minimum-spanning-tree.ts';

/**
 * The cheapest forest when every edge costs a random number: many short branches.
 *
 * @param edges pairs i < j, flat, ascending
 * @returns edges of the forest, flat
 */
export function growBushes(n: number, edges: Uint32Array, random: RowRandom): Uint32Array {
  const costs = Float64Array.from({ length: edges.length / 2 }, () => random.below(MAX_BOUND));
  return findSpanningForest(n, edges, costs).edges;
}

/**
 * Long paths with few branches: depth first from a random unit, going on to the likest neighbour not yet reached, every
 * distance stretched by a random factor from 1 to 2. Such trees hold more regions of a minimum size than bushy ones.
 *
 * @returns edges of the forest, flat
 */
export function growVines(data: DataMatrix, graph: ContiguityGraph, random: RowRandom): Uint32Array {
  const { n, offsets, neighbours } = graph;
  const reached = new Uint8Array(n);
  const edges: number[] = [];
  const path: number[] = [];
  const first = n > 0 ? random.below(n) : 0;
  for (let step = 0; step < n; step++) {
    const root = (first + step) % n;
    if (reached[root]) continue;
    reached[root] = 1;
    path.push(root);
    while (path.length > 0) {
      const unit = path.at(-1)!;
      let next = -1;
      let least = Infinity;
      for (let e = offsets[unit]!; e < offsets[unit + 1]!; e++) {
        const j = neighbours[e]!;
        if (reached[j]) continue;
        const cost = measureDistance(data, unit, j) * (1 + random.below(MAX_BOUND) / MAX_BOUND);
        if (cost < least) {
          least = cost;
          next = j;
        }
      }
      if (next < 0) {
        path.pop();
        continue;
      }
      reached[next] = 1;
      edges.push(unit, next);
      path.push(next);
    }
  }
  return Uint32Array.from(edges);
}
