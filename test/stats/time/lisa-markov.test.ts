import fc from 'fast-check';
import t from 'tap';
import { chiSquareTail } from '../../../src/stats/inference/chi-square.ts';
import { QUADRANTS } from '../../../src/stats/local/local-moran.ts';
import { classifyPeriods, lisaMarkov, MARKOV_STATES } from '../../../src/stats/time/lisa-markov.ts';
import { packLinks, readGolden } from '../golden.ts';

interface Golden {
  Y: number[][];
  neighbors: number[][];
  lisa_markov: { transitions: number[][]; p: number[][]; steady_state: number[]; move_types: number[][] };
}

const golden = readGolden<Golden>('lisa_markov');
const periods = golden.Y[0]!.length;
/** giddy's order of states. */
const GIDDY = ['high-high', 'low-high', 'low-low', 'high-low'].map((name) =>
  (MARKOV_STATES as readonly string[]).indexOf(name),
);
const { NaN: none } = Number;

t.test('equals giddy: moves, probabilities, stationary distribution, the type of every move', async (t) => {
  const quadrants = classifyPeriods(Float64Array.from(golden.Y.flat()), packLinks(golden.neighbors), periods);
  const result = lisaMarkov(quadrants, golden.Y.length, periods);
  t.match(result, { status: 'ok', moves: 700, broken: 0 });
  const want = golden.lisa_markov;
  GIDDY.forEach((from, a) => {
    t.ok(Math.abs(result.stationary![from]! / want.steady_state[a]! - 1) < 1e-10, `stationary ${a}`);
    GIDDY.forEach((to, b) => {
      t.equal(result.counts[from]![to], want.transitions[a]![b], `moves ${a}, ${b}`);
      t.ok(Math.abs(result.probabilities[from]![to]! / want.p[a]![b]! - 1) < 1e-10, `probability ${a}, ${b}`);
    });
  });
  want.move_types.flat().forEach((type, k) => {
    const [a, b] = [Math.floor((type - 1) / 4), (type - 1) % 4];
    if (result.moveTypes[k] !== 1 + 4 * GIDDY[a]! + GIDDY[b]!) t.fail(`move ${k}`);
  });
  t.same(result.moveCounts, { none: 486, own: 130, neighbours: 50, both: 34 });
});

/** Quadrants from letters: A high-high, B low-low, C high-low, D low-high, . none. */
function read(...rows: string[]): [Uint8Array, number, number] {
  const letters = rows.join('');
  return [Uint8Array.from(letters, (letter) => '.ABCD'.indexOf(letter)), rows.length, rows[0]!.length];
}

