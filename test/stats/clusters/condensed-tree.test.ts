import t from 'tap';
import { condenseTree, selectClusters } from '../../../src/stats/clusters/condensed-tree.ts';

t.test('a tree of two pairs and a straggler', async (t) => {
  //  0 ─1─ 1 ─4─ 2 ─2─ 3 ─8─ 4     clusters of two or more
  const tree = { edges: Uint32Array.of(0, 1, 2, 3, 1, 2, 3, 4), lengths: Float64Array.of(1, 2, 4, 8) };
  const clusters = condenseTree(5, tree, 2);
  t.same(
    clusters.map(({ children }) => children),
    [[1, 2], [], []],
  );
  t.same(
    clusters.map(({ points }) => [...points].sort()),
    [[4], [0, 1], [2, 3]],
  );
  // Root: 4 leaves at 1/8, four at 1/4. Pairs appear at 1/4 and end at 1/1 and 1/2.
  t.same(
    clusters.map(({ stability }) => stability),
    [1 / 8 + 4 / 4, 2 * (1 - 1 / 4), 2 * (1 / 2 - 1 / 4)],
  );
  t.same(selectClusters(clusters), [1, 2]);
});

t.test('points in one place are one leaf, not two clusters', async (t) => {
  //  0 ─0─ 1 ─0─ 2 ─0─ 3 ─5─ 4 ─1─ 5      two pairs at one place
  const edges = Uint32Array.of(0, 1, 2, 3, 1, 2, 4, 5, 3, 4);
  const clusters = condenseTree(6, { edges, lengths: Float64Array.of(0, 0, 0, 1, 5) }, 2);
  t.same(
    clusters.map(({ points, stability }) => [[...points].sort(), stability]),
    [
      [[], 6 * (1 / 5)],
      [[0, 1, 2, 3], Infinity],
      [[4, 5], 2 * (1 - 1 / 5)],
    ],
  );
});

t.test('of nested clusters those with more mass stay, a tie goes to the outer one', async (t) => {
  const cluster = (stability: number, ...children: number[]) => ({ children, points: [], stability });
  const nested = (outer: number) => [
    cluster(9, 1, 2),
    cluster(outer, 3, 4),
    cluster(1),
    cluster(2),
    cluster(3),
  ];
  t.same(selectClusters(nested(6)), [1, 2]);
  t.same(selectClusters(nested(5)), [1, 2]);
  t.same(selectClusters(nested(4)), [2, 3, 4]);
  t.same(selectClusters([cluster(9)]), [], 'never the root');
});
