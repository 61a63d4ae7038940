import fc from 'fast-check';
import t, { type Test } from 'tap';
import { globalMoran, sumWeights } from '../../../src/stats/global/global-moran.ts';
import { styleWeights } from '../../../src/stats/weights/weights.ts';
import { linkGrid, packLinks, readGolden, relativeDeviation } from '../golden.ts';

interface MoranTest {
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
      weights: { style: 'W' | 'B'; neighbors: number[][]; constants: { S0: number; S1: number; S2: number } };
      moran_randomisation_two_sided: MoranTest;
      moran_normality_two_sided: MoranTest;
    }
  >;
  moran_mc_queen_W: { I: number; p_greater: number; mean_sim: number; sd_sim: number };
}

const golden = readGolden<Golden>('columbus_global');
const crime = Float64Array.from(golden.x);

type Result = ReturnType<typeof globalMoran>;

/** A result that has figures. */
function expectOk(result: Result): Extract<Result, { status: 'ok' }> {
  if (result.status !== 'ok') throw new Error(`got status ${result.status}`);
  return result;
}

function compareTest(t: Test, result: Result, kind: 'randomisation' | 'normality', want: MoranTest): void {
  const { statistic, expectation, [kind]: test } = expectOk(result);
  t.ok(relativeDeviation(statistic, want.observed) < 1e-10, `I: ${statistic}, ${want.observed}`);
  t.ok(relativeDeviation(expectation, want.expectation) < 1e-10, 'expectation');
  t.ok(Math.abs(test.variance / want.variance - 1) < 1e-10, `variance: ${test.variance}, ${want.variance}`);
  t.ok(relativeDeviation(test.z, want.statistic_z) < 1e-10, `z: ${test.z}, ${want.statistic_z}`);
  t.ok(Math.abs(test.p / want.p_value - 1) < 1e-10, `p: ${test.p}, ${want.p_value}`);
}

for (const [name, entry] of Object.entries(golden.by_weights)) {
  t.test(`columbus equals moran.test: ${name}`, async (t) => {
    const { style, neighbors, constants } = entry.weights;
    const links = packLinks(neighbors);
    const sums = sumWeights(styleWeights(links, style));
    t.ok(relativeDeviation(sums.s0, constants.S0) < 1e-13, 'S0');
    t.ok(relativeDeviation(sums.s1, constants.S1) < 1e-13, 'S1');
    t.ok(relativeDeviation(sums.s2, constants.S2) < 1e-13, 'S2');
    const result = globalMoran(crime, links, { style, permutations: 0 });
    compareTest(t, result, 'randomisation', entry.moran_randomisation_two_sided);
    compareTest(t, result, 'normality', entry.moran_normality_two_sided);
  });
}

interface Grid {
  x: number[];
  queen: number[][];
  queen_with_islands: number[][];
  moran_islands_W: { adjust_n_TRUE: MoranTest; adjust_n_FALSE: MoranTest };
  global_queen_W: { moran_randomisation_two_sided: MoranTest; moran_normality_two_sided: MoranTest };
}

const grid = readGolden<Grid>('synthetic_grid_islands');
const gridValues = Float64Array.from(grid.x);

t.test('a grid with ties equals moran.test', async (t) => {
  const result = globalMoran(gridValues, packLinks(grid.queen), { permutations: 0 });
  compareTest(t, result, 'randomisation', grid.global_queen_W.moran_randomisation_two_sided);
  compareTest(t, result, 'normality', grid.global_queen_W.moran_normality_two_sided);
});

t.test('islands are left out of n, or counted when asked', async (t) => {
  const links = packLinks(grid.queen_with_islands);
  const adjusted = globalMoran(gridValues, links, { permutations: 0 });
  compareTest(t, adjusted, 'randomisation', grid.moran_islands_W.adjust_n_TRUE);
  t.match(adjusted, { rated: 100, islands: 2, n: 98 });
  const plain = globalMoran(gridValues, links, { permutations: 0, adjustForIslands: false });
  compareTest(t, plain, 'randomisation', grid.moran_islands_W.adjust_n_FALSE);
  t.match(plain, { rated: 100, islands: 2, n: 100 });
});

