/** Classes of joined columns: what `classification` asks for, breaks from all districts, a class for each. */
import { Problem } from '../problem.ts';
import { type BreakMethod, type Breaks, findBreaks, toLimits } from '../stats/classes/breaks.ts';
import { classify } from '../stats/classes/class-limits.ts';
import { computeMoments } from '../stats/standardise.ts';
import type { Column } from './column.ts';
import { derive } from './derived.ts';

/** How to find classes. */
export interface Classification {
  /** As in the parameter, numbers in their shortest form: `jenks-5`, `fixed:1,2.5`. */
  text: string;
  method: BreakMethod;
}

/** What the breaks of a column come from. */
export interface ClassPool {
  /** Identifies the columns with their releases: equal names mean equal values. */
  name: string;
  columns: readonly Column[];
  periods: readonly string[];
}

/** A classified column. */
export interface Classes {
  classification: Classification;
  /** Periods that the breaks come from. */
  periods: readonly string[];
  breaks: Breaks;
  /** What the classes lie around: the mean of the values behind the breaks for `stddev`, null for other methods. */
  middle: number | null;
  /** Number of the class, 1 is the lowest; NaN where there is no value. */
  values: Float64Array;
  /** Districts in each class; empty without breaks. */
  counts: readonly number[];
}

/** Shown where nothing is asked for: most readers of maps know fifths. */
const DEFAULT = 'quantile-5';

/** Values behind one set of breaks: natural breaks of so many take a fifth of a second. */
const MOST_VALUES = 250_000;

const COUNTED = /^(quantile|jenks|equal)-(\d{1,3})$/;
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const [FEWEST, MOST] = [2, 9];

/**
 * Reads a `classification` parameter.
 * @param text undefined means `quantile-5`
 * @throws Problem invalid_request for an unknown method, a number of classes out of range, or breaks that do not ascend
 */
export function parseClassification(text: string = DEFAULT): Classification {
  const counted = COUNTED.exec(text);
  if (counted) {
    const classes = Number(counted[2]);
    if (classes < FEWEST || classes > MOST) throw refuse(text, `${FEWEST} to ${MOST} classes`);
    const kind = counted[1] as 'quantile' | 'jenks' | 'equal';
    return { text: `${kind}-${classes}`, method: { kind, classes } };
  }
  if (text === 'stddev') return { text, method: { kind: 'standard-deviation' } };
  if (text === 'head-tail') return { text, method: { kind: 'head-tail' } };
  if (text.startsWith('fixed:')) {
    const limits = parseLimits(text);
    return { text: `fixed:${limits.join(',')}`, method: { kind: 'fixed', limits } };
  }
  throw refuse(
    text,
    `quantile-k, jenks-k or equal-k with k from ${FEWEST} to ${MOST}, stddev, head-tail, or fixed:1,2.5`,
  );
}

function parseLimits(text: string): number[] {
  const parts = text.slice('fixed:'.length).split(',');
  const wrong = parts.find((part) => !NUMBER.test(part));
  if (wrong !== undefined) throw refuse(text, `numbers like -1 or 2.5 after fixed:, not "${wrong}"`);
  if (parts.length >= MOST) throw refuse(text, `at most ${MOST - 1} breaks`);
  // Adding 0 turns -0 into 0.
  const limits = parts.map((part) => Number(part) + 0);
  const falling = limits.findIndex((limit, i) => i > 0 && limit <= limits[i - 1]!);
  if (falling > 0) {
    throw refuse(text, `ascending breaks; ${limits[falling]} is not above ${limits[falling - 1]}`);
  }
  return limits;
}

function refuse(got: string, expected: string): Problem {
  return new Problem('invalid_request', 'classification is not one.', [
    { code: 'classification_invalid', field: 'classification', got, expected },
  ]);
}

/** @throws Problem invalid_request where breaks would come from too many values */
export function refuseTooManyValues(periods: number, districts: number): void {
  if (periods * districts <= MOST_VALUES) return;
  throw new Problem('invalid_request', 'The breaks would come from too many values.', [
    {
      code: 'too_many_values',
      field: 'classificationPeriods',
      got: `${periods * districts} values (periods × districts)`,
      expected: `at most ${MOST_VALUES}: fewer periods, or classificationPeriods=each`,
    },
  ]);
}

/**
 * Sorts the districts of a column into classes. Breaks and classes are computed once for each pool and classification; a value
 * equal to a break is in the class below.
 * @param pool where the breaks come from; the column is in it or has no values
 */
export function classifyColumn(column: Column, pool: ClassPool, classification: Classification): Classes {
  const name = `${classification.text}/${pool.name}`;
  return derive(column, `class/${name}`, () => {
    const { breaks, middle } = derive(pool.columns[0]!, `breaks/${name}`, () => {
      const all = concatenate(pool.columns);
      const { method } = classification;
      return {
        breaks: findBreaks(all, method),
        middle: method.kind === 'standard-deviation' ? computeMoments(all).mean : null,
      };
    });
    const classes = classify(column.values, toLimits(breaks));
    const counts = breaks.status === 'no_values' ? [] : countClasses(classes, breaks.limits.length + 1);
    const values = Float64Array.from(classes, (number) => (number === 0 ? Number.NaN : number));
    return { classification, periods: pool.periods, breaks, middle, values, counts };
  });
}

function concatenate(columns: readonly Column[]): Float64Array {
  if (columns.length === 1) return columns[0]!.values;
  const all = new Float64Array(columns.reduce((sum, { values }) => sum + values.length, 0));
  let offset = 0;
  for (const { values } of columns) {
    all.set(values, offset);
    offset += values.length;
  }
  return all;
}

function countClasses(classes: Uint8Array, k: number): number[] {
  const counts = new Array<number>(k).fill(0);
  for (const number of classes) if (number > 0) counts[number - 1]!++;
  return counts;
}
