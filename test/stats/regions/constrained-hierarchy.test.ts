import fc from 'fast-check';
import t from 'tap';
import { LINKAGES } from '../../../src/stats/regions/agglomeration.ts';
import { clusterHierarchically } from '../../../src/stats/regions/constrained-hierarchy.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { packLinks } from '../golden.ts';
import { mergeDirectly } from './merge-directly.ts';
import { COLUMBUS_DATA, COLUMBUS_QUEEN, linkRow, nameByFirst, oneColumn, towns } from './region-inputs.ts';

t.test('regions are the clusters after n - k merges, and connected', async (t) => {
  fc.assert(
    fc.property(towns, fc.nat(6), fc.constantFrom(...LINKAGES), ({ weights, data }, more, linkage) => {
      const k = Math.min(data.n, labelComponents(weights).count + more);
      const regions = clusterHierarchically(data, weights, { k, linkage });
      const singles = [...Array(data.n).keys()];
      const wanted = mergeDirectly(data, weights, linkage, 'full')[data.n - k - 1] ?? singles;
      t.same(nameByFirst(regions.labels), nameByFirst(wanted));
      t.ok(regions.parts.every((parts) => parts === 1));
      t.equal(regions.k, k);
    }),
    { seed: 12, numRuns: 60 },
  );
});

t.test('where everyone touches everyone, it is the textbook hierarchy', async (t) => {
  // 0 1 | 4 6 | 20: merges 0-1 (1), 4-6 (2), then by linkage.
  const all = packLinks([0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].filter((j) => j !== i)));
  for (const linkage of LINKAGES) {
    const data = oneColumn(0, 1, 4, 6, 20);
    t.same(clusterHierarchically(data, all, { k: 3, linkage }).labels, Uint32Array.of(0, 0, 1, 1, 2));
    t.same(clusterHierarchically(data, all, { k: 2, linkage }).labels, Uint32Array.of(0, 0, 0, 0, 1));
  }
});

t.test('regions of k are unions of regions of k + 1, by ward unless told otherwise', async (t) => {
  let finer = clusterHierarchically(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 49 });
  for (let k = 48; k > 0; k--) {
    const coarser = clusterHierarchically(COLUMBUS_DATA, COLUMBUS_QUEEN, { k });
    const pairs = new Set(Array.from(finer.labels, (label, i) => `${label} ${coarser.labels[i]}`));
    t.equal(pairs.size, k + 1);
    t.ok(coarser.sums.within >= finer.sums.within);
    finer = coarser;
  }
  t.same(finer.labels, new Uint32Array(49));
  const ward = clusterHierarchically(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 6, linkage: 'ward' });
  t.same(clusterHierarchically(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 6 }), ward);
});

t.test('the four linkages differ, unlike those of rgeoda 0.1.0', async (t) => {
  const sums = LINKAGES.map(
    (linkage) => clusterHierarchically(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 8, linkage }).sums.within,
  );
  t.equal(new Set(sums).size, 4);
  t.equal(Math.min(...sums), sums[LINKAGES.indexOf('ward')]);
});

t.test('degenerate input', async (t) => {
  t.equal(clusterHierarchically(oneColumn(1, 1, 1), linkRow(3), { k: 2 }).status, 'no_variance');
  t.throws(() => clusterHierarchically(oneColumn(1, 2), packLinks([[], []]), { k: 1 }), RangeError);
  t.throws(() => clusterHierarchically(oneColumn(1, 2, 3), linkRow(2), { k: 1 }), RangeError);
  t.throws(() => clusterHierarchically(oneColumn(1, Infinity), linkRow(2), { k: 1 }), RangeError);
});
