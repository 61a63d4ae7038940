/** How the values of an index become classes. */

import { type BreakMethod, type Closed, findBreaks, toLimits } from './breaks.ts';
import type { ClassLimit } from './class-limits.ts';

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
