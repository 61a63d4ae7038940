import t from 'tap';
import { permutationError, permutationP, tieTolerance } from '../../../src/stats/inference/tails.ts';

const CASES: [string, number, number, number, number][] = [
  ['nothing more extreme', 0, 999, 999, 0.002],
  ['lower tail', 999, 24, 999, 0.05],
  ['all equal', 999, 999, 999, 1],
  ['in the middle, cut at 1', 500, 500, 999, 1],
  ['one permutation', 0, 1, 1, 1],
];

for (const [name, ge, le, permutations, want] of CASES) {
  t.test(`two-sided p: ${name}`, async (t) => {
    t.ok(Math.abs(permutationP(ge, le, permutations) - want) < 1e-15);
    t.equal(permutationP(le, ge, permutations), permutationP(ge, le, permutations));
  });
}

t.test('the error of p is twice the error of its tail', async (t) => {
  // A tail of .025 from 9,999 permutations has the binomial error .00156.
  t.ok(Math.abs(permutationError(0.05, 9_999) - 2 * Math.sqrt((0.025 * 0.975) / 9_999)) < 1e-15);
});

t.test('the tolerance of ties follows sum and weights', async (t) => {
  t.equal(tieTolerance(0.5), 1e-10);
  t.equal(tieTolerance(-40), 4e-9);
  t.ok(Math.abs(tieTolerance(0.5e-9, 1e-9) / 1e-19 - 1) < 1e-12);
});
