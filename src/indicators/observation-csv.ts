/** Rows as CSV (RFC 4180: CRLF, quotes doubled). */
import type { components } from '../../openapi/generated/types.ts';

type Observation = components['schemas']['Observation'];

/** Columns of the CSV form of observations, in their order. */
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

/** Text that a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Writes rows with a header line. Null becomes an empty cell; its status column says why.
 * Texts that a spreadsheet would take for a formula get an apostrophe in front.
 */
export function toCsv<R extends object>(fields: readonly (keyof R & string)[], rows: readonly R[]): string {
  const lines = rows.map((row) => fields.map((field) => cell(row[field])).join(','));
  return [fields.join(','), ...lines, ''].join('\r\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
