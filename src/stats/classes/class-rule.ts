/** How the values of an index become classes. */

import { type BreakMethod, type Closed, findAskedLimits, findBreaks, toLimits } from './breaks.ts';
import { type ClassLimit, findClass } from './class-limits.ts';

/** Limits that are the same in every run, or found anew from the values of each. */
export type ClassRule =
  | { kind: 'limits'; limits: readonly ClassLimit[] }
  | { kind: 'breaks'; method: BreakMethod; closed: Closed };

/**
 * Limits of a rule for given values. Breaks may be fewer than asked where values repeat, so count the classes.
 *
 * @param values one number per unit; NaN for none
 */
export function applyRule(values: Float64Array, rule: ClassRule): readonly ClassLimit[] {
  return rule.kind === 'limits' ? rule.limits : toLimits(findBreaks(values, rule.method, rule.closed));
}

/**
 * A rule that makes so many natural breaks of any values, for values with too few distinct ones for all that are asked; any other
 * rule as it is.
 *
 * @param classes what the rule makes of the values at hand, 1 to 255
 */
export function fixClassCount(rule: ClassRule, classes: number): ClassRule {
  if (rule.kind === 'limits' || rule.method.kind !== 'jenks') return rule;
  return { ...rule, method: { ...rule.method, classes } };
}

/**
 * Places between all limits of a rule, repeated and useless ones included, to be compared between runs in which classes merge
 * and runs in which they do not. Numbers of classes, for a map, are those of `classify` by `applyRule`.
 *
 * @param values one number per unit; NaN for none
 * @returns 1 is the lowest; 0 where there is no value
 */
export function placeByRule(values: Float64Array, rule: ClassRule): Uint16Array {
  const limits = findLimits(values, rule);
  return Uint16Array.from(values, (value) => findClass(value, limits));
}

/** All limits of a rule for given values, repeated and useless ones included: class k is the same class in every run. */
export function findLimits(values: Float64Array, rule: ClassRule): readonly ClassLimit[] {
  return rule.kind === 'limits' ? rule.limits : findAskedLimits(values, rule.method, rule.closed);
}
