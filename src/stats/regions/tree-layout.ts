import { linkEdges } from '../graph/contiguity-graph.ts';

/**
 * Trees laid out in preorder: a node comes after its parent, and every subtree is one run of places.
 *
 *       0           place   0  1  2  3  4
 *      ╱ ╲          unit    0  2  4  3  1
 *     1   2         parent  0  0  1  1  0
 *        ╱ ╲        end     5  4  3  4  5
 *       3   4
 */
export interface TreeLayout {
  /** Unit at each place. */
  units: Uint32Array;
  /** Place of the parent; a root is its own. */
  parents: Uint32Array;
  /** First place behind the subtree of each place. */
  ends: Uint32Array;
  /** Place of each root, ascending. */
  roots: number[];
}

/**
 * Lay out a forest, each tree from its smallest unit, trees in the order of these.
 *
 * @param edges flat pairs without a cycle
 */
export function layOutForest(n: number, edges: Uint32Array): TreeLayout {
  const { offsets, neighbours } = linkEdges(n, edges);
  const units = new Uint32Array(n);
  const parents = new Uint32Array(n);
  const roots: number[] = [];
  const seen = new Uint8Array(n);
  const parentOfUnit = new Uint32Array(n);
  const stack = new Uint32Array(n);
  let place = 0;
  for (let root = 0; root < n; root++) {
    if (seen[root]) continue;
    roots.push(place);
    seen[root] = 1;
    parentOfUnit[root] = place;
    stack[0] = root;
    let depth = 1;
    while (depth > 0) {
      const unit = stack[--depth]!;
      units[place] = unit;
      parents[place] = parentOfUnit[unit]!;
      for (let e = offsets[unit]!; e < offsets[unit + 1]!; e++) {
        const next = neighbours[e]!;
        if (seen[next]) continue;
        seen[next] = 1;
        parentOfUnit[next] = place;
        stack[depth++] = next;
      }
      place++;
    }
  }
  return { units, parents, ends: findEnds(parents), roots };
}

function findEnds(parents: Uint32Array): Uint32Array {
  const ends = parents.map((_, place) => place + 1);
  for (let place = ends.length - 1; place >= 0; place--) {
    const parent = parents[place]!;
    if (ends[place]! > ends[parent]!) ends[parent] = ends[place]!;
  }
  return ends;
}
