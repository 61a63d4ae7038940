import fc from 'fast-check';
import t from 'tap';
import { openRandom } from '../../../src/stats/inference/random.ts';
import { analyseLocal, decideP, estimateError } from '../../../src/stats/local/local-analysis.ts';
import { LOCAL_CLASSES } from '../../../src/stats/local/local-classes.ts';
import { COUNTING_METHODS } from '../../../src/stats/local/local-plan.ts';
import type { LocalResult } from '../../../src/stats/local/local-result.ts';
import { standardise } from '../../../src/stats/standardise.ts';
import { largestDeviation, linkGrid, packLinks } from '../golden.ts';
import { countStatisticDirectly } from './count-directly.ts';
import { ALL_KINDS } from './local-kinds.ts';

/** Two variables and one-way links of 5 to 30 units, with ties. */
const anyMap = fc.integer({ min: 5, max: 30 }).chain((n) =>
  fc.record({
    x: fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -50, max: 50 })), {
      minLength: n,
      maxLength: n,
    }),
    y: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: n, maxLength: n }),
    lists: fc.array(fc.uniqueArray(fc.nat(n - 1), { maxLength: Math.min(8, n - 1) }), {
      minLength: n,
      maxLength: n,
    }),
    seed: fc.nat(),
  }),
);

t.test('counts equal those of dealing separately to each unit, for every statistic', async (t) => {
  fc.assert(
    fc.property(anyMap, ({ x, y, lists, seed }) => {
      const weights = packLinks(lists.map((list, i) => list.filter((j) => j !== i).sort((a, b) => a - b)));
      const variables = [Float64Array.from(x), Float64Array.from(y)];
      const [u, v] = variables.map(standardise) as [Float64Array, Float64Array];
      const permutations = 60;
      const { results } = analyseLocal({
        variables,
        weights,
        statistics: ALL_KINDS,
        style: 'B',
        permutations,
        seed,
        exact: false,
      });
      const sum = (around: readonly number[], term: (j: number) => number): number =>
        around.reduce((total, j) => total + term(j), 0);
      const figures: ((i: number, around: readonly number[]) => number)[] = [
        (i, around) => u[i]! * sum(around, (j) => u[j]!),
        (_, around) => sum(around, (j) => u[j]!),
        (i, around) => u[i]! + sum(around, (j) => u[j]!),
        (i, around) => sum(around, (j) => (u[i]! - u[j]!) ** 2),
        (i, around) => u[i]! * sum(around, (j) => v[j]!),
        (i, around) => sum(around, (j) => u[i]! * u[j]! + v[i]! * v[j]!),
        (i, around) => sum(around, (j) => (u[i]! - u[j]!) ** 2 + (v[i]! - v[j]!) ** 2),
      ];
      for (const [s, result] of results.entries()) {
        if (result.status !== 'ok') continue;
        const direct = countStatisticDirectly(weights, { permutations, seed }, figures[s]!);
        t.same([...result.greaterOrEqual], direct.greaterOrEqual, result.statistic.kind);
        t.same([...result.lessOrEqual], direct.lessOrEqual, result.statistic.kind);
      }
    }),
    { seed: 5, numRuns: 150 },
  );
});

t.test('local Geary by the grid of points equals dealing separately, on a map with many rows', async (t) => {
  const weights = linkGrid(9, 9);
  for (const levels of [3, 1e6]) {
    const x = Float64Array.from({ length: 81 }, (_, i) => Math.round(levels * Math.sin(i * i)));
    const z = standardise(x);
    const [geary] = analyseLocal({
      variables: [x],
      weights,
      statistics: [ALL_KINDS[3]!],
      permutations: 4000,
      seed: 3,
      exact: false,
    }).results;
    const direct = countStatisticDirectly(weights, { permutations: 4000, seed: 3 }, (i, around) =>
      around.reduce((total, j) => total + (z[i]! - z[j]!) ** 2, 0),
    );
    t.same([...geary!.greaterOrEqual], direct.greaterOrEqual);
    t.same([...geary!.lessOrEqual], direct.lessOrEqual);
  }
});

