/**
 * Global statistics of two variables: do high values of one lie next to high values of the other?
 */

import { standardise } from '../standardise.ts';
import type { Weights } from '../weights/weights.ts';
import { sumWeights } from './global-moran.ts';
import {
  crossProduct,
  findObstacle,
  type GlobalOptions,
  type GlobalResult,
  isTooFew,
  prepareGlobal,
  testByShuffling,
} from './global-test.ts';

/** Result; the expectation is that of pairs (x_i, y_i) placed at random, not 0 where x and y correlate. */
export type Bivariate = GlobalResult<{
  /** Pearson's correlation of x and y in place, to be read beside the statistic. */
  correlation: number;
}>;

/**
 * Bivariate Moran's I: x against the neighbours' y (Wartenberg 1985, doi:10.1111/j.1538-4632.1985.tb00849.x; Anselin, Syabri &
 * Smirnov 2002).
 *
 *     I_B = sum_i x_i sum_j w_ij y_j / S0        x, y standard scores with the population deviation; S0 = n in style W
 *     E = -r / (n - 1)                           r the correlation of x and y in place
 *
 * It ignores how x and y go together in place: `leeL` does not. The test places the pairs (x_i, y_i) at random, so that a
 * correlation in place alone is not taken for a spatial one. No normal approximation is given.
 *
 * @param x, y n values in any unit; NaN for none. A unit that lacks one is left out.
 * @param weights n units
 * @throws RangeError for unequal lengths, bad permutations or a bad seed
 */
export function bivariateMoran(
  x: Float64Array,
  y: Float64Array,
  weights: Weights,
  options: GlobalOptions = {},
): Bivariate {
  return compare(x, y, weights, options, (used, correlation) => {
    const { s0 } = sumWeights(used);
    return {
      statistic: ([u, v]) => crossProduct(u!, v!, used) / s0,
      expectation: -correlation / (used.n - 1),
    };
  });
}

/**
 * Lee's L: neighbourhood means of x against those of y (Lee 2001, doi:10.1007/s101090100064).
 *
 *     L = sum_i (sum_j w_ij x_j)(sum_j w_ij y_j) / sum_i w_i^2        standard scores; w_i = sum_j w_ij
 *     E = r (sum w_ij^2 / sum w_i^2 - (1 - sum w_ij^2 / sum w_i^2) / (n - 1))
 *
 * Neighbourhoods do not contain the unit itself unless the weights do. Test, islands and missing values as in
 * `bivariateMoran`.
 *
 * @throws RangeError as there
 */
export function leeL(
  x: Float64Array,
  y: Float64Array,
  weights: Weights,
  options: GlobalOptions = {},
): Bivariate {
  return compare(x, y, weights, options, (used, correlation) => {
    const { squares, squaredSums } = sumSquares(used);
    const share = squares / squaredSums;
    return {
      statistic: ([u, v]) => sumLagProducts(u!, v!, used) / squaredSums,
      expectation: correlation * (share - (1 - share) / (used.n - 1)),
    };
  });
}

interface Comparison {
  statistic: (columns: readonly Float64Array[]) => number;
  expectation: number;
}

function compare(
  x: Float64Array,
  y: Float64Array,
  weights: Weights,
  { style = 'W', permutations = 9_999, seed = 1 }: GlobalOptions,
  define: (used: Weights, correlation: number) => Comparison,
): Bivariate {
  const options = { style, permutations, seed, adjustForIslands: false };
  const { counts, columns, weights: used } = prepareGlobal([x, y], weights, options);
  if (isTooFew(counts)) return { ...counts, status: 'too_few' };
  const obstacle = findObstacle(columns[0]!) ?? findObstacle(columns[1]!);
  if (obstacle) return { ...counts, status: obstacle };
  const scores = columns.map(standardise);

  const [u, v] = scores as [Float64Array, Float64Array];
  const correlation = u.reduce((sum, score, i) => sum + score * v[i]!, 0) / u.length;
  const { statistic, expectation } = define(used, correlation);
  return {
    ...counts,
    status: 'ok',
    statistic: statistic(scores),
    expectation,
    correlation,
    permutation: testByShuffling(scores, statistic, options),
  };
}

/** sum_ij w_ij^2 and sum_i w_i^2. */
export function sumSquares({ n, offsets, weights }: Weights): { squares: number; squaredSums: number } {
  let squares = 0;
  let squaredSums = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      sum += weights[e]!;
      squares += weights[e]! ** 2;
    }
    squaredSums += sum * sum;
  }
  return { squares, squaredSums };
}

/** sum_j w_ij v_j. */
export function lagOf(values: Float64Array, { offsets, neighbours, weights }: Weights, i: number): number {
  let lag = 0;
  for (let e = offsets[i]!; e < offsets[i + 1]!; e++) lag += weights[e]! * values[neighbours[e]!]!;
  return lag;
}

function sumLagProducts(x: Float64Array, y: Float64Array, weights: Weights): number {
  let sum = 0;
  for (let i = 0; i < weights.n; i++) sum += lagOf(x, weights, i) * lagOf(y, weights, i);
  return sum;
}
