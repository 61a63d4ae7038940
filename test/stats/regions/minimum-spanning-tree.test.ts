import fc from 'fast-check';
import t from 'tap';
import { joinBothWays, listEdges } from '../../../src/stats/graph/contiguity-graph.ts';
import { measureDistance } from '../../../src/stats/regions/data-matrix.ts';
import { findSpanningForest, measureEdges } from '../../../src/stats/regions/minimum-spanning-tree.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { relativeDeviation } from '../golden.ts';
import { COLUMBUS, COLUMBUS_DATA, COLUMBUS_QUEEN, towns } from './region-inputs.ts';

const pairs = (edges: Uint32Array): string[] =>
  Array.from({ length: edges.length / 2 }, (_, e) => `${edges[2 * e]}-${edges[2 * e + 1]}`);

t.test('edges and total of columbus equal mstree', async (t) => {
  const edges = listEdges(joinBothWays(COLUMBUS_QUEEN));
  const forest = findSpanningForest(49, edges, measureEdges(COLUMBUS_DATA, edges));
  const wanted = COLUMBUS.mst_edges.map(([i, j]) => (i < j ? `${i}-${j}` : `${j}-${i}`));
  t.same(pairs(forest.edges).sort(), wanted.sort());
  t.ok(relativeDeviation(forest.total, COLUMBUS.mst_total_cost) < 1e-15);
  t.equal(forest.trees, 1);
  t.ok(forest.costs.every((cost, e) => e === 0 || cost >= forest.costs[e - 1]!));
});

t.test('ties go to the first edge', async (t) => {
  // A square with its diagonals, all costs equal.
  const edges = Uint32Array.of(0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3);
  const forest = findSpanningForest(4, edges, new Float64Array(6).fill(2));
  t.same(pairs(forest.edges), ['0-1', '0-2', '0-3']);
  t.equal(forest.total, 6);
});

t.test('no edge left out would be cheaper than the path it closes', async (t) => {
  fc.assert(
    fc.property(towns, ({ weights, data }) => {
      const edges = listEdges(joinBothWays(weights));
      const forest = findSpanningForest(data.n, edges, measureEdges(data, edges));
      t.equal(forest.trees, labelComponents(weights).count);
      t.equal(forest.edges.length, 2 * (data.n - forest.trees));
      const inForest = new Set(pairs(forest.edges));
      for (let e = 0; e < edges.length; e += 2) {
        const [i, j] = [edges[e]!, edges[e + 1]!];
        if (inForest.has(`${i}-${j}`)) continue;
        t.ok(widestOnPath(forest.edges, forest.costs, i, j) < measureDistance(data, i, j));
      }
    }),
    { seed: 4, numRuns: 60 },
  );
});

t.test('nothing to span', async (t) => {
  t.match(findSpanningForest(0, new Uint32Array(0), new Float64Array(0)), { total: 0, trees: 0 });
  t.match(findSpanningForest(3, new Uint32Array(0), new Float64Array(0)), { total: 0, trees: 3 });
});

/** Dearest edge on the way from i to j. */
function widestOnPath(edges: Uint32Array, costs: Float64Array, i: number, j: number): number {
  const visit = (unit: number, from: number, widest: number): number | null => {
    if (unit === j) return widest;
    for (let e = 0; e < costs.length; e++) {
      const [a, b] = [edges[2 * e]!, edges[2 * e + 1]!];
      const next = a === unit ? b : b === unit ? a : from;
      if (next === from) continue;
      const found = visit(next, unit, Math.max(widest, costs[e]!));
      if (found !== null) return found;
    }
    return null;
  };
  return visit(i, -1, 0) ?? Infinity;
}
