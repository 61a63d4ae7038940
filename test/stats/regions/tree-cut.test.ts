import fc from 'fast-check';
import t from 'tap';
import { joinBothWays, listEdges } from '../../../src/stats/graph/contiguity-graph.ts';
import { openSets } from '../../../src/stats/graph/disjoint-sets.ts';
import { resolveMinimum } from '../../../src/stats/graph/group-minimum.ts';
import { measureLoss, openCutJudge } from '../../../src/stats/regions/cut-gain.ts';
import { findSpanningForest, measureEdges } from '../../../src/stats/regions/minimum-spanning-tree.ts';
import { cutForest } from '../../../src/stats/regions/tree-cut.ts';
import { layOutForest } from '../../../src/stats/regions/tree-layout.ts';
import { nameByFirst, oneColumn, sumWithin, type Town, towns } from './region-inputs.ts';

const spanTown = ({ weights, data }: Town): Uint32Array => {
  const edges = listEdges(joinBothWays(weights));
  return findSpanningForest(data.n, edges, measureEdges(data, edges)).edges;
};

/** Labels without some edges of a forest. */
function labelWithout(n: number, edges: Uint32Array, cuts: readonly number[]): number[] {
  const sets = openSets(n);
  for (let e = 0; e < edges.length / 2; e++)
    if (!cuts.includes(e)) sets.join(edges[2 * e]!, edges[2 * e + 1]!);
  return Array.from({ length: n }, (_, i) => sets.find(i));
}

t.test('layout: parents first, subtrees are runs', async (t) => {
  //   0 ─ 2 ─ 4    2 ─ 3    1
  const { units, parents, ends, roots } = layOutForest(5, Uint32Array.of(2, 4, 0, 2, 2, 3));
  t.same(units, Uint32Array.of(0, 2, 3, 4, 1));
  t.same(parents, Uint32Array.of(0, 0, 1, 1, 4));
  t.same(ends, Uint32Array.of(4, 4, 3, 4, 5));
  t.same(roots, [0, 4]);
});

t.test('the judge finds what trying every cut finds', async (t) => {
  fc.assert(
    fc.property(towns, fc.integer({ min: 1, max: 3 }), fc.nat(12), (town, size, population) => {
      const { data, populations } = town;
      const edges = spanTown(town);
      const layout = layOutForest(data.n, edges);
      const judge = openCutJudge(data, layout, resolveMinimum(data.n, { size, population, populations }));
      for (const root of layout.roots) {
        const places = Uint32Array.from({ length: layout.ends[root]! - root }, (_, step) => root + step);
        const inside = new Set(Array.from(places, (place) => layout.units[place]!));
        let most = -1;
        for (let e = 0; e < edges.length / 2; e++) {
          if (!inside.has(edges[2 * e]!)) continue;
          const labels = labelWithout(data.n, edges, [e]);
          const ends = [labels[edges[2 * e]!]!, labels[edges[2 * e + 1]!]!];
          const sides = ends.map((end) => [...inside].filter((i) => labels[i] === end));
          const people = sides.map((side) => side.reduce((sum, i) => sum + populations[i]!, 0));
          if (sides.some((side) => side.length < size) || people.some((sum) => sum < population)) continue;
          most = Math.max(most, sumWithin(data, labelWithout(data.n, edges, [])) - sumWithin(data, labels));
        }
        const best = judge(places);
        t.ok(Math.abs(best.gain - most) < 1e-12, `${best.gain} ${most}`);
      }
    }),
    { seed: 6, numRuns: 60 },
  );
});

t.test('the loss of a joint is the sum of squares it adds', async (t) => {
  const data = oneColumn(1, 2, 7, 9, 20);
  const layout = layOutForest(5, Uint32Array.of(0, 1, 1, 2, 2, 3, 3, 4));
  const judge = openCutJudge(data, layout, resolveMinimum(5, {}));
  const loss = measureLoss(judge(Uint32Array.of(0, 1)), judge(Uint32Array.of(2, 3, 4)));
  t.ok(Math.abs(loss - (sumWithin(data, [0, 0, 0, 0, 0]) - sumWithin(data, [0, 0, 1, 1, 1]))) < 1e-12);
});

t.test('cuts are never worse than greedy ones, and no single exchange improves them', async (t) => {
  let better = 0;
  fc.assert(
    fc.property(towns, fc.integer({ min: 1, max: 5 }), (town, more) => {
      const { data } = town;
      const edges = spanTown(town);
      const trees = data.n - edges.length / 2;
      const k = Math.min(data.n, trees + more);
      const { labels: regions, count } = cutForest(data, edges, k, resolveMinimum(data.n, {}));
      t.equal(count, k);
      const own = sumWithin(data, regions);
      const all = [...Array(edges.length / 2).keys()];
      const greedy: number[] = [];
      while (greedy.length < k - trees) {
        const open = all.filter((e) => !greedy.includes(e));
        const sums = open.map((e) => sumWithin(data, labelWithout(data.n, edges, [...greedy, e])));
        greedy.push(open[sums.indexOf(Math.min(...sums))]!);
      }
      const greedySum = sumWithin(data, labelWithout(data.n, edges, greedy));
      if (own < greedySum - 1e-9) better++;
      t.ok(own <= greedySum + 1e-12);
      const cuts = all.filter((e) => regions[edges[2 * e]!] !== regions[edges[2 * e + 1]!]);
      t.equal(cuts.length, k - trees, 'regions are what is left of the forest');
      t.same(nameByFirst(regions), nameByFirst(labelWithout(data.n, edges, cuts)));
      for (const cut of cuts) {
        for (const other of all.filter((e) => !cuts.includes(e))) {
          const tried = [...cuts.filter((e) => e !== cut), other];
          t.ok(sumWithin(data, labelWithout(data.n, edges, tried)) >= own * (1 - 1e-8) - 1e-12);
        }
      }
    }),
    { seed: 7, numRuns: 250 },
  );
  t.ok(better > 0, `exchanges helped in ${better} towns`);
});

t.test('equal gains go to the first edge', async (t) => {
  const { labels: regions } = cutForest(
    oneColumn(5, 5, 5, 5),
    Uint32Array.of(2, 3, 1, 2, 0, 1),
    2,
    resolveMinimum(4, {}),
  );
  t.same(nameByFirst(regions), [0, 1, 1, 1]);
});

t.test('equal gains of two trees go to the first edge, not to the first tree', async (t) => {
  //  0 ─ 6 ═ 7 ─ 8    1 ─ 2 ═ 3 ─ 4    5      values 0 0 2 2, 0 0 2 2, 1: the cuts ═ are worth the same
  const data = oneColumn(0, 0, 0, 2, 2, 1, 0, 2, 2);
  const edges = Uint32Array.of(0, 6, 6, 7, 7, 8, 1, 2, 2, 3, 3, 4);
  const { labels, count } = cutForest(data, edges, 4, resolveMinimum(9, {}));
  t.equal(count, 4);
  t.same(nameByFirst(labels), [0, 1, 1, 2, 2, 3, 0, 0, 0]);
  t.same([...new Set(labels)].sort(), [0, 1, 2, 3]);
});

t.test('a minimum ends the cutting early', async (t) => {
  const edges = Uint32Array.of(0, 1, 1, 2, 2, 3, 3, 4);
  const { labels: regions, count } = cutForest(
    oneColumn(0, 50, 51, 52, 90),
    edges,
    4,
    resolveMinimum(5, { size: 2 }),
  );
  t.equal(count, 2);
  t.same(nameByFirst(regions), [0, 0, 1, 1, 1]);
});
