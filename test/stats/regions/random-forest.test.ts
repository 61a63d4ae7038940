import fc from 'fast-check';
import t from 'tap';
import { joinBothWays, linkEdges, listEdges } from '../../../src/stats/graph/contiguity-graph.ts';
import { openRandom } from '../../../src/stats/inference/random.ts';
import { measureEdges } from '../../../src/stats/regions/minimum-spanning-tree.ts';
import { growBushes, growVines } from '../../../src/stats/regions/random-forest.ts';
import { findLink, labelComponents } from '../../../src/stats/weights/weights.ts';
import { linkGrid } from '../golden.ts';
import { drawValues, towns } from './region-inputs.ts';

/** A generator at its start. */
function start(seed: number) {
  const random = openRandom(seed, 1);
  random.startRow(0);
  return random;
}

t.test('both span every connected part without a cycle', async (t) => {
  fc.assert(
    fc.property(towns, fc.nat(1e6), ({ weights, data }, seed) => {
      const graph = joinBothWays(weights);
      const { count, labels } = labelComponents(weights);
      for (const edges of [
        growBushes(data.n, listEdges(graph), start(seed)),
        growVines(data, graph, start(seed)),
      ]) {
        t.equal(edges.length, 2 * (data.n - count));
        for (let e = 0; e < edges.length; e += 2) t.ok(findLink(weights, edges[e]!, edges[e + 1]!) >= 0);
        const spanned = labelComponents({
          ...linkEdges(data.n, edges),
          weights: new Float64Array(edges.length),
        });
        t.same(spanned.labels, labels);
      }
    }),
    { seed: 22, numRuns: 40 },
  );
});

t.test('vines have few ends and short steps, bushes many ends', async (t) => {
  const data = { n: 400, d: 2, values: drawValues(800, 1) };
  const graph = joinBothWays(linkGrid(20, 20));
  const bushes = growBushes(400, listEdges(graph), start(1));
  const vines = growVines(data, graph, start(1));
  const ends = (edges: Uint32Array): number => {
    const { offsets } = linkEdges(400, edges);
    return offsets.filter((offset, i) => i > 0 && offset - offsets[i - 1]! === 1).length;
  };
  const length = (edges: Uint32Array): number =>
    measureEdges(data, edges).reduce((sum, cost) => sum + cost, 0);
  t.ok(ends(vines) < 0.5 * ends(bushes), `${ends(vines)} ${ends(bushes)}`);
  t.ok(length(vines) < 0.8 * length(bushes), `${length(vines)} ${length(bushes)}`);
  t.notSame(growVines(data, graph, start(2)), vines);
  t.same(growVines(data, graph, start(1)), vines);
});
