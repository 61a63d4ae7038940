import fc from 'fast-check';
import t, { type Test } from 'tap';
import { globalMoran, sumWeights } from '../../../src/stats/global/global-moran.ts';
import {
  type LocalMoran,
  localMoran,
  QUADRANTS,
  UNIT_STATUSES,
} from '../../../src/stats/local/local-moran.ts';
import { styleWeights } from '../../../src/stats/weights/weights.ts';
import { largestDeviation, linkGrid, packLinks, readGolden, relativeDeviation } from '../golden.ts';

interface Local {
  localmoran_conditional: {
    Ii: (number | null)[];
    E: (number | null)[];
    Var: (number | null)[];
    z: (number | null)[];
    p_two_sided: (number | null)[];
  };
  quadrant_pysal: string[];
}

interface Columbus {
  x: number[];
  by_weights: Record<string, Local & { weights: { style: 'W' | 'B'; neighbors: number[][] } }>;
}

const columbus = readGolden<Columbus>('columbus_local');
const crime = Float64Array.from(columbus.x);
const queen = packLinks(columbus.by_weights.queen_W!.weights.neighbors);
const { NaN: none } = Number;

function statusesOf(result: LocalMoran): string[] {
  return Array.from(result.unitStatus, (status) => UNIT_STATUSES[status]!);
}

/** spdep gives islands the value 0; they have no neighbours to be like or unlike, so here they have none. */
function blankIslands(column: (number | null)[], islands: Set<number>): (number | null)[] {
  return column.map((value, unit) => (islands.has(unit) ? null : value));
}

function compareMoments(t: Test, result: LocalMoran, want: Local, islands = new Set<number>()): void {
  const golden = want.localmoran_conditional;
  t.ok(largestDeviation(result.statistic, blankIslands(golden.Ii, islands)) < 1e-10, 'Ii');
  t.ok(largestDeviation(result.expectation, blankIslands(golden.E, islands)) < 1e-10, 'expectation');
  t.ok(largestDeviation(result.variance, blankIslands(golden.Var, islands)) < 1e-10, 'variance');
  t.ok(largestDeviation(result.z, blankIslands(golden.z, islands)) < 1e-10, 'z');
  t.ok(largestDeviation(result.analyticP, blankIslands(golden.p_two_sided, islands)) < 1e-10, 'p');
  for (const [unit, quadrant] of want.quadrant_pysal.entries()) {
    if (!islands.has(unit))
      t.equal(QUADRANTS[result.quadrant[unit]!], quadrant.toLowerCase(), `quadrant of ${unit}`);
  }
}

for (const [name, entry] of Object.entries(columbus.by_weights)) {
  t.test(`columbus equals localmoran: ${name}`, async (t) => {
    const { style, neighbors } = entry.weights;
    compareMoments(t, localMoran(crime, packLinks(neighbors), { style, permutations: 9 }), entry);
  });
}

interface Grid {
  x: number[];
  queen: number[][];
  queen_with_islands: number[][];
  local_islands_W: Local;
  local_queen_W: Local;
}

const grid = readGolden<Grid>('synthetic_grid_islands');

t.test('a grid with ties equals localmoran', async (t) => {
  const result = localMoran(Float64Array.from(grid.x), packLinks(grid.queen), { permutations: 9 });
  compareMoments(t, result, grid.local_queen_W);
});

t.test('a grid with islands equals localmoran, and islands have a status instead of figures', async (t) => {
  const result = localMoran(Float64Array.from(grid.x), packLinks(grid.queen_with_islands), {
    permutations: 999,
  });
  compareMoments(t, result, grid.local_islands_W, new Set([0, 55]));
  for (const island of [0, 55]) {
    t.equal(statusesOf(result)[island], 'island');
    t.ok(Number.isNaN(result.p[island]) && Number.isNaN(result.standardError[island]));
    t.same([result.greaterOrEqual[island], result.lessOrEqual[island], result.quadrant[island]], [0, 0, 0]);
  }
});

interface MillionDraws {
  x: number[];
  neighbors: number[][];
  p_two_sided: number[];
}

