import fc from 'fast-check';
import t from 'tap';
import { countArrangements, countChoices, countSteps } from '../../../src/stats/local/arrangements.ts';

/** Sums of all choices of k numbers. */
function listSums(numbers: readonly number[], k: number): number[] {
  if (k === 0) return [0];
  return numbers.flatMap((number, at) => listSums(numbers.slice(at + 1), k - 1).map((rest) => number + rest));
}

t.test('choices are counted by their sum, with ties, for any k', async (t) => {
  const anyCase = fc.record({
    numbers: fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 10 }),
    low: fc.integer({ min: -20, max: 20 }),
    gap: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(anyCase, ({ numbers, low, gap }) => {
      for (let k = 0; k <= numbers.length; k++) {
        const sums = listSums(numbers, k);
        t.same(countArrangements(Float64Array.from(numbers), k, low, low + gap), {
          total: sums.length,
          atLow: sums.filter((sum) => sum >= low).length,
          atHigh: sums.filter((sum) => sum >= low + gap).length,
        });
      }
    }),
    { seed: 8, numRuns: 150 },
  );
});

t.test('binomial coefficients', async (t) => {
  for (const [m, k, want] of [
    [0, 0, 1],
    [5, 2, 10],
    [48, 4, 194_580],
    [48, 44, 194_580],
    [60, 30, Infinity],
    [100_000, 1, 100_000],
    [3, 4, 0],
    [3, -1, 0],
  ] as const)
    t.equal(countChoices(m, k), want, `${m} over ${k}`);
});

t.test('steps grow far slower than choices', async (t) => {
  t.ok(countSteps(48, 4) < countChoices(48, 4) / 8);
  t.ok(countSteps(48, 47) < 1000, 'leaving out one is as easy as choosing one');
});
