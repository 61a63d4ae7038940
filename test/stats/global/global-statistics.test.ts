import fc from 'fast-check';
import t, { type Test } from 'tap';
import { bivariateMoran, leeL } from '../../../src/stats/global/bivariate.ts';
import { globalG } from '../../../src/stats/global/global-g.ts';
import { globalGeary } from '../../../src/stats/global/global-geary.ts';
import { globalMoran } from '../../../src/stats/global/global-moran.ts';
import { type NormalTest, testByShuffling } from '../../../src/stats/global/global-test.ts';
import { countJoins, type JoinCount } from '../../../src/stats/global/join-counts.ts';
import { openShuffles } from '../../../src/stats/inference/shuffles.ts';
import { localLee } from '../../../src/stats/local/local-lee.ts';
import type { Style } from '../../../src/stats/weights/weights.ts';
import { largestDeviation, linkGrid, packLinks, readGolden, relativeDeviation } from '../golden.ts';

interface GoldenTest {
  statistic_z: number;
  p_value: number;
  observed: number;
  expectation: number;
  variance: number;
}
interface Golden {
  x: number[];
  by_weights: Record<
    string,
    {
      weights: { style: Style; neighbors: number[][] };
      geary_randomisation_two_sided: GoldenTest;
      geary_normality_two_sided: GoldenTest;
      globalG_two_sided: GoldenTest;
    }
  >;
}

function expectOk<R extends { status: string }>(result: R): Extract<R, { status: 'ok' }> {
  if (result.status !== 'ok') throw new Error(`got status ${result.status}`);
  return result as Extract<R, { status: 'ok' }>;
}

/** @param sign -1 where the golden deviate has the opposite sign */
function compareTest(
  t: Test,
  got: { statistic: number; expectation: number },
  test: NormalTest,
  want: GoldenTest,
  sign = 1,
): void {
  t.ok(Math.abs(got.statistic / want.observed - 1) < 1e-10, `statistic ${got.statistic}, ${want.observed}`);
  t.ok(Math.abs(got.expectation / want.expectation - 1) < 1e-10, 'expectation');
  t.ok(Math.abs(test.variance / want.variance - 1) < 1e-10, `variance ${test.variance}, ${want.variance}`);
  t.ok(relativeDeviation(sign * test.z, want.statistic_z) < 1e-10, `z ${test.z}, ${want.statistic_z}`);
  t.ok(Math.abs(test.p / want.p_value - 1) < 1e-10, `p ${test.p}, ${want.p_value}`);
}

const golden = readGolden<Golden>('columbus_global');
const crime = Float64Array.from(golden.x);

for (const [name, entry] of Object.entries(golden.by_weights)) {
  t.test(`columbus equals geary.test and globalG.test: ${name}`, async (t) => {
    const { style, neighbors } = entry.weights;
    const options = { style, permutations: 0 };
    const geary = expectOk(globalGeary(crime, packLinks(neighbors), options));
    compareTest(t, geary, geary.randomisation, entry.geary_randomisation_two_sided, -1);
    compareTest(t, geary, geary.normality, entry.geary_normality_two_sided, -1);
    const g = expectOk(globalG(crime, packLinks(neighbors), options));
    compareTest(t, g, g.randomisation, entry.globalG_two_sided);
  });
}

interface Grid {
  x: number[];
  queen: number[][];
  queen_with_islands: number[][];
  geary_islands_W: GoldenTest;
  global_queen_W: { geary_randomisation_two_sided: GoldenTest; geary_normality_two_sided: GoldenTest };
}

t.test('a grid with ties, and with islands, equals geary.test', async (t) => {
  const grid = readGolden<Grid>('synthetic_grid_islands');
  const x = Float64Array.from(grid.x);
  const plain = expectOk(globalGeary(x, packLinks(grid.queen), { permutations: 0 }));
  compareTest(t, plain, plain.randomisation, grid.global_queen_W.geary_randomisation_two_sided, -1);
  compareTest(t, plain, plain.normality, grid.global_queen_W.geary_normality_two_sided, -1);
  const islands = expectOk(globalGeary(x, packLinks(grid.queen_with_islands), { permutations: 0 }));
  compareTest(t, islands, islands.randomisation, grid.geary_islands_W, -1);
  t.match(islands, { rated: 100, islands: 2, n: 98 });
});