/** All choices of k of some ids. */
function listChoices(ids: number[], k: number): number[][] {
  if (k === 0) return [[]];
  return ids.flatMap((id, at) => listChoices(ids.slice(at + 1), k - 1).map((rest) => [id, ...rest]));
}

t.test('exact counts are those of all arrangements, moments their mean and variance', async (t) => {
  const lists = [[1, 2], [0, 2, 3, 4], [0], [1, 2, 4, 5, 6], [5], [0, 1, 2, 3, 4, 6], [0, 3]];
  const variables = [Float64Array.of(3, 1, 4, 1, 5, 9, 2), Float64Array.of(2, 7, 1, 8, 2, 8, 1)];
  const [u, v] = variables.map(standardise) as [Float64Array, Float64Array];
  const { results, method } = analyseLocal({ variables, weights: packLinks(lists), statistics: ALL_KINDS });
  t.ok(method.every((m) => COUNTING_METHODS[m] === 'exact'));
  const figures: Record<string, (i: number, j: number) => number> = {
    moran: (i, j) => u[i]! * u[j]!,
    geary: (i, j) => ((u[i]! - u[j]!) ** 2 * 6) / 7,
    'bivariate-moran': (i, j) => (u[i]! * v[j]! * 6) / 7,
    'multivariate-moran': (i, j) => (u[i]! * u[j]! + v[i]! * v[j]!) / 2,
    'multivariate-geary': (i, j) => (((u[i]! - u[j]!) ** 2 + (v[i]! - v[j]!) ** 2) * 3) / 7,
  };
  for (const result of results) {
    const figure = figures[result.statistic.kind];
    if (!figure) continue;
    for (const [i, list] of lists.entries()) {
      const of = (around: number[]): number => around.reduce((sum, j) => sum + figure(i, j), 0) / list.length;
      const all = listChoices(
        [...u.keys()].filter((j) => j !== i),
        list.length,
      ).map(of);
      const observed = of(list);
      const name = `${result.statistic.kind} of ${i}`;
      t.ok(Math.abs(observed - result.figure[i]!) < 1e-12, `${name}: figure`);
      t.equal(result.draws[i], all.length, `${name}: draws`);
      t.equal(result.greaterOrEqual[i], all.filter((f) => f >= observed - 1e-9).length, `${name}: ge`);
      t.equal(result.lessOrEqual[i], all.filter((f) => f <= observed + 1e-9).length, `${name}: le`);
      const p = Math.min(1, (2 * Math.min(result.greaterOrEqual[i]!, result.lessOrEqual[i]!)) / all.length);
      t.equal(result.p[i], p);
      const mean = all.reduce((sum, f) => sum + f, 0) / all.length;
      const variance = all.reduce((sum, f) => sum + (f - mean) ** 2, 0) / all.length;
      t.ok(Math.abs(mean - result.expectation[i]!) < 1e-12, `${name}: expectation`);
      if (!Number.isNaN(result.variance[i]))
        t.ok(Math.abs(variance - result.variance[i]!) < 1e-12, `${name}: variance`);
    }
  }
});

