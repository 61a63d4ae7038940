import fc from 'fast-check';
import t from 'tap';
import {
  hypergeometricTail,
  localBivariateJoinCounts,
  localColocation,
  localJoinCounts,
} from '../../../src/stats/local/local-join-counts.ts';
import { UNIT_STATUSES } from '../../../src/stats/local/local-result.ts';
import { linkGrid, packLinks, readGolden } from '../golden.ts';

interface Golden {
  binary: number[];
  queen: number[][];
  BB: number[];
  p_exact_greater: (number | null)[];
}

t.test('columbus equals local_joincount_uni and the exact p', async (t) => {
  const golden = readGolden<Golden>('columbus_local_joincount_exact');
  const result = localJoinCounts(Float64Array.from(golden.binary), packLinks(golden.queen));
  t.equal(result.status, 'ok');
  t.same([...result.joins], golden.BB);
  for (const [i, p] of golden.p_exact_greater.entries()) {
    if (golden.binary[i] === 1 && p !== null)
      t.ok(Math.abs(result.p[i]! / p - 1) < 1e-10, `unit ${i}: ${result.p[i]}, ${p}`);
    else
      t.ok(Number.isNaN(result.p[i]) && UNIT_STATUSES[result.unitStatus[i]!] === 'not_tested', `unit ${i}`);
  }
  const { local_joincount_uni: spdep } = readGolden<{
    local_joincount_uni: { BB: number[]; 'Pr(z != E(BBi))': (number | null)[] };
  }>('columbus_bivariate_joincount');
  t.same([...result.joins], spdep.BB);
  const tested = golden.binary.filter((mark) => mark === 1).length;
  t.equal(
    result.adjusted.bonferroni!.findIndex(
      (q, i) => q !== Math.min(1, tested * result.p[i]!) && !Number.isNaN(q),
    ),
    -1,
  );
});

/** Share of all choices of `drawn` of `population`, the first `marked` being marked, with at least b marked. */
function tailByListing(population: number, marked: number, drawn: number, b: number): number {
  let [all, reaching] = [0, 0];
  for (let set = 0; set < 2 ** population; set++) {
    const chosen = [...Array(population).keys()].filter((i) => set & (2 ** i));
    if (chosen.length !== drawn) continue;
    all++;
    if (chosen.filter((i) => i < marked).length >= b) reaching++;
  }
  return reaching / all;
}

t.test('the hypergeometric tail is the share of all choices', async (t) => {
  for (const [population, marked] of [
    [1, 0],
    [5, 2],
    [8, 8],
    [9, 4],
    [10, 1],
  ] as const) {
    for (let drawn = 0; drawn <= population; drawn++) {
      for (let b = 0; b <= drawn + 1; b++) {
        const want = tailByListing(population, marked, drawn, b);
        t.ok(
          Math.abs(hypergeometricTail(population, marked, drawn, b) - want) < 1e-14,
          `${[population, marked, drawn, b]}`,
        );
      }
    }
  }
});

t.test('far tails keep their digits', async (t) => {
  // All 8 of 8 among 100,000 with 1,000 marked: 1000 … 993 / 100000 … 99993.
  let want = 1;
  for (let j = 0; j < 8; j++) want *= (1000 - j) / (100_000 - j);
  t.ok(Math.abs(hypergeometricTail(100_000, 1000, 8, 8) / want - 1) < 1e-13);
  // One or more is all but none.
  let none = 1;
  for (let j = 0; j < 40; j++) none *= (99_000 - j) / (100_000 - j);
  t.ok(Math.abs(hypergeometricTail(100_000, 1000, 40, 1) / (1 - none) - 1) < 1e-12);
});

t.test('large neighbourhoods neither overflow nor vanish', async (t) => {
  // Logarithms of factorials added up say the same, with fewer digits.
  const logs = new Float64Array(100_001);
  for (let j = 1; j < logs.length; j++) logs[j] = logs[j - 1]! + Math.log(j);
  const logChoices = (n: number, k: number): number => logs[n]! - logs[k]! - logs[n - k]!;
  for (const [population, marked, drawn, b, rough] of [
    [9_999, 5_000, 2_000, 1_089, 4.88e-6],
    [99_999, 30_000, 4_000, 1_316, 2.7e-5],
    [99_999, 50_000, 2_000, 100, 1],
    [99_999, 50_000, 2_000, 1_000, 0.5],
    [9_999, 9_000, 8_000, 7_300, 1e-14],
  ] as const) {
    let want = 0;
    for (let x = b; x <= Math.min(marked, drawn); x++) {
      if (drawn - x > population - marked) continue;
      const log = logChoices(marked, x) + logChoices(population - marked, drawn - x);
      want += Math.exp(log - logChoices(population, drawn));
    }
    const p = hypergeometricTail(population, marked, drawn, b);
    t.ok(Math.abs(p / want - 1) < 1e-7, `${p}, ${want}`);
    if (rough > 1e-9) t.ok(Math.abs(p / rough - 1) < 0.02, `${p}, ${rough}`);
  }
  t.ok(hypergeometricTail(99_999, 50_000, 2_000, 2_000) > 0, 'never 0');
  t.equal(hypergeometricTail(99_999, 100, 50, 51), 0, 'but where it cannot be');
});

