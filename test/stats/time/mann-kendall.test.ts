import fc from 'fast-check';
import t from 'tap';
import { mannKendall } from '../../../src/stats/time/mann-kendall.ts';
import { senSlope } from '../../../src/stats/time/sen-slope.ts';
import { readGolden, relativeDeviation } from '../golden.ts';

interface Series {
  x: number[];
  S: number;
  varS: number;
  z: number;
  tau_b: number;
  p_two_sided: number;
  p_exact_kendall: number | null;
}

const { mann_kendall: series } = readGolden<{ mann_kendall: Series[] }>('trend_pca');

type Found = Extract<ReturnType<typeof mannKendall>, { status: 'ok' }>;

function expectOk(result: ReturnType<typeof mannKendall>): Found {
  if (result.status !== 'ok') throw new Error(`got status ${result.status}`);
  return result;
}

t.test('equals R: S, variance with ties, z, tau-b, both p', async (t) => {
  for (const want of series) {
    const got = expectOk(mannKendall(Float64Array.from(want.x)));
    t.equal(got.score, want.S);
    t.ok(relativeDeviation(got.variance, want.varS) < 1e-13, 'variance');
    t.ok(relativeDeviation(got.z, want.z) < 1e-10, 'z');
    t.ok(relativeDeviation(got.tauB, want.tau_b) < 1e-10, 'tau-b');
    t.ok(Math.abs(got.normalP / want.p_two_sided - 1) < 1e-10, 'normal p');
    if (want.p_exact_kendall === null) {
      t.equal(got.exactP, null);
      t.equal(got.p, got.normalP);
    } else {
      t.ok(Math.abs(got.exactP! / want.p_exact_kendall - 1) < 1e-10, 'exact p');
      t.equal(got.p, got.exactP);
    }
  }
});

t.test('missing periods leave the rest', async (t) => {
  const x = [1.1, 1.3, 1.2, 1.7, 1.9];
  const { NaN: none } = Number;
  const whole = expectOk(mannKendall(Float64Array.from(x)));
  const { n, score, p } = expectOk(mannKendall(Float64Array.of(none, ...x.slice(0, 2), none, ...x.slice(2))));
  t.same({ n, score, p }, { n: 5, score: whole.score, p: whole.p });
});

t.test('too short or constant series have a status and no figures', async (t) => {
  t.same(mannKendall(Float64Array.of()), { status: 'too_few', n: 0 });
  t.same(mannKendall(Float64Array.of(1, 2, 3, Number.NaN)), { status: 'too_few', n: 3 });
  t.same(mannKendall(Float64Array.of(1, Infinity, 3, 4)), { status: 'too_few', n: 3 });
  t.same(mannKendall(Float64Array.of(2, 2, 2, 2)), { status: 'no_variance', n: 4 });
});

t.test('4 periods cannot reach 5 percent, 5 can, and beyond 10 the normal p says the least', async (t) => {
  const line = (n: number): Found =>
    expectOk(mannKendall(Float64Array.from({ length: n }, (_, i) => 0.1 * i)));
  t.ok(Math.abs(line(4).p - 2 / 24) < 1e-15);
  t.ok(Math.abs(line(5).p - 2 / 120) < 1e-15);
  for (const n of [4, 7, 10, 11, 20]) t.equal(line(n).smallestP, line(n).p);
});

t.test('a straight line has no serial correlation to speak of', async (t) => {
  const { serial, corrected } = expectOk(
    mannKendall(Float64Array.from({ length: 12 }, (_, i) => 1e6 + 0.1 * i)),
  );
  t.same([serial, corrected], [null, null]);
});

t.test('serial correlation is seen beside a trend, and widens the variance', async (t) => {
  // Waves of 10 periods on a line: neighbours are alike.
  const waves = Float64Array.from({ length: 40 }, (_, i) => 0.02 * i + Math.sin((i * Math.PI) / 5));
  const wavy = expectOk(mannKendall(waves));
  t.ok(wavy.serial!.lagOne > 0.6 && wavy.serial!.significant, `${wavy.serial!.lagOne}`);
  const zigzag = Float64Array.from({ length: 30 }, (_, i) => 0.02 * i + (i % 2) + ((i * 7) % 5) / 50);
  const edgy = expectOk(mannKendall(zigzag));
  t.ok(edgy.serial!.lagOne < -0.6 && edgy.serial!.significant, `${edgy.serial!.lagOne}`);

  let state = 7;
  const noise = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
  let last = 0;
  const persistent = Float64Array.from({ length: 50 }, () => {
    last = 0.8 * last + noise();
    return last;
  });
  const { corrected, variance, score } = expectOk(mannKendall(persistent));
  t.ok(corrected!.factor > 1.5, `${corrected!.factor}`);
  t.equal(corrected!.variance, variance * corrected!.factor);
  t.equal(corrected!.z, (score - Math.sign(score)) / Math.sqrt(corrected!.variance));
});

t.test('white noise is left as it is', async (t) => {
  const noise = Float64Array.from({ length: 12 }, (_, i) => [3, 8, 1, 6, 9, 2, 5, 4, 8.5, 1.5, 7, 3.5][i]!);
  const { serial, corrected } = expectOk(mannKendall(noise));
  t.notOk(serial!.significant);
  t.ok(corrected === null || corrected.factor > 0);
});

t.test('the variance of Hamed and Rao by their formula, on the ranks of what the trend leaves', async (t) => {
  const x = [1, 2, 3.1, 4, 5.2, 6, 6.5, 5.6, 4.5, 3.6, 2.8, 1.5].map((value, i) => value + 0.7 * i);
  const trend = senSlope(Float64Array.from(x));
  if (trend.status !== 'ok') throw new Error('expected a slope');
  const rest = x.map((value, i) => value - trend.slope * i);
  const ranks = rest.map((value) => rest.filter((other) => other <= value).length);
  const squares = ranks.reduce((sum, r) => sum + (r - 6.5) ** 2, 0);
  let sum = 0;
  for (let k = 1; k < 12; k++) {
    const r = ranks.slice(k).reduce((s, rank, i) => s + (rank - 6.5) * (ranks[i]! - 6.5), 0) / squares;
    if (Math.abs(r) > 1.96 / Math.sqrt(12)) sum += (12 - k) * (11 - k) * (10 - k) * r;
  }
  const factor = 1 + (2 * sum) / (12 * 11 * 10);
  t.ok(factor > 1.2, `factor ${factor} is worth comparing`);
  const { corrected } = expectOk(mannKendall(Float64Array.from(x)));
  t.ok(Math.abs(corrected!.factor - factor) < 1e-9, `${corrected!.factor}, ${factor}`);
});

t.test('reversal turns the sign, monotone transformation changes nothing of the test', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 14 }), (values) => {
      const forward = mannKendall(Float64Array.from(values));
      const backward = mannKendall(Float64Array.from(values.toReversed()));
      const cubed = mannKendall(Float64Array.from(values, (value) => value ** 3 + value));
      if (forward.status !== 'ok') {
        t.equal(backward.status, forward.status);
        return;
      }
      t.equal(expectOk(backward).score, -forward.score || 0);
      t.equal(expectOk(backward).p, forward.p);
      t.equal(expectOk(cubed).score, forward.score);
      t.equal(expectOk(cubed).p, forward.p);
      t.ok(forward.p > 0 && forward.p <= 1 && forward.p >= forward.smallestP * (1 - 1e-12));
      t.ok(Math.abs(forward.tauB) <= 1 + 1e-12);
    }),
    { seed: 8, numRuns: 200 },
  );
});
