import t, { type Test } from 'tap';
import { analyseLocal } from '../../../src/stats/local/local-analysis.ts';
import { LOCAL_CLASSES } from '../../../src/stats/local/local-classes.ts';
import { totalMoranMoments } from '../../../src/stats/local/local-moments.ts';
import { COUNTING_METHODS, type LocalStatistic } from '../../../src/stats/local/local-plan.ts';
import { type LocalResult, UNIT_STATUSES } from '../../../src/stats/local/local-result.ts';
import { standardise } from '../../../src/stats/standardise.ts';
import type { Style } from '../../../src/stats/weights/weights.ts';
import { largestDeviation, linkGrid, packLinks, readGolden } from '../golden.ts';

type Column = (number | null)[];
interface GoldenG {
  z: Column;
  internals: Record<string, Column>;
}
interface GoldenLocal {
  weights: { style: Style; neighbors: number[][] };
  localmoran_total: { E: Column; Var: Column; z: Column; p_two_sided: Column };
  localC: Column;
  Gi: GoldenG;
  Gistar: GoldenG;
}

import { ALL_KINDS } from './local-kinds.ts';

const { NaN: none } = Number;
const columbus = readGolden<{ x: number[]; by_weights: Record<string, GoldenLocal> }>('columbus_local');
const crime = Float64Array.from(columbus.x);
const queen = packLinks(columbus.by_weights.queen_W!.weights.neighbors);

function compareG(
  t: Test,
  result: LocalResult,
  golden: GoldenG,
  name: 'Gi' | 'G*i',
  blank: number[] = [],
): void {
  const want = (column: Column): Column => column.map((value, i) => (blank.includes(i) ? null : value));
  t.ok(largestDeviation(result.z, want(golden.z)) < 1e-10, `${name} z`);
  t.ok(largestDeviation(result.figure, want(golden.internals[name]!)) < 1e-10, `${name} figure`);
  t.ok(
    largestDeviation(result.expectation, want(golden.internals[`E(${name})`]!)) < 1e-10,
    `${name} expectation`,
  );
  const variance = want(golden.internals[`V(${name})`]!);
  // Variances of shares are tiny: compare them relative to themselves.
  t.ok(
    variance.every((v, i) => v === null || Math.abs(result.variance[i]! / v - 1) < 1e-10),
    `${name} variance`,
  );
  t.ok(
    largestDeviation(result.analyticP, want(golden.internals[`Pr(z != E(${name}))`]!)) < 1e-10,
    `${name} p`,
  );
}

function analyseUnivariate(x: Float64Array, lists: number[][], style: Style): LocalResult[] {
  return analyseLocal({
    variables: [x],
    weights: packLinks(lists),
    style,
    statistics: ALL_KINDS.slice(0, 4),
    permutations: 9,
    exact: false,
  }).results;
}

for (const [name, golden] of Object.entries(columbus.by_weights)) {
  t.test(`columbus equals localG, localC and total moments of localmoran: ${name}`, async (t) => {
    const { style, neighbors } = golden.weights;
    const [, gi, giStar, geary] = analyseUnivariate(crime, neighbors, style);
    compareG(t, gi!, golden.Gi, 'Gi');
    compareG(t, giStar!, golden.Gistar, 'G*i');
    t.ok(largestDeviation(geary!.figure, golden.localC) < 1e-10, 'local Geary');
    const total = totalMoranMoments(crime, packLinks(neighbors), style);
    t.ok(largestDeviation(total.expectation, golden.localmoran_total.E) < 1e-10);
    t.ok(largestDeviation(total.variance, golden.localmoran_total.Var) < 1e-10);
    t.ok(largestDeviation(total.z, golden.localmoran_total.z) < 1e-10);
    t.ok(largestDeviation(total.p, golden.localmoran_total.p_two_sided) < 1e-10);
  });
}

interface Grid {
  x: number[];
  queen: number[][];
  queen_with_islands: number[][];
  local_queen_W: GoldenLocal;
  local_islands_W: GoldenLocal;
  Gi_islands_W: GoldenG;
  Gi_islands_B: GoldenG;
  Gi_queen_B: GoldenG;
  Gistar_queen_B: GoldenG;
}
const grid = readGolden<Grid>('synthetic_grid_islands');