t.test('co-location is the join count of the product; bivariate counts the other mark', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 1, 2, 3, Number.NaN), { minLength: 12, maxLength: 12 }),
      (list) => {
        const links = linkGrid(3, 4);
        const codes = Float64Array.from(list);
        const [x, y] = [1, 2].map((bit) =>
          codes.map((code) => (Number.isNaN(code) ? code : Number((code & bit) > 0))),
        ) as [Float64Array, Float64Array];
        const both = codes.map((code) => (Number.isNaN(code) ? code : Number(code === 3)));
        t.same(localColocation([x, y], links), localJoinCounts(both, links));
        t.same(localColocation([x], links), localJoinCounts(x, links));
        const only = y.map((mark, i) => (x[i] === 1 ? 0 : mark));
        const result = localBivariateJoinCounts(x, only, links);
        result.unitStatus.forEach((position, i) => {
          const status = UNIT_STATUSES[position];
          t.equal(status === 'missing', Number.isNaN(codes[i]));
          t.equal(status === 'tested', !Number.isNaN(result.p[i]));
          if (status === 'tested') {
            t.ok(result.p[i]! > 0 && result.p[i]! <= 1);
            const rated = codes.filter((code) => !Number.isNaN(code)).length;
            const marked = only.filter((mark) => mark === 1).length;
            t.equal(
              result.p[i],
              hypergeometricTail(rated - 1, marked, result.neighbours[i]!, result.joins[i]!),
            );
          }
        });
      },
    ),
    { seed: 4, numRuns: 200 },
  );
});

const { NaN: none } = Number;
const EDGE_CASES: [string, number[], number[][], string, string[]][] = [
  ['no units', [], [], 'too_few', []],
  ['3 units', [1, 0, 1], [[1], [0, 2], [1]], 'too_few', ['not_tested', 'not_tested', 'not_tested']],
  ['all islands', [1, 1, 0, 0], [[], [], [], []], 'too_few', ['island', 'island', 'island', 'island']],
  ['none marked', [0, 0, 0, 0], [[1], [0], [3], [2]], 'no_variance', Array(4).fill('not_tested')],
  ['all marked', [1, 1, 1, 1], [[1], [0], [3], [2]], 'no_variance', Array(4).fill('not_tested')],
  [
    'one marked',
    [0, 0, 1, 0],
    [[1], [0], [3], [2]],
    'ok',
    ['not_tested', 'not_tested', 'tested', 'not_tested'],
  ],
  [
    'an island and a gap',
    [1, 1, none, 1, 0, 0],
    [[], [3], [1], [1, 4], [5], [4]],
    'ok',
    ['island', 'tested', 'missing', 'tested', 'not_tested', 'not_tested'],
  ],
];

for (const [name, marks, lists, status, statuses] of EDGE_CASES) {
  t.test(name, async (t) => {
    const result = localJoinCounts(Float64Array.from(marks), packLinks(lists));
    t.equal(result.status, status);
    t.same(
      Array.from(result.unitStatus, (unit) => UNIT_STATUSES[unit]),
      statuses,
    );
    t.same(
      Array.from(result.p, (p) => p > 0 && p <= 1),
      statuses.map((unit) => unit === 'tested'),
    );
  });
}

t.test('refuses what does not fit', async (t) => {
  const links = linkGrid(2, 2);
  const marks = Float64Array.of(1, 0, 0, 1);
  t.throws(() => localJoinCounts(Float64Array.of(1, 0.5, 0, 0), links), {
    message: 'Got the mark 0.5, expected 0 or 1.',
  });
  t.throws(() => localJoinCounts(Float64Array.of(1), links), { message: 'Got 1 marks for 4 units.' });
  t.throws(() => localColocation([], links), { message: /no marks/ });
  t.throws(() => localColocation([marks, Float64Array.of(1)], links), { name: 'RangeError' });
  t.throws(() => localBivariateJoinCounts(marks, marks, links), { message: /both marks for unit 0/ });
});
