import fc from 'fast-check';
import t from 'tap';
import { joinBothWays } from '../../../src/stats/graph/contiguity-graph.ts';
import { openSets } from '../../../src/stats/graph/disjoint-sets.ts';
import { LINKAGES, mergeClusters, ORDERS } from '../../../src/stats/regions/agglomeration.ts';
import { measureDistance } from '../../../src/stats/regions/data-matrix.ts';
import { findLink } from '../../../src/stats/weights/weights.ts';
import { mergeDirectly } from './merge-directly.ts';
import { linkRow, oneColumn, towns, unitsOf } from './region-inputs.ts';

for (const order of ORDERS) {
  for (const linkage of LINKAGES) {
    t.test(`${order} order, ${linkage}: every merge as by the definition`, async (t) => {
      fc.assert(
        fc.property(towns, ({ weights, data }) => {
          const edges = mergeClusters(data, joinBothWays(weights), linkage, order);
          const wanted = mergeDirectly(data, weights, linkage, order);
          t.equal(edges.length, 2 * wanted.length);
          const sets = openSets(data.n);
          wanted.forEach((names, step) => {
            const [i, j] = [edges[2 * step]!, edges[2 * step + 1]!];
            t.ok(i < j && findLink(weights, i, j) >= 0, 'an edge of the graph');
            const before = Array.from({ length: data.n }, (_, unit) => sets.find(unit));
            t.ok(isShortest(before, i, j), 'the shortest between the two');
            sets.join(i, j);
            t.same(
              names,
              names.map((_, unit) => sets.find(unit)),
            );
          });

          function isShortest(names: number[], i: number, j: number): boolean {
            return unitsOf(names, names[i]!).every((a) =>
              unitsOf(names, names[j]!).every(
                (b) =>
                  findLink(weights, a, b) < 0 || measureDistance(data, a, b) >= measureDistance(data, i, j),
              ),
            );
          }
        }),
        { seed: 10, numRuns: 25 },
      );
    });
  }
}

t.test('ties merge the smallest units first', async (t) => {
  const edges = mergeClusters(oneColumn(0, 0, 0, 0), joinBothWays(linkRow(4)), 'ward', 'full');
  t.same(edges, Uint32Array.of(0, 1, 1, 2, 2, 3));
});