t.test('a missing period breaks the pair and nothing bridges it', async (t) => {
  const { counts, moves, broken, moveTypes } = lisaMarkov(...read('AA.B', 'BC.D'));
  t.same(counts, [
    [1, 0, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  t.same([moves, broken], [2, 4]);
  t.same([...moveTypes], [1, 0, 0, 1 + 4 + 2, 0, 0]);
});

t.test('a state that was never left has null, not equal chances', async (t) => {
  const { probabilities, stationary } = lisaMarkov(...read('AAB'));
  t.same(probabilities, [[0.5, 0.5, 0, 0], null, null, null]);
  t.equal(stationary, null);
});

t.test('no moves have no figures', async (t) => {
  for (const [quadrants, units, periods] of [read('A', 'B'), read('A.A', '.B.'), read('')]) {
    const result = lisaMarkov(quadrants, units, periods);
    t.match(result, { status: 'no_moves', moves: 0, stationary: null, independence: null });
    t.same(result.probabilities, [null, null, null, null]);
  }
});

t.test('moves are told by what changed its side', async (t) => {
  const { moveCounts } = lisaMarkov(...read('AA', 'AB', 'AC', 'AD', 'CD', 'BD', 'DC'));
  t.same(moveCounts, { none: 1, own: 1, neighbours: 2, both: 3 });
});

t.test('independence: expected moves by hand', async (t) => {
  // Own side stays in 3 of 4 moves from high; surroundings stay in 2 of 4 from high.
  const { independence } = lisaMarkov(...read('AA', 'AA', 'AC', 'AB'));
  // One row of 3 degrees, one estimate for each side.
  t.equal(independence!.degreesOfFreedom, 1);
  t.same(independence!.expected[0], [4 * 0.75 * 0.5, 4 * 0.25 * 0.5, 4 * 0.75 * 0.5, 4 * 0.25 * 0.5]);
  const statistic = 0.25 / 1.5 + 0.25 / 0.5 + 0.25 / 1.5 + 0.5;
  t.ok(Math.abs(independence!.statistic - statistic) < 1e-14);
  t.equal(independence!.p, chiSquareTail(independence!.statistic, 1));
  t.equal(independence!.smallCells, 4);
});

t.test('independent moves are rejected as rarely as they should be', async (t) => {
  let small = 0;
  for (let run = 0; run < 400; run++) {
    let state = run * 7919 + 13;
    const uniform = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    for (let warm = 0; warm < 5; warm++) uniform();
    const quadrants: number[] = [];
    for (let unit = 0; unit < 60; unit++) {
      let [own, around] = [uniform() < 0.5, uniform() < 0.5];
      for (let period = 0; period < 9; period++) {
        if (uniform() < (own ? 0.3 : 0.4)) own = !own;
        if (uniform() < (around ? 0.35 : 0.25)) around = !around;
        quadrants.push(QUADRANTS.indexOf(`${own ? 'high' : 'low'}-${around ? 'high' : 'low'}`));
      }
    }
    const { independence } = lisaMarkov(Uint8Array.from(quadrants), 60, 9);
    t.equal(independence!.degreesOfFreedom, 8);
    if (independence!.p <= 0.05) small++;
  }
  // Binomial: 20 expected, standard error 4.4. With 9 degrees of freedom there would be about 12.
  t.ok(small >= 11 && small <= 33, `${small} of 400`);
});

const chain = packLinks([[1], [0, 2], [1], []]);

t.test('ties are low every time, islands and missing values have no quadrant', async (t) => {
  //               unit 0 1 2 and the island 3, two periods
  const values = Float64Array.of(1, 5, 2, none, 3, 5, 2, 5);
  const names = Array.from(classifyPeriods(values, chain, 2), (k) => QUADRANTS[k]);
  // Period 0: mean 2 of 1, 2, 3, 2; unit 1 is the mean, its neighbours are too. Period 1: all 5, unit 1 missing.
  t.same(names, ['low-low', 'none', 'low-low', 'none', 'high-low', 'none', 'none', 'none']);
});

t.test('a period in which nothing varies has no quadrants and breaks the pairs', async (t) => {
  const row = packLinks([[1], [0, 2], [1]]);
  const values = Float64Array.of(1, 0.1, 1, 2, 0.1, 2, 6, 0.1, 6);
  const quadrants = classifyPeriods(values, row, 3);
  for (let unit = 0; unit < 3; unit++) {
    t.equal(quadrants[3 * unit + 1], 0);
    t.not(quadrants[3 * unit], 0);
  }
  t.match(lisaMarkov(quadrants, 3, 3), { status: 'no_moves', moves: 0, broken: 6 });
  const constant = classifyPeriods(new Float64Array(9).fill(7), row, 3);
  t.equal(lisaMarkov(constant, 3, 3).status, 'no_moves');
});

t.test('rounding decides no quadrant, of own value or neighbours', async (t) => {
  const row = packLinks([[1], [0, 2], [1]]);
  for (const values of [
    [0.6, 0.7, 0.8],
    [0.1, 0.2, 0.3],
    [1, 2, 3],
    [1.1, 1.2, 1.3],
    [1e-9, 2e-9, 3e-9],
    [0.8, 0.7, 0.6],
    // The mean comes out a bit below 3.2.
    [2.3, 3.2, 4.1],
  ]) {
    t.equal(QUADRANTS[classifyPeriods(Float64Array.from(values), row, 1)[1]!], 'low-low', values.join());
  }
  // What is above the mean by more than rounding is high.
  const names = Array.from(classifyPeriods(Float64Array.of(1, 2 + 1e-8, 3), row, 1), (k) => QUADRANTS[k]);
  t.same(names, ['low-high', 'high-low', 'high-high']);
});

t.test('units without a value leave the mean and the lags', async (t) => {
  const values = Float64Array.of(0, 10, none, 4);
  const triangle = packLinks([[1, 2], [0, 2], [0, 1], []]);
  const names = Array.from(classifyPeriods(values, triangle, 1), (k) => QUADRANTS[k]);
  t.same(names, ['low-high', 'high-low', 'none', 'none']);
});

t.test('order of units does not matter, counts add up', async (t) => {
  const row = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
      const result = lisaMarkov(Uint8Array.from(rows.flat()), rows.length, 5);
      const turned = lisaMarkov(Uint8Array.from(rows.toReversed().flat()), rows.length, 5);
      t.same(turned.counts, result.counts);
      const total = result.counts.flat().reduce((a, b) => a + b);
      t.equal(total, result.moves);
      t.equal(total + result.broken, rows.length * 4);
      t.equal(result.moveTypes.filter((type) => type > 0).length, result.moves);
      t.equal(
        Object.values(result.moveCounts).reduce((a, b) => a + b),
        result.moves,
      );
      if (result.independence) {
        const { p, statistic, expected } = result.independence;
        t.ok(p >= 0 && p <= 1 && statistic >= 0);
        const sum = expected.flat().reduce((a, b) => a + b);
        t.ok(Math.abs(sum - total) < 1e-9);
      }
    }),
    { seed: 6, numRuns: 100 },
  );
});

t.test('refuses what does not fit', async (t) => {
  t.throws(() => lisaMarkov(new Uint8Array(5), 2, 3), /Got 5 quadrants, expected 2 units x 3 periods/);
  t.throws(() => lisaMarkov(Uint8Array.of(1, 5), 1, 2), /Got quadrant 5/);
  t.throws(
    () => classifyPeriods(new Float64Array(7), chain, 2),
    /Got 7 values, expected 4 units x 2 periods/,
  );
});
