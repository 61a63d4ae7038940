import fc from 'fast-check';
import t from 'tap';
import { countTails } from '../../../src/stats/local/conditional-permutation.ts';
import { standardise } from '../../../src/stats/standardise.ts';
import { linkGrid, packLinks } from '../golden.ts';
import { countDirectly, dealRows } from './count-directly.ts';

/** Scores and one-way links of 2 to 40 units: islands, hubs and, in half of the cases, many ties. */
const anyCase = fc.integer({ min: 2, max: 40 }).chain((n) =>
  fc.record({
    values: fc.array(
      fc.oneof(fc.integer({ min: 0, max: 4 }), fc.double({ min: -1e3, max: 1e3, noNaN: true })),
      { minLength: n, maxLength: n },
    ),
    ties: fc.boolean(),
    lists: fc.array(fc.uniqueArray(fc.nat(n - 1), { maxLength: n }), { minLength: n, maxLength: n }),
    permutations: fc.integer({ min: 1, max: 120 }),
    seed: fc.nat(),
  }),
);

t.test('sorted counts equal direct counts, count for count', async (t) => {
  fc.assert(
    fc.property(anyCase, ({ values, ties, lists, permutations, seed }) => {
      const x = Float64Array.from(values, (value) => (ties ? Math.trunc(value) % 3 : value));
      const scores = standardise(x);
      if (scores.some(Number.isNaN)) return;
      const links = packLinks(lists.map((list, i) => list.filter((j) => j !== i).sort((a, b) => a - b)));
      const sorted = countTails([scores], links, { seed, from: 0, until: permutations })[0]!;
      const direct = countDirectly(scores, links, permutations, seed);
      t.same([...sorted.greaterOrEqual], direct.greaterOrEqual);
      t.same([...sorted.lessOrEqual], direct.lessOrEqual);
    }),
    { seed: 1, numRuns: 400 },
  );
});

t.test('sorted counts equal direct counts on a city-sized map', async (t) => {
  const links = linkGrid(20, 27);
  for (const levels of [5, 1e6]) {
    const x = Float64Array.from({ length: links.n }, (_, i) => Math.round(levels * Math.sin(i * i)));
    const sorted = countTails([standardise(x)], links, { seed: 8, from: 0, until: 999 })[0]!;
    const direct = countDirectly(standardise(x), links, 999, 8);
    t.same([...sorted.greaterOrEqual], direct.greaterOrEqual);
    t.same([...sorted.lessOrEqual], direct.lessOrEqual);
  }
});

t.test('rows may be split: the parts add up to the whole', async (t) => {
  const links = linkGrid(7, 9);
  const scores = standardise(Float64Array.from({ length: 63 }, (_, i) => (i * 31) % 17));
  const whole = countTails([scores], links, { seed: 3, from: 0, until: 1000 })[0]!;
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 6 });
  fc.assert(
    fc.property(cuts, (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), 1000];
      const greaterOrEqual = new Uint32Array(63);
      const lessOrEqual = new Uint32Array(63);
      for (let k = 1; k < edges.length; k++) {
        const part = countTails([scores], links, { seed: 3, from: edges[k - 1]!, until: edges[k]! })[0]!;
        for (let i = 0; i < 63; i++) {
          greaterOrEqual[i]! += part.greaterOrEqual[i]!;
          lessOrEqual[i]! += part.lessOrEqual[i]!;
        }
      }
      t.same(greaterOrEqual, whole.greaterOrEqual);
      t.same(lessOrEqual, whole.lessOrEqual);
    }),
    { seed: 4, numRuns: 25 },
  );
});

// libgeoda 0.1.0 draws the first and the last position half as often as the others.
t.test('every unit is dealt equally often at every place, first and last included', async (t) => {
  const [population, count, permutations] = [30, 4, 60_000];
  const rows = dealRows(population, count, permutations, 12);
  for (let place = 0; place < count; place++) {
    const dealt = new Uint32Array(population);
    for (const row of rows) dealt[row[place]!]!++;
    const share = permutations / population;
    const chi2 = dealt.reduce((sum, times) => sum + (times - share) ** 2 / share, 0);
    // 29 degrees of freedom: 65 is exceeded once in 7,000.
    t.ok(chi2 < 65, `chi-squared ${chi2} at place ${place}`);
    t.ok(Math.abs(dealt[0]! - share) < 5 * Math.sqrt(share), 'first');
    t.ok(Math.abs(dealt[population - 1]! - share) < 5 * Math.sqrt(share), 'last');
  }
  t.ok(
    rows.every((row) => new Set(row).size === count),
    'no unit twice in a row',
  );
});

// With one neighbour the tails are the ranks of the others, known without drawing.
t.test('tails of one neighbour approach the exact shares for every unit', async (t) => {
  const n = 12;
  const links = packLinks(Array.from({ length: n }, (_, i) => [(i + 5) % n]));
  const scores = standardise(Float64Array.from({ length: n }, (_, i) => (i * 7) % n));
  const permutations = 50_000;
  const { greaterOrEqual } = countTails([scores], links, { seed: 2, from: 0, until: permutations })[0]!;
  for (let i = 0; i < n; i++) {
    const observed = scores[(i + 5) % n]!;
    const share = scores.filter((score, j) => j !== i && score >= observed - 1e-9).length / (n - 1);
    const error = Math.sqrt((share * (1 - share)) / permutations);
    t.ok(Math.abs(greaterOrEqual[i]! / permutations - share) <= 5 * error, `unit ${i}`);
  }
});
