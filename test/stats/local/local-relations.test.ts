import fc from 'fast-check';
import t from 'tap';
import { bivariateMoran } from '../../../src/stats/global/bivariate.ts';
import { globalGeary } from '../../../src/stats/global/global-geary.ts';
import { sumWeights } from '../../../src/stats/global/global-moran.ts';
import { adjustPValues, CORRECTIONS } from '../../../src/stats/inference/false-discovery.ts';
import { analyseLocal } from '../../../src/stats/local/local-analysis.ts';
import type { LocalResult } from '../../../src/stats/local/local-result.ts';
import { styleWeights } from '../../../src/stats/weights/weights.ts';
import { largestDeviation, packLinks, readGolden } from '../golden.ts';
import { ALL_KINDS } from './local-kinds.ts';

interface Golden {
  x: number[];
  by_weights: Record<string, { weights: { neighbors: number[][] } }>;
}
const columbus = readGolden<Golden>('columbus_local');
const crime = Float64Array.from(columbus.x);
const queen = packLinks(columbus.by_weights.queen_W!.weights.neighbors);
const bivariate = readGolden<{ CRIME: number[]; INC: number[]; queen: number[][] }>(
  'columbus_bivariate_joincount',
);

t.test('reordering the units reorders the results of every statistic', async (t) => {
  const variables = [bivariate.CRIME, bivariate.INC].map((x) => Float64Array.from(x));
  const run = (columns: Float64Array[], lists: number[][]): LocalResult[] =>
    analyseLocal({ variables: columns, weights: packLinks(lists), statistics: ALL_KINDS, permutations: 999 })
      .results;
  const before = run(variables, bivariate.queen);
  const order = fc.shuffledSubarray([...crime.keys()], { minLength: crime.length });
  fc.assert(
    fc.property(order, (order) => {
      const place = new Map(order.map((unit, at) => [unit, at]));
      const lists = order.map((unit) =>
        bivariate.queen[unit]!.map((j) => place.get(j)!).sort((a, b) => a - b),
      );
      const after = run(
        variables.map((x) => Float64Array.from(order, (unit) => x[unit]!)),
        lists,
      );
      for (const [s, result] of after.entries()) {
        const was = before[s]!;
        const { kind } = result.statistic;
        for (const column of ['figure', 'expectation', 'variance', 'z'] as const)
          t.ok(
            largestDeviation(
              result[column],
              order.map((unit) => (Number.isNaN(was[column][unit]) ? null : was[column][unit]!)),
            ) < 1e-9,
            `${kind} ${column}`,
          );
        t.same(
          [...result.class],
          order.map((unit) => was.class[unit]),
          kind,
        );
        for (const [at, unit] of order.entries()) {
          const error = Math.hypot(result.standardError[at]!, was.standardError[unit]!);
          t.ok(Math.abs(result.p[at]! - was.p[unit]!) <= 6 * error, `${kind}: p of ${unit}`);
        }
      }
    }),
    { seed: 2, numRuns: 8 },
  );
});

t.test('local Geary adds up to global C, bivariate local Moran to the global', async (t) => {
  const variables = [bivariate.CRIME, bivariate.INC].map((x) => Float64Array.from(x));
  for (const style of ['W', 'B'] as const) {
    const weights = packLinks(bivariate.queen);
    const { results } = analyseLocal({ variables, weights, statistics: ALL_KINDS, style, permutations: 9 });
    const total = (result: LocalResult): number => result.figure.reduce((sum, figure) => sum + figure, 0);
    const { s0 } = sumWeights(styleWeights(weights, style));
    const c = globalGeary(variables[0]!, weights, { style, permutations: 0 });
    t.ok(c.status === 'ok' && Math.abs(total(results[3]!) - 2 * s0 * c.statistic) < 1e-9);
    const both = bivariateMoran(variables[0]!, variables[1]!, weights, { style, permutations: 0 });
    t.ok(both.status === 'ok' && Math.abs((total(results[4]!) * 49) / 48 - s0 * both.statistic) < 1e-9);
    const single = analyseLocal({
      variables,
      weights,
      style,
      permutations: 9,
      statistics: [
        { kind: 'moran', variable: 1 },
        { kind: 'geary', variable: 1 },
      ],
    }).results;
    for (let i = 0; i < 49; i++) {
      t.ok(
        Math.abs(results[5]!.figure[i]! - (results[0]!.figure[i]! + single[0]!.figure[i]!) / 2) < 1e-12,
        'multivariate Moran is a mean',
      );
      t.ok(
        Math.abs(results[6]!.figure[i]! - (results[3]!.figure[i]! + single[1]!.figure[i]!) / 2) < 1e-12,
        'multivariate Geary is a mean',
      );
    }
  }
});

t.test('corrections are those of adjustPValues, and only those asked for', async (t) => {
  const input = { variables: [crime], weights: queen, statistics: [ALL_KINDS[0]!], permutations: 999 };
  const [all] = analyseLocal(input).results;
  for (const correction of CORRECTIONS) t.same(all!.adjusted[correction], adjustPValues(all!.p, correction));
  t.same(Object.keys(analyseLocal({ ...input, corrections: ['holm'] }).results[0]!.adjusted), ['holm']);
});

// spdep draws with replacement: on Columbus its p is at most 0.041 too large.
t.test('p agrees with localmoran_perm, as far as drawing with replacement allows', async (t) => {
  const { permutation } = readGolden<{
    permutation: Record<'queen' | 'knn4', { p_sim_two_sided: number[] }>;
  }>('columbus_local');
  for (const [name, weights] of [
    ['queen', 'queen_W'],
    ['knn4', 'knn4_W'],
  ] as const) {
    const { results } = analyseLocal({
      variables: [crime],
      weights: packLinks(columbus.by_weights[weights]!.weights.neighbors),
      statistics: [ALL_KINDS[0]!],
    });
    const [moran] = results;
    for (const [i, p] of permutation[name].p_sim_two_sided.entries())
      t.ok(moran!.p[i]! < p + 0.01 && moran!.p[i]! > p - 0.05, `${name} ${i}: ${moran!.p[i]}, ${p}`);
  }
});
