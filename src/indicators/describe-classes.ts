/** Classes as the contract shows them. */
import type { components } from '../../openapi/generated/types.ts';
import { classColours } from './class-colours.ts';
import type { Classes } from './classification.ts';
import type { Polarity } from './indicator.ts';

/** Method, breaks, counts and colours of a classified column. @param polarity of its indicator */
export function describeClasses(
  classes: Classes,
  polarity: Polarity,
): components['schemas']['Classification'] {
  const { classification, periods, breaks, counts } = classes;
  const some = breaks.status === 'no_values' ? null : breaks;
  return {
    method: classification.text,
    periods: [...periods],
    status: breaks.status,
    ties: 'below',
    minimum: some?.minimum ?? null,
    maximum: some?.maximum ?? null,
    breaks: [...(some?.limits ?? [])],
    counts: [...counts],
    colours: classColours(classes, polarity),
  };
}
