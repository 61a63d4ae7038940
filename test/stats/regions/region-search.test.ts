import t from 'tap';
import { joinBothWays } from '../../../src/stats/graph/contiguity-graph.ts';
import { resolveMinimum } from '../../../src/stats/graph/group-minimum.ts';
import { openRandom } from '../../../src/stats/inference/random.ts';
import { openPartition } from '../../../src/stats/regions/region-moves.ts';
import { improvePartition, resolveSearch } from '../../../src/stats/regions/region-search.ts';
import { measureTotal } from '../../../src/stats/regions/sum-of-squares.ts';
import { linkGrid } from '../golden.ts';
import { nameByFirst, oneColumn } from './region-inputs.ts';

t.test('tabu: a unit may go back when that beats the best so far', async (t) => {
  //  5 │ 2  1       Best is to leave the 9 alone. On the way there a unit has to go back to a region it left, and the
  //  2 │ 1  9       ban outlasts the search: only beating the best so far lets it.
  const data = oneColumn(5, 2, 1, 2, 1, 9);
  const graph = joinBothWays(linkGrid(2, 3));
  const partition = openPartition(data, graph, Uint32Array.of(0, 1, 1, 0, 1, 1), 2, resolveMinimum(6, {}));
  const search = resolveSearch({ method: 'tabu', tenure: 50, patience: 20 });
  improvePartition(partition, measureTotal(data), search, openRandom(1, 1));
  t.same(nameByFirst(partition.labels), [0, 0, 0, 0, 0, 1]);
});