t.test('unequal weights: sequential p approaches the exact share of all arrangements', async (t) => {
  const n = 7;
  const x = Float64Array.of(3, 1, 4, 1, 5, 9, 2);
  const z = standardise(x);
  const lists = Array.from({ length: n }, (_, i) => [(i + 1) % n, (i + 3) % n].sort((a, b) => a - b));
  const weights = {
    ...packLinks(lists),
    weights: Float64Array.from({ length: 2 * n }, (_, e) => 1 + (e % 3)),
  };
  const { results, method } = analyseLocal({
    variables: [x],
    weights,
    style: 'asGiven',
    statistics: [ALL_KINDS[0]!, ALL_KINDS[3]!],
  });
  t.ok(method.some((m) => COUNTING_METHODS[m] === 'sequential'));
  for (const [s, term] of [
    (i: number, j: number) => z[i]! * z[j]!,
    (i: number, j: number) => (z[i]! - z[j]!) ** 2,
  ].entries()) {
    const result = results[s]!;
    for (let i = 0; i < n; i++) {
      const [w1, w2] = [weights.weights[2 * i]!, weights.weights[2 * i + 1]!];
      if (w1 === w2) continue;
      const of = ([a, b]: number[]): number => w1 * term(i, a!) + w2 * term(i, b!);
      const choices = listChoices(
        [...z.keys()].filter((j) => j !== i),
        2,
      );
      const all = choices.flatMap(([a, b]) => [of([a!, b!]), of([b!, a!])]);
      const observed = of(lists[i]!);
      const ge = all.filter((f) => f >= observed - 1e-9).length / all.length;
      const le = all.filter((f) => f <= observed + 1e-9).length / all.length;
      const want = Math.min(1, 2 * Math.min(ge, le));
      t.ok(
        Math.abs(result.p[i]! - want) <= 5 * result.standardError[i]! + 0.02,
        `unit ${i}: ${result.p[i]}, ${want}`,
      );
      t.ok(result.draws[i]! < 99_999, 'stopped early');
      t.ok(Math.min(result.greaterOrEqual[i]!, result.lessOrEqual[i]!) === 20, 'at 20 in the smaller tail');
    }
  }
});

t.test('the unit of given weights changes nothing but figure, expectation and variance', async (t) => {
  fc.assert(
    fc.property(anyMap, fc.boolean(), ({ x, y, lists, seed }, even) => {
      const links = packLinks(lists.map((list, i) => list.filter((j) => j !== i).sort((a, b) => a - b)));
      const analyseIn = (unit: number): LocalResult[] =>
        analyseLocal({
          variables: [Float64Array.from(x), Float64Array.from(y)],
          weights: { ...links, weights: links.weights.map((_, e) => unit * (even ? 1 : 1 + (e % 4))) },
          style: 'asGiven',
          statistics: ALL_KINDS,
          permutations: 200,
          seed,
        }).results;
      const small = analyseIn(1e-9);
      for (const [s, want] of analyseIn(1).entries()) {
        const got = small[s]!;
        const { figure, expectation, variance, z, analyticP, ...exactly } = got;
        t.match(exactly.statistic, want.statistic);
        for (const [name, column] of Object.entries(exactly))
          t.same(column, want[name as keyof typeof exactly], `${name} of ${want.statistic.kind}`);
        const isShare = want.statistic.kind.startsWith('gi');
        t.ok(largestDeviation(z, [...want.z].map(orNull)) < 1e-6, 'z');
        t.ok(largestDeviation(analyticP, [...want.analyticP].map(orNull)) < 1e-6, 'its p');
        if (isShare) continue;
        const larger = (column: Float64Array, unit: number): Float64Array =>
          column.map((value) => value / unit);
        t.ok(largestDeviation(larger(figure, 1e-9), [...want.figure].map(orNull)) < 1e-9);
        t.ok(largestDeviation(larger(expectation, 1e-9), [...want.expectation].map(orNull)) < 1e-9);
        t.ok(largestDeviation(larger(variance, 1e-18), [...want.variance].map(orNull)) < 1e-9);
      }
    }),
    { seed: 8, numRuns: 40 },
  );
});

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

t.test('small weights find what stands out', async (t) => {
  const values = Float64Array.from({ length: 100 }, (_, i) => (i * 37) % 11);
  for (const j of [33, 34, 35, 43, 44, 45, 53, 54, 55]) values[j] = 40 + (j % 3);
  const grid = linkGrid(10, 10);
  const { results } = analyseLocal({
    variables: [values],
    weights: { ...grid, weights: grid.weights.map((_, e) => 1e-12 * (1 + (e % 3))) },
    style: 'asGiven',
    statistics: ALL_KINDS.slice(0, 3),
    permutations: 999,
  });
  t.same(
    results.map((result) => [LOCAL_CLASSES[result.class[44]!], result.p[44]]),
    ['high-high', 'high', 'high'].map((name) => [name, 2 / 1000]),
  );
});

