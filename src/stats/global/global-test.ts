/** What the global statistics share: their input, normal approximations, the permutation test. */

import { twoSidedP } from '../inference/normal.ts';
import { openRandom } from '../inference/random.ts';
import { openShuffles } from '../inference/shuffles.ts';
import { permutationError, permutationP, tieTolerance } from '../inference/tails.ts';
import { computeMoments, findShared, isOutOfRange } from '../standardise.ts';
import {
  findIslands,
  findLink,
  type Style,
  styleWeights,
  subsetWeights,
  type Weights,
} from '../weights/weights.ts';

/** Stream of the random generator, so that one seed gives other numbers here than in the local statistics. */
const STREAM = 1;

/** Choices of a run. */
export interface GlobalOptions {
  /** Style of the weights after units without a value are gone. Default `W`. */
  style?: Style;
  /** Full shuffles of the values, 0 for none. Default 9,999. */
  permutations?: number;
  /** Seed of the shuffles, integer from 0 to 2^53 - 1. Default 1. */
  seed?: number;
}

/** Choices of a run whose formulas contain n. */
export interface AdjustableOptions extends GlobalOptions {
  /** Whether n in the formulas counts only units that have neighbours or are some (spdep's adjust.n). Default true. */
  adjustForIslands?: boolean;
}

/** Counts behind a result. */
export interface GlobalCounts {
  /** Units with a value. */
  rated: number;
  /** Rated units without a rated neighbour. */
  islands: number;
  /** The n of the formulas. */
  n: number;
}

/** A normal approximation: variance of the statistic under a null hypothesis, deviate, two-sided p. */
export interface NormalTest {
  variance: number;
  z: number;
  p: number;
}

/** What the shuffles gave. */
export interface PermutationTest {
  permutations: number;
  seed: number;
  /** Shuffles whose statistic was at least, and at most, the observed one. */
  greaterOrEqual: number;
  lessOrEqual: number;
  /** Two-sided p and its Monte Carlo standard error, 0 where all shuffles tie. */
  p: number;
  standardError: number;
}

/** What every global statistic says. */
interface GlobalFigures {
  statistic: number;
  /** Under the null hypothesis. */
  expectation: number;
  /** null when no permutations were asked for. */
  permutation: PermutationTest | null;
}

/** Why there are no figures. `no_variance`: all values are equal, or all units neighbours of all. `out_of_range`: see `isOutOfRange`. */
export type Obstacle = 'no_variance' | 'out_of_range';

/** Figures, or why there are none. */
export type GlobalResult<Figures, Reason extends string = Obstacle> = GlobalCounts &
  ({ status: 'too_few' | Reason } | ({ status: 'ok' } & GlobalFigures & Figures));

/** Result of a statistic with both normal approximations. */
export type Autocorrelation = GlobalResult<{
  /** Values assigned to units at random. */
  randomisation: NormalTest;
  /** Values drawn from a normal distribution. */
  normality: NormalTest;
}>;

/** The units that have all values, ready for formulas. */
export interface GlobalInput {
  counts: GlobalCounts;
  /** Values of the rated units. */
  columns: Float64Array[];
  /** Styled weights among them. */
  weights: Weights;
}

/** Fewer units with neighbours than this have no variance under randomisation. */
const FEWEST_UNITS = 4;

/**
 * Leave out units without a value, with their links, and style the weights anew.
 *
 * @param variables n values each; NaN for none
 * @throws RangeError for unequal lengths, bad permutations or a bad seed
 */
export function prepareGlobal(
  variables: readonly Float64Array[],
  weights: Weights,
  { style, permutations, seed, adjustForIslands }: Required<AdjustableOptions>,
): GlobalInput {
  for (const values of variables) {
    if (values.length !== weights.n)
      throw new RangeError(`Got ${values.length} values for ${weights.n} units.`);
  }
  if (!Number.isInteger(permutations) || permutations < 0) {
    throw new RangeError(`Got ${permutations} permutations, expected a whole number of 0 or more.`);
  }
  openRandom(seed, STREAM);
  const rated = findShared(variables, weights.n);
  const used = styleWeights(subsetWeights(weights, rated), style);
  const islands = findIslands(used).length;
  const n = adjustForIslands ? countLinked(used) : rated.length;
  return {
    counts: { rated: rated.length, islands, n },
    columns: variables.map((values) => Float64Array.from(rated, (unit) => values[unit]!)),
    weights: used,
  };
}