interface Sids {
  rate: number[];
  EBI: { z: number[]; I_of_z_moran: GoldenTest };
  rate_global_local: {
    weights: { neighbors: number[][] };
    moran_randomisation_two_sided: GoldenTest;
    moran_normality_two_sided: GoldenTest;
    geary_randomisation_two_sided: GoldenTest;
    geary_normality_two_sided: GoldenTest;
  };
}

t.test('North Carolina equals moran.test and geary.test', async (t) => {
  const { rate, EBI, rate_global_local: want } = readGolden<Sids>('ncsids');
  const links = packLinks(want.weights.neighbors);
  const options = { permutations: 0 };
  const moran = expectOk(globalMoran(Float64Array.from(rate), links, options));
  compareTest(t, moran, moran.randomisation, want.moran_randomisation_two_sided);
  compareTest(t, moran, moran.normality, want.moran_normality_two_sided);
  const geary = expectOk(globalGeary(Float64Array.from(rate), links, options));
  compareTest(t, geary, geary.randomisation, want.geary_randomisation_two_sided, -1);
  compareTest(t, geary, geary.normality, want.geary_normality_two_sided, -1);
  const eb = expectOk(globalMoran(Float64Array.from(EBI.z), links, options));
  compareTest(t, eb, eb.randomisation, EBI.I_of_z_moran);
});

interface Bivariate {
  CRIME: number[];
  INC: number[];
  queen: number[][];
  moran_bv: { t0: number; mean: number; sd: number };
  lee: { L: number; localL: number[] };
  binary: number[];
  joincount: { z: number; p: number; observed: number; expectation: number; variance: number }[];
}
const columbus = readGolden<Bivariate>('columbus_bivariate_joincount');
const [x, y] = [Float64Array.from(columbus.CRIME), Float64Array.from(columbus.INC)];
const queen = packLinks(columbus.queen);

t.test('columbus equals moran_bv and lee', async (t) => {
  const moran = expectOk(bivariateMoran(x, y, queen));
  t.ok(Math.abs(moran.statistic / columbus.moran_bv.t0 - 1) < 1e-10);
  // moran_bv shuffles pairs too: its mean is a cross-check of the expectation.
  t.ok(
    Math.abs(moran.expectation - columbus.moran_bv.mean) < columbus.moran_bv.sd / 20,
    `${moran.expectation}`,
  );
  t.ok(moran.permutation!.lessOrEqual < 5, 'far in the lower tail');
  const lee = expectOk(leeL(x, y, queen, { permutations: 99 }));
  t.ok(Math.abs(lee.statistic / columbus.lee.L - 1) < 1e-10);
  const local = localLee(x, y, queen).figure;
  t.ok(largestDeviation(local, columbus.lee.localL) < 1e-10);
  t.ok(
    Math.abs(local.reduce((sum, l) => sum + l, 0) / 49 - lee.statistic) < 1e-12,
    'the mean of local L is L',
  );
});

t.test('columbus equals moran_bv of esda', async (t) => {
  const { moran_bv_I } = readGolden<{ moran_bv_I: number }>('columbus_esda');
  t.ok(
    Math.abs(expectOk(bivariateMoran(x, y, queen, { permutations: 0 })).statistic / moran_bv_I - 1) < 1e-10,
  );
});

t.test('columbus equals joincount.test', async (t) => {
  const result = expectOk(countJoins(Float64Array.from(columbus.binary), queen));
  for (const [join, want] of [
    [result.neither, columbus.joincount[0]!],
    [result.both, columbus.joincount[1]!],
  ] as [JoinCount, (typeof columbus.joincount)[0]][]) {
    t.ok(Math.abs(join.observed - want.observed) < 1e-10);
    t.ok(Math.abs(join.expectation / want.expectation - 1) < 1e-10);
    t.ok(Math.abs(join.variance / want.variance - 1) < 1e-10);
    t.ok(Math.abs(join.z / want.z - 1) < 1e-10);
    const upper = join.z > 0 ? join.p / 2 : 1 - join.p / 2;
    t.ok(Math.abs(upper / want.p - 1) < 1e-10);
  }
  t.equal(
    result.both.observed + result.neither.observed + result.unlike.observed,
    118,
    'every join is of one kind',
  );
  t.ok(result.both.permutation!.greaterOrEqual < 10, 'far in the upper tail');
});

/** All orders of 0 … n-1. */
function listOrders(ids: number[]): number[][] {
  if (ids.length < 2) return [ids];
  return ids.flatMap((id, k) => listOrders(ids.toSpliced(k, 1)).map((rest) => [id, ...rest]));
}

