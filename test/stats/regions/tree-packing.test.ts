import fc from 'fast-check';
import t from 'tap';
import { resolveMinimum } from '../../../src/stats/graph/group-minimum.ts';
import { packForest } from '../../../src/stats/regions/tree-packing.ts';
import { packLinks } from '../golden.ts';
import { nameByFirst, unitsOf, walkParts } from './region-inputs.ts';

/** A tree in which unit i + 1 hangs on a smaller one. */
const trees = fc
  .array(fc.nat(999), { minLength: 0, maxLength: 8 })
  .map((picks) => Uint32Array.from(picks.flatMap((pick, i) => [pick % (i + 1), i + 1])));

t.test('no other cuts of the tree give more regions', async (t) => {
  fc.assert(
    fc.property(
      trees,
      fc.array(fc.nat(5), { minLength: 9, maxLength: 9 }),
      fc.nat(8),
      fc.integer({ min: 1, max: 3 }),
      (edges, people, population, size) => {
        const n = edges.length / 2 + 1;
        const populations = Float64Array.from(people.slice(0, n));
        const keeps = (units: number[]): boolean =>
          units.length >= size && units.reduce((sum, i) => sum + populations[i]!, 0) >= population;
        const lists: number[][] = Array.from({ length: n }, () => []);
        for (let e = 0; e < edges.length; e += 2) {
          lists[edges[e]!]!.push(edges[e + 1]!);
          lists[edges[e + 1]!]!.push(edges[e]!);
        }
        const { labels, count } = packForest(n, edges, resolveMinimum(n, { population, populations, size }));
        t.equal(new Set(labels).size, count);
        for (const mark of new Set(labels)) {
          const units = unitsOf(labels, mark);
          t.equal(walkParts(packLinks(lists), units), 1);
          t.ok(keeps(units) || count === 1);
        }
        let most = 1;
        for (let cuts = 0; cuts < 2 ** (n - 1); cuts++) {
          const names = labelCut(n, edges, cuts);
          const groups = [...new Set(names)].map((name) => unitsOf(names, name));
          if (groups.every(keeps)) most = Math.max(most, groups.length);
        }
        t.equal(count, most);
      },
    ),
    { seed: 15, numRuns: 80 },
  );
});

t.test('a forest keeps its trees apart, one below the minimum whole', async (t) => {
  const edges = Uint32Array.of(0, 1, 1, 2, 2, 3, 4, 5);
  const { labels, count } = packForest(7, edges, resolveMinimum(7, { size: 2 }));
  t.equal(count, 4);
  t.same(nameByFirst(labels), [0, 0, 1, 1, 2, 2, 3]);
});

/** Names of units when edge e is cut where bit e is set. */
function labelCut(n: number, edges: Uint32Array, cuts: number): number[] {
  const names = Array.from({ length: n }, (_, i) => i);
  for (let e = 0; e < n - 1; e++) {
    if ((cuts >> e) & 1) continue;
    const [a, b] = [names[edges[2 * e]!]!, names[edges[2 * e + 1]!]!];
    names.forEach((name, i) => {
      if (name === b) names[i] = a;
    });
  }
  return names;
}
