import fc from 'fast-check';
import t from 'tap';
import { azp } from '../../../src/stats/regions/azp.ts';
import type { SearchMethod } from '../../../src/stats/regions/region-search.ts';
import { skater } from '../../../src/stats/regions/skater.ts';
import { labelComponents } from '../../../src/stats/weights/weights.ts';
import { linkGrid, packLinks } from '../golden.ts';
import {
  COLUMBUS,
  COLUMBUS_DATA,
  COLUMBUS_QUEEN,
  drawValues,
  linkRow,
  oneColumn,
  sumWithin,
  towns,
  unitsOf,
  walkParts,
} from './region-inputs.ts';

const METHODS: SearchMethod[] = ['greedy', 'annealing', 'tabu'];

for (const method of METHODS) {
  t.test(`${method}: columbus is below spdep and never above skater`, async (t) => {
    for (const [name, { within_SSD }] of Object.entries(COLUMBUS.skater)) {
      const k = Number(name);
      const regions = azp(COLUMBUS_DATA, COLUMBUS_QUEEN, { k, method, starts: 3 });
      t.ok(regions.sums.within <= within_SSD * (1 + 1e-12));
      t.ok(regions.sums.within <= skater(COLUMBUS_DATA, COLUMBUS_QUEEN, { k }).sums.within * (1 + 1e-12));
      t.ok(regions.starts.within[0]! >= regions.sums.within);
      t.ok(regions.parts.every((parts) => parts === 1));
    }
  });

  t.test(
    `${method}: connected, minimum kept, not worse than the start, and no single move helps`,
    async (t) => {
      fc.assert(
        fc.property(towns, fc.nat(4), fc.nat(6), (town, more, population) => {
          const { weights, data, populations } = town;
          const { count, labels: parts } = labelComponents(weights);
          const k = Math.min(data.n, count + more);
          const minimum = { population, populations };
          const regions = azp(data, weights, { k, minimum, method, starts: 2, patience: 10 });
          const people = (units: number[]): number => units.reduce((sum, i) => sum + populations[i]!, 0);
          for (let r = 0; r < regions.k; r++) {
            const units = unitsOf(regions.labels, r);
            t.equal(walkParts(weights, units), 1);
            const whole = parts.filter((part) => part === parts[units[0]!]).length;
            t.ok(people(units) >= population || units.length === whole);
          }
          const start = skater(data, weights, { k, minimum });
          t.ok(regions.k >= start.k);
          if (regions.k === start.k) t.ok(regions.sums.within <= start.sums.within + 1e-12);
          regions.labels.forEach((from, unit) => {
            const rest = unitsOf(regions.labels, from).filter((i) => i !== unit);
            if (rest.length === 0 || walkParts(weights, rest) !== 1 || people(rest) < population) return;
            for (const j of weights.neighbours.subarray(weights.offsets[unit]!, weights.offsets[unit + 1]!)) {
              const moved = regions.labels.slice();
              moved[unit] = regions.labels[j]!;
              // The move that is best for a unit is tried first; if that one is barred so are all, since leaving is what is barred.
              t.ok(sumWithin(data, moved) >= regions.sums.within - 1e-9);
            }
          });
        }),
        { seed: 14, numRuns: 25 },
      );
    },
  );

  t.test(`${method}: the same seed gives the same labels, more starts keep the former ones`, async (t) => {
    const data = { n: 64, d: 2, values: drawValues(128, 5) };
    const grid = linkGrid(8, 8);
    const once = azp(data, grid, { k: 5, method, starts: 3, seed: 9, patience: 20 });
    t.same(azp(data, grid, { k: 5, method, starts: 3, seed: 9, patience: 20 }), once);
    const more = azp(data, grid, { k: 5, method, starts: 5, seed: 9, patience: 20 });
    t.same(more.starts.within.slice(0, 3), once.starts.within);
    t.ok(more.sums.within <= once.sums.within);
    const other = azp(data, grid, { k: 5, method, starts: 3, seed: 10, patience: 20 });
    t.notSame(other.starts.within.slice(1), once.starts.within.slice(1));
  });
}

t.test('the best start is kept, and the spread is told', async (t) => {
  const { starts, sums, k } = azp(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 6, starts: 8 });
  t.equal(starts.within.length, 8);
  t.equal(starts.within[starts.best], sums.within);
  t.equal(Math.min(...starts.within), sums.within);
  t.ok(Math.max(...starts.within) > sums.within);
  t.ok(starts.k.every((count) => count === k));
});

t.test('tabu search leaves valleys that a greedy descent stays in', async (t) => {
  const greedy = azp(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 8, starts: 1 });
  const tabu = azp(COLUMBUS_DATA, COLUMBUS_QUEEN, { k: 8, starts: 1, method: 'tabu' });
  t.ok(tabu.sums.within < greedy.sums.within);
});

t.test('annealing gets out of valleys too', async (t) => {
  // Noise around four blocks of a grid: random trees start far off.
  const values = drawValues(144, 8).map((noise, i) => noise + (i % 12 < 6 ? 0 : 1) + (i < 72 ? 0 : 2));
  const data = { n: 144, d: 1, values };
  const [greedy, annealed] = (['greedy', 'annealing'] as const).map((method) =>
    azp(data, linkGrid(12, 12), { k: 4, method, starts: 8 }),
  );
  const sum = (numbers: Float64Array): number => numbers.reduce((total, number) => total + number, 0);
  t.ok(sum(annealed!.starts.within) < 0.8 * sum(greedy!.starts.within));
});

t.test('degenerate input', async (t) => {
  const flat = azp(oneColumn(2, 2, 2, 2), linkRow(4), { k: 2, method: 'annealing', starts: 2 });
  t.equal(flat.status, 'no_variance');
  t.same(azp(oneColumn(1, 2), packLinks([[], []]), { k: 2, method: 'tabu' }).labels, Uint32Array.of(0, 1));
  t.equal(azp(oneColumn(1, 2, 9), linkRow(3), { k: 3, minimum: { size: 2 } }).status, 'fewer_regions');
});

const refusals: [string, object, RegExp][] = [
  ['k below the connected parts', { k: 0 }, /k = 0/],
  ['no start', { k: 1, starts: 0 }, /0 starts/],
  ['half a start', { k: 1, starts: 1.5 }, /1.5 starts/],
  ['a method it does not know', { k: 1, method: 'luck' }, /method luck/],
  ['cooling that does not cool', { k: 1, cooling: 1 }, /cooling 1/],
  ['no tenure', { k: 1, tenure: 0 }, /tenure 0/],
  ['no patience', { k: 1, patience: 0.5 }, /patience 0.5/],
  ['a negative seed', { k: 1, seed: -1 }, /seed -1/],
];
for (const [name, options, message] of refusals) {
  t.test(`refuses ${name}`, async (t) => {
    t.throws(() => azp(oneColumn(1, 2, 3), linkRow(3), options as { k: number }), {
      name: 'RangeError',
      message,
    });
  });
}
