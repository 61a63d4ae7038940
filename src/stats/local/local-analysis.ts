/**
 * Local statistics of several variables from one sample: local Moran, Gi, Gi*, local Geary, bivariate and multivariate forms.
 */

import { adjustInWays } from '../inference/false-discovery.ts';
import { permutationError, permutationP } from '../inference/tails.ts';
import { isOutOfRange } from '../standardise.ts';
import { addCounts, countPart, WHOLE } from './count-local.ts';
import { type SequentialCounts, STOP_AT } from './count-sequentially.ts';
import { describeUnits } from './local-figures.ts';
import {
  EXACT,
  FEWEST_UNITS,
  type LocalPlan,
  type LocalRequest,
  type LocalStatistic,
  pickUnits,
  planLocal,
  SAMPLED,
  SEQUENTIAL,
  variablesOf,
} from './local-plan.ts';
import {
  ISLAND,
  type LocalAnalysis,
  type LocalResult,
  type LocalStatus,
  MISSING,
  NOT_TESTED,
  TESTED,
} from './local-result.ts';

/**
 * Local statistics with conditional moments and conditional permutation; z are standard scores with the population
 * deviation, n counts the units with all values.
 *
 *     moran               z_i sum_j w_ij z_j                                   Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x
 *     gi                  sum_j w_ij x_j / sum_j x_j, j not i                  Ord & Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x
 *     gi-star             the same with i among j; own weight: `selfWeight`, else the row's largest
 *     geary               (n - 1) / n sum_j w_ij (z_i - z_j)^2                 Anselin 2019, doi:10.1111/gean.12164
 *     multivariate-geary  mean of geary over the variables
 *     bivariate-moran     (n - 1) / n z_i sum_j w_ij y_j                       Anselin, Syabri & Smirnov 2002
 *     multivariate-moran  mean of moran over the variables                     Wartenberg 1985, doi:10.1111/j.1538-4632.1985.tb00849.x
 *
 * Scaled as in spdep; esda and GeoDa have (n - 1) / n times its local Moran, the same bivariate. Scores of empirical Bayes
 * rates are a variable like any other: `moran` of them is the EB form.
 *
 * The values of the other units are dealt to a unit's neighbours, its own are held (in the multivariate and bivariate forms
 * all its own values: bivariate Moran says nothing about how x and y go together in place). Units with few possible
 * arrangements are counted exactly, units with unequal weights sequentially, all others from one sample: see
 * COUNTING_METHODS. All units and statistics share the sample, so they share its Monte Carlo error: leave P large. For a
 * corrected p, 2 / (P + 1) must not exceed level / m. "Significant" means unlike a random map, not proof of a cause.
 *
 * @throws RangeError for unequal lengths, unknown variables, permutations below 1, or a bad seed
 */
export function analyseLocal(request: LocalRequest): LocalAnalysis {
  const plan = planLocal(request);
  return describeLocal(request, plan, [countPart(plan, WHOLE)]);
}

/**
 * Turn counts into results.
 *
 * @param parts counts of all parts of the work, in any order; the first is overwritten
 */
export function describeLocal(
  request: LocalRequest,
  plan: LocalPlan,
  parts: readonly SequentialCounts[][],
): LocalAnalysis {
  const [counts, ...others] = parts;
  for (const other of others)
    other.forEach((part, c) => {
      addCounts(counts![c]!, part);
    });
  const method = new Uint8Array(request.weights.n);
  for (let k = 0; k < plan.rated.length; k++) method[plan.rated[k]!] = plan.methods[k]!;
  return {
    rated: plan.rated.length,
    permutations: plan.permutations,
    seed: plan.seed,
    method,
    results: request.statistics.map((statistic, s) => {
      const position = plan.countOf[s]!;
      return describeStatistic(request, plan, statistic, position < 0 ? undefined : counts![position]!);
    }),
  };
}