for (const name of ['columbus_queen_lisa_p_1e6', 'columbus_knn4_lisa_p_1e6']) {
  t.test(`p lies within 5 standard errors of a million draws: ${name}`, async (t) => {
    const million = readGolden<MillionDraws>(name);
    const result = localMoran(Float64Array.from(million.x), packLinks(million.neighbors), {
      seed: 20_260_101,
    });
    t.equal(result.permutations, 99_999);
    for (const [unit, p] of million.p_two_sided.entries()) {
      const error = Math.sqrt(p * (2 - p) * (1 / 99_999 + 1 / 999_999));
      t.ok(Math.abs(result.p[unit]! - p) <= 5 * error, `unit ${unit}: ${result.p[unit]}, ${p}`);
    }
  });
}

t.test('the standard error is the spread of p over seeds', async (t) => {
  const runs = Array.from({ length: 400 }, (_, seed) =>
    localMoran(crime, queen, { permutations: 499, seed }),
  );
  let claimed = 0;
  let seen = 0;
  for (let unit = 0; unit < crime.length; unit++) {
    const ps = runs.map((run) => run.p[unit]!);
    const mean = ps.reduce((sum, p) => sum + p, 0) / ps.length;
    // Close to 1 the smaller tail changes sides and p is cut.
    if (mean > 0.8) continue;
    seen += ps.reduce((sum, p) => sum + (p - mean) ** 2, 0) / (ps.length - 1);
    claimed += runs.reduce((sum, run) => sum + run.standardError[unit]! ** 2, 0) / runs.length;
  }
  t.ok(
    Math.abs(Math.sqrt(seen / claimed) - 1) < 0.1,
    `spread ${Math.sqrt(seen / claimed)} times the standard error`,
  );
});

t.test('same seed, same counts; another seed, other counts', async (t) => {
  const options = { permutations: 999, seed: 17 };
  t.same(localMoran(crime, queen, options), localMoran(crime, queen, options));
  t.not(
    String(localMoran(crime, queen, options).greaterOrEqual),
    String(localMoran(crime, queen, { ...options, seed: 18 }).greaterOrEqual),
  );
});

/** Maps of a few units with ties, gaps and islands. */
const anyMap = fc.integer({ min: 1, max: 30 }).chain((n) =>
  fc.record({
    values: fc.array(fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 6 }) }, fc.constant(none)), {
      minLength: n,
      maxLength: n,
    }),
    pairs: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 3 * n }),
    style: fc.constantFrom('W' as const, 'B' as const),
  }),
);

function packPairs(n: number, pairs: [number, number][]): ReturnType<typeof packLinks> {
  const lists = Array.from({ length: n }, () => new Set<number>());
  for (const [i, j] of pairs) if (i !== j) lists[i]!.add(j) && lists[j]!.add(i);
  return packLinks(lists.map((list) => [...list].sort((a, b) => a - b)));
}

t.test('p lies in (0, 1] for tested units and is absent for all others', async (t) => {
  fc.assert(
    fc.property(anyMap, ({ values, pairs, style }) => {
      const result = localMoran(Float64Array.from(values), packPairs(values.length, pairs), {
        style,
        permutations: 49,
      });
      for (const [unit, status] of statusesOf(result).entries()) {
        const p = result.p[unit]!;
        const analytic = result.analyticP[unit]!;
        if (status === 'tested') {
          t.ok(p > 0 && p <= 1 && result.status === 'ok');
          t.ok(result.greaterOrEqual[unit]! + result.lessOrEqual[unit]! >= 49);
          t.ok(Number.isNaN(analytic) ? result.variance[unit] === 0 : analytic >= 0 && analytic <= 1);
        } else {
          t.ok(Number.isNaN(p) && Number.isNaN(result.statistic[unit]) && Number.isNaN(analytic));
        }
        t.equal(Number.isNaN(values[unit]), status === 'missing');
      }
    }),
    { seed: 9, numRuns: 300 },
  );
});

