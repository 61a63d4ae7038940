import t from 'tap';
import { combineErrors, estimateRateErrors } from '../../../src/stats/rates/rate-error.ts';

const { NaN: none } = Number;

t.test('errors in the unit of the rates, two successes and failures added', async (t) => {
  const errors = estimateRateErrors(
    Float64Array.of(10, 0, 100, none, 50),
    Float64Array.of(96, 46, 46, 96, none),
  );
  const q = (9.6 + 2) / 100;
  t.ok(Math.abs(errors[0]! - 100 * Math.sqrt((q * (1 - q)) / 100)) < 1e-12);
  const edge = 100 * Math.sqrt((0.04 * 0.96) / 50);
  t.ok(
    Math.abs(errors[1]! - edge) < 1e-12 && Math.abs(errors[2]! - edge) < 1e-12,
    '0 and 100 percent are not certain',
  );
  t.same([errors[3], errors[4]], [none, none]);
});

t.test('for many persons it is the binomial error', async (t) => {
  const [error] = estimateRateErrors(Float64Array.of(0.2), Float64Array.of(1e8), 1);
  t.ok(Math.abs(error! / Math.sqrt((0.2 * 0.8) / 1e8) - 1) < 1e-6);
});

t.test('errors of a difference', async (t) => {
  t.same([...combineErrors(Float64Array.of(3, 1), Float64Array.of(4, none))], [5, none]);
  t.throws(() => combineErrors(Float64Array.of(1), Float64Array.of()), /Got 0 errors, expected 1/);
});

t.test('refuses what is no rate', async (t) => {
  const estimate = (rate: number, n: number): unknown =>
    estimateRateErrors(Float64Array.of(rate), Float64Array.of(n));
  t.throws(() => estimate(101, 5), /Got rate 101 of unit 0, expected 0 to 100/);
  t.throws(() => estimate(-1, 5), /Got rate -1/);
  t.throws(() => estimate(1, 0), /Got denominator 0/);
  t.throws(
    () => estimateRateErrors(Float64Array.of(1, 2), Float64Array.of(1)),
    /Got 1 denominators for 2 rates/,
  );
});
