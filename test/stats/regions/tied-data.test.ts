/** Data of few values: many exchanges gain nothing but rounding, and none of them may go round in circles. */

import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import t from 'tap';
import { LINKAGES, ORDERS } from '../../../src/stats/regions/agglomeration.ts';
import { azp } from '../../../src/stats/regions/azp.ts';
import { redcap } from '../../../src/stats/regions/redcap.ts';
import type { Regions } from '../../../src/stats/regions/regions.ts';
import { skater } from '../../../src/stats/regions/skater.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { linkGrid, packLinks } from '../golden.ts';
import { oneColumn, sumWithin, towns } from './region-inputs.ts';

/** What a call returns; an error when it takes longer than 3 s, for which a test's own timeout would wait in vain. */
const inTime = (run: () => Regions): Regions => runInNewContext('run()', { run }, { timeout: 3000 });

const GRID_DATA = oneColumn(...[...'1212101202210202010200211'].map((digit) => Number(digit) / 10));
const GRID = linkGrid(5, 5);

t.test('a grid of 0, 0.1, 0.2 in ten regions', async (t) => {
  const skated = inTime(() => skater(GRID_DATA, GRID, { k: 10 }));
  t.equal(skated.k, 10);
  t.same(
    inTime(() => redcap(GRID_DATA, GRID, { k: 10, linkage: 'single', order: 'first' })).labels,
    skated.labels,
  );
  t.ok(inTime(() => azp(GRID_DATA, GRID, { k: 10 })).sums.within <= skated.sums.within);
});

t.test('thirteen units of 0, 1, 2 with a minimum', async (t) => {
  const links = packLinks([
    [1, 5, 6, 8, 11],
    [0, 3, 4, 5, 7, 9],
    [6, 12],
    [1, 5, 7, 11],
    [1, 6, 9, 11, 12],
    [0, 1, 3, 7, 10, 12],
    [0, 2, 4, 9, 11],
    [1, 3, 5, 8, 9, 11],
    [0, 7, 10, 11],
    [1, 4, 6, 7, 10],
    [5, 8, 9],
    [0, 3, 4, 6, 7, 8],
    [2, 4, 5],
  ]);
  const data = oneColumn(0, 2, 1, 0, 1, 0, 2, 0, 2, 2, 1, 0, 0);
  const minimum = { population: 2, populations: Float64Array.of(2, 1, 2, 0, 1, 2, 1, 1, 0, 0, 2, 1, 0) };
  const regions = inTime(() => skater(data, links, { k: 5, minimum }));
  t.equal(regions.k, 5);
  t.ok(regions.populations.every((population) => population >= 2));
});

/** Whole numbers below `levels`, times a step, plus an offset that costs digits. */
const fewValues = fc.record({
  levels: fc.integer({ min: 1, max: 3 }),
  step: fc.constantFrom(1, 0.1, 1 / 3),
  offset: fc.constantFrom(0, 0.7, 1e8),
});

t.test('few values, up to as many regions as units, with and without a minimum', async (t) => {
  fc.assert(
    fc.property(
      towns,
      fc.boolean(),
      fewValues,
      fc.nat(20),
      fc.nat(2),
      fc.constantFrom(...LINKAGES),
      fc.constantFrom(...ORDERS),
      (town, grid, { levels, step, offset }, more, population, linkage, order) => {
        const weights = grid ? GRID : town.weights;
        const n = weights.n;
        const level = (i: number): number =>
          Math.floor(town.data.values[i % (2 * town.data.n)]! * (levels + i / n));
        const data = oneColumn(...Array.from({ length: n }, (_, i) => offset + step * (level(i) % levels)));
        const k = Math.min(n, labelComponents(weights).count + more);
        const minimum = grid ? {} : { population, populations: town.populations.map((people) => people % 3) };
        const cut = inTime(() => skater(data, weights, { k, minimum }));
        const grown = inTime(() => redcap(data, weights, { k, minimum, linkage, order }));
        const moved = (['greedy', 'tabu'] as const).map((method) =>
          inTime(() => azp(data, weights, { k, minimum, method, starts: 3, patience: 5 })),
        );
        for (const { labels, parts, sums, k: count } of [cut, grown, ...moved]) {
          t.ok(parts.every((part) => part === 1));
          t.ok(Math.abs(sums.within - sumWithin(data, labels)) <= 1e-9 * sums.total + 1e-12);
          if (grid || population === 0) t.equal(count, k);
        }
      },
    ),
    { seed: 31, numRuns: 150 },
  );
});