t.test('expectations and variances are those over all arrangements', async (t) => {
  const links = packLinks([[1], [0, 3], [1], [0, 4], [2, 3, 5], [1, 4]]);
  const a = Float64Array.of(1, 2, 4, 9, 5, 7);
  const b = Float64Array.of(3, 1, 1, 2, 5, 4);
  const marks = Float64Array.of(1, 0, 1, 1, 0, 0);
  const orders = listOrders([0, 1, 2, 3, 4, 5]);
  const momentsOver = (figure: (order: number[]) => number): [number, number] => {
    const figures = orders.map(figure);
    const mean = figures.reduce((sum, f) => sum + f, 0) / figures.length;
    return [mean, figures.reduce((sum, f) => sum + (f - mean) ** 2, 0) / figures.length];
  };
  const arrange = (values: Float64Array, order: number[]): Float64Array =>
    Float64Array.from(order, (i) => values[i]!);
  const options = { permutations: 0 };
  const close = (got: number, want: number, name: string): void => {
    t.ok(Math.abs(got - want) < 1e-10 * Math.max(1, Math.abs(want)), `${name}: ${got}, ${want}`);
  };
  for (const style of ['W', 'B'] as const) {
    const run = { ...options, style };
    const tests = {
      geary: (v: Float64Array) => expectOk(globalGeary(v, links, run)),
      g: (v: Float64Array) => expectOk(globalG(v, links, run)),
    };
    for (const [name, test] of Object.entries(tests)) {
      const [mean, variance] = momentsOver((order) => test(arrange(a, order)).statistic);
      close(test(a).expectation, mean, `${name} mean`);
      close(test(a).randomisation.variance, variance, `${name} variance`);
    }
    for (const pair of [bivariateMoran, leeL]) {
      const [mean] = momentsOver(
        (order) => expectOk(pair(arrange(a, order), arrange(b, order), links, run)).statistic,
      );
      close(expectOk(pair(a, b, links, run)).expectation, mean, `${pair.name} mean`);
    }
    for (const kind of ['both', 'neither', 'unlike'] as const) {
      const [mean, variance] = momentsOver(
        (order) => expectOk(countJoins(arrange(marks, order), links, run))[kind].observed,
      );
      const got = expectOk(countJoins(marks, links, run))[kind];
      close(got.expectation, mean, `${kind} mean`);
      close(got.variance, variance, `${kind} variance`);
    }
  }
});

t.test('shuffles approach the exact distribution, for every statistic', async (t) => {
  const links = packLinks([[1], [0, 3], [1], [0, 4], [2, 3, 5], [1, 4]]);
  const a = Float64Array.of(1, 2, 4, 9, 5, 7);
  const b = Float64Array.of(3, 1, 1, 2, 5, 4);
  const marks = Float64Array.of(1, 0, 1, 1, 0, 0);
  const orders = listOrders([0, 1, 2, 3, 4, 5]);
  const arrange = (values: Float64Array, order: number[]): Float64Array =>
    Float64Array.from(order, (i) => values[i]!);
  const permutations = 30_000;
  const identity = [0, 1, 2, 3, 4, 5];
  const run = (
    P: number,
  ): Record<
    string,
    (order: number[]) => { statistic: number; permutation: { greaterOrEqual: number } | null }
  > => ({
    geary: (order) => expectOk(globalGeary(arrange(a, order), links, { permutations: P })),
    g: (order) => expectOk(globalG(arrange(a, order), links, { permutations: P })),
    bivariate: (order) =>
      expectOk(bivariateMoran(arrange(a, order), arrange(b, order), links, { permutations: P })),
    lee: (order) => expectOk(leeL(arrange(a, order), arrange(b, order), links, { permutations: P })),
    joins: (order) => {
      const { observed, permutation } = expectOk(
        countJoins(arrange(marks, order), links, { permutations: P }),
      ).both;
      return { statistic: observed, permutation };
    },
  });
  for (const [name, test] of Object.entries(run(0))) {
    const observed = test(identity).statistic;
    const share = orders.filter((order) => test(order).statistic >= observed - 1e-9).length / orders.length;
    const { greaterOrEqual } = run(permutations)[name]!(identity).permutation!;
    const error = Math.sqrt((share * (1 - share)) / permutations);
    t.ok(
      Math.abs(greaterOrEqual / permutations - share) <= 4 * error,
      `${name}: ${greaterOrEqual / permutations}, ${share}`,
    );
    t.ok(share > 0.01 && share < 1, `${name} is worth comparing`);
  }
});

