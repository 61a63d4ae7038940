/** Why this class? What made the index of one unit, and how far the next class is. */

import { type ClassLimit, findClass } from '../classes/class-limits.ts';
import type { CompositeIndex } from './composite.ts';

/** Way to a neighbouring class. */
export interface ClassBorder {
  /** Class number on the other side. */
  class: number;
  limit: number;
  /** Index units to the limit, 0 or more. */
  distance: number;
}

/** Explanation; `not_rated`: the unit has no index. */
export type IndexExplanation =
  | { status: 'not_rated' }
  | {
      status: 'ok';
      index: number;
      class: number;
      /** index = offset + sum of contributions. */
      offset: number;
      /** Per indicator, in index units; 0 where its value is missing. */
      contributions: number[];
      /** Indicators by contribution, the one that raises the index most first. */
      order: number[];
      /** null in the lowest, the highest class. */
      below: ClassBorder | null;
      above: ClassBorder | null;
      /** The nearer of both; the upper of equals. null with one class. */
      nearest: ClassBorder | null;
    };

/**
 * Explain the index of one unit.
 *
 * @param index result of `composeIndex`
 * @param limits the limits its classes were made with
 * @param unit 0 to n - 1
 * @throws RangeError for another unit
 */
export function explainIndex(
  index: CompositeIndex,
  limits: readonly ClassLimit[],
  unit: number,
): IndexExplanation {
  if (!Number.isInteger(unit) || unit < 0 || unit >= index.unitStatus.length) {
    throw new RangeError(`Got unit ${unit}, expected 0 to ${index.unitStatus.length - 1}.`);
  }
  if (index.status !== 'ok' || Number.isNaN(index.values[unit])) return { status: 'not_rated' };
  const value = index.values[unit]!;
  const own = findClass(value, limits);
  const contributions = index.contributions.map((column) => column[unit]!);
  const lower = limits[own - 2];
  const upper = limits[own - 1];
  const below = lower ? { class: own - 1, limit: lower.value, distance: value - lower.value } : null;
  const above = upper ? { class: own + 1, limit: upper.value, distance: upper.value - value } : null;
  return {
    status: 'ok',
    index: value,
    class: own,
    offset: index.offset,
    contributions,
    order: contributions.map((_, j) => j).sort((a, b) => contributions[b]! - contributions[a]! || a - b),
    below,
    above,
    nearest: below && above ? (below.distance < above.distance ? below : above) : (below ?? above),
  };
}
