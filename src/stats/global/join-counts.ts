/**
 * Join counts: do units that have something lie together?
 */

import type { Weights } from '../weights/weights.ts';
import { gearyVarianceByRandomisation, sumSquaredDifferences } from './global-geary.ts';
import { sumWeights, type WeightSums } from './global-moran.ts';
import {
  crossProduct,
  foldPairs,
  type GlobalCounts,
  type GlobalOptions,
  isTooFew,
  type NormalTest,
  type PermutationTest,
  prepareGlobal,
  testByShuffling,
  testNormally,
} from './global-test.ts';

/** One kind of join. */
export interface JoinCount extends NormalTest {
  /** Joins, each pair once. */
  observed: number;
  expectation: number;
  /** null when no permutations were asked for. */
  permutation: PermutationTest | null;
}

/** Result; `no_variance`: all units have it, or none, or (without a figure to give) just one. */
export type JoinCounts =
  | (GlobalCounts & { status: 'too_few' | 'no_variance' })
  | (GlobalCounts & {
      status: 'ok';
      /** Units with 1. */
      marked: number;
      /** Joins of 1 with 1, 0 with 0, 1 with 0. */
      both: JoinCount;
      neither: JoinCount;
      unlike: JoinCount;
    });

/**
 * Join counts of marked units under non-free sampling: the marks are placed at random, their number is held (Moran 1948,
 * doi:10.1111/j.2517-6161.1948.tb00012.x; Cliff & Ord 1981, Spatial Processes). With n1 marked units of n and
 * q_k = n1 (n1 - 1) … (n1 - k + 1) / (n (n - 1) … (n - k + 1))
 *
 *     both     sum_ij w_ij x_i x_j / 2                       E = S0 q_2 / 2
 *              Var = [S1 q_2 + (S2 - 2 S1) q_3 + (S0^2 + S1 - S2) q_4] / 4 - E^2
 *     neither  the same for the others
 *     unlike   sum_ij w_ij (x_i - x_j)^2 / 2                 E = S0 n1 (n - n1) / (n (n - 1)); Var from that of Geary's C,
 *              of which it is a multiple while n1 is held
 *
 * p is two-sided; spdep tests for more joins only. Islands are counted in n, as in spdep without adjust.n.
 *
 * @param marks n numbers, 1 or 0; NaN for none
 * @param weights n units; the default style B counts joins
 * @throws RangeError for other numbers, unequal lengths, bad permutations or a bad seed
 */
export function countJoins(
  marks: Float64Array,
  weights: Weights,
  { style = 'B', permutations = 9_999, seed = 1 }: GlobalOptions = {},
): JoinCounts {
  const options = { style, permutations, seed, adjustForIslands: false };
  const { counts, columns, weights: used } = prepareGlobal([marks], weights, options);
  const [x] = columns as [Float64Array];
  checkMarks(x);
  if (isTooFew(counts)) return { ...counts, status: 'too_few' };
  const { n } = counts;
  const marked = x.reduce((sum, mark) => sum + mark, 0);
  if (marked === 0 || marked === n) return { ...counts, status: 'no_variance' };

  const sums = sumWeights(used);
  const pairs = foldPairs(used);
  const complement = x.map((mark) => 1 - mark);
  const joinsOf = ([mark]: readonly Float64Array[]): number => crossProduct(mark!, mark!, pairs) / 2;
  const likeJoins = (mark: Float64Array, count: number): JoinCount =>
    describeJoins([mark], joinsOf, likeMoments(n, count, sums), options);
  const unlikeOf = ([mark]: readonly Float64Array[]): number => sumSquaredDifferences(mark!, pairs) / 2;
  return {
    ...counts,
    status: 'ok',
    marked,
    both: likeJoins(x, marked),
    neither: likeJoins(complement, n - marked),
    unlike: describeJoins([x], unlikeOf, unlikeMoments(n, marked, sums), options),
  };
}

/** Marks must be 0 or 1. */
export function checkMarks(marks: Float64Array): void {
  for (const mark of marks) {
    if (mark !== 0 && mark !== 1 && Number.isFinite(mark))
      throw new RangeError(`Got the mark ${mark}, expected 0 or 1.`);
  }
}

interface JoinMoments {
  expectation: number;
  variance: number;
}

function likeMoments(n: number, marked: number, { s0, s1, s2 }: WeightSums): JoinMoments {
  const chance = (k: number): number => {
    let share = 1;
    for (let j = 0; j < k; j++) share *= (marked - j) / (n - j);
    return share;
  };
  const expectation = (s0 * chance(2)) / 2;
  const square = (s1 * chance(2) + (s2 - 2 * s1) * chance(3) + (s0 * s0 + s1 - s2) * chance(4)) / 4;
  return { expectation, variance: square - expectation ** 2 };
}

function unlikeMoments(n: number, marked: number, sums: WeightSums): JoinMoments {
  const share = marked / n;
  const variance = share * (1 - share);
  // C = unlike (n - 1) / (S0 n m2)
  const factor = (sums.s0 * n * variance) / (n - 1);
  const b2 = (1 - 3 * variance) / variance;
  return { expectation: factor, variance: factor ** 2 * gearyVarianceByRandomisation(n, sums, b2) };
}

function describeJoins(
  columns: readonly Float64Array[],
  statistic: (columns: readonly Float64Array[]) => number,
  { expectation, variance }: JoinMoments,
  options: { permutations: number; seed: number },
): JoinCount {
  const observed = statistic(columns);
  const permutation = testByShuffling(columns, statistic, options);
  // A single mark has no joins in any arrangement, and where all are neighbours every arrangement has as many.
  if (variance <= 1e-12 * Math.max(1, expectation ** 2))
    return { observed, expectation, variance: 0, z: 0, p: 1, permutation };
  return { observed, expectation, ...testNormally(observed, expectation, variance), permutation };
}
