/** Figures, moments and classes of local statistics, unit by unit. */

import { twoSidedP } from '../inference/normal.ts';
import { tieTolerance } from '../inference/tails.ts';
import { computeMoments } from '../standardise.ts';
import type { Weights } from '../weights/weights.ts';
import {
  findQuadrant,
  HIGH,
  HIGH_HIGH,
  isMean,
  LOW,
  LOW_LOW,
  NEGATIVE,
  NONE,
  POSITIVE,
} from './local-classes.ts';
import {
  dealMoments,
  type Moments,
  meansOfOthers,
  NO_VARIANCE,
  type RowSums,
  squaredDistances,
  sumPowers,
  sumRow,
} from './local-moments.ts';
import {
  type LocalPlan,
  type LocalRequest,
  type LocalStatistic,
  pickUnits,
  variablesOf,
} from './local-plan.ts';
import type { LocalResult } from './local-result.ts';

/** One unit's part of a result. */
interface Described extends Moments {
  figure: number;
  class: number;
  /** Deviate, where it is not that of figure, expectation and variance. */
  z?: number;
  /** How the tails of the counted sum become those of the figure: kept above 0, swapped below, all ties at 0. */
  turn: number;
}

/**
 * Fill in figure, moments and class of every unit with neighbours.
 *
 * @returns by rated unit: the sign with which the counted sum enters the figure
 */
export function describeUnits(
  request: LocalRequest,
  plan: LocalPlan,
  statistic: LocalStatistic,
  result: Omit<LocalResult, 'adjusted'>,
): Int8Array {
  const describe = prepare(request, plan, statistic);
  const { rated, methods } = plan;
  const { figure, expectation, variance, z, analyticP, class: classes } = result;
  const turned = new Int8Array(rated.length);
  for (let k = 0; k < rated.length; k++) {
    if (methods[k] === 0) continue;
    const unit = rated[k]!;
    const own = describe(k);
    figure[unit] = own.figure;
    expectation[unit] = own.expectation;
    variance[unit] = own.variance;
    if (own.z !== undefined) z[unit] = own.z;
    else if (own.variance > 0) z[unit] = (own.figure - own.expectation) / Math.sqrt(own.variance);
    analyticP[unit] = twoSidedP(z[unit]!);
    classes[unit] = own.class;
    turned[k] = Math.sign(own.turn);
  }
  return turned;
}

function prepare(
  request: LocalRequest,
  plan: LocalPlan,
  statistic: LocalStatistic,
): (k: number) => Described {
  const { weights } = plan;
  const columns = variablesOf(statistic).map((variable) => plan.scores[variable]!);
  switch (statistic.kind) {
    case 'moran':
      return (k) => describeMoran(columns[0]!, columns[0]!, weights, k, 1);
    case 'bivariate-moran':
      return (k) => describeMoran(columns[0]!, columns[1]!, weights, k, (weights.n - 1) / weights.n);
    case 'multivariate-moran':
      return (k) => describeMultivariate(columns, weights, k);
    case 'geary':
    case 'multivariate-geary': {
      const powers = columns.map(sumPowers);
      return (k) => describeGeary(columns, powers, weights, k);
    }
    case 'gi':
    case 'gi-star': {
      const values = request.variables[statistic.variable]!;
      const x = pickUnits(values, plan.rated);
      const { mean, deviation } = computeMoments(x);
      const scaled = request.style === undefined || request.style === 'W';
      const total = mean * x.length;
      const size = x.reduce((sum, value) => sum + Math.abs(value), 0);
      const { selfWeight } = request;
      const around: Around = { x, total, size, deviation, scores: columns[0]!, weights, scaled, selfWeight };
      return statistic.kind === 'gi' ? (k) => describeGi(around, k) : (k) => describeGiStar(around, k);
    }
  }
}

/** sum_j w_ij v_j. */
function sumAround(values: Float64Array, { offsets, neighbours, weights }: Weights, k: number): number {
  let sum = 0;
  for (let e = offsets[k]!; e < offsets[k + 1]!; e++) sum += weights[e]! * values[neighbours[e]!]!;
  return sum;
}

function describeMoran(
  x: Float64Array,
  y: Float64Array,
  weights: Weights,
  k: number,
  scale: number,
): Described {
  const { n, offsets, neighbours, weights: shares } = weights;
  let lag = 0;
  let sum = 0;
  let squares = 0;
  for (let e = offsets[k]!; e < offsets[k + 1]!; e++) {
    const share = shares[e]!;
    lag += share * y[neighbours[e]!]!;
    sum += share;
    squares += share * share;
  }
  const spreadOfWeights = squares - (sum * sum) / (n - 1);
  const spreadOfOthers = 1 - (y[k]! * y[k]!) / (n - 1);
  const constant = spreadOfWeights <= NO_VARIANCE * squares || spreadOfOthers <= NO_VARIANCE;
  const variance = ((x[k]! * x[k]! * n) / (n - 2)) * spreadOfWeights * spreadOfOthers;
  return {
    figure: scale * (x[k]! * lag),
    expectation: (scale * (-x[k]! * y[k]! * sum)) / (n - 1),
    variance: constant ? 0 : scale * scale * variance,
    class: findQuadrant(x[k]!, lag, sum),
    turn: isMean(x[k]!) ? 0 : x[k]!,
  };
}

