import fc from 'fast-check';
import t from 'tap';
import type { Minimum } from '../../../src/stats/graph/group-minimum.ts';
import { LINKAGES } from '../../../src/stats/regions/agglomeration.ts';
import { clusterHierarchically } from '../../../src/stats/regions/constrained-hierarchy.ts';
import type { Regions } from '../../../src/stats/regions/regions.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { packLinks } from '../golden.ts';
import { mergeDirectly } from './merge-directly.ts';
import {
  COLUMBUS_DATA,
  COLUMBUS_QUEEN,
  linkRow,
  nameByFirst,
  oneColumn,
  towns,
  unitsOf,
  walkParts,
} from './region-inputs.ts';

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

t.test('with a minimum every region keeps it, and levels stay nested', async (t) => {
  fc.assert(
    fc.property(
      towns,
      fc.constantFrom(...LINKAGES),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(12),
      ({ weights, data, populations }, linkage, size, population) => {
        const { count, labels: parts } = labelComponents(weights);
        const minimum = { size, population, populations };
        let coarser: Regions | null = null;
        for (let k = count; k <= data.n; k++) {
          const regions = clusterHierarchically(data, weights, { k, linkage, minimum });
          const small: number[] = [];
          for (let r = 0; r < regions.k; r++) {
            const units = unitsOf(regions.labels, r);
            const people = units.reduce((sum, i) => sum + populations[i]!, 0);
            t.equal(walkParts(weights, units), 1);
            if (units.length >= size && people >= population) continue;
            small.push(r);
            t.equal(units.length, unitsOf(parts, parts[units[0]!]!).length, 'a whole part');
          }
          t.same([...regions.belowMinimum], small);
          if (small.length > 0) t.equal(regions.status, 'below_minimum');
          else t.equal(regions.status === 'fewer_regions', regions.k < k);
          if (coarser) {
            t.ok(regions.k === coarser.k || (regions.k === k && coarser.k === k - 1));
            const pairs = new Set(Array.from(regions.labels, (label, i) => `${label} ${coarser?.labels[i]}`));
            t.equal(pairs.size, regions.k);
          }
          coarser = regions;
        }
      },
    ),
    { seed: 15, numRuns: 60 },
  );
});

t.test('a cluster below the minimum stays where it merged, and others are cut instead', async (t) => {
  // Merges 0-1, 4-5, 2-3 (each 1 apart), then the two pairs on the right, 6 to them, and last all: 6 alone is too small.
  const data = oneColumn(0, 1, 10, 11, 15, 16, 40);
  const three = (minimum: Minimum): number[] =>
    nameByFirst(clusterHierarchically(data, linkRow(7), { k: 3, minimum }).labels);
  t.same(three({}), [0, 0, 1, 1, 1, 1, 2]);
  t.same(three({ size: 2 }), [0, 0, 1, 1, 2, 2, 2]);
  const populations = Float64Array.of(5, 5, 1, 1, 9, 9, 3);
  t.same(three({ population: 3, populations }), [0, 0, 1, 1, 1, 1, 2]);
  // Neither 6 nor 2-3 may be alone, so the next merge back, 4-5, is the one undone.
  t.same(three({ population: 4, populations }), [0, 0, 1, 1, 1, 2, 2]);
});

t.test('columbus by ward in regions of at least five', async (t) => {
  const regions = clusterHierarchically(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 6, minimum: { size: 5 } });
  t.equal(regions.status, 'ok');
  t.equal(regions.k, 6);
  t.ok(regions.sizes.every((size) => size >= 5));
  t.notOk(clusterHierarchically(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 6 }).sizes.every((size) => size >= 5));
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
  t.equal(
    clusterHierarchically(oneColumn(1, 2, 3), linkRow(3), { k: 2, minimum: { size: 2 } }).status,
    'fewer_regions',
  );
  t.equal(
    clusterHierarchically(oneColumn(1, 2), packLinks([[], []]), { k: 2, minimum: { size: 2 } }).status,
    'below_minimum',
  );
  t.throws(
    () => clusterHierarchically(oneColumn(1, 2), linkRow(2), { k: 1, minimum: { size: 0 } }),
    RangeError,
  );
  t.throws(() => clusterHierarchically(oneColumn(1, 2), packLinks([[], []]), { k: 1 }), RangeError);
  t.throws(() => clusterHierarchically(oneColumn(1, 2, 3), linkRow(2), { k: 1 }), RangeError);
  t.throws(() => clusterHierarchically(oneColumn(1, Infinity), linkRow(2), { k: 1 }), RangeError);
});