t.test('a grid with ties equals localG and localC', async (t) => {
  const x = Float64Array.from(grid.x);
  const [, gi, giStar, geary] = analyseUnivariate(x, grid.queen, 'B');
  compareG(t, gi!, grid.Gi_queen_B, 'Gi');
  compareG(t, giStar!, grid.Gistar_queen_B, 'G*i');
  const [, , , gearyW] = analyseUnivariate(x, grid.queen, 'W');
  t.ok(largestDeviation(gearyW!.figure, grid.local_queen_W.localC) < 1e-10);
  t.ok(geary!.figure[0]! > gearyW!.figure[0]!);
  const total = totalMoranMoments(x, packLinks(grid.queen));
  t.ok(largestDeviation(total.variance, grid.local_queen_W.localmoran_total.Var) < 1e-10);
});

t.test('islands have no figures, whatever the statistic', async (t) => {
  const islands = [0, 55];
  const x = Float64Array.from(grid.x);
  for (const [style, golden] of [
    ['W', grid.Gi_islands_W],
    ['B', grid.Gi_islands_B],
  ] as const) {
    const results = analyseUnivariate(x, grid.queen_with_islands, style);
    compareG(t, results[1]!, golden, 'Gi', islands);
    for (const result of results) {
      for (const i of islands) {
        t.equal(UNIT_STATUSES[result.unitStatus[i]!], 'island');
        t.ok(Number.isNaN(result.p[i]) && Number.isNaN(result.figure[i]) && Number.isNaN(result.z[i]));
        t.ok(Object.values(result.adjusted).every((column) => Number.isNaN(column[i])));
      }
      t.equal(result.p.filter((p) => p > 0).length, 98);
    }
  }
  const want = grid.local_islands_W.localC.map((c, i) => (islands.includes(i) ? null : c));
  t.ok(largestDeviation(analyseUnivariate(x, grid.queen_with_islands, 'W')[3]!.figure, want) < 1e-10);
  const total = totalMoranMoments(x, packLinks(grid.queen_with_islands));
  t.ok(Number.isNaN(total.expectation[0]) && Number.isNaN(total.p[55]));
});

interface Bivariate {
  CRIME: number[];
  INC: number[];
  HOVAL: number[];
  queen: number[][];
  localmoran_bv: { Ibvi: number[]; 'Pr(z != E(Ibvi)) Sim': number[] };
  localC_multivariate: number[];
}
const bivariate = readGolden<Bivariate>('columbus_bivariate_joincount');

t.test('columbus equals localmoran_bv and multivariate localC', async (t) => {
  const variables = [bivariate.CRIME, bivariate.INC, bivariate.HOVAL].map((x) => Float64Array.from(x));
  const { results } = analyseLocal({
    variables,
    weights: packLinks(bivariate.queen),
    statistics: [
      { kind: 'bivariate-moran', variable: 0, neighbours: 1 },
      { kind: 'multivariate-geary', variables: [0, 1, 2] },
    ],
  });
  t.ok(largestDeviation(results[0]!.figure, bivariate.localmoran_bv.Ibvi) < 1e-10, 'bivariate');
  t.ok(largestDeviation(results[1]!.figure, bivariate.localC_multivariate) < 1e-10, 'multivariate Geary');
  // A cross-check: localmoran_bv draws 9,999 times with replacement.
  for (const [i, p] of bivariate.localmoran_bv['Pr(z != E(Ibvi)) Sim'].entries())
    t.ok(Math.abs(results[0]!.p[i]! - p) < 0.06, `unit ${i}: ${results[0]!.p[i]}, ${p}`);
});

interface Esda {
  x: number[];
  y: number[];
  neighbors: number[][];
  moran_local_Is: number[];
  quadrant_q: number[];
  p_sim_directed_9999_seed12345: number[];
  moran_local_bv_Is: number[];
  Gi_binary_z: number[];
  Gistar_binary_z: number[];
}

