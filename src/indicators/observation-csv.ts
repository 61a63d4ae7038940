/** The CSV form of observations. */
import type { components } from '../../openapi/generated/types.ts';

type Observation = components['schemas']['Observation'];

/** Columns, in their order. */
export const OBSERVATION_FIELDS = [
  'collection',
  'district',
  'districtName',
  'indicator',
  'period',
  'boundaryVersion',
  'value',
  'unit',
  'status',
  'reason',
  'reasonLabel',
  'numerator',
  'denominator',
  'provisional',
  'referenceDate',
  'release',
] as const satisfies readonly (keyof Observation)[];
