/** Statuses of an observation, in the order of their code: the index is the byte that columns hold. */
export const STATUSES = [
  'ok',
  'estimated',
  'suppressed',
  'not_assessed',
  'not_available',
  'not_applicable',
] as const;

/** Why a value is there or not; only `ok` and `estimated` carry a number. */
export type Status = (typeof STATUSES)[number];

/** Whether observations of this status carry a number. */
export function hasValue(status: Status): boolean {
  return status === 'ok' || status === 'estimated';
}
