/** Composite indices: several indicators of one unit in one number, by a stated method. */

import {
  checkIndexInput,
  type IndexIndicator,
  type IndexMethod,
  type IndexOptions,
  type IndexReference,
} from './index-method.ts';
import { findPrincipalComponents } from './principal-components.ts';
import { measureScale, measureSpread, type Scale, type Spread, scoreIndicator } from './score-indicator.ts';

/** State of a unit; `unitStatus` holds positions in this list. Only `rated` units have figures. */
export const INDEX_UNIT_STATUSES = ['rated', 'excluded', 'missing'] as const;

/** Share of the variance below which a first component does not speak for its indicators. */
const WEAK_COMPONENT = 0.5;
/** Sums that vary less than this against their largest part are equal but for rounding. */
const ROUNDING = 1e-12;

/** Result; arrays have one entry per unit. */
export type CompositeIndex =
  | {
      /** `no_variance`: an indicator (its position), or the sums (null), are all equal. */
      status: 'too_few' | 'no_variance';
      indicator: number | null;
      rated: number;
      unitStatus: Uint8Array;
    }
  | {
      status: 'ok';
      rated: number;
      /** Positions in INDEX_UNIT_STATUSES. */
      unitStatus: Uint8Array;
      /** The index; NaN where not rated. */
      values: Float64Array;
      /** Per indicator the score of every unit, turned so that higher raises the index; NaN for none. */
      scores: Float64Array[];
      /** Per indicator what it adds to the index of every unit, in index units; 0 where its value is missing. */
      contributions: Float64Array[];
      /** index = offset + sum of contributions. */
      offset: number;
      /** null for scorings by rank. */
      reference: IndexReference | null;
      /** Variance explained by each component; null for other methods. */
      explained: number[] | null;
      /** `weak_component`: the first explains less than half; `ambiguous_component`: the second explains as much. */
      warnings: ('weak_component' | 'ambiguous_component')[];
    };

/**
 * Compute a composite index (OECD & JRC 2008, Handbook on Constructing Composite Indicators, doi:10.1787/9789264043466-en).
 *
 *     s_ij = score of direction_j x_ij                               see Scoring
 *     sum_i = sum_j a_j s_ij * (sum_j a_j / sum of the a_j present)  a_j = weight, or loading of the first component
 *     index_i = mean + deviation (sum_i - m) / d                     m, d of the sums; or sum_i itself
 *
 * Means, ranks and quantiles are over rated units only and unweighted. An index without a frozen reference is relative to the
 * town: it cannot show that everybody's situation changed. Scorings by rank and pca weights are of the units at hand, so
 * values of two periods compare only by class. An index is a presumption about areas, not a statement about persons.
 *
 * @throws RangeError for no indicators, unequal lengths, a bad direction, weight, minimum or exclusion, weights with pca, gaps
 *   with pca, a reference that does not fit the method, or values so small or large that their squares are no numbers
 */
export function composeIndex(
  indicators: readonly IndexIndicator[],
  method: IndexMethod,
  { excluded = [], reference }: IndexOptions = {},
): CompositeIndex {
  checkIndexInput(indicators, method, excluded, reference);
  const { unitStatus, rated } = rateUnits(indicators, method, excluded);
  const fail = (status: 'too_few' | 'no_variance', indicator: number | null): CompositeIndex => {
    return { status, indicator, rated: rated.length, unitStatus };
  };
  if (rated.length < (method.scoring.kind === 'pca' ? 3 : 2)) return fail('too_few', null);

  const turned = indicators.map(({ values, direction }) => {
    const column = new Float64Array(values.length).fill(NaN);
    for (const unit of rated) if (Number.isFinite(values[unit])) column[unit] = direction * values[unit]!;
    return column;
  });
  const flat = turned.findIndex((column) => !varies(column));
  if (flat >= 0 && !reference) return fail('no_variance', flat);

  const scales = reference?.indicators ?? turned.map((column) => measureScale(column, method.scoring));
  const scores = turned.map((column, j) => scoreIndicator(column, method.scoring, scales[j] ?? null));
  const weighting = weigh(indicators, turned, method, reference);
  const sums = addScores(scores, weighting.weights, rated);
  let sum: Scale | null = null;
  if (method.rescale) {
    sum = reference ? reference.sum : measureSums(sums.totals, sums.parts, method.rescale.spread);
    if (!sum) return fail('no_variance', null);
  }
  const factor = method.rescale && sum ? method.rescale.deviation / sum.scale : 1;
  const offset = method.rescale && sum ? method.rescale.mean - factor * sum.centre : 0;
  return {
    status: 'ok',
    rated: rated.length,
    unitStatus,
    values: sums.totals.map((total) => offset + factor * total),
    scores,
    contributions: sums.parts.map((part) => part.map((value) => factor * value)),
    offset,
    reference: scales.every((scale) => scale !== null)
      ? { indicators: scales, loadings: weighting.loadings, sum }
      : null,
    explained: weighting.explained,
    warnings: weighting.warnings,
  };
}