function describeMultivariate(columns: readonly Float64Array[], weights: Weights, k: number): Described {
  const sums = sumRow(weights, k);
  let figure = 0;
  let expectation = 0;
  for (const z of columns) {
    figure += (z[k]! * sumAround(z, weights, k)) / columns.length;
    expectation += (sums.sum * z[k]! * meansOfOthers(weights.n, z[k]!).mean) / columns.length;
  }
  return {
    figure,
    expectation,
    variance: NaN,
    class: isExpected(figure, expectation, sums.sum) ? NONE : figure > expectation ? POSITIVE : NEGATIVE,
    turn: 1,
  };
}

function describeGeary(
  columns: readonly Float64Array[],
  powers: readonly ReturnType<typeof sumPowers>[],
  weights: Weights,
  k: number,
): Described {
  const { n } = weights;
  const sums = sumRow(weights, k);
  const scale = (n - 1) / n / columns.length;
  let figure = 0;
  let expectation = 0;
  let variance = NaN;
  columns.forEach((z, v) => {
    for (let e = weights.offsets[k]!; e < weights.offsets[k + 1]!; e++)
      figure += scale * weights.weights[e]! * (z[k]! - z[weights.neighbours[e]!]!) ** 2;
    const { mean, square } = squaredDistances(n, z[k]!, powers[v]!);
    const moments = dealMoments(n, sums, mean, square);
    expectation += scale * moments.expectation;
    if (columns.length === 1) variance = scale ** 2 * moments.variance;
  });
  const quadrant =
    columns.length === 1 ? findQuadrant(columns[0]![k]!, sumAround(columns[0]!, weights, k), sums.sum) : NONE;
  const alike = quadrant === HIGH_HIGH || quadrant === LOW_LOW ? quadrant : POSITIVE;
  return {
    figure,
    expectation,
    variance,
    class: isExpected(figure, expectation, sums.sum) ? NONE : figure < expectation ? alike : NEGATIVE,
    turn: 1,
  };
}

/** Whether a figure is its expectation but for rounding. @param total sum of the weights */
function isExpected(figure: number, expectation: number, total: number): boolean {
  return Math.abs(figure - expectation) <= tieTolerance(expectation, total);
}

/** Where values add up to no more than this part of their sizes, the rest is rounding: they add up to 0. */
const NO_TOTAL = 1e-12;

/** What Gi and Gi* need beside a unit. */
interface Around {
  /** Rated values, their sum, the sum of their sizes, and their population deviation. */
  x: Float64Array;
  total: number;
  size: number;
  deviation: number;
  scores: Float64Array;
  weights: Weights;
  /** Whether rows sum to 1: a row that takes in its own unit is scaled again. */
  scaled: boolean;
  /** What the unit itself counts in Gi*; undefined: as much as its largest neighbour. */
  selfWeight: number | undefined;
}

function describeGi(around: Around, k: number): Described {
  const { x, total, scores, weights } = around;
  const sums = sumRow(weights, k);
  const { mean, square } = meansOfOthers(weights.n, scores[k]!);
  return describeShare(around, {
    sum: sumAround(x, weights, k),
    whole: total - x[k]!,
    weight: sums.sum,
    units: weights.n - 1,
    score: sumAround(scores, weights, k),
    moments: dealMoments(weights.n, sums, mean, square),
  });
}

function describeGiStar(around: Around, k: number): Described {
  const { x, total, scores, weights, scaled } = around;
  const { n } = weights;
  const plain = sumRow(weights, k);
  const own = around.selfWeight ?? findLargest(weights, k);
  const scale = scaled ? 1 / (plain.sum + own) : 1;
  const sums: RowSums = { sum: scale * (plain.sum + own), squares: scale ** 2 * (plain.squares + own * own) };
  const sumWithOwn = (values: Float64Array): number =>
    scale * (sumAround(values, weights, k) + own * values[k]!);
  return describeShare(around, {
    sum: sumWithOwn(x),
    whole: total,
    weight: sums.sum,
    units: n,
    score: sumWithOwn(scores),
    // All n values are dealt to the unit and its neighbours.
    moments: dealMoments(n + 1, sums, 0, 1),
  });
}

/** Largest weight of a row. */
function findLargest({ offsets, weights }: Weights, k: number): number {
  let largest = 0;
  for (let e = offsets[k]!; e < offsets[k + 1]!; e++) largest = Math.max(largest, weights[e]!);
  return largest;
}

/** A weighted sum of values as a share of a whole. */
interface Share {
  sum: number;
  /** What the values of all units that might be dealt add up to, and how many these are. */
  whole: number;
  units: number;
  /** Sum of the weights. */
  weight: number;
  /** The same sum of scores, and its moments. */
  score: number;
  moments: Moments;
}

/**
 * A share of a total. Its deviate is that of the sum of scores, in which x is linear; so it exists, and has its sign, whatever
 * the values add up to.
 */
function describeShare({ size, deviation }: Around, share: Share): Described {
  const { sum, whole, weight, units, score, moments } = share;
  const distance = score - moments.expectation;
  const exists = Math.abs(whole) > NO_TOTAL * size;
  return {
    figure: exists ? sum / whole : NaN,
    expectation: exists ? weight / units : NaN,
    variance: exists ? moments.variance * (deviation / whole) ** 2 : NaN,
    z: moments.variance > 0 ? distance / Math.sqrt(moments.variance) : NaN,
    class: isMean(distance, weight) ? NONE : distance > 0 ? HIGH : LOW,
    turn: 1,
  };
}