t.test('every shuffle starts from the original order and keeps columns together', async (t) => {
  const columns = [Float64Array.of(1, 2, 3, 4, 5, 6), Float64Array.of(10, 20, 30, 40, 50, 60)];
  const seen: number[][][] = [];
  testByShuffling(columns, (shuffled) => seen.push(shuffled.map((column) => [...column])), {
    permutations: 5,
    seed: 7,
  });
  const choose = openShuffles(7, 1);
  const want = Array.from({ length: 5 }, (_, row) => {
    const chosen = new Uint32Array(6);
    choose(row, chosen);
    const order = [1, 2, 3, 4, 5, 6];
    for (let last = 5; last > 0; last--)
      [order[chosen[last]!], order[last]] = [order[last]!, order[chosen[last]!]!];
    return [order, order.map((value) => 10 * value)];
  });
  t.same(seen.slice(1), want, 'after the observed order');
});

t.test('G does not depend on the unit of measure; Geary and Moran neither on the zero', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 16, maxLength: 16 }),
      fc.integer({ min: 1, max: 1e6 }),
      (list, factor) => {
        const links = linkGrid(4, 4);
        const values = Float64Array.from(list);
        const [plain, scaled] = [values, values.map((v) => v * factor)].map((v) =>
          globalG(v, links, { permutations: 0 }),
        );
        t.equal(plain!.status, scaled!.status);
        if (plain!.status === 'ok' && scaled!.status === 'ok')
          t.ok(relativeDeviation(plain!.randomisation.z, scaled!.randomisation.z) < 1e-8);
        const [c, shifted] = [values, values.map((v) => v * factor - 17)].map((v) =>
          globalGeary(v, links, { permutations: 0 }),
        );
        if (c!.status === 'ok' && shifted!.status === 'ok')
          t.ok(relativeDeviation(c!.statistic, shifted!.statistic) < 1e-9);
      },
    ),
    { seed: 3, numRuns: 100 },
  );
});

const { NaN: none } = Number;
const ring = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) =>
    [...new Set([(i + 1) % n, (i + n - 1) % n])].filter((j) => j !== i).sort((p, q) => p - q),
  );
const all = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => [...Array(n).keys()].filter((j) => j !== i));

const EDGE_CASES: [string, number[], number[][], { geary: string; g: string; joins: string }][] = [
  ['no units', [], [], { geary: 'too_few', g: 'too_few', joins: 'too_few' }],
  ['1 unit', [1], [[]], { geary: 'too_few', g: 'too_few', joins: 'too_few' }],
  ['3 units', [1, 0, 1], ring(3), { geary: 'too_few', g: 'too_few', joins: 'too_few' }],
  ['4 units', [1, 0, 1, 1], [[1], [0, 2], [1, 3], [2]], { geary: 'ok', g: 'ok', joins: 'ok' }],
  ['all islands', [1, 0, 1, 1], [[], [], [], []], { geary: 'too_few', g: 'too_few', joins: 'too_few' }],
  ['a constant', [1, 1, 1, 1, 1], ring(5), { geary: 'no_variance', g: 'no_variance', joins: 'no_variance' }],
  ['zeros', [0, 0, 0, 0, 0], ring(5), { geary: 'no_variance', g: 'no_variance', joins: 'no_variance' }],
  ['no values', [none, none, none, none], ring(4), { geary: 'too_few', g: 'too_few', joins: 'too_few' }],
  [
    'one value above 0',
    [0, 0, 1, 0, 0],
    [[1], [0, 2], [1, 3], [2, 4], [3]],
    { geary: 'ok', g: 'no_variance', joins: 'ok' },
  ],
  [
    'one value above 0, all units alike',
    [0, 0, 1, 0, 0],
    ring(5),
    { geary: 'no_variance', g: 'no_variance', joins: 'ok' },
  ],
  ['all are neighbours', [0, 1, 1, 0, 0], all(5), { geary: 'no_variance', g: 'no_variance', joins: 'ok' }],
  [
    'two parts',
    [0, 1, 1, 0, 0, 1],
    [
      [1, 2],
      [0, 2],
      [0, 1],
      [4, 5],
      [3, 5],
      [3, 4],
    ],
    { geary: 'ok', g: 'ok', joins: 'ok' },
  ],
];

