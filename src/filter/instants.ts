/** Dates and timestamps of CQL2: RFC 3339 `full-date`, and `date-time` in UTC. */
import type { Instant } from './expression.ts';

const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?Z)?$/;

/** What is accepted, for messages. */
export const INSTANT_FORM = 'a date (2021-12-31) or a timestamp in UTC (2021-12-31T23:59:59Z)';

/**
 * Reads a date or a timestamp. The years are those that both PostgreSQL and JavaScript know: 0001 to 9999; seconds end
 * at 59.
 * @returns null for anything else
 */
export function readInstant(text: string): Instant | null {
  const found = FORM.exec(text);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, fraction] = found as unknown as string[];
  const date = `${year}-${month}-${day}`;
  const time = Date.parse(`${date}T00:00:00Z`);
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) && year !== '0000';
  if (!isDay) return null;
  if (hour === undefined) return { kind: 'instant', type: 'date', value: date };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const digits = (fraction ?? '').replace(/0+$/, '');
  const value = `${date}T${hour}:${minute}:${second}${digits === '' ? '' : `.${digits}`}Z`;
  return { kind: 'instant', type: 'timestamp', value };
}

/** Before and after every instant, in the order of `sortableTimestamp`. */
export const EARLIEST = '';
export const LATEST = '~';

/** A timestamp with six decimals: such texts sort by time. */
export function sortableTimestamp(value: string): string {
  const [seconds, fraction = ''] = value.slice(0, -1).split('.') as [string, string?];
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
}

/** First and last moment of a day, as `sortableTimestamp` writes them. */
export function dayStart(date: string): string {
  return `${date}T00:00:00.000000Z`;
}
export function dayEnd(date: string): string {
  return `${date}T23:59:59.999999Z`;
}
