import fc from 'fast-check';
import t from 'tap';
import { countBelow, countReached, indexThresholds } from '../../../src/stats/inference/thresholds.ts';

const anyNumber = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
);

t.test('a number has reached the thresholds that are at most as great', async (t) => {
  fc.assert(
    fc.property(
      fc.array(anyNumber, { minLength: 1, maxLength: 40 }),
      fc.array(anyNumber),
      (values, numbers) => {
        const thresholds = indexThresholds(Float64Array.from(values));
        for (const number of [...numbers, ...values, -1e300, 1e300]) {
          t.equal(countReached(thresholds, number), values.filter((value) => value <= number).length);
          t.equal(countBelow(thresholds, number), values.filter((value) => value < number).length);
        }
      },
    ),
    { seed: 6, numRuns: 300 },
  );
});
