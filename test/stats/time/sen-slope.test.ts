import fc from 'fast-check';
import t from 'tap';
import { mannKendall } from '../../../src/stats/time/mann-kendall.ts';
import { senSlope } from '../../../src/stats/time/sen-slope.ts';
import { readGolden, relativeDeviation } from '../golden.ts';

const { mann_kendall: series } = readGolden<{ mann_kendall: { x: number[]; sen_slope: number }[] }>(
  'trend_pca',
);

type Found = Extract<ReturnType<typeof senSlope>, { status: 'ok' }>;

function expectOk(result: ReturnType<typeof senSlope>): Found {
  if (result.status !== 'ok') throw new Error(`got status ${result.status}`);
  return result;
}

t.test('equals the median of pairwise slopes of R', async (t) => {
  for (const { x, sen_slope } of series) {
    const { slope } = expectOk(senSlope(Float64Array.from(x)));
    t.ok(relativeDeviation(slope, sen_slope) < 1e-10, `${slope}, ${sen_slope}`);
  }
});

t.test('a line is found exactly, gaps and uneven times included', async (t) => {
  const times = Float64Array.of(2000, 2001, 2004, 2010, 2011, 2012);
  const values = times.map((time) => 3 - 0.5 * (time - 2000));
  values[2] = Number.NaN;
  const { n, slope, intercept, lower, upper } = expectOk(senSlope(values, { times, confidence: 0.9 }));
  t.same([n, slope, intercept], [5, -0.5, 1003]);
  t.same([lower, upper], [-0.5, -0.5]);
});

t.test('one wild value moves nothing', async (t) => {
  const { slope } = expectOk(senSlope(Float64Array.of(1, 2, 3, 4, 1000, 6, 7, 8, 9)));
  t.equal(slope, 1);
});

t.test(
  'up to 10 different values the interval leaves out 0 just when the exact test is significant',
  async (t) => {
    let significant = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 10 }),
        fc.constantFrom(0.1, 0.05, 0.01),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, level, drift) => {
          const x = Float64Array.from(values, (value, i) => value + drift * 4 * i);
          if (new Set(x).size < x.length) return;
          const trend = mannKendall(x);
          if (trend.status !== 'ok' || trend.exactP === null) throw new Error('expected an exact p');
          const { lower, upper, slope } = expectOk(senSlope(x, { confidence: 1 - level }));
          const excluded = lower !== null && upper !== null && (lower > 0 || upper < 0);
          if (excluded) significant++;
          // 1 - (1 - level) is level but for the last bit; exact p are multiples of 2 / n!.
          if (Math.abs(trend.exactP - level) > 1e-12) t.equal(excluded, trend.exactP <= level);
          if (lower !== null) t.ok(lower <= slope && slope <= upper!);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
    t.ok(significant > 30 && significant < 270, `${significant} of 300 significant`);
  },
);

t.test('the interval of longer series has ranks (N -+ z sd S) / 2', async (t) => {
  // 12 values without ties: N = 66, var S = 12 * 11 * 29 / 18, z = 1.95996: ranks 18 and 49.
  const x = Float64Array.from({ length: 12 }, (_, i) => i * 0.3 + Math.sin(i * 12.9898));
  const slopes: number[] = [];
  for (let j = 0; j < 12; j++) for (let i = 0; i < j; i++) slopes.push((x[j]! - x[i]!) / (j - i));
  slopes.sort((a, b) => a - b);
  const { lower, upper } = expectOk(senSlope(x));
  t.equal(lower, slopes[18 - 1]);
  t.equal(upper, slopes[49 - 1]);
});

t.test('too few or equal values have no interval, fewer no slope', async (t) => {
  t.match(senSlope(Float64Array.of(1, 2, 3, 4)), { status: 'ok', slope: 1, lower: null, upper: null });
  t.match(senSlope(new Float64Array(9).fill(2)), { status: 'ok', slope: 0, lower: null, upper: null });
  t.same(senSlope(Float64Array.of(1, Number.NaN)), { status: 'too_few', n: 1 });
  t.same(senSlope(Float64Array.of()), { status: 'too_few', n: 0 });
});

t.test('refuses times and confidence that make no sense', async (t) => {
  const values = Float64Array.of(1, 2, 3);
  t.throws(() => senSlope(values, { times: Float64Array.of(1, 2) }), /Got 2 times for 3 values/);
  t.throws(() => senSlope(values, { times: Float64Array.of(1, 1, 2) }), /Got time 1 at 1/);
  t.throws(() => senSlope(values, { confidence: 1 }), /Got confidence 1/);
});
