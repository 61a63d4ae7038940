/**
 * What a local analysis has to count, and how it may be split: pure data, so that threads can share the work.
 *
 *     request ── planLocal ──► plan ── countPart (once, or in parts added up) ──► counts ── describeLocal ──► analysis
 */

import type { Correction } from '../inference/false-discovery.ts';
import { openRandom } from '../inference/random.ts';
import { findShared, standardise } from '../standardise.ts';
import { type Style, styleWeights, subsetWeights, type Weights } from '../weights/weights.ts';
import { countChoices, countSteps } from './arrangements.ts';
import type { Projection } from './count-projections.ts';

/** Statistics of one variable, of own value and neighbours' value, or of several variables. */
export type LocalStatistic =
  | { kind: 'moran' | 'gi' | 'gi-star' | 'geary'; variable: number }
  | { kind: 'bivariate-moran'; variable: number; neighbours: number }
  | { kind: 'multivariate-moran' | 'multivariate-geary'; variables: readonly number[] };

/** What is to be analysed. */
export interface LocalRequest {
  /** n values each, in any unit; NaN for none. A unit that lacks one of them is left out of everything. */
  variables: readonly Float64Array[];
  /** n units. */
  weights: Weights;
  /** What to compute; numbers are positions in `variables`. */
  statistics: readonly LocalStatistic[];
  /** Style of the weights after units without a value are gone; `asGiven` keeps them (kernels). Default `W`. */
  style?: Style | 'asGiven';
  /** What the unit itself counts in Gi*, in the unit of the weights: K(0) of a kernel. With `asGiven` only. Default: as its largest neighbour. */
  selfWeight?: number;
  /** Rows of the common sample. Default 99,999; two-sided p cannot fall below 2 / (P + 1). */
  permutations?: number;
  /** Seed of the sample, integer from 0 to 2^53 - 1. Default 1. */
  seed?: number;
  /** Whether units with few possible arrangements are counted exactly instead of sampled. Default true. */
  exact?: boolean;
  /** Corrections of p over the tested units. Default all four. */
  corrections?: readonly Correction[];
}

/** How a unit is counted; `methods` holds positions in this list. */
export const COUNTING_METHODS = ['none', 'sampled', 'exact', 'sequential'] as const;
export const SAMPLED = COUNTING_METHODS.indexOf('sampled');
export const EXACT = COUNTING_METHODS.indexOf('exact');
export const SEQUENTIAL = COUNTING_METHODS.indexOf('sequential');

/** One thing to count; several statistics may use the same. */
export type Count = { kind: 'sum'; scores: Float64Array } | { kind: 'projection'; projection: Projection };

/** Everything that follows from a request before the first draw. */
export interface LocalPlan {
  permutations: number;
  seed: number;
  /** Units with all values, ascending; all positions below refer to this list. */
  rated: Uint32Array;
  /** Styled weights among the rated units. */
  weights: Weights;
  /** Standard scores of each variable; undefined where it does not vary. */
  scores: readonly (Float64Array | undefined)[];
  counts: Count[];
  /** Position in counts for each statistic; -1 where a variable does not vary. */
  countOf: Int32Array;
  /** Positions in COUNTING_METHODS, by rated unit. */
  methods: Uint8Array;
}

/** No more arrangements of one unit are counted exactly than this, and no more steps of all units together. */
const MOST_ARRANGEMENTS = 2e6;
const MOST_STEPS = 5e7;
/** Fewer units with neighbours than this are not analysed. */
export const FEWEST_UNITS = 4;

/**
 * Check a request and say what has to be counted.
 *
 * @throws RangeError for unequal lengths, unknown variables, permutations below 1, no variables, a bad seed, an own weight that
 *   is negative or not in style `asGiven`
 */
export function planLocal(request: LocalRequest): LocalPlan {
  const { style = 'W', permutations = 99_999, seed = 1, exact = true } = request;
  checkRequest(request, permutations);
  openRandom(seed, 0);
  const rated = findShared(request.variables, request.weights.n);
  const kept = subsetWeights(request.weights, rated);
  const weights = style === 'asGiven' ? kept : styleWeights(kept, style);
  const scores = request.variables.map((values) => {
    const own = standardise(pickUnits(values, rated));
    return own.length > 0 && Number.isNaN(own[0]) ? undefined : own;
  });
  const methods = chooseMethods(kept, style, exact);
  const counts: Count[] = [];
  const known = new Map<string, number>();
  const countOf = Int32Array.from(request.statistics, (statistic) => {
    const used = variablesOf(statistic);
    if (used.some((variable) => scores[variable] === undefined)) return -1;
    const key = keyOf(statistic);
    const found = known.get(key) ?? counts.length;
    if (found === counts.length) counts.push(toCount(statistic, scores as Float64Array[]));
    known.set(key, found);
    return found;
  });
  return { permutations, seed, rated, weights, scores, counts, countOf, methods };
}

