import fc from 'fast-check';
import t from 'tap';
import { LINKAGES, ORDERS } from '../../../src/stats/regions/agglomeration.ts';
import { redcap } from '../../../src/stats/regions/redcap.ts';
import { skater } from '../../../src/stats/regions/skater.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { linkGrid, packLinks } from '../golden.ts';
import {
  COLUMBUS,
  COLUMBUS_DATA,
  COLUMBUS_QUEEN,
  drawValues,
  linkRow,
  nameByFirst,
  oneColumn,
  reorderTown,
  shuffledOrder,
  towns,
  unitsOf,
  walkParts,
} from './region-inputs.ts';

t.test('first order single linkage is skater', async (t) => {
  for (const k of [1, 2, 5, 9]) {
    const own = redcap(COLUMBUS_DATA, COLUMBUS_QUEEN, { k, linkage: 'single', order: 'first' });
    t.same(own.labels, skater(COLUMBUS_DATA, COLUMBUS_QUEEN, { k }).labels);
    t.equal(own.edges.length, 96);
  }
});

t.test('other linkages leave other trees', async (t) => {
  const data = { n: 144, d: 2, values: drawValues(288, 4) };
  const trees = ORDERS.flatMap((order) =>
    LINKAGES.map((linkage) => {
      const { edges } = redcap(data, linkGrid(12, 12), { k: 1, linkage, order });
      return Array.from({ length: 143 }, (_, e) => `${edges[2 * e]}-${edges[2 * e + 1]}`)
        .sort()
        .join(' ');
    }),
  );
  t.equal(new Set(trees).size, trees.length);
});

t.test('full order complete linkage, the one Guo recommends, is not above spdep on columbus', async (t) => {
  for (const [k, { within_SSD }] of Object.entries(COLUMBUS.skater)) {
    const { sums } = redcap(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: Number(k), linkage: 'complete' });
    t.ok(sums.within <= within_SSD * (1 + 1e-12), `${k}: ${sums.within} ${within_SSD}`);
  }
});

t.test('full order unless told otherwise', async (t) => {
  const options = { k: 7, linkage: 'average' } as const;
  const given = redcap(COLUMBUS_DATA, COLUMBUS_QUEEN, { ...options, order: 'full' });
  t.same(redcap(COLUMBUS_DATA, COLUMBUS_QUEEN, options).edges, given.edges);
});

t.test('regions are connected and keep the minimum, whatever the order of units', async (t) => {
  const linkages = fc.constantFrom(...LINKAGES);
  const orders = fc.constantFrom(...ORDERS);
  fc.assert(
    fc.property(
      towns,
      fc.nat(5),
      linkages,
      orders,
      fc.nat(6),
      fc.nat(1e6),
      (town, more, linkage, order, least, seed) => {
        const { weights, data, populations } = town;
        const { count, labels: parts } = labelComponents(weights);
        const k = Math.min(data.n, count + more);
        const minimum = { population: least, populations };
        const regions = redcap(data, weights, { k, linkage, order, minimum });
        for (let r = 0; r < regions.k; r++) {
          const units = unitsOf(regions.labels, r);
          t.equal(walkParts(weights, units), 1);
          const people = units.reduce((sum, i) => sum + populations[i]!, 0);
          t.ok(people >= least || units.length === parts.filter((part) => part === parts[units[0]!]).length);
        }
        const shuffled = shuffledOrder(data.n, seed);
        const other = reorderTown(town, shuffled);
        const there = redcap(other.data, other.weights, {
          k,
          linkage,
          order,
          minimum: { population: least, populations: other.populations },
        });
        t.same(nameByFirst(shuffled.map((to) => there.labels[to]!)), nameByFirst(regions.labels));
      },
    ),
    { seed: 11, numRuns: 80 },
  );
});

t.test('degenerate input', async (t) => {
  t.equal(redcap(oneColumn(1, 1, 1), linkRow(3), { k: 2, linkage: 'ward' }).status, 'no_variance');
  t.same(
    redcap(oneColumn(1, 2), packLinks([[], []]), { k: 2, linkage: 'average' }).labels,
    Uint32Array.of(0, 1),
  );
  t.equal(
    redcap(oneColumn(1, 2, 3), linkRow(3), { k: 3, linkage: 'average', minimum: { size: 2 } }).status,
    'fewer_regions',
  );
  t.throws(() => redcap(oneColumn(1, 2), packLinks([[], []]), { k: 1, linkage: 'single' }), RangeError);
  t.throws(() => redcap(oneColumn(1, 2), linkRow(3), { k: 1, linkage: 'single' }), RangeError);
  t.throws(() => redcap(oneColumn(1, NaN), linkRow(2), { k: 1, linkage: 'single' }), RangeError);
});