t.test('columbus agrees with esda', async (t) => {
  const esda = readGolden<Esda>('columbus_esda');
  const { results } = analyseLocal({
    variables: [Float64Array.from(esda.x), Float64Array.from(esda.y)],
    weights: packLinks(esda.neighbors),
    statistics: ALL_KINDS.slice(0, 5),
  });
  const [moran, gi, giStar, , both] = results;
  t.ok(
    largestDeviation(
      moran!.figure.map((i) => (i * 48) / 49),
      esda.moran_local_Is,
    ) < 1e-10,
  );
  t.ok(largestDeviation(gi!.z, esda.Gi_binary_z) < 1e-10);
  t.ok(largestDeviation(giStar!.z, esda.Gistar_binary_z) < 1e-10);
  t.ok(largestDeviation(both!.figure, esda.moran_local_bv_Is) < 1e-10);
  // esda counts quadrants round the clock: HH, LH, LL, HL.
  const names = ['', 'high-high', 'low-high', 'low-low', 'high-low'];
  t.same(
    Array.from(moran!.class, (c) => LOCAL_CLASSES[c]),
    esda.quadrant_q.map((q) => names[q]),
  );
  for (const [i, folded] of esda.p_sim_directed_9999_seed12345.entries())
    t.ok(Math.abs(moran!.p[i]! - Math.min(1, 2 * folded)) < 0.05, `unit ${i}`);
});

interface NcSids {
  rate: number[];
  EBI: { z: number[] };
  rate_global_local: GoldenLocal & {
    GiB: GoldenG;
    GistarB: GoldenG;
    localmoran_conditional: { Ii: Column; z: Column };
  };
}

t.test('North Carolina equals localmoran, localC and localG, and the EB form rides along', async (t) => {
  const sids = readGolden<NcSids>('ncsids');
  const golden = sids.rate_global_local;
  const weights = packLinks(golden.weights.neighbors);
  const variables = [Float64Array.from(sids.rate), Float64Array.from(sids.EBI.z)];
  const statistics: LocalStatistic[] = [...ALL_KINDS.slice(0, 4), { kind: 'moran', variable: 1 }];
  const [moran, gi, giStar, geary, eb] = analyseLocal({
    variables,
    weights,
    statistics,
    permutations: 99,
  }).results;
  t.ok(largestDeviation(moran!.figure, golden.localmoran_conditional.Ii) < 1e-10);
  t.ok(largestDeviation(moran!.z, golden.localmoran_conditional.z) < 1e-10);
  t.ok(largestDeviation(geary!.figure, golden.localC) < 1e-10);
  compareG(t, gi!, golden.Gi, 'Gi');
  compareG(t, giStar!, golden.Gistar, 'G*i');
  const [, giB, giStarB] = analyseLocal({
    variables,
    weights,
    statistics,
    style: 'B',
    permutations: 99,
  }).results;
  compareG(t, giB!, golden.GiB, 'Gi');
  compareG(t, giStarB!, golden.GistarB, 'G*i');
  const scores = standardise(variables[1]!);
  t.ok(
    Math.abs(eb!.figure.reduce((sum, i) => sum + i, 0) / 100 - 0.24874621426351115) < 1e-10,
    'mean of local is global',
  );
  t.equal(eb!.class[0], moran!.class[0]);
  t.ok(scores[0]! < 0);
});

interface MillionDraws {
  x: number[];
  neighbors: number[][];
  p_two_sided: number[];
}

