/** Colours of the classes of an index: dark and warm where the class stands out. */
import { sequentialRamp, statusDynamicsRamp } from '../indicators/ramps.ts';
import type { IndexClass, VersionedIndex } from './index-method.ts';

/** Classes of the dynamics beside each class of the status. */
const DYNAMICS = 3;

/**
 * A colour for each class as #rrggbb, class 1 first. An index none of whose classes stands out is context and takes the neutral hue.
 * @param labels the index' classes
 */
export function coloursOf({ kind }: VersionedIndex, labels: readonly IndexClass[]): string[] {
  if (kind === 'combination') return statusDynamicsRamp(labels.length / DYNAMICS);
  return sequentialRamp(labels.length, labels.some(({ standsOut }) => standsOut) ? -1 : 0);
}