function describeStatistic(
  request: LocalRequest,
  plan: LocalPlan,
  statistic: LocalStatistic,
  counts: SequentialCounts | undefined,
): LocalResult {
  const { n } = request.weights;
  const { rated, methods } = plan;
  const column = (): Float64Array => new Float64Array(n).fill(NaN);
  const unitStatus = new Uint8Array(n).fill(MISSING);
  let candidates = 0;
  for (let k = 0; k < rated.length; k++) {
    if (methods[k] !== 0) candidates++;
    unitStatus[rated[k]!] = methods[k] === 0 ? ISLAND : NOT_TESTED;
  }
  const result: Omit<LocalResult, 'adjusted'> = {
    statistic,
    status:
      candidates < FEWEST_UNITS
        ? 'too_few'
        : counts === undefined
          ? findObstacle(request, plan, statistic)
          : 'ok',
    unitStatus,
    figure: column(),
    expectation: column(),
    variance: column(),
    z: column(),
    analyticP: column(),
    class: new Uint8Array(n),
    greaterOrEqual: new Uint32Array(n),
    lessOrEqual: new Uint32Array(n),
    draws: new Uint32Array(n),
    p: column(),
    standardError: column(),
  };
  if (result.status !== 'ok') return { ...result, adjusted: adjustInWays(result.p, request.corrections) };

  testUnits(plan, counts!, describeUnits(request, plan, statistic, result), result);
  return { ...result, adjusted: adjustInWays(result.p, request.corrections) };
}

/** Fill in status, counts, p and its error of every unit with neighbours. @param turned sign of the counted sum in the figure */
function testUnits(
  { rated, methods }: LocalPlan,
  counts: SequentialCounts,
  turned: Int8Array,
  { unitStatus, greaterOrEqual, lessOrEqual, draws, p, standardError }: Omit<LocalResult, 'adjusted'>,
): void {
  for (let k = 0; k < rated.length; k++) {
    if (methods[k] === 0) continue;
    const unit = rated[k]!;
    const rows = counts.draws[k]!;
    // A figure that is 0 in every arrangement ties with all of them.
    const isTied = turned[k] === 0;
    const high = isTied ? rows : counts.greaterOrEqual[k]!;
    const low = isTied ? rows : counts.lessOrEqual[k]!;
    const smaller = Math.min(high, low);
    const method = isTied && methods[k] === SEQUENTIAL ? SAMPLED : methods[k]!;
    unitStatus[unit] = TESTED;
    draws[unit] = rows;
    greaterOrEqual[unit] = turned[k]! < 0 ? low : high;
    lessOrEqual[unit] = turned[k]! < 0 ? high : low;
    p[unit] = decideP(method, smaller, rows);
    standardError[unit] = estimateError(method, p[unit]!, smaller, rows);
  }
}

/** Why a statistic has no scores to work with. */
function findObstacle(
  { variables }: LocalRequest,
  { rated, scores }: LocalPlan,
  statistic: LocalStatistic,
): LocalStatus {
  const isTooLarge = (variable: number): boolean =>
    scores[variable] === undefined && isOutOfRange(pickUnits(variables[variable]!, rated));
  return variablesOf(statistic).some(isTooLarge) ? 'out_of_range' : 'no_variance';
}

/**
 * Two-sided p from the count in the smaller tail, doubled and cut at 1.
 *
 *     sampled      (count + 1) / (P + 1)    the observed arrangement counted as one more, never 0
 *     exact        count / all              the observed arrangement is among them
 *     sequential   h / l                    stopped at row l, when both tails held h; else as sampled
 *
 * @param method position in COUNTING_METHODS
 */
export function decideP(method: number, smaller: number, draws: number): number {
  if (method === EXACT || (method === SEQUENTIAL && smaller >= STOP_AT))
    return Math.min(1, (2 * smaller) / draws);
  return permutationP(smaller, smaller, draws);
}

/** Monte Carlo standard error of that p; 0 where it is exact, or all arrangements tie. */
export function estimateError(method: number, p: number, smaller: number, draws: number): number {
  if (method === EXACT || smaller === draws) return 0;
  // Where h is given and l random, the tail's relative error is about sqrt((1 - t) / h).
  if (method === SEQUENTIAL && smaller >= STOP_AT) return p * Math.sqrt((1 - p / 2) / smaller);
  return permutationError(p, draws);
}
