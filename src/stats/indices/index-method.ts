/** What an index is made of: indicators, a method, options; and what does not go together. */

import type { Scale, Scoring, Spread } from './score-indicator.ts';

/** One indicator in an index. */
export interface IndexIndicator {
  /** One number per unit, any unit of measure; NaN for none. */
  values: Float64Array;
  /** 1: a higher value raises the index, -1: it lowers it. */
  direction: 1 | -1;
  /** Above 0; only ratios matter unless the sum is used as it is. 1 for `pca`, which finds its own. */
  weight: number;
}

/** A method; two indices are comparable only with equal methods. */
export interface IndexMethod {
  scoring: Scoring;
  /** Bring the sums to this mean and deviation; null leaves weighted sums of scores. */
  rescale: { mean: number; deviation: number; spread: Spread } | null;
  /** Which units are rated: every indicator present, at least so many, or any. Gaps count as the unit's own weighted mean. */
  missing: 'all' | { minimum: number } | 'mean-of-present';
}

/** What an index was measured against; given to a later run, it makes values of both periods comparable. */
export interface IndexReference {
  /** One per indicator, after turning it by its direction. */
  indicators: Scale[];
  /** Weights of the first component; null for other methods. */
  loadings: number[] | null;
  /** Mean and deviation of the sums; null without rescaling. */
  sum: Scale | null;
}

/** Who is rated, and against what. */
export interface IndexOptions {
  /** Units left out before anything is computed (too few residents, named outliers); the reasons stay with the caller. */
  excluded?: readonly number[];
  /** Frozen reference of an earlier run; default: relative to the rated units at hand. */
  reference?: IndexReference;
}

/**
 * Refuse input that no index can be made of.
 *
 * @throws RangeError for no indicators, unequal lengths, a bad direction, weight, minimum or exclusion, weights or gaps with
 *   pca, or a reference that does not fit the method
 */
export function checkIndexInput(
  indicators: readonly IndexIndicator[],
  { scoring, rescale, missing }: IndexMethod,
  excluded: readonly number[],
  reference: IndexReference | undefined,
): void {
  const units = indicators[0]?.values.length;
  if (units === undefined) throw new RangeError('Got 0 indicators, expected 1 or more.');
  indicators.forEach(({ values, direction, weight }, j) => {
    if (values.length !== units) {
      throw new RangeError(`Got ${values.length} values in indicator ${j}, expected ${units}.`);
    }
    if (direction !== 1 && direction !== -1) {
      throw new RangeError(`Got direction ${direction} of indicator ${j}, expected 1 or -1.`);
    }
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new RangeError(`Got weight ${weight} of indicator ${j}, expected a number above 0.`);
    }
    if (scoring.kind === 'pca' && weight !== 1) {
      throw new RangeError(`Got weight ${weight} of indicator ${j}, expected 1: pca finds the weights.`);
    }
  });
  const outside = excluded.find((unit) => !(Number.isInteger(unit) && unit >= 0 && unit < units));
  if (outside !== undefined)
    throw new RangeError(`Got excluded unit ${outside}, expected 0 to ${units - 1}.`);
  if (scoring.kind === 'points' && !(Number.isInteger(scoring.points) && scoring.points >= 2)) {
    throw new RangeError(`Got ${scoring.points} points, expected a whole number of 2 or more.`);
  }
  if (scoring.kind === 'pca' && missing !== 'all') {
    throw new RangeError('Got a rule for gaps with pca, expected all indicators to be required.');
  }
  if (typeof missing === 'object') {
    const { minimum } = missing;
    if (!(Number.isInteger(minimum) && minimum >= 1 && minimum <= indicators.length)) {
      throw new RangeError(`Got minimum ${minimum}, expected 1 to ${indicators.length} indicators.`);
    }
  }
  if (reference) checkReference(indicators.length, scoring, rescale !== null, reference);
}

function checkReference(
  indicators: number,
  { kind }: Scoring,
  rescaled: boolean,
  reference: IndexReference,
): void {
  if (kind === 'rank' || kind === 'points' || kind === 'exponential') {
    throw new RangeError(
      `Got a reference with ${kind}, expected none: ranks are those of the units at hand.`,
    );
  }
  const { length } = reference.indicators;
  if (length !== indicators)
    throw new RangeError(`Got a reference of ${length} indicators, expected ${indicators}.`);
  const scales = [...reference.indicators, ...(reference.sum ? [reference.sum] : [])];
  const bad = scales.find(({ centre, scale }) => !(Number.isFinite(centre) && scale > 0 && scale < Infinity));
  if (bad)
    throw new RangeError(`Got reference ${bad.centre}, ${bad.scale}, expected a number and one above 0.`);
  if (rescaled !== (reference.sum !== null)) {
    throw new RangeError(
      `Got a reference ${rescaled ? 'without' : 'with'} mean of sums, expected the other.`,
    );
  }
  if ((kind === 'pca' ? indicators : undefined) !== reference.loadings?.length) {
    throw new RangeError(
      `Got ${reference.loadings?.length ?? 'no'} loadings in the reference of a ${kind} index.`,
    );
  }
}