t.test('where all arrangements tie, p is 1 without an error', async (t) => {
  const whole = packLinks([0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].filter((j) => j !== i)));
  const uneven = { ...linkGrid(3, 3), weights: linkGrid(3, 3).weights.map((_, e) => 1 + (e % 3)) };
  // The middle lies at the mean: its local Moran is 0 whatever lies around it.
  const mean = Float64Array.of(-4, -3, -2, -1, 0, 1, 2, 3, 4);
  for (const exact of [true, false]) {
    const options = { statistics: ALL_KINDS.slice(0, 1), permutations: 99, exact };
    const [all] = analyseLocal({
      ...options,
      variables: [Float64Array.of(1, 2, 4, 9, 16)],
      weights: whole,
    }).results;
    t.ok(
      all!.p.every((p) => p === 1) && all!.standardError.every((error) => error === 0),
      'all are neighbours',
    );
    for (const weights of [linkGrid(3, 3), uneven]) {
      const [middle] = analyseLocal({ ...options, variables: [mean], weights, style: 'asGiven' }).results;
      t.same([middle!.p[4], middle!.standardError[4]], [1, 0], 'a unit at the mean');
    }
  }
  t.equal(
    estimateError(COUNTING_METHODS.indexOf('sampled'), 1, 60, 99),
    Math.sqrt(1 / 99),
    'half tie: not certain',
  );
});

t.test('on maps without a pattern few have a rejection after Benjamini-Hochberg', async (t) => {
  const weights = linkGrid(10, 10);
  const [maps, level] = [400, 0.1];
  const random = openRandom(20, 9);
  let share = 0;
  for (let map = 0; map < maps; map++) {
    random.startRow(map);
    const [moran] = analyseLocal({
      variables: [Float64Array.from({ length: 100 }, () => random.below(2 ** 20))],
      weights,
      statistics: ALL_KINDS.slice(0, 1),
      permutations: 4_999,
      seed: map,
      exact: false,
      corrections: ['bh'],
    }).results;
    if (moran!.adjusted.bh!.some((q) => q <= level)) share += 1 / maps;
  }
  // The share has a binomial error of .015; that neighbours' tests depend on each other makes rejections rarer, not more.
  t.ok(share >= 0.05 && share <= 0.145, `a rejection in ${share} of the maps`);
});

t.test('p by method', async (t) => {
  const [sampled, exact, sequential] = (['sampled', 'exact', 'sequential'] as const).map((m) =>
    COUNTING_METHODS.indexOf(m),
  ) as [number, number, number];
  t.equal(decideP(sampled, 3, 99), 0.08);
  t.equal(estimateError(sampled, 0.08, 3, 99), Math.sqrt((0.08 * 1.92) / 99));
  t.equal(decideP(exact, 1, 20), 0.1);
  t.equal(estimateError(exact, 0.1, 1, 20), 0);
  t.equal(decideP(exact, 20, 20), 1);
  t.equal(decideP(sequential, 20, 400), 0.1);
  t.equal(estimateError(sequential, 0.1, 20, 400), 0.1 * Math.sqrt(0.95 / 20));
  t.equal(decideP(sequential, 4, 99), 0.1, 'not stopped: the observed one counts');
});

t.test('under no pattern small p are as rare as they say, for every method', async (t) => {
  const links = linkGrid(30, 30);
  const kernel = { ...links, weights: links.weights.map((_, e) => 1 + ((e * 7) % 4)) };
  const small = [0, 0, 0];
  for (let map = 0; map < 12; map++) {
    const x = Float64Array.from({ length: 900 }, (_, i) => {
      const noise = Math.sin(map * 900 + i + 1) * 43758.5453;
      return -Math.log(1 - (noise - Math.floor(noise)));
    });
    const options = {
      variables: [x],
      permutations: 999,
      seed: map,
      statistics: [ALL_KINDS[0]!, ALL_KINDS[3]!],
    };
    const sampled = analyseLocal({ ...options, weights: links }).results;
    const sequential = analyseLocal({ ...options, weights: kernel, style: 'asGiven' }).results;
    [...sampled, sequential[0]!].forEach((result, s) => {
      small[s]! += result.p.filter((p) => p <= 0.05).length / 10_800;
    });
  }
  for (const share of small) t.ok(share >= 0.045 && share <= 0.055, `${share} of p are <= .05`);
});
