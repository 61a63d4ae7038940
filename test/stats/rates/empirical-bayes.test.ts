import fc from 'fast-check';
import t from 'tap';
import { globalMoran } from '../../../src/stats/global/global-moran.ts';
import { localMoran, UNIT_STATUSES } from '../../../src/stats/local/local-moran.ts';
import {
  RATE_STATUSES,
  smoothRates,
  smoothRatesLocally,
  standardiseRates,
} from '../../../src/stats/rates/empirical-bayes.ts';
import { linkGrid, packLinks, readGolden, relativeDeviation } from '../golden.ts';

interface NcSids {
  events: number[];
  base: number[];
  queen: number[][];
  EBest_poisson: { raw: number[]; est: number[] };
  EBest_poisson_attr: { a: number; b: number };
  EBlocal_geoda: { est: number[] };
  EBlocal: { est: number[] };
  EBI: {
    I: number;
    p_greater: number;
    z: number[];
    I_of_z_moran: {
      statistic_z: number;
      observed: number;
      expectation: number;
      variance: number;
      p_value: number;
    };
  };
}
const nc = readGolden<NcSids>('ncsids');
const events = Float64Array.from(nc.events);
const base = Float64Array.from(nc.base);
const queen = packLinks(nc.queen);

/** Greatest |got - want| / |want|, rates being far below the floor of `largestDeviation`. */
function largestRelative(got: Float64Array, want: readonly number[]): number {
  t.equal(got.length, want.length);
  return Math.max(
    ...want.map((value, i) => (value === 0 ? Math.abs(got[i]!) : Math.abs(got[i]! / value - 1))),
  );
}

t.test('global rates of North Carolina equal EBest', async (t) => {
  const { raw, smoothed, prior, unitStatus } = smoothRates(events, base);
  t.ok(largestRelative(raw, nc.EBest_poisson.raw) < 1e-14);
  t.ok(largestRelative(smoothed, nc.EBest_poisson.est) < 1e-10);
  t.ok(Math.abs(prior!.mean / nc.EBest_poisson_attr.b - 1) < 1e-10);
  t.ok(Math.abs(prior!.variance / nc.EBest_poisson_attr.a - 1) < 1e-10);
  t.same(unitStatus, new Uint8Array(100));
});

t.test('local rates of North Carolina equal EBlocal(geoda = TRUE)', async (t) => {
  const { smoothed } = smoothRatesLocally(events, base, queen);
  t.ok(largestRelative(smoothed, nc.EBlocal_geoda.est) < 1e-10);
  t.ok(largestRelative(smoothed, nc.EBlocal.est) > 1e-3, 'and not the default of spdep');
});

t.test('standardised rates of North Carolina and their Moran equal EBImoran', async (t) => {
  const { standardised, status } = standardiseRates(events, base);
  t.equal(status, 'ok');
  t.ok(largestRelative(standardised, nc.EBI.z) < 1e-10);
  const moran = globalMoran(standardised, queen, { permutations: 9_999 });
  if (moran.status !== 'ok') throw new Error(`Got ${moran.status}, expected figures.`);
  const { I_of_z_moran: golden } = nc.EBI;
  t.ok(relativeDeviation(moran.statistic, nc.EBI.I) < 1e-10);
  t.ok(relativeDeviation(moran.statistic, golden.observed) < 1e-10);
  t.ok(relativeDeviation(moran.expectation, golden.expectation) < 1e-10);
  t.ok(relativeDeviation(moran.randomisation.variance, golden.variance) < 1e-10);
  t.ok(relativeDeviation(moran.randomisation.z, golden.statistic_z) < 1e-10);
  t.ok(Math.abs(moran.randomisation.p / golden.p_value - 1) < 1e-10);
  // Cross-check: spdep drew other shuffles; 24 of 100,000 expect 2.4 of 10,000, and 15 would be eight deviations off.
  t.ok(moran.permutation!.greaterOrEqual < 15);
});

t.test('local Moran takes standardised rates, and leaves out units without a base', async (t) => {
  const zeroed = base.slice();
  const without = events.slice();
  zeroed[3] = 0;
  without[3] = 0;
  const rates = standardiseRates(without, zeroed);
  t.equal(RATE_STATUSES[rates.unitStatus[3]!], 'no_base');
  const local = localMoran(rates.standardised, queen, { permutations: 99 });
  t.equal(UNIT_STATUSES[local.unitStatus[3]!], 'missing');
  t.equal(UNIT_STATUSES[local.unitStatus[4]!], 'tested');
  t.equal(local.rated, 99);
});

t.test('a rate is drawn towards the mean, the more the smaller its base, and never past it', async (t) => {
  const counts = fc.array(
    fc.integer({ min: 1, max: 5000 }).chain((b) => fc.tuple(fc.integer({ min: 0, max: b }), fc.constant(b))),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(counts, (given) => {
      const e = Float64Array.from(given, ([count]) => count);
      const b = Float64Array.from(given, ([, count]) => count);
      const { raw, smoothed, prior } = smoothRates(e, b);
      const kept = given.map((_, i) => (smoothed[i]! - prior!.mean) / (raw[i]! - prior!.mean));
      given.forEach((_, i) => {
        t.ok(Number.isFinite(smoothed[i]!));
        if (Math.abs(raw[i]! - prior!.mean) < 1e-6) return;
        t.ok(kept[i]! >= 0 && kept[i]! <= 1);
        given.forEach((_, j) => {
          if (b[j]! > b[i]! && Math.abs(raw[j]! - prior!.mean) > 1e-6) t.ok(kept[j]! >= kept[i]! - 1e-9);
        });
      });
    }),
    { seed: 8, numRuns: 60 },
  );
});

