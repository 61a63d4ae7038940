/**
 * The cheapest edges that hold a graph together.
 */

import { openSets } from '../graph/disjoint-sets.ts';
import { sortCosts } from '../graph/sort-costs.ts';
import { type DataMatrix, measureDistance } from './data-matrix.ts';

/** A forest: one tree per connected part of the graph. */
export interface SpanningForest {
  /** Edges i < j, flat, by ascending (cost, i, j); length 2 (n - trees). */
  edges: Uint32Array;
  /** Cost of each edge. */
  costs: Float64Array;
  /** Sum of the costs, in that order. */
  total: number;
  trees: number;
}

/** Euclidean distance of the two ends of every edge, in the unit of the data. */
export function measureEdges(data: DataMatrix, edges: Uint32Array): Float64Array {
  const costs = new Float64Array(edges.length / 2);
  for (let e = 0; e < costs.length; e++) costs[e] = measureDistance(data, edges[2 * e]!, edges[2 * e + 1]!);
  return costs;
}

/**
 * Minimum spanning forest (Kruskal 1956, doi:10.1090/S0002-9939-1956-0078686-7), ties decided by (cost, i, j), so that the
 * result is one and the same on every machine. O(m) for the sort, nearly O(m) for the rest.
 *
 * @param edges pairs i < j, flat, ascending, as `listEdges` gives them
 * @param costs one per edge, 0 or more
 */
export function findSpanningForest(n: number, edges: Uint32Array, costs: Float64Array): SpanningForest {
  const sets = openSets(n);
  const chosen = new Uint32Array(2 * Math.max(0, n - 1));
  const paid = new Float64Array(Math.max(0, n - 1));
  let count = 0;
  let total = 0;
  for (const e of sortCosts(costs)) {
    if (count === paid.length) break;
    const i = edges[2 * e]!;
    const j = edges[2 * e + 1]!;
    if (!sets.join(i, j)) continue;
    chosen[2 * count] = i;
    chosen[2 * count + 1] = j;
    paid[count++] = costs[e]!;
    total += costs[e]!;
  }
  return { edges: chosen.slice(0, 2 * count), costs: paid.slice(0, count), total, trees: n - count };
}
