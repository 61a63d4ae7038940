import fc from 'fast-check';
import t from 'tap';
import { maxP } from '../../../src/stats/regions/max-p.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { linkGrid, packLinks } from '../golden.ts';
import {
  COLUMBUS_DATA,
  COLUMBUS_QUEEN,
  drawValues,
  linkRow,
  oneColumn,
  towns,
  unitsOf,
  walkParts,
} from './region-inputs.ts';

t.test('columbus holds as many regions of five, eight and twelve units as there can be', async (t) => {
  for (const size of [5, 8, 12]) {
    const regions = maxP(COLUMBUS_DATA, COLUMBUS_QUEEN, { minimum: { size } });
    t.equal(regions.k, Math.floor(49 / size));
    t.equal(regions.bound, regions.k);
    t.ok(regions.sizes.every((count) => count >= size));
    t.ok(regions.parts.every((parts) => parts === 1));
  }
});

t.test('connected, minimum kept, at most the bound', async (t) => {
  fc.assert(
    fc.property(towns, fc.integer({ min: 1, max: 3 }), fc.nat(15), (town, size, population) => {
      const { weights, data, populations } = town;
      const { labels: parts, count } = labelComponents(weights);
      const regions = maxP(data, weights, { minimum: { size, population, populations }, starts: 4 });
      t.ok(regions.k <= regions.bound && regions.k >= count);
      const small: number[] = [];
      for (let r = 0; r < regions.k; r++) {
        const units = unitsOf(regions.labels, r);
        t.equal(walkParts(weights, units), 1);
        const people = units.reduce((sum, i) => sum + populations[i]!, 0);
        if (units.length >= size && people >= population) continue;
        small.push(r);
        t.equal(units.length, parts.filter((part) => part === parts[units[0]!]).length, 'a whole part');
      }
      t.same([...regions.belowMinimum], small);
      t.equal(regions.starts.k[regions.starts.best], Math.max(...regions.starts.k));
    }),
    { seed: 16, numRuns: 60 },
  );
});

t.test('of starts with the most regions the most homogeneous is kept', async (t) => {
  const { starts, k, sums } = maxP(COLUMBUS_DATA, COLUMBUS_QUEEN, { minimum: { size: 6 }, starts: 12 });
  const leaders = [...starts.k.keys()].filter((start) => starts.k[start] === k);
  t.equal(Math.max(...starts.k), k);
  t.equal(sums.within, Math.min(...leaders.map((start) => starts.within[start]!)));
  t.equal(starts.within[starts.best], sums.within);
});

t.test('the same seed gives the same labels, another seed other starts', async (t) => {
  const data = { n: 100, d: 2, values: drawValues(200, 2) };
  const run = (seed: number) =>
    maxP(data, linkGrid(10, 10), { minimum: { size: 7 }, starts: 4, seed, method: 'tabu', patience: 10 });
  t.same(run(3), run(3));
  t.notSame(run(4).starts.within, run(3).starts.within);
});

t.test('a town of the size of 625 districts fills four fifths of the bound', async (t) => {
  const values = drawValues(1250, 6);
  const populations = drawValues(625, 7).map((share) => 500 + 5000 * share);
  const minimum = { population: 10_000, populations };
  const { k, bound } = maxP({ n: 625, d: 2, values }, linkGrid(25, 25), { minimum, starts: 5 });
  t.ok(k >= 0.8 * bound, `${k} of ${bound}`);
});

t.test('without a minimum every unit is a region; a minimum above all gives one, and says so', async (t) => {
  t.equal(maxP(oneColumn(1, 2, 3), linkRow(3), { minimum: {} }).k, 3);
  const one = maxP(oneColumn(1, 2, 3), linkRow(3), { minimum: { size: 4 } });
  t.match(one, { k: 1, status: 'below_minimum', bound: 1 });
  t.same(one.belowMinimum, Uint32Array.of(0));
  t.match(maxP(oneColumn(1, 1, 1, 1), linkRow(4), { minimum: { size: 2 } }), { k: 2, status: 'no_variance' });
});

t.test('refusals', async (t) => {
  const minimum = { size: 2 };
  t.throws(() => maxP(oneColumn(), packLinks([]), { minimum }), { name: 'RangeError', message: /0 units/ });
  t.throws(() => maxP(oneColumn(1, 2), linkRow(3), { minimum }), RangeError);
  t.throws(() => maxP(oneColumn(1, NaN), linkRow(2), { minimum }), RangeError);
  t.throws(() => maxP(oneColumn(1, 2), linkRow(2), { minimum, starts: 0 }), RangeError);
  t.throws(() => maxP(oneColumn(1, 2), linkRow(2), { minimum: { size: -1 } }), RangeError);
});