/** Positions of the variables a statistic uses; those whose neighbours are dealt come last. */
export function variablesOf(statistic: LocalStatistic): readonly number[] {
  if ('variables' in statistic) return statistic.variables;
  return 'neighbours' in statistic ? [statistic.variable, statistic.neighbours] : [statistic.variable];
}

function checkRequest(request: LocalRequest, permutations: number): void {
  const { variables, weights, statistics, style, selfWeight } = request;
  if (selfWeight !== undefined && !(selfWeight >= 0 && selfWeight < Infinity && style === 'asGiven')) {
    throw new RangeError(
      `Got the own weight ${selfWeight} in style ${style ?? 'W'}, expected 0 or more in style asGiven.`,
    );
  }
  for (const values of variables) {
    if (values.length !== weights.n)
      throw new RangeError(`Got ${values.length} values for ${weights.n} units.`);
  }
  if (!Number.isInteger(permutations) || permutations < 1) {
    throw new RangeError(`Got ${permutations} permutations, expected a whole number of 1 or more.`);
  }
  for (const statistic of statistics) {
    const used = variablesOf(statistic);
    if (used.length === 0) throw new RangeError(`Got no variables for ${statistic.kind}.`);
    for (const variable of used) {
      if (variables[variable] === undefined)
        throw new RangeError(`Got variable ${variable}, expected 0 to ${variables.length - 1}.`);
    }
  }
}

/** Values of some units, in their order. */
export function pickUnits(values: Float64Array, units: Uint32Array): Float64Array {
  const picked = new Float64Array(units.length);
  for (let k = 0; k < units.length; k++) picked[k] = values[units[k]!]!;
  return picked;
}

/** Statistics with the same key have the same counts. */
export function keyOf(statistic: LocalStatistic): string {
  switch (statistic.kind) {
    case 'moran':
    case 'gi':
    case 'gi-star':
      return `sum ${statistic.variable}`;
    case 'bivariate-moran':
      return `sum ${statistic.neighbours}`;
    case 'geary':
    case 'multivariate-geary':
      return `geary ${variablesOf(statistic)}`;
    case 'multivariate-moran':
      return `moran ${statistic.variables}`;
  }
}

function toCount(statistic: LocalStatistic, scores: readonly Float64Array[]): Count {
  const used = variablesOf(statistic).map((variable) => scores[variable]!);
  if (statistic.kind === 'multivariate-moran')
    return { kind: 'projection', projection: { features: used, coefficients: used } };
  if (statistic.kind !== 'geary' && statistic.kind !== 'multivariate-geary')
    return { kind: 'sum', scores: used.at(-1)! };
  const squares = new Float64Array(used[0]!.length);
  for (const z of used) for (let i = 0; i < z.length; i++) squares[i]! += z[i]! ** 2;
  return {
    kind: 'projection',
    projection: {
      features: [...used, squares],
      coefficients: [
        ...used.map((z) => z.map((score) => -2 * score)),
        new Float64Array(squares.length).fill(1),
      ],
    },
  };
}

/**
 * Exact where feasible, sampled where weights are equal within the unit, else sequential; positions in COUNTING_METHODS.
 *
 * @param weights before styling, which keeps equal weights of a unit equal
 */
export function chooseMethods(weights: Weights, style: Style | 'asGiven', exact: boolean): Uint8Array {
  const { n, offsets } = weights;
  const methods = new Uint8Array(n);
  const feasible = exact ? findFeasible(weights) : 0;
  const uniform = style === 'B' || isUniform(weights.weights, 0, weights.weights.length);
  for (let i = 0; i < n; i++) {
    const size = offsets[i + 1]! - offsets[i]!;
    if (size === 0) continue;
    if (!uniform && !isUniform(weights.weights, offsets[i]!, offsets[i + 1]!)) methods[i] = SEQUENTIAL;
    else methods[i] = size <= feasible ? EXACT : SAMPLED;
  }
  return methods;
}

/** Whether all numbers of a stretch are equal. */
export function isUniform(numbers: Float64Array, from: number, until: number): boolean {
  for (let e = from + 1; e < until; e++) if (numbers[e] !== numbers[from]) return false;
  return true;
}

/** Greatest number of neighbours up to which all units are counted exactly. */
function findFeasible({ n, offsets }: Weights): number {
  const unitsBySize = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    const size = offsets[i + 1]! - offsets[i]!;
    unitsBySize.set(size, (unitsBySize.get(size) ?? 0) + 1);
  }
  unitsBySize.delete(0);
  let steps = 0;
  let feasible = 0;
  for (const [size, units] of [...unitsBySize].sort(([a], [b]) => a - b)) {
    steps += units * countSteps(n - 1, size);
    if (steps > MOST_STEPS || countChoices(n - 1, size) > MOST_ARRANGEMENTS) break;
    feasible = size;
  }
  return feasible;
}
