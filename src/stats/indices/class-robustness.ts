/** Robustness of classes: would an area have another class if chance, weights or the choice of indicators were different? */

import { classify } from '../classes/class-limits.ts';
import { applyRule, type ClassRule, fixClassCount, placeByRule } from '../classes/class-rule.ts';
import { drawNormal } from '../inference/normal-deviates.ts';
import { MAX_BOUND, openRandom } from '../inference/random.ts';
import { type CompositeIndex, composeIndex } from './composite.ts';
import type { IndexIndicator, IndexMethod, IndexOptions } from './index-method.ts';

/** Streams of the random generator, apart from those of other statistics. */
const NOISE_STREAM = 41;
const WEIGHT_STREAM = 42;

/** What is varied; at least one of the three. */
export interface RobustnessOptions extends IndexOptions {
  /** Chance: add normal errors to the values. Per indicator one standard error per unit (NaN or 0: none), or null: exact. */
  noise?: { errors: readonly (Float64Array | null)[]; draws: number };
  /** Leave out each indicator in turn. */
  leaveOneOut?: boolean;
  /** Multiply each weight by a number uniform on 1 - spread to 1 + spread; 0.5 is usual. Not for pca. */
  weights?: { spread: number; draws: number };
  /** Seed of the draws, integer from 0 to 2^53 - 1. Default 1. */
  seed?: number;
}

/** Shares of one kind of perturbation. */
export interface KeptShare {
  /** Runs that gave an index. */
  runs: number;
  /** Runs without one, left out: nothing varied. */
  failed: number;
  /** Share of runs in which a unit keeps its class, 0 to 1; NaN where it has none, or no run succeeded. */
  kept: Float64Array;
}

/** Result. `no_index`: the index itself has no figures. */
export type ClassRobustness =
  | { status: 'no_index'; index: CompositeIndex }
  | {
      status: 'ok';
      seed: number;
      /** Classes without perturbation, 0 for none. */
      classes: Uint8Array;
      /** Over all runs of all kinds. */
      all: KeptShare;
      noise: KeptShare | null;
      leaveOneOut: KeptShare | null;
      weights: KeptShare | null;
    };

/**
 * Share of perturbations in which each unit keeps its class (Saisana, Saltelli & Tarantola 2005,
 * doi:10.1111/j.1467-985X.2005.00350.x). Every run computes the whole index again, means, deviations and data-driven limits
 * included, since one area's error moves all others. Draw r is addressed by (seed, kind, r): more draws extend fewer.
 *
 * A class is a place between the limits that were asked for: limits that merge, or lie beyond the values, in one run and not in
 * another change the number of classes of the map, but move nobody. Natural breaks are as many as the map has.
 *
 * Observed values already hold one error, so that adding another makes classes look a little less stable than they are. An
 * area near a limit has about 0.5; the share says nothing about whether the method is right.
 *
 * @throws RangeError as `composeIndex`, for nothing to vary, errors that do not fit, draws below 1, a spread outside 0 to 1, one
 *   indicator to leave out, weights with pca, or other kinds than noise with a frozen reference (it fits one set of weights)
 */
export function classRobustness(
  indicators: readonly IndexIndicator[],
  method: IndexMethod,
  rule: ClassRule,
  { noise, leaveOneOut = false, weights, seed = 1, ...options }: RobustnessOptions,
): ClassRobustness {
  const index = composeIndex(indicators, method, options);
  checkOptions(indicators, method, {
    ...options,
    leaveOneOut,
    ...(noise && { noise }),
    ...(weights && { weights }),
  });
  if (index.status !== 'ok') return { status: 'no_index', index };
  const limits = applyRule(index.values, rule);
  const classes = classify(index.values, limits);
  const fixed = fixClassCount(rule, limits.length + 1);
  const places = placeByRule(index.values, fixed);

  const count = (runs: Iterable<readonly IndexIndicator[]>, used = method): Tally => {
    const tally: Tally = { runs: 0, failed: 0, hits: new Float64Array(classes.length) };
    for (const perturbed of runs) {
      const result = composeIndex(perturbed, used, options);
      if (result.status !== 'ok') {
        tally.failed++;
        continue;
      }
      tally.runs++;
      placeByRule(result.values, fixed).forEach((found, unit) => {
        if (found === places[unit]) tally.hits[unit]!++;
      });
    }
    return tally;
  };
  const tallies = {
    noise: noise ? count(perturbValues(indicators, noise, seed)) : null,
    leaveOneOut: leaveOneOut
      ? count(
          indicators.map((_, j) => indicators.toSpliced(j, 1)),
          allowFewer(method, indicators.length - 1),
        )
      : null,
    weights: weights ? count(perturbWeights(indicators, weights, seed)) : null,
  };
  const share = (tally: Tally | null): KeptShare | null => tally && toShare(tally, classes);
  return {
    status: 'ok',
    seed,
    classes,
    all: toShare(addTallies(Object.values(tallies), classes.length), classes),
    noise: share(tallies.noise),
    leaveOneOut: share(tallies.leaveOneOut),
    weights: share(tallies.weights),
  };
}