for (const [name, values, lists, want] of EDGE_CASES) {
  t.test(`${name}: a status, never NaN`, async (t) => {
    const v = Float64Array.from(values);
    const links = packLinks(lists);
    const options = { permutations: 19 };
    const results = {
      geary: globalGeary(v, links, options),
      g: globalG(v, links, options),
      joins: countJoins(v, links, options),
      moran: bivariateMoran(v, v, links, options),
      lee: leeL(v, v, links, options),
    };
    t.match(results, { geary: { status: want.geary }, g: { status: want.g }, joins: { status: want.joins } });
    // Pairs have no variance to give: where every arrangement is the same their p is 1.
    const pairs = want.joins;
    t.equal(results.moran.status, pairs);
    t.equal(results.lee.status, pairs);
    if (results.moran.status === 'ok' && want.geary !== 'ok') t.equal(results.moran.permutation!.p, 1);
    t.notMatch(JSON.stringify(results), /null/, 'JSON writes NaN as null');
    t.equal(localLee(v, v, links).figure.some(Number.isFinite), pairs === 'ok');
  });
}

t.test('values beyond the range of numbers get a status', async (t) => {
  const links = packLinks(ring(5));
  const small = Float64Array.of(1, 2, 4, 9, 3);
  for (const factor of [1e-304, 1e301, 1e307]) {
    const large = small.map((value) => value * factor);
    for (const [name, result] of Object.entries({
      moran: globalMoran(large, links),
      geary: globalGeary(large, links),
      g: globalG(large, links),
      bivariate: bivariateMoran(small, large, links),
      lee: leeL(large, small, links),
    })) {
      t.equal(result.status, 'out_of_range', name);
      t.notOk('statistic' in result);
    }
  }
});

t.test('where all shuffles tie, p is 1 without an error', async (t) => {
  const result = bivariateMoran(
    Float64Array.of(1, 2, 4, 9, 3),
    Float64Array.of(2, 1, 1, 5, 3),
    packLinks(all(5)),
    {
      permutations: 99,
    },
  );
  t.match(result, { permutation: { p: 1, standardError: 0, greaterOrEqual: 99, lessOrEqual: 99 } });
});

t.test('negative values have no G', async (t) => {
  t.match(globalG(Float64Array.of(1, 2, -3, 4), linkGrid(2, 2)), { status: 'negative_values' });
});

t.test('a missing value is a unit that was never there', async (t) => {
  const whole = packLinks([
    [1, 2],
    [0, 2, 3],
    [0, 1, 4],
    [1, 5],
    [2, 5],
    [3, 4],
  ]);
  const part = packLinks([[1], [0, 3], [4], [1, 4], [2, 3]]);
  const [a, b] = [Float64Array.of(4, none, 1, 7, 3, 8), Float64Array.of(4, 1, 7, 3, 8)];
  const [u, v] = [Float64Array.of(1, 0, 5, none, 2, 2), Float64Array.of(1, 0, 1, 0, 1)];
  t.same(globalGeary(a, whole), globalGeary(b, part));
  t.same(globalG(a, whole), globalG(b, part));
  t.same(
    countJoins(Float64Array.of(1, none, 0, 1, 0, 1), whole),
    countJoins(Float64Array.of(1, 0, 1, 0, 1), part),
  );
  t.equal(bivariateMoran(a, u, whole).rated, 4);
  t.equal(bivariateMoran(b, v, part).status, 'ok');
  t.same(Array.from(localLee(a, u, whole).figure, Number.isNaN), [false, true, false, true, false, false]);
});

t.test('refuses what does not fit', async (t) => {
  const links = linkGrid(2, 2);
  const values = Float64Array.of(1, 0, 0, 1);
  for (const run of [
    () => globalGeary(Float64Array.of(1), links),
    () => globalG(values, links, { permutations: -1 }),
    () => countJoins(Float64Array.of(1, 0, 2, 0), links),
    () => bivariateMoran(values, Float64Array.of(1), links),
    () => leeL(values, values, links, { seed: 0.5 }),
  ])
    t.throws(run, { name: 'RangeError', message: /^Got / });
});

// n once left out a unit that others have as a neighbour but that has none itself: Var_N came out negative, z as NaN.
t.test('a unit that is only a neighbour of others counts in n', async (t) => {
  const x = Float64Array.of(0.098, 0.052, 0.09, 0.042, 0.085);
  const links = packLinks([[1, 3, 4], [0, 2, 3, 4], [0, 1, 3], [0, 4], []]);
  for (const result of [globalMoran(x, links, { style: 'B' }), globalGeary(x, links, { style: 'B' })]) {
    t.match(expectOk(result), { n: 5, islands: 1 });
    t.ok(expectOk(result).normality.p > 0);
  }
});