t.test('local I add up to S0 times global I, islands counted', async (t) => {
  fc.assert(
    fc.property(anyMap, ({ values, pairs, style }) => {
      const x = Float64Array.from(values, (value) => (Number.isNaN(value) ? 3.5 : value));
      const links = packPairs(values.length, pairs);
      const global = globalMoran(x, links, { style, permutations: 0, adjustForIslands: false });
      const local = localMoran(x, links, { style, permutations: 1 });
      t.equal(local.status, global.status);
      if (global.status !== 'ok') return;
      const sum = local.statistic.reduce((total, i) => total + (Number.isNaN(i) ? 0 : i), 0);
      const { s0 } = sumWeights(styleWeights(links, style));
      t.ok(relativeDeviation(sum, s0 * global.statistic) < 1e-9, `${sum}, ${s0 * global.statistic}`);
    }),
    { seed: 10, numRuns: 300 },
  );
});

t.test('reordering the units reorders the figures', async (t) => {
  const before = localMoran(crime, queen, { permutations: 999 });
  const lists = columbus.by_weights.queen_W!.weights.neighbors;
  const order = fc.shuffledSubarray([...crime.keys()], { minLength: crime.length });
  fc.assert(
    fc.property(order, (order) => {
      const place = new Map(order.map((unit, at) => [unit, at]));
      const moved = packLinks(
        order.map((unit) => lists[unit]!.map((j) => place.get(j)!).sort((a, b) => a - b)),
      );
      const after = localMoran(
        Float64Array.from(order, (unit) => crime[unit]!),
        moved,
        { permutations: 999 },
      );
      const reorder = (column: Float64Array): Float64Array =>
        Float64Array.from(order, (unit) => column[unit]!);
      t.ok(largestDeviation(after.statistic, reorder(before.statistic)) < 1e-12);
      t.ok(largestDeviation(after.variance, reorder(before.variance)) < 1e-12);
      t.ok(largestDeviation(after.z, reorder(before.z)) < 1e-11);
      t.same(
        [...after.quadrant],
        order.map((unit) => before.quadrant[unit]),
      );
      for (const [at, unit] of order.entries()) {
        const error = Math.hypot(after.standardError[at]!, before.standardError[unit]!);
        t.ok(Math.abs(after.p[at]! - before.p[unit]!) <= 6 * error, `p of ${unit}`);
      }
    }),
    { seed: 2, numRuns: 20 },
  );
});

t.test('a missing value is a unit that was never there', async (t) => {
  const whole = localMoran(
    Float64Array.of(4, none, 1, 7, 3, 8),
    packLinks([
      [1, 2],
      [0, 2, 3],
      [0, 1, 4],
      [1, 5],
      [2, 5],
      [3, 4],
    ]),
    { permutations: 99 },
  );
  const without = localMoran(Float64Array.of(4, 1, 7, 3, 8), packLinks([[1], [0, 3], [4], [1, 4], [2, 3]]), {
    permutations: 99,
  });
  t.equal(statusesOf(whole)[1], 'missing');
  for (const column of ['statistic', 'variance', 'p', 'greaterOrEqual', 'quadrant', 'unitStatus'] as const) {
    t.same(
      [...whole[column]].filter((_, unit) => unit !== 1),
      [...without[column]],
      column,
    );
  }
});

const ring = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => [(i + 1) % n, (i + n - 1) % n].sort((a, b) => a - b));
const all = (n: number): number[][] => ring(n).map((_, i) => [...ring(n).keys()].filter((j) => j !== i));

const EDGE_CASES: [string, number[], number[][], LocalMoran['status'], string[]][] = [
  ['no units', [], [], 'too_few', []],
  ['1 unit', [1], [[]], 'too_few', ['island']],
  ['2 units', [1, 2], all(2), 'too_few', ['not_tested', 'not_tested']],
  ['3 units', [1, 2, 4], all(3), 'too_few', ['not_tested', 'not_tested', 'not_tested']],
  ['4 units', [1, 2, 4, 9], ring(4), 'ok', ['tested', 'tested', 'tested', 'tested']],
  ['all islands', [1, 2, 3, 4], [[], [], [], []], 'too_few', ['island', 'island', 'island', 'island']],
  [
    'a constant',
    [7.3, 7.3, 7.3, 7.3],
    ring(4),
    'no_variance',
    ['not_tested', 'not_tested', 'not_tested', 'not_tested'],
  ],
  [
    'infinity is no value',
    [1, 2, Infinity, 4, 5],
    all(5),
    'ok',
    ['tested', 'tested', 'missing', 'tested', 'tested'],
  ],
  ['no values', [none, none], all(2), 'too_few', ['missing', 'missing']],
];