t.test('on a map where everybody is everybody’s neighbour local rates are global ones', async (t) => {
  const all = packLinks(nc.queen.map((_, i) => nc.queen.flatMap((_, j) => (j === i ? [] : [j]))));
  const { smoothed } = smoothRatesLocally(events, base, all);
  t.ok(largestRelative(smoothed, [...smoothRates(events, base).smoothed]) < 1e-12);
});

t.test('v falls back on chance where a is so negative that it would not be positive', async (t) => {
  // Rates are alike but for the tiny units, so a is about -m / mean(b), and m / b less for the large units.
  const { standardised, prior } = standardiseRates(
    Float64Array.of(0, 11, 1, 12),
    Float64Array.of(1, 100, 10, 120),
  );
  t.ok(prior!.variance < 0, 'not cut off');
  const mean = 24 / 231;
  for (const [i, e, b] of [
    [0, 0, 1],
    [1, 11, 100],
    [3, 12, 120],
  ] as const) {
    const sum = prior!.variance + mean / b;
    const v = sum > 0 ? sum : mean / b;
    t.ok(Math.abs(standardised[i]! - (e / b - mean) / Math.sqrt(v)) < 1e-12);
  }
  t.ok(prior!.variance + mean / 100 < 0, 'the case occurs');
  t.ok(prior!.variance + mean / 10 > 0, 'and the other');
});

t.test('units without a rate: not given, without a base, without neighbours', async (t) => {
  //  0 ─ 1 ─ 2 ─ 3     4
  const links = packLinks([[1], [0, 2], [1, 3], [2], []]);
  const e = Float64Array.of(1, 3, 0, Number.NaN, 2);
  const b = Float64Array.of(10, 10, 0, 10, 10);
  const global = smoothRates(e, b);
  t.same(
    [...global.unitStatus].map((status) => RATE_STATUSES[status]),
    ['ok', 'ok', 'no_base', 'missing', 'ok'],
  );
  t.same([...global.smoothed].map(Number.isNaN), [false, false, true, true, false]);
  t.same([...global.raw], [0.1, 0.3, Number.NaN, Number.NaN, 0.2]);
  const rest = smoothRates(Float64Array.of(1, 3, 2), Float64Array.of(10, 10, 10));
  t.same(
    [...global.smoothed].filter((rate) => !Number.isNaN(rate)),
    [...rest.smoothed],
  );

  const local = smoothRatesLocally(e, b, links);
  t.same(
    [...local.unitStatus].map((status) => RATE_STATUSES[status]),
    ['ok', 'ok', 'no_base', 'missing', 'island'],
  );
  t.same([...local.smoothed].map(Number.isNaN), [false, false, true, true, true]);
  t.same([...local.raw].map(Number.isNaN), [false, false, true, true, true]);
  const cut = smoothRatesLocally(Float64Array.of(1, 0), Float64Array.of(10, 0), packLinks([[1], [0]]));
  t.equal(RATE_STATUSES[cut.unitStatus[0]!], 'island', 'a neighbour without a base is none');
});

t.test('no events, no variance, no base, one unit, no unit', async (t) => {
  const none = [new Float64Array(4), Float64Array.of(10, 20, 30, 40)] as const;
  t.same(smoothRates(...none).smoothed, new Float64Array(4), 'rates of 0 are rates');
  t.same(smoothRatesLocally(...none, linkGrid(2, 2)).smoothed, new Float64Array(4));
  const quiet = standardiseRates(...none);
  t.equal(quiet.status, 'no_events');
  t.ok(quiet.standardised.every(Number.isNaN));

  const equal = smoothRates(Float64Array.of(1, 2, 3), Float64Array.of(10, 20, 30));
  t.equal(equal.prior!.variance, 0);
  t.ok(equal.smoothed.every((rate) => Math.abs(rate - 0.1) < 1e-15));

  const baseless = [new Float64Array(3), new Float64Array(3)] as const;
  t.equal(smoothRates(...baseless).prior, null);
  t.ok(smoothRates(...baseless).smoothed.every(Number.isNaN));
  t.equal(standardiseRates(...baseless).status, 'no_base');

  t.same(smoothRates(Float64Array.of(3), Float64Array.of(12)).smoothed, Float64Array.of(0.25));
  t.equal(smoothRates(new Float64Array(0), new Float64Array(0)).prior, null);
  t.equal(standardiseRates(new Float64Array(0), new Float64Array(0)).status, 'no_base');
});

t.test('counts that cannot be', async (t) => {
  const cases: [e: number, b: number, message: string][] = [
    [3, 2, 'Got 3 events of 2 in unit 1, expected at most its base.'],
    [1, 0, 'Got 1 events of 0 in unit 1, expected at most its base.'],
    [-1, 2, 'Got -1 events of 2 in unit 1, expected 0 or more.'],
    [0, -2, 'Got 0 events of -2 in unit 1, expected 0 or more.'],
    [1, Infinity, 'Got 1 events of Infinity in unit 1, expected 0 or more.'],
  ];
  const links = packLinks([[1], [0]]);
  for (const [e, b, message] of cases) {
    const given = [Float64Array.of(1, e), Float64Array.of(5, b)] as const;
    for (const run of [
      () => smoothRates(...given),
      () => smoothRatesLocally(...given, links),
      () => standardiseRates(...given),
    ]) {
      t.throws(run, { name: 'RangeError', message }, message);
    }
  }
  t.throws(() => smoothRates(new Float64Array(2), new Float64Array(3)), {
    message: 'Got 2 counts of events and 3 bases, expected as many.',
  });
  t.throws(() => smoothRatesLocally(new Float64Array(3), new Float64Array(3), links), {
    message: 'Got 3 counts for 2 units.',
  });
});
