/** Periods that observations belong to: a year, half-year, quarter, month or day, named by one text. */

/** Kinds from the longest to the shortest. */
const PERIOD_KINDS = ['year', 'half', 'quarter', 'month', 'day'] as const;

type PeriodKind = (typeof PERIOD_KINDS)[number];

/** A valid period with its first and last day (ISO dates, both inclusive). */
export interface Period {
  id: string;
  kind: PeriodKind;
  start: string;
  end: string;
}

const PERIOD = /^(\d{4})(?:-S([12])|-Q([1-4])|-(0[1-9]|1[0-2])(?:-(\d{2}))?)?$/;

/**
 * Reads a period id: `2023`, `2023-S1`, `2023-Q4`, `2023-06`, `2023-12-31`.
 *
 * @returns the period, or null when the text is none (wrong form, 2023-S3, 2023-02-30, year 0000)
 */
export function parsePeriod(id: string): Period | null {
  const parts = PERIOD.exec(id);
  const year = Number(parts?.[1]);
  if (!parts || year === 0) return null;
  const [, , half, quarter, month, day] = parts;
  if (half) return span(id, 'half', year, Number(half) * 6 - 5, 6);
  if (quarter) return span(id, 'quarter', year, Number(quarter) * 3 - 2, 3);
  if (!month) return span(id, 'year', year, 1, 12);
  if (!day) return span(id, 'month', year, Number(month), 1);
  const exists = Number(day) >= 1 && Number(day) <= daysIn(year, Number(month));
  return exists ? { id, kind: 'day', start: id, end: id } : null;
}

/** Whether a text is an ISO date that exists, e.g. `2020-12-31`. */
export function isDate(text: string): boolean {
  return parsePeriod(text)?.kind === 'day';
}

/**
 * Orders periods by their first day; of two that begin together the longer comes first
 * (2023 before 2023-S1 before 2023-Q1 before 2023-01 before 2023-01-01).
 *
 * @returns negative, 0 or positive, for Array.sort
 */
export function comparePeriods(a: Period, b: Period): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return PERIOD_KINDS.indexOf(a.kind) - PERIOD_KINDS.indexOf(b.kind);
}

function span(id: string, kind: PeriodKind, year: number, month: number, months: number): Period {
  const last = month + months - 1;
  const text = (value: number, width: number): string => String(value).padStart(width, '0');
  return {
    id,
    kind,
    start: `${text(year, 4)}-${text(month, 2)}-01`,
    end: `${text(year, 4)}-${text(last, 2)}-${text(daysIn(year, last), 2)}`,
  };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
