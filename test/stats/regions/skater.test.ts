import fc from 'fast-check';
import t from 'tap';
import { skater } from '../../../src/stats/regions/skater.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { linkGrid, packLinks, relativeDeviation } from '../golden.ts';
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
  sumWithin,
  towns,
  unitsOf,
  walkParts,
} from './region-inputs.ts';

for (const [k, { within_SSD }] of Object.entries(COLUMBUS.skater)) {
  t.test(`columbus in ${k} regions is not above spdep`, async (t) => {
    const regions = skater(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: Number(k) });
    t.equal(regions.status, 'ok');
    t.equal(regions.k, Number(k));
    t.ok(regions.sums.within <= within_SSD * (1 + 1e-12), `${regions.sums.within} ${within_SSD}`);
    t.ok(relativeDeviation(regions.sums.within, sumWithin(COLUMBUS_DATA, regions.labels)) < 1e-12);
    t.ok(regions.parts.every((parts) => parts === 1));
    t.ok(relativeDeviation(regions.forest.total, COLUMBUS.mst_total_cost) < 1e-15);
  });
}

t.test('columbus in regions of at least five is not above spdep', async (t) => {
  const { groups, within_SSD } = COLUMBUS.skater_min5;
  const k = new Set(groups).size;
  const regions = skater(COLUMBUS_DATA, COLUMBUS_QUEEN, { k, minimum: { size: 5 } });
  t.equal(regions.status, 'ok');
  t.equal(regions.k, k);
  t.ok(regions.sizes.every((size) => size >= 5));
  t.ok(regions.sums.within <= within_SSD, `${regions.sums.within} ${within_SSD}`);
});

t.test('regions are connected, keep the minimum, and parts are never merged', async (t) => {
  fc.assert(
    fc.property(
      towns,
      fc.nat(6),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(9),
      (town, more, size, population) => {
        const { weights, data, populations } = town;
        const { count, labels: parts } = labelComponents(weights);
        const k = Math.min(data.n, count + more);
        const regions = skater(data, weights, { k, minimum: { size, population, populations } });
        t.equal(regions.labels.length, data.n);
        const small: number[] = [];
        for (let r = 0; r < regions.k; r++) {
          const units = unitsOf(regions.labels, r);
          t.equal(units.length, regions.sizes[r]);
          t.equal(walkParts(weights, units), 1);
          t.equal(new Set(units.map((i) => parts[i])).size, 1);
          const people = units.reduce((sum, i) => sum + populations[i]!, 0);
          if (units.length >= size && people >= population) continue;
          small.push(r);
          t.equal(units.length, parts.filter((part) => part === parts[units[0]!]).length, 'a whole part');
        }
        t.same([...regions.belowMinimum], small);
        t.equal(regions.status === 'below_minimum', small.length > 0);
        if (size === 1 && population === 0) t.equal(regions.k, k);
      },
    ),
    { seed: 8, numRuns: 80 },
  );
});

t.test('the order of units plays no part', async (t) => {
  fc.assert(
    fc.property(towns, fc.nat(5), fc.nat(1e6), (town, more, seed) => {
      const order = shuffledOrder(town.data.n, seed);
      const other = reorderTown(town, order);
      const k = Math.min(town.data.n, labelComponents(town.weights).count + more);
      const here = skater(town.data, town.weights, { k }).labels;
      const there = skater(other.data, other.weights, { k }).labels;
      t.same(nameByFirst(order.map((to) => there[to]!)), nameByFirst(here));
    }),
    { seed: 9, numRuns: 60 },
  );
});

t.test('every unit its own region, and one region', async (t) => {
  const data = { n: 6, d: 1, values: drawValues(6, 3) };
  const single = skater(data, linkRow(6), { k: 6 });
  t.same(single.labels, Uint32Array.of(0, 1, 2, 3, 4, 5));
  t.equal(single.sums.within, 0);
  t.equal(single.sums.ratio, 1);
  t.same(skater(data, linkRow(6), { k: 1 }).labels, new Uint32Array(6));
});

t.test('all units equal: a partition all the same, and no ratio', async (t) => {
  const regions = skater(oneColumn(3, 3, 3, 3), linkRow(4), { k: 2 });
  t.equal(regions.status, 'no_variance');
  t.equal(regions.k, 2);
  t.equal(regions.sums.ratio, null);
});

t.test('only islands', async (t) => {
  const islands = packLinks([[], [], []]);
  t.same(skater(oneColumn(1, 2, 3), islands, { k: 3 }).labels, Uint32Array.of(0, 1, 2));
  t.throws(() => skater(oneColumn(1, 2, 3), islands, { k: 2 }), { message: /k = 2, expected .* 3/ });
});

t.test('a grid of two kinds falls into the two', async (t) => {
  const values = Float64Array.from({ length: 100 }, (_, i) => (i % 10 < 4 ? 0 : 10) + drawValues(1, i)[0]!);
  const { labels } = skater({ n: 100, d: 1, values }, linkGrid(10, 10), { k: 2 });
  t.same(
    [...labels],
    Array.from({ length: 100 }, (_, i) => (i % 10 < 4 ? 1 : 0)),
  );
});

t.test('refusals', async (t) => {
  const row = linkRow(3);
  t.throws(() => skater(oneColumn(1, 2), row, { k: 1 }), {
    name: 'RangeError',
    message: /2 units for weights of 3/,
  });
  t.throws(() => skater(oneColumn(1, NaN, 2), row, { k: 1 }), { message: /NaN for unit 1/ });
  t.throws(() => skater(oneColumn(1, 2, 3), row, { k: 4 }), RangeError);
  t.throws(() => skater(oneColumn(), packLinks([]), { k: 1 }), RangeError);
  t.throws(() => skater(oneColumn(1, 2, 3), row, { k: 1, minimum: { size: 0 } }), RangeError);
});
