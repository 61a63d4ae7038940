/** Rows as CSV (RFC 4180: CRLF, quotes doubled). */

/** Media type of all CSV answers. */
export const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** Text that a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * One line with its end. Null becomes an empty cell; its status column says why. Texts that a spreadsheet would take for
 * a formula get an apostrophe in front.
 */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Writes rows with a header line. */
export function toCsv<R extends object>(fields: readonly (keyof R & string)[], rows: readonly R[]): string {
  return csvLine(fields) + rows.map((row) => csvLine(fields.map((field) => row[field]))).join('');
}

/** One cell. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