t.test('the permutation test agrees with moran.mc', async (t) => {
  const links = packLinks(golden.by_weights.queen_W!.weights.neighbors);
  const { permutation } = expectOk(globalMoran(crime, links, { permutations: 99_999, seed: 4 }));
  t.match(permutation, {
    permutations: 99_999,
    seed: 4,
    greaterOrEqual: 0,
    lessOrEqual: 99_999,
    p: 2 / 100_000,
  });
});

t.test('the permutation p approaches the analytic p, both tails', async (t) => {
  const links = linkGrid(12, 12);
  for (const sign of [1, -1]) {
    // A weak trend across the map, or weak stripes.
    const values = Float64Array.from({ length: 144 }, (_, i) => {
      const [row, column] = [Math.floor(i / 12), i % 12];
      const noise = Math.sin(i * 12.9898) * 43758.5453;
      const pattern = sign > 0 ? row / 40 : (column % 2) / 3;
      return pattern + noise - Math.floor(noise);
    });
    const { randomisation, permutation } = expectOk(
      globalMoran(values, links, { style: 'B', permutations: 19_999 }),
    );
    t.ok(
      randomisation.p > 0.002 && randomisation.p < 0.3,
      `analytic p ${randomisation.p} is worth comparing`,
    );
    t.ok(
      Math.abs(permutation!.p - randomisation.p) < 5 * permutation!.standardError + 0.01,
      `${permutation!.p} and ${randomisation.p}`,
    );
  }
});

/** All orders of some values. */
function listOrders(values: number[]): number[][] {
  if (values.length < 2) return [values];
  return values.flatMap((value, k) => listOrders(values.toSpliced(k, 1)).map((rest) => [value, ...rest]));
}

const SMALL_MAPS: [string, number[]][] = [
  ['different values', [1, 2, 4, 9, 5, 7]],
  ['ties', [0, 1, 1, 2, 0, 1]],
  ['ties at both ends', [2, 2, 0, 0, 2, 0]],
];

for (const [name, values] of SMALL_MAPS) {
  t.test(`shuffles approach the exact distribution: ${name}`, async (t) => {
    // One-way links, so that exchanging any two units changes the sum.
    const lists = [[1], [0, 3], [1], [0, 4], [2, 3, 5], [1, 4]];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const product = (order: number[]): number =>
      lists
        .flatMap((list, i) => list.map((j) => (order[i]! - mean) * (order[j]! - mean)))
        .reduce((a, b) => a + b);
    const orders = listOrders(values).map(product);
    const observed = product(values);
    const permutations = 40_000;
    const result = globalMoran(Float64Array.from(values), packLinks(lists), { style: 'B', permutations });
    const { greaterOrEqual, lessOrEqual } = expectOk(result).permutation!;
    for (const [count, share] of [
      [greaterOrEqual, orders.filter((sum) => sum >= observed - 1e-9).length / orders.length],
      [lessOrEqual, orders.filter((sum) => sum <= observed + 1e-9).length / orders.length],
    ] as const) {
      const error = Math.sqrt((share * (1 - share)) / permutations);
      t.ok(Math.abs(count / permutations - share) <= 4 * error, `${count / permutations}, ${share}`);
    }
  });
}

t.test('under no pattern small p are as rare as they say', async (t) => {
  const links = linkGrid(8, 8);
  let small = 0;
  for (let map = 0; map < 1000; map++) {
    const values = Float64Array.from({ length: 64 }, (_, i) => {
      const noise = Math.sin(map * 64 + i + 1) * 43758.5453;
      return noise - Math.floor(noise);
    });
    const { permutation } = expectOk(globalMoran(values, links, { permutations: 199, seed: map }));
    if (permutation!.p <= 0.05) small++;
  }
  // Binomial with p = .05: standard error 6.9.
  t.ok(small > 20 && small < 80, `${small} of 1000`);
});