for (const name of ['columbus_queen_lisa_p_1e6', 'columbus_knn4_lisa_p_1e6']) {
  t.test(`exact and sampled p lie within 5 standard errors of a million draws: ${name}`, async (t) => {
    const million = readGolden<MillionDraws>(name);
    const { results, method } = analyseLocal({
      variables: [Float64Array.from(million.x)],
      weights: packLinks(million.neighbors),
      statistics: ALL_KINDS.slice(0, 3),
    });
    const [moran, gi, giStar] = results;
    let exact = 0;
    for (const [i, p] of million.p_two_sided.entries()) {
      const isExact = COUNTING_METHODS[method[i]!] === 'exact';
      if (isExact) exact++;
      const variance = p * (2 - p) * ((isExact ? 0 : 1 / 99_999) + 1 / 999_999);
      t.ok(Math.abs(moran!.p[i]! - p) <= 5 * Math.sqrt(variance) + 2e-6, `unit ${i}: ${moran!.p[i]}, ${p}`);
      t.equal(gi!.p[i], moran!.p[i], 'Gi asks the same question');
      t.equal(giStar!.p[i], moran!.p[i]);
      t.equal(moran!.standardError[i] === 0, isExact);
    }
    t.ok(exact > 20, `${exact} units counted exactly`);
  });
}

const ring = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) =>
    [...new Set([(i + 1) % n, (i + n - 1) % n])].filter((j) => j !== i).sort((a, b) => a - b),
  );
const all = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => [...Array(n).keys()].filter((j) => j !== i));

const EDGE_CASES: [string, number[], number[][], LocalResult['status'], number][] = [
  ['no units', [], [], 'too_few', 0],
  ...[1, 2, 3].map((n): [string, number[], number[][], LocalResult['status'], number] => [
    `${n} units`,
    [1, 2, 4].slice(0, n),
    ring(n),
    'too_few',
    0,
  ]),
  ['4 units', [1, 2, 4, 9], ring(4), 'ok', 4],
  ['5 units', [1, 2, 4, 9, 3], ring(5), 'ok', 5],
  ['all islands', [1, 2, 3, 4], [[], [], [], []], 'too_few', 0],
  ['a constant', [7.3, 7.3, 7.3, 7.3, 7.3], ring(5), 'no_variance', 0],
  ['infinity is no value', [1, 2, Infinity, 4, 5], all(5), 'ok', 4],
  ['no values', [none, none, none, none], all(4), 'too_few', 0],
  ['two values', [0, 0, 0, 1, 0, 0], ring(6), 'ok', 6],
  ['all are neighbours', [1, 2, 4, 9, 16], all(5), 'ok', 5],
  ['values that add up to 0', [-2, -1, 0, 1, 2], ring(5), 'ok', 5],
  [
    'two parts',
    [1, 2, 4, 5, 7, 8],
    [
      [1, 2],
      [0, 2],
      [0, 1],
      [4, 5],
      [3, 5],
      [3, 4],
    ],
    'ok',
    6,
  ],
];

for (const [name, values, lists, status, tested] of EDGE_CASES) {
  for (const exact of [true, false]) {
    t.test(`${name}, ${exact ? 'exact' : 'sampled'}`, async (t) => {
      const x = Float64Array.from(values);
      const { results } = analyseLocal({
        variables: [x, x.map((value) => value * value + value)],
        weights: packLinks(lists),
        statistics: ALL_KINDS,
        permutations: 99,
        exact,
      });
      for (const result of results) {
        const { kind } = result.statistic;
        t.equal(result.status, status, kind);
        t.equal(result.p.filter((p) => p > 0 && p <= 1).length, tested, `${kind}: p of tested units only`);
        for (const [i, unit] of result.unitStatus.entries()) {
          const isTested = UNIT_STATUSES[unit] === 'tested';
          t.equal(Number.isNaN(result.p[i]), !isTested);
          if (!isTested)
            t.ok(Number.isNaN(result.figure[i]) && result.draws[i] === 0 && result.class[i] === 0);
          if (isTested && !kind.startsWith('gi')) t.ok(Number.isFinite(result.figure[i]), `${kind}: figure`);
          t.ok(!Number.isFinite(result.z[i]!) || result.variance[i] !== 0);
        }
      }
      if (name === 'all are neighbours') {
        for (const result of results) t.ok(result.p.every((p) => p === 1) && result.z.every(Number.isNaN));
      }
    });
  }
}