/** Units with a link in either direction: one that only others have as a neighbour is part of every sum. */
function countLinked({ n, offsets, neighbours }: Weights): number {
  const linked = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    if (offsets[i] === offsets[i + 1]) continue;
    linked[i] = 1;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) linked[neighbours[e]!] = 1;
  }
  return linked.reduce((count, mark) => count + mark, 0);
}

/** Whether there are too few units with neighbours for any figure. */
export function isTooFew({ rated, islands }: GlobalCounts): boolean {
  return rated - islands < FEWEST_UNITS;
}

/** Why values do not vary in a way that can be computed with, if so. */
export function findObstacle(values: Float64Array): Obstacle | undefined {
  if (isOutOfRange(values)) return 'out_of_range';
  return computeMoments(values).deviation === 0 ? 'no_variance' : undefined;
}

/** Deviate and two-sided p of a statistic with a positive variance. */
export function testNormally(statistic: number, expectation: number, variance: number): NormalTest {
  const z = (statistic - expectation) / Math.sqrt(variance);
  return { variance, z, p: twoSidedP(z) };
}

/**
 * Shuffle values over units, columns together so that what a unit holds stays together, and count how often the statistic
 * reaches the observed one. Each shuffle starts from the original order, so that it depends on seed and number only.
 *
 * @param columns n values each
 * @param statistic figure of shuffled columns, or anything that orders them as the figure does
 * @returns null for 0 permutations
 */
export function testByShuffling(
  columns: readonly Float64Array[],
  statistic: (columns: readonly Float64Array[]) => number,
  { permutations, seed }: { permutations: number; seed: number },
): PermutationTest | null {
  if (permutations === 0) return null;
  const observed = statistic(columns);
  const tolerance = tieTolerance(observed);
  const choose = openShuffles(seed, STREAM);
  const shuffled = columns.map((column) => column.slice());
  const chosen = new Uint32Array(columns[0]!.length);
  let greaterOrEqual = 0;
  let lessOrEqual = 0;
  for (let row = 0; row < permutations; row++) {
    choose(row, chosen);
    for (let c = 0; c < columns.length; c++) shuffle(columns[c]!, chosen, shuffled[c]!);
    const figure = statistic(shuffled);
    if (figure >= observed - tolerance) greaterOrEqual++;
    if (figure <= observed + tolerance) lessOrEqual++;
  }
  const p = permutationP(greaterOrEqual, lessOrEqual, permutations);
  // Where all shuffles tie, p is certain.
  const tied = greaterOrEqual === permutations && lessOrEqual === permutations;
  const standardError = tied ? 0 : permutationError(p, permutations);
  return { permutations, seed, greaterOrEqual, lessOrEqual, p, standardError };
}

/** Values in the order in which, from the last place on, each takes the value of the place chosen for it. */
function shuffle(values: Float64Array, chosen: Uint32Array, shuffled: Float64Array): void {
  shuffled.set(values);
  for (let last = chosen.length - 1; last > 0; last--) {
    const value = shuffled[chosen[last]!]!;
    shuffled[chosen[last]!] = shuffled[last]!;
    shuffled[last] = value;
  }
}

/**
 * Every pair of neighbours once, with the weights of both directions added: sums over all links of something that is the same
 * for (i, j) and (j, i) stay what they are, at half the cost.
 */
export function foldPairs(links: Weights): Weights {
  const offsets = new Uint32Array(links.n + 1);
  const neighbours = new Uint32Array(links.neighbours.length);
  const weights = new Float64Array(links.neighbours.length);
  let pairs = 0;
  for (let i = 0; i < links.n; i++) {
    for (let e = links.offsets[i]!; e < links.offsets[i + 1]!; e++) {
      const j = links.neighbours[e]!;
      const opposite = findLink(links, j, i);
      if (opposite >= 0 && j < i) continue;
      neighbours[pairs] = j;
      weights[pairs++] = links.weights[e]! + (opposite < 0 ? 0 : links.weights[opposite]!);
    }
    offsets[i + 1] = pairs;
  }
  return { n: links.n, offsets, neighbours: neighbours.slice(0, pairs), weights: weights.slice(0, pairs) };
}

/** sum_ij w_ij x_i y_j. */
export function crossProduct(x: Float64Array, y: Float64Array, weights: Weights): number {
  const { n, offsets, neighbours } = weights;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let lag = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) lag += weights.weights[e]! * y[neighbours[e]!]!;
    sum += x[i]! * lag;
  }
  return sum;
}
