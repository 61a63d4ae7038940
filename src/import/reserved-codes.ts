/** Codes that no indicator may have, since a joined column is called so already. */
import { parsePeriod } from '../indicators/period.ts';

/** Names that features have already, or that filters give to what stands beside their properties. */
const FEATURE_NAMES: readonly string[] = [
  'date',
  'geometry',
  'id',
  'key',
  'label',
  'name',
  'parent',
  'valid_from',
  'valid_until',
];

/** Ends that a joined column's name gets for what it holds: `unemployed_rank` is the rank of `unemployed`. */
const MEASURE_ENDS: readonly string[] = [
  'change',
  'class',
  'denominator',
  'numerator',
  'percentile',
  'rank',
  'reason',
  'release',
  'status',
  'value',
  'z',
];

/** What is expected instead. */
export const FREE_CODE = 'an id that no other column of a joined feature has';

/**
 * Tells why a code of an indicator is taken: `mss_status` is free unless there is an indicator `mss`, whose status has
 * that name when joined.
 *
 * @param codes all indicators there are or will be
 * @returns the reason, or null where the code is free
 */
export function explainReserved(code: string, codes: ReadonlySet<string>): string | null {
  if (FEATURE_NAMES.includes(code)) return `"${code}", which every feature has`;
  const parts = code.split('_');
  for (let length = 1; length < parts.length; length++) {
    const owner = parts.slice(0, length).join('_');
    if (codes.has(owner) && isColumnEnd(parts.slice(length))) {
      return `"${code}", which a joined column of ${owner} has`;
    }
  }
  return null;
}

/** A measure, a period (`2023`, `2023_s1`, `2023_12_31`), or a measure of a period. */
function isColumnEnd(parts: readonly string[]): boolean {
  const measured = MEASURE_ENDS.includes(parts.at(-1)!);
  const period = measured ? parts.slice(0, -1) : parts;
  return period.length === 0 || parsePeriod(period.join('-').toUpperCase()) !== null;
}