t.test('where values add up to 0 a share has no figure, but its deviate', async (t) => {
  const x = Float64Array.of(-2, -1, 0, 1, 2);
  const [, gi, giStar] = analyseUnivariate(x, ring(5), 'W');
  t.ok(giStar!.figure.every(Number.isNaN) && giStar!.variance.every(Number.isNaN));
  t.ok(giStar!.z.every(Number.isFinite) && Number.isFinite(gi!.z[2]));
  const shifted = analyseUnivariate(
    x.map((value) => value + 10),
    ring(5),
    'W',
  );
  t.ok(largestDeviation(giStar!.z, [...shifted[2]!.z]) < 1e-12);
  t.ok(largestDeviation(gi!.z, [...shifted[1]!.z]) < 1e-12);
});

t.test('sums that are only rounding count as 0', async (t) => {
  const shares = (x: number[]): LocalResult[] =>
    analyseUnivariate(Float64Array.from(x), ring(x.length), 'W').slice(1, 3);
  const [one, oneStar] = shares([1, 0, 0, 0, 0, 0, 0]);
  t.ok([one!.figure, one!.expectation, one!.variance].every((column) => Number.isNaN(column[0])));
  t.ok(one!.figure.subarray(1).every(Number.isFinite) && oneStar!.figure.every(Number.isFinite));
  t.ok(one!.p[0]! > 0, 'the test needs no share');
  const [, star] = shares([0.9, 0.1, -0.3, 0.2, -0.6, -0.1, -0.2]);
  t.ok(
    star!.figure.every(Number.isNaN) && star!.variance.every(Number.isNaN) && star!.z.every(Number.isFinite),
  );
  const [rest] = shares([0.9, 0.1, -0.3, 0.2, 0.3, -0.1, -0.2]);
  t.ok(Number.isNaN(rest!.figure[0]), 'all but the first add up to 0');
  t.ok(rest!.figure.subarray(1).every((share) => Math.abs(share) < 100));
});

t.test('values beyond the range of numbers get a status, no figures', async (t) => {
  const small = Float64Array.of(1, 2, 4, 9, 3);
  for (const factor of [1e-304, 1e301, 1e307]) {
    const { results } = analyseLocal({
      variables: [small.map((value) => value * factor), small],
      weights: packLinks(ring(5)),
      statistics: [...ALL_KINDS, { kind: 'moran', variable: 1 }],
      permutations: 9,
    });
    for (const result of results.slice(0, -1)) {
      t.equal(result.status, 'out_of_range', result.statistic.kind);
      t.ok(result.figure.every(Number.isNaN) && result.p.every(Number.isNaN));
      t.ok(result.unitStatus.every((unit) => UNIT_STATUSES[unit] === 'not_tested'));
    }
    t.equal(results.at(-1)!.status, 'ok');
    t.equal(
      totalMoranMoments(
        small.map((value) => value * factor),
        packLinks(ring(5)),
      ).status,
      'out_of_range',
    );
  }
});

