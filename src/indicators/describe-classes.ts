/** Classes as the contract shows them. */
import type { components } from '../../openapi/generated/types.ts';
import type { Classes } from './classification.ts';

/** Method, breaks and counts of a classified column. */
export function describeClasses({
  classification,
  periods,
  breaks,
  counts,
}: Classes): components['schemas']['Classification'] {
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
  };
}