function rateUnits(
  indicators: readonly IndexIndicator[],
  { missing }: IndexMethod,
  excluded: readonly number[],
): { unitStatus: Uint8Array; rated: number[] } {
  let needed = indicators.length;
  if (missing === 'mean-of-present') needed = 1;
  else if (missing !== 'all') needed = missing.minimum;
  const unitStatus = new Uint8Array(indicators[0]!.values.length).fill(INDEX_UNIT_STATUSES.indexOf('rated'));
  const rated: number[] = [];
  for (const unit of excluded) unitStatus[unit] = INDEX_UNIT_STATUSES.indexOf('excluded');
  unitStatus.forEach((status, unit) => {
    if (status !== INDEX_UNIT_STATUSES.indexOf('rated')) return;
    const present = indicators.filter(({ values }) => Number.isFinite(values[unit])).length;
    if (present >= needed) rated.push(unit);
    else unitStatus[unit] = INDEX_UNIT_STATUSES.indexOf('missing');
  });
  return { unitStatus, rated };
}

function varies(column: Float64Array): boolean {
  const first = column.find((value) => !Number.isNaN(value));
  return column.some((value) => !Number.isNaN(value) && value !== first);
}

/** Weights of the scores, and for pca what is to be told about them. */
function weigh(
  indicators: readonly IndexIndicator[],
  turned: readonly Float64Array[],
  { scoring }: IndexMethod,
  reference: IndexReference | undefined,
): {
  weights: number[];
  loadings: number[] | null;
  explained: number[] | null;
  warnings: ('weak_component' | 'ambiguous_component')[];
} {
  const plain = indicators.map(({ weight }) => weight);
  if (scoring.kind !== 'pca') return { weights: plain, loadings: null, explained: null, warnings: [] };
  if (reference?.loadings) {
    return { weights: reference.loadings, loadings: reference.loadings, explained: null, warnings: [] };
  }
  const components = findPrincipalComponents(turned, scoring.spread);
  if (components.status !== 'ok') throw new RangeError(`Got ${components.status}, expected components.`);
  const { explained, ambiguous } = components;
  const loadings = components.loadings[0]!;
  const warnings: ('weak_component' | 'ambiguous_component')[] = [];
  if (explained[0]! < WEAK_COMPONENT) warnings.push('weak_component');
  if (ambiguous) warnings.push('ambiguous_component');
  return { weights: loadings, loadings, explained, warnings };
}

/** Weighted sums, and the part of each indicator in them. */
function addScores(
  scores: readonly Float64Array[],
  weights: readonly number[],
  rated: readonly number[],
): { totals: Float64Array; parts: Float64Array[] } {
  const units = scores[0]!.length;
  const totals = new Float64Array(units).fill(NaN);
  const parts = scores.map(() => new Float64Array(units));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  for (const unit of rated) {
    const present = scores.map((column) => !Number.isNaN(column[unit]!));
    const held = weights.reduce((sum, weight, j) => (present[j] ? sum + weight : sum), 0);
    // Without gaps the factor is 1 exactly, also for loadings that sum to nothing.
    const factor = present.includes(false) ? whole / held : 1;
    let total = 0;
    scores.forEach((column, j) => {
      if (!present[j]) return;
      const part = weights[j]! * column[unit]! * factor;
      parts[j]![unit] = part;
      total += part;
    });
    totals[unit] = total;
  }
  return { totals, parts };
}

/** Mean and deviation of sums; null when they differ by rounding only. */
function measureSums(totals: Float64Array, parts: readonly Float64Array[], spread: Spread): Scale | null {
  const measured = measureSpread(totals, spread);
  const largest = parts.reduce(
    (most, part) => part.reduce((m, value) => Math.max(m, Math.abs(value)), most),
    0,
  );
  return measured && measured.scale > ROUNDING * largest ? measured : null;
}
