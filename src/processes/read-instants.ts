/** Time stamps and intervals of RFC 3339, for filters on when something was created. */
import { isDate } from '../indicators/period.ts';
import { Problem } from '../problem.ts';

/** ISO texts; from is inclusive, until exclusive; undefined is open. */
export interface Instants {
  from?: string;
  until?: string;
}

const INSTANT =
  /^\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const DAY_MS = 86_400_000;

/**
 * Reads a date (the whole day in UTC), a date-time (that millisecond) or an interval of them with `..` for open ends.
 * @throws Problem invalid_request for anything else
 */
export function readInstants(text: string): Instants {
  const [first = '', second, ...rest] = text.split('/');
  if (rest.length > 0) throw refuse(text);
  if (second === undefined) return { from: begin(first, text), until: end(first, text) };
  const from = isOpen(first) ? undefined : begin(first, text);
  const until = isOpen(second) ? undefined : end(second, text);
  if (from !== undefined && until !== undefined && from >= until) throw refuse(text);
  return { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
}

function isOpen(text: string): boolean {
  return text === '' || text === '..';
}

function begin(text: string, whole: string): string {
  const day = text.slice(0, 10);
  if (!isDate(day) || (text.length > 10 && !INSTANT.test(text))) throw refuse(whole);
  return new Date(text.toUpperCase()).toISOString();
}

function end(text: string, whole: string): string {
  const start = Date.parse(begin(text, whole));
  return new Date(start + (text.length > 10 ? 1 : DAY_MS)).toISOString();
}

function refuse(got: string): Problem {
  return new Problem('invalid_request', 'datetime is not a date, date-time or interval.', [
    {
      code: 'invalid_value',
      field: 'datetime',
      got,
      expected: 'e.g. 2026-06-30, 2026-06-30T12:00:00Z or 2026-01-01/..',
    },
  ]);
}
