/** Colours of classes: the same in styles, joined answers, archives and on the map page. */
import type { Classes } from './classification.ts';
import type { Polarity } from './indicator.ts';
import { divergingRamp, sequentialRamp } from './ramps.ts';

/** Colours of classes from the lowest as #rrggbb; empty where there is no value to classify. */
export function classColours(
  { breaks, middle }: Pick<Classes, 'breaks' | 'middle'>,
  polarity: Polarity,
): string[] {
  if (breaks.status === 'no_values') return [];
  const limits = [...breaks.limits];
  return middle === null
    ? sequentialRamp(limits.length + 1, polarity)
    : coloursAround(limits, middle, polarity);
}

/**
 * Colours of classes around a middle; classes below and above it have as many steps as they are.
 * @param limits inner limits of the classes, ascending
 */
export function coloursAround(limits: readonly number[], middle: number, polarity: Polarity): string[] {
  const below = limits.filter((limit) => limit <= middle).length;
  const above = limits.filter((limit) => limit >= middle).length;
  const across = limits.length + 1 - below - above;
  return divergingRamp(below, across > 0, above, polarity);
}
