/** Breaks: limits of classes found from the values of a map. */

import { computeMoments } from '../standardise.ts';
import type { ClassLimit } from './class-limits.ts';
import { findNaturalBreaks } from './jenks.ts';
import { findQuantileLimits, sortFinite } from './quantile.ts';

/** Share of values above the mean up to which a distribution has a head (Jiang 2013). */
const HEAD = 0.4;
/** Limits of `standard-deviation` without a choice, in deviations from the mean. */
const DEVIATIONS = [-1.5, -0.5, 0.5, 1.5];

/** How to find limits. */
export type BreakMethod =
  /** Smallest sum of squares within k classes, exact. */
  | { kind: 'jenks'; classes: number }
  /** Equally many units in k classes, quantiles of type 7. */
  | { kind: 'quantile'; classes: number }
  /** Equally wide k classes from minimum to maximum. */
  | { kind: 'equal'; classes: number }
  /** Mean plus multiples of the population deviation, ascending; default -1.5, -0.5, 0.5, 1.5. */
  | { kind: 'standard-deviation'; multiples?: readonly number[] }
  /** Mean, mean of what lies above it, and so on while at most 40 % lie above; right-closed whatever is asked. */
  | { kind: 'head-tail' }
  /** Given limits, strictly ascending; kept even where no value lies. */
  | { kind: 'fixed'; limits: readonly number[] };

/** Which end of a class belongs to it: `right` is (a, b], `left` is [a, b). The outermost ends always do. */
export type Closed = 'right' | 'left';

/** Class of a value equal to a limit. */
const TIES = { right: 'below', left: 'above' } as const;

/** Result; `no_values`: nothing to classify. `fewer_classes`: ties, or limits beyond the values, left fewer than asked. */
export type Breaks =
  | { status: 'no_values' }
  | {
      status: 'ok' | 'fewer_classes';
      closed: Closed;
      minimum: number;
      maximum: number;
      /** Inner limits, strictly ascending; one class more than limits. */
      limits: Float64Array;
    };

/**
 * Find class limits. Limits that coincide are merged, and limits that would leave the lowest or the highest class empty are
 * dropped (not for `fixed`), so that every limit parts some values from others or lies between them.
 *
 *     jenks               Fisher 1958, doi:10.1080/01621459.1958.10501479
 *     quantile            type 7, Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566
 *     equal               minimum + j (maximum - minimum) / k
 *     standard-deviation  mean + multiple * deviation, deviation with n
 *     head-tail           Jiang 2013, doi:10.1080/00330124.2012.700499
 *
 * @param values one number per unit, any unit of measure; NaN for none
 * @param closed default `right`, as the published classes of GISD and of R's cut
 * @throws RangeError for classes outside 1 to 255 or limits that do not ascend
 */
export function findBreaks(values: Float64Array, method: BreakMethod, closed: Closed = 'right'): Breaks {
  checkMethod(method);
  const sorted = sortFinite(values);
  if (sorted.length === 0) return { status: 'no_values' };
  const minimum = sorted[0]!;
  const maximum = sorted[sorted.length - 1]!;
  const side = findSide(method, closed);
  const wanted = findLimits(sorted, method, side);
  const limits =
    method.kind === 'fixed'
      ? wanted
      : wanted.filter((limit, j) => {
          const parts =
            side === 'right' ? limit >= minimum && limit < maximum : limit > minimum && limit <= maximum;
          return parts && (j === 0 || limit !== wanted[j - 1]);
        });
  const asked = 'classes' in method ? method.classes - 1 : wanted.length;
  return { status: limits.length < asked ? 'fewer_classes' : 'ok', closed: side, minimum, maximum, limits };
}

/**
 * The limits of `findBreaks` before any are merged or dropped: as many for all values, but for `jenks` of fewer distinct values
 * than classes and for `head-tail`. Classes by them compare between runs of other values.
 *
 * @param values one number per unit, any unit of measure; NaN for none
 * @returns ascending, with repeats; of no use for `classify`
 * @throws RangeError as `findBreaks`
 */
export function findAskedLimits(
  values: Float64Array,
  method: BreakMethod,
  closed: Closed = 'right',
): ClassLimit[] {
  checkMethod(method);
  const sorted = sortFinite(values);
  if (sorted.length === 0) return [];
  const side = findSide(method, closed);
  return Array.from(findLimits(sorted, method, side), (value) => ({ value, tie: TIES[side] }));
}

/** Breaks as limits for `classify`; none without values. */
export function toLimits(breaks: Breaks): ClassLimit[] {
  if (breaks.status === 'no_values') return [];
  return Array.from(breaks.limits, (value) => ({ value, tie: TIES[breaks.closed] }));
}

function findSide(method: BreakMethod, closed: Closed): Closed {
  return method.kind === 'head-tail' ? 'right' : closed;
}

function checkMethod(method: BreakMethod): void {
  if ('classes' in method) {
    const { classes } = method;
    if (!Number.isInteger(classes) || classes < 1 || classes > 255) {
      throw new RangeError(`Got ${classes} classes, expected a whole number from 1 to 255.`);
    }
  }
  const given = listGiven(method);
  given.forEach((value, j) => {
    if (!Number.isFinite(value) || (j > 0 && value <= given[j - 1]!)) {
      throw new RangeError(`Got ${value} after ${given[j - 1]}, expected strictly ascending numbers.`);
    }
  });
}

function listGiven(method: BreakMethod): readonly number[] {
  if (method.kind === 'fixed') return method.limits;
  if (method.kind === 'standard-deviation') return method.multiples ?? DEVIATIONS;
  return [];
}

/** Limits in ascending order, repeats and useless ones included. */
function findLimits(sorted: Float64Array, method: BreakMethod, closed: Closed): Float64Array {
  const minimum = sorted[0]!;
  const maximum = sorted[sorted.length - 1]!;
  switch (method.kind) {
    case 'jenks': {
      const { distinct, starts } = findNaturalBreaks(sorted, method.classes);
      return Float64Array.from(
        starts.subarray(1),
        (start) => distinct[closed === 'right' ? start - 1 : start]!,
      );
    }
    case 'quantile':
      return findQuantileLimits(sorted, method.classes);
    case 'equal': {
      const k = method.classes;
      return Float64Array.from({ length: k - 1 }, (_, j) => minimum + ((j + 1) / k) * (maximum - minimum));
    }
    case 'standard-deviation': {
      const { mean, deviation } = computeMoments(sorted);
      return Float64Array.from(listGiven(method), (multiple) => mean + multiple * deviation);
    }
    case 'head-tail':
      return splitHeads(sorted);
    case 'fixed':
      return Float64Array.from(method.limits);
  }
}

function splitHeads(sorted: Float64Array): Float64Array {
  const limits: number[] = [];
  let head = sorted;
  while (head.length > 1) {
    const { mean } = computeMoments(head);
    const next = head.filter((value) => value > mean);
    if (next.length === 0 || next.length > HEAD * head.length) break;
    limits.push(mean);
    head = next;
  }
  return Float64Array.from(limits);
}