/** The method for fewer indicators: a minimum above their number means all of them. */
function allowFewer(method: IndexMethod, indicators: number): IndexMethod {
  if (typeof method.missing === 'string') return method;
  return { ...method, missing: { minimum: Math.min(method.missing.minimum, indicators) } };
}

/** Runs in which units kept their class. */
interface Tally {
  runs: number;
  failed: number;
  hits: Float64Array;
}

function addTallies(tallies: readonly (Tally | null)[], units: number): Tally {
  const sum: Tally = { runs: 0, failed: 0, hits: new Float64Array(units) };
  for (const tally of tallies) {
    if (!tally) continue;
    sum.runs += tally.runs;
    sum.failed += tally.failed;
    tally.hits.forEach((hits, unit) => {
      sum.hits[unit]! += hits;
    });
  }
  return sum;
}

function toShare({ runs, failed, hits }: Tally, classes: Uint8Array): KeptShare {
  return {
    runs,
    failed,
    kept: hits.map((hit, unit) => (classes[unit] === 0 || runs === 0 ? NaN : hit / runs)),
  };
}

function* perturbValues(
  indicators: readonly IndexIndicator[],
  { errors, draws }: NonNullable<RobustnessOptions['noise']>,
  seed: number,
): Generator<IndexIndicator[]> {
  const random = openRandom(seed, NOISE_STREAM);
  for (let draw = 0; draw < draws; draw++) {
    random.startRow(draw);
    const normal = drawNormal(random);
    yield indicators.map((indicator, j) => {
      const error = errors[j];
      if (!error) return indicator;
      return {
        ...indicator,
        values: indicator.values.map((value, unit) =>
          error[unit]! > 0 ? value + error[unit]! * normal() : value,
        ),
      };
    });
  }
}

function* perturbWeights(
  indicators: readonly IndexIndicator[],
  { spread, draws }: NonNullable<RobustnessOptions['weights']>,
  seed: number,
): Generator<IndexIndicator[]> {
  const random = openRandom(seed, WEIGHT_STREAM);
  for (let draw = 0; draw < draws; draw++) {
    random.startRow(draw);
    yield indicators.map((indicator) => {
      const uniform = (random.below(MAX_BOUND) + 0.5) / MAX_BOUND;
      return { ...indicator, weight: indicator.weight * (1 + spread * (2 * uniform - 1)) };
    });
  }
}

function checkOptions(
  indicators: readonly IndexIndicator[],
  { scoring }: IndexMethod,
  { noise, leaveOneOut, weights, reference }: RobustnessOptions,
): void {
  if (!noise && !leaveOneOut && !weights)
    throw new RangeError('Got nothing to vary, expected one kind or more.');
  for (const kind of [noise, weights]) {
    if (kind && !(Number.isInteger(kind.draws) && kind.draws >= 1)) {
      throw new RangeError(`Got ${kind.draws} draws, expected a whole number of 1 or more.`);
    }
  }
  if (noise) checkErrors(indicators, noise.errors);
  if (leaveOneOut && indicators.length < 2) {
    throw new RangeError('Got 1 indicator to leave out, expected 2 or more.');
  }
  if (weights && !(weights.spread >= 0 && weights.spread < 1)) {
    throw new RangeError(`Got spread ${weights.spread}, expected 0 to below 1.`);
  }
  if (weights && scoring.kind === 'pca')
    throw new RangeError('Got weights to vary with pca, which finds its own.');
  if (reference && (leaveOneOut || weights)) {
    throw new RangeError('Got a frozen reference with other weights, expected noise only.');
  }
}

function checkErrors(indicators: readonly IndexIndicator[], errors: readonly (Float64Array | null)[]): void {
  if (errors.length !== indicators.length) {
    throw new RangeError(`Got errors of ${errors.length} indicators, expected ${indicators.length}.`);
  }
  errors.forEach((column, j) => {
    const units = indicators[j]!.values.length;
    if (column && column.length !== units) {
      throw new RangeError(`Got ${column.length} errors of indicator ${j}, expected ${units}.`);
    }
    const bad = column?.find((error) => error < 0 || error === Infinity);
    if (bad !== undefined) throw new RangeError(`Got error ${bad} of indicator ${j}, expected 0 or more.`);
  });
}
