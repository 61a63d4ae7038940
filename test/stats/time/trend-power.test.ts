import t from 'tap';
import { estimateTrendPower } from '../../../src/stats/time/trend-power.ts';

t.test('4 periods find nothing at 5 percent, however steep', async (t) => {
  t.same(estimateTrendPower({ periods: 4, slope: 100, runs: 50 }), { power: 0, standardError: 0 });
});

t.test('power grows with periods and slope; without a trend it is half the level', async (t) => {
  const power = (periods: number, slope: number): number =>
    estimateTrendPower({ periods, slope, seed: 3 }).power;
  t.ok(power(6, 0.3) < power(10, 0.3) && power(10, 0.3) < power(15, 0.3));
  t.ok(power(8, 0.2) < power(8, 0.6));
  t.ok(power(15, 0.5) > 0.95);
  // Only trends in the true direction count; with slope 0 both do.
  t.ok(Math.abs(power(10, 0) - 0.046) < 0.015, `${power(10, 0)}`);
  t.ok(Math.abs(power(10, 1e-9) - 0.023) < 0.012, `${power(10, 1e-9)}`);
});

t.test('the same seed gives the same power, both directions are alike', async (t) => {
  const options = { periods: 9, slope: -0.4, runs: 1500, seed: 11 };
  t.same(estimateTrendPower(options), estimateTrendPower(options));
  const up = estimateTrendPower({ ...options, slope: 0.4 });
  t.ok(Math.abs(up.power - estimateTrendPower(options).power) < 6 * up.standardError);
  t.ok(up.standardError > 0.005 && up.standardError < 0.02);
});

t.test('refuses what cannot be simulated', async (t) => {
  t.throws(() => estimateTrendPower({ periods: 3, slope: 1 }), /Got 3 periods/);
  t.throws(() => estimateTrendPower({ periods: 9, slope: Number.NaN }), /Got slope NaN/);
  t.throws(() => estimateTrendPower({ periods: 9, slope: 1, runs: 0 }), /Got 0 runs/);
  for (const level of [0, 1, -0.05, 5, Number.NaN]) {
    t.throws(() => estimateTrendPower({ periods: 9, slope: 1, level }), {
      name: 'RangeError',
      message: `Got level ${level}, expected a number between 0 and 1.`,
    });
  }
});