for (const [name, values, lists, status, statuses] of EDGE_CASES) {
  t.test(name, async (t) => {
    const result = localMoran(Float64Array.from(values), packLinks(lists), { permutations: 99 });
    t.equal(result.status, status);
    t.same(statusesOf(result), statuses);
    t.same(
      [...result.p].map(Number.isNaN),
      statuses.map((unit) => unit !== 'tested'),
    );
  });
}

t.test('where all others are neighbours nothing varies: no deviate, p = 1', async (t) => {
  const result = localMoran(Float64Array.of(1, 2, 4, 9, 16), packLinks(all(5)), { permutations: 99 });
  t.same([...result.variance], [0, 0, 0, 0, 0]);
  t.ok(result.z.every(Number.isNaN) && result.analyticP.every(Number.isNaN));
  t.same([...result.p], [1, 1, 1, 1, 1]);
});

t.test(
  'a unit at the mean has p = 1 and no quadrant, nor has one whose neighbours are at the mean',
  async (t) => {
    // 0.3 is the mean, up to rounding.
    const values = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5);
    const result = localMoran(values, packLinks([[1, 3], [0, 2], [3, 4], [2, 4], [3]]), { permutations: 99 });
    t.equal(result.p[2], 1);
    t.same([result.greaterOrEqual[2], result.lessOrEqual[2]], [99, 99]);
    t.same(
      Array.from(result.quadrant, (quadrant) => QUADRANTS[quadrant]),
      ['none', 'low-low', 'none', 'high-high', 'high-high'],
    );
  },
);

t.test('counts are those of Ii, also for units below the mean', async (t) => {
  const result = localMoran(crime, queen, { permutations: 9_999 });
  let below = 0;
  for (const [unit, z] of result.z.entries()) {
    if (Math.abs(z) < 0.5) continue;
    if (crime[unit]! < 35) below++;
    t.equal(result.greaterOrEqual[unit]! < result.lessOrEqual[unit]!, z > 0, `unit ${unit}, z = ${z}`);
  }
  t.ok(below > 10);
});

t.test('high-low and low-high are outliers: few permutations are lower', async (t) => {
  const values = new Float64Array(100).fill(0).map((_, i) => (i * 37) % 11);
  values.fill(20, 44, 45);
  for (const j of [33, 34, 35, 43, 45, 53, 54, 55]) values[j] = -5;
  const result = localMoran(values, linkGrid(10, 10), { permutations: 999 });
  t.equal(QUADRANTS[result.quadrant[44]!], 'high-low');
  t.same([result.lessOrEqual[44], result.greaterOrEqual[44]], [0, 999]);
  t.equal(result.p[44], 2 / 1000);
});

t.test('under no pattern small p are as rare as they say', async (t) => {
  const links = linkGrid(30, 30);
  let small = 0;
  for (let map = 0; map < 20; map++) {
    const values = Float64Array.from({ length: 900 }, (_, i) => {
      const noise = Math.sin(map * 900 + i + 1) * 43758.5453;
      return -Math.log(1 - (noise - Math.floor(noise)));
    });
    const { p } = localMoran(values, links, { permutations: 1999, seed: map });
    small += p.filter((value) => value <= 0.05).length;
  }
  t.ok(small > 0.045 * 18_000 && small < 0.055 * 18_000, `${small / 18_000} of p are <= .05`);
});

t.test('refuses what does not fit', async (t) => {
  const links = linkGrid(2, 2);
  const values = Float64Array.of(1, 2, 3, 4);
  t.throws(() => localMoran(Float64Array.of(1, 2), links), { message: 'Got 2 values for 4 units.' });
  for (const permutations of [0, 1.5, -9, none]) {
    t.throws(() => localMoran(values, links, { permutations }), {
      name: 'RangeError',
      message: /permutations/,
    });
  }
  t.throws(() => localMoran(values, links, { seed: 1.5 }), { name: 'RangeError', message: /seed/ });
  const unequal = { ...links, weights: links.weights.map((_, e) => 1 + e) };
  t.throws(() => localMoran(values, unequal), {
    message: 'Got weights 1 and 2 in unit 0, expected equal weights.',
  });
});
