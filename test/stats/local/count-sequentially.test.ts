import fc from 'fast-check';
import t from 'tap';
import { countSequentially, STOP_AT } from '../../../src/stats/local/count-sequentially.ts';
import { standardise } from '../../../src/stats/standardise.ts';
import type { Weights } from '../../../src/stats/weights/weights.ts';
import { linkGrid, packLinks } from '../golden.ts';
import { dealRows } from './count-directly.ts';

const anyCase = fc.integer({ min: 4, max: 25 }).chain((n) =>
  fc.record({
    values: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: n, maxLength: n }),
    lists: fc.array(fc.uniqueArray(fc.nat(n - 1), { maxLength: 6 }), { minLength: n, maxLength: n }),
    permutations: fc.constantFrom(1, 40, 79, 80, 81, 700),
    seed: fc.nat(),
  }),
);

function weigh(lists: number[][]): Weights {
  const links = packLinks(lists.map((list, i) => list.filter((j) => j !== i).sort((a, b) => a - b)));
  return { ...links, weights: links.weights.map((_, e) => 1 / (1 + (e % 5))) };
}

t.test('counts are those of the rows up to where both tails hold enough, and no further', async (t) => {
  fc.assert(
    fc.property(anyCase, ({ values, lists, permutations, seed }) => {
      const weights = weigh(lists);
      const { n, offsets, neighbours } = weights;
      const z = standardise(Float64Array.from(values));
      if (z.some(Number.isNaN)) return;
      const squares = z.map((score) => score * score);
      const geary = { features: [z, squares], coefficients: [z.map((score) => -2 * score), z.map(() => 1)] };
      const moran = { features: [z], coefficients: [z.map(() => 1)] };
      const most = Math.max(0, ...Array.from({ length: n }, (_, i) => offsets[i + 1]! - offsets[i]!));
      const rows = dealRows(n - 1, most, permutations, seed);
      const results = countSequentially([moran, geary], weights, { seed, permutations }, () => true);
      const terms = [
        (_: number, j: number) => z[j]!,
        (i: number, j: number) => z[j]! ** 2 - 2 * z[i]! * z[j]!,
      ];
      for (const [s, term] of terms.entries()) {
        for (let i = 0; i < n; i++) {
          const sumOf = (around: number[]): number =>
            around.reduce((sum, j, k) => sum + weights.weights[offsets[i]! + k]! * term(i, j), 0);
          const list = [...neighbours.subarray(offsets[i]!, offsets[i + 1]!)];
          const observed = sumOf(list);
          let [ge, le, draws] = [0, 0, 0];
          while (list.length > 0 && draws < permutations && Math.min(ge, le) < STOP_AT) {
            const sum = sumOf(rows[draws++]!.slice(0, list.length).map((id) => (id === i ? n - 1 : id)));
            if (sum >= observed - 1e-9) ge++;
            if (sum <= observed + 1e-9) le++;
          }
          const got = results[s]!;
          t.same([got.greaterOrEqual[i], got.lessOrEqual[i], got.draws[i]], [ge, le, draws], `unit ${i}`);
        }
      }
    }),
    { seed: 3, numRuns: 80 },
  );
});

t.test('unremarkable units stop early, remarkable ones use all rows', async (t) => {
  const grid = linkGrid(12, 12);
  const weights = { ...grid, weights: grid.weights.map((_, e) => 1 + (e % 3)) };
  const values = Float64Array.from({ length: 144 }, (_, i) => Math.sin(i * i));
  for (const j of [65, 66, 67, 77, 78, 79, 89, 90, 91]) values[j] = 9 + (j % 2);
  const z = standardise(values);
  const projection = { features: [z], coefficients: [z.map(() => 1)] };
  const [counts] = countSequentially([projection], weights, { seed: 1, permutations: 9999 }, (i) => i !== 0);
  t.equal(counts!.draws[0], 0, 'not asked for');
  t.equal(counts!.draws[78], 9999);
  const sorted = [...counts!.draws].sort((a, b) => a - b);
  t.ok(sorted[72]! < 400, `half of the units need ${sorted[72]} rows`);
});