t.test('Gi* of a kernel counts the unit itself as the kernel does', async (t) => {
  const weights = { ...queen, weights: queen.weights.map((_, e) => 0.2 + 0.1 * (e % 5)) };
  const n = crime.length;
  const mean = crime.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(crime.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  for (const selfWeight of [1, 0.75, 0]) {
    const [star] = analyseLocal({
      variables: [crime],
      weights,
      style: 'asGiven',
      selfWeight,
      statistics: ALL_KINDS.slice(2, 3),
      permutations: 9,
    }).results;
    for (let i = 0; i < n; i++) {
      // Ord & Getis 1995, (5), with w_ii.
      let [sum, total, squares] = [selfWeight * crime[i]!, selfWeight, selfWeight ** 2];
      for (let e = queen.offsets[i]!; e < queen.offsets[i + 1]!; e++) {
        sum += weights.weights[e]! * crime[queen.neighbours[e]!]!;
        total += weights.weights[e]!;
        squares += weights.weights[e]! ** 2;
      }
      const z = (sum - total * mean) / (deviation * Math.sqrt((n * squares - total * total) / (n - 1)));
      t.ok(Math.abs(star!.figure[i]! - sum / (n * mean)) < 1e-12, `figure of ${i}`);
      t.ok(Math.abs(star!.z[i]! - z) < 1e-10, `z of ${i}`);
    }
  }
  for (const [selfWeight, style] of [
    [-1, 'asGiven'],
    [none, 'asGiven'],
    [Infinity, 'asGiven'],
    [1, 'W'],
  ] as const) {
    t.throws(
      () =>
        analyseLocal({ variables: [crime], weights, style, selfWeight, statistics: ALL_KINDS.slice(2, 3) }),
      { name: 'RangeError', message: /own weight/ },
    );
  }
});

t.test('total moments say what was tested', async (t) => {
  const statusOf = (values: number[], lists: number[][]): unknown => {
    const { status, unitStatus, ...columns } = totalMoranMoments(Float64Array.from(values), packLinks(lists));
    const units = Array.from(unitStatus, (unit) => UNIT_STATUSES[unit]);
    units.forEach((unit, i) => {
      t.equal(
        Object.values(columns).every((column: Float64Array) => Number.isNaN(column[i])),
        unit !== 'tested',
      );
    });
    return [status, ...units];
  };
  const pairs = [[1], [0], [3], [2], [], [0]];
  t.same(statusOf([1, 2, 4, 8, 3, none], pairs), [
    'ok',
    ...Array<string>(4).fill('tested'),
    'island',
    'missing',
  ]);
  t.same(statusOf([1, 2, 4, none, 3, none], pairs), [
    'too_few',
    'not_tested',
    'not_tested',
    'island',
    'missing',
    'island',
    'missing',
  ]);
  t.same(statusOf([1, 1, 1, 1], [[1], [0], [3], [2]]), [
    'no_variance',
    ...Array<string>(4).fill('not_tested'),
  ]);
});

t.test('one constant variable silences only what uses it', async (t) => {
  const { results } = analyseLocal({
    variables: [crime, new Float64Array(49).fill(3)],
    weights: queen,
    statistics: ALL_KINDS,
    permutations: 9,
  });
  t.same(
    results.map((result) => result.status),
    ['ok', 'ok', 'ok', 'ok', 'no_variance', 'no_variance', 'no_variance'],
  );
});

t.test('classes say how own and neighbouring values lie', async (t) => {
  const values = new Float64Array(100).map((_, i) => (i * 37) % 11);
  for (const j of [33, 34, 35, 43, 44, 45, 53, 54, 55]) values[j] = 40 + (j % 3);
  values[77] = 40;
  const { results } = analyseLocal({
    variables: [values, values.map((value) => -value)],
    weights: linkGrid(10, 10),
    statistics: ALL_KINDS,
    permutations: 999,
  });
  const classes = (unit: number): string[] => results.map((result) => LOCAL_CLASSES[result.class[unit]!]!);
  t.same(classes(44), ['high-high', 'high', 'high', 'high-high', 'high-low', 'positive', 'positive']);
  t.same(classes(77), ['high-low', 'low', 'low', 'negative', 'high-high', 'negative', 'negative']);
  t.equal(results[0]!.p[44], 2 / 1000);
  t.same([results[0]!.greaterOrEqual[44], results[3]!.lessOrEqual[44]], [0, 0]);
});

t.test('refuses what does not fit', async (t) => {
  const weights = linkGrid(2, 2);
  const x = Float64Array.of(1, 2, 3, 4);
  const moran = [ALL_KINDS[0]!];
  t.throws(() => analyseLocal({ variables: [Float64Array.of(1)], weights, statistics: moran }), {
    message: 'Got 1 values for 4 units.',
  });
  t.throws(() => analyseLocal({ variables: [x], weights, statistics: [ALL_KINDS[4]!] }), {
    message: 'Got variable 1, expected 0 to 0.',
  });
  t.throws(
    () =>
      analyseLocal({ variables: [x], weights, statistics: [{ kind: 'multivariate-geary', variables: [] }] }),
    { message: /no variables/ },
  );
  for (const permutations of [0, -1, 1.5, none])
    t.throws(() => analyseLocal({ variables: [x], weights, statistics: moran, permutations }), {
      name: 'RangeError',
    });
  t.throws(() => analyseLocal({ variables: [x], weights, statistics: moran, seed: -1 }), {
    message: /seed/,
  });
});