const { NaN: none } = Number;
const ring = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => [(i + 1) % n, (i + n - 1) % n].sort((a, b) => a - b));

const EDGE_CASES: [string, number[], number[][], Record<string, unknown>][] = [
  ['no units', [], [], { status: 'too_few', rated: 0 }],
  ['1 unit', [1], [[]], { status: 'too_few', rated: 1, islands: 1 }],
  ['2 units', [1, 2], [[1], [0]], { status: 'too_few', n: 2 }],
  ['3 units', [1, 2, 4], ring(3), { status: 'too_few', n: 3 }],
  ['4 units', [1, 2, 4, 9], ring(4), { status: 'ok', n: 4 }],
  ['all islands', [1, 2, 3, 4, 5], [[], [], [], [], []], { status: 'too_few', islands: 5, n: 0 }],
  ['a constant', [0.1, 0.1, 0.1, 0.1, 0.1], ring(5), { status: 'no_variance', n: 5 }],
  ['a constant beside a missing value', [3, 3, none, 3, 3, 3], ring(6), { status: 'no_variance', rated: 5 }],
  ['no values', [none, none, none, none], ring(4), { status: 'too_few', rated: 0 }],
  ['too few values', [1, none, 2, none, 3, 4], ring(6), { status: 'too_few', rated: 4, islands: 1 }],
];

for (const [name, values, lists, want] of EDGE_CASES) {
  t.test(name, async (t) => {
    const result = globalMoran(Float64Array.from(values), packLinks(lists), { permutations: 99 });
    t.match(result, want);
    t.equal('statistic' in result, result.status === 'ok');
    if (result.status === 'ok') t.ok(Number.isFinite(result.randomisation.p) && result.permutation!.p > 0);
  });
}

t.test('a missing value is a unit that was never there', async (t) => {
  const whole = globalMoran(
    Float64Array.of(4, none, 1, 7, 3, 8),
    packLinks([
      [1, 2],
      [0, 2, 3],
      [0, 1, 4],
      [1, 5],
      [2, 5],
      [3, 4],
    ]),
  );
  const without = globalMoran(Float64Array.of(4, 1, 7, 3, 8), packLinks([[1], [0, 3], [4], [1, 4], [2, 3]]));
  t.same(whole, without);
});

t.test('reordering the units changes nothing', async (t) => {
  const links = golden.by_weights.queen_W!.weights.neighbors;
  const before = expectOk(globalMoran(crime, packLinks(links), { permutations: 0 }));
  const order = fc.shuffledSubarray([...crime.keys()], { minLength: crime.length });
  fc.assert(
    fc.property(order, (order) => {
      const place = new Map(order.map((unit, at) => [unit, at]));
      const moved = order.map((unit) => links[unit]!.map((j) => place.get(j)!).sort((a, b) => a - b));
      const values = Float64Array.from(order, (unit) => crime[unit]!);
      const after = expectOk(globalMoran(values, packLinks(moved), { permutations: 0 }));
      t.ok(relativeDeviation(after.statistic, before.statistic) < 1e-12);
      t.ok(relativeDeviation(after.randomisation.z, before.randomisation.z) < 1e-12);
    }),
    { seed: 2, numRuns: 30 },
  );
});

t.test('refuses what does not fit', async (t) => {
  t.throws(() => globalMoran(Float64Array.of(1, 2), linkGrid(2, 2)), {
    message: 'Got 2 values for 4 units.',
  });
  t.throws(() => globalMoran(new Float64Array(4), linkGrid(2, 2), { permutations: 1.5 }), {
    name: 'RangeError',
  });
  t.throws(() => globalMoran(Float64Array.of(1, 2, 3, 4), linkGrid(2, 2), { seed: -3 }), {
    name: 'RangeError',
  });
});
