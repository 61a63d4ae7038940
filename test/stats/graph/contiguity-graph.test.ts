import t from 'tap';
import { joinBothWays, linkEdges, listEdges } from '../../../src/stats/graph/contiguity-graph.ts';
import { listLinks, packLinks } from '../golden.ts';
import { COLUMBUS_QUEEN } from '../regions/region-inputs.ts';

const lists = (graph: ReturnType<typeof joinBothWays>): number[][] =>
  listLinks({ ...graph, weights: new Float64Array(graph.neighbours.length) });

t.test('one-way links get their opposite', async (t) => {
  t.same(lists(joinBothWays(packLinks([[2], [2, 3], [0], [], []]))), [[2], [2, 3], [0, 1], [1], []]);
  t.same(lists(joinBothWays(packLinks([]))), []);
});

t.test('symmetric links stay as they are', async (t) => {
  t.same(lists(joinBothWays(COLUMBUS_QUEEN)), listLinks(COLUMBUS_QUEEN));
});

t.test('edges are listed once, ascending, and make the graph again', async (t) => {
  const graph = joinBothWays(packLinks([[1, 3], [2], [], [2]]));
  t.same(listEdges(graph), Uint32Array.of(0, 1, 0, 3, 1, 2, 2, 3));
  t.same(lists(linkEdges(4, listEdges(graph))), [
    [1, 3],
    [0, 2],
    [1, 3],
    [0, 2],
  ]);
  t.same(listEdges(joinBothWays(COLUMBUS_QUEEN)).length, COLUMBUS_QUEEN.neighbours.length);
});
