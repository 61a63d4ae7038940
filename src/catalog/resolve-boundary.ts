/** Which boundary version a `datetime` parameter chooses. */
import { isDate } from '../indicators/period.ts';
import { Problem } from '../problem.ts';
import type { BoundaryVersion, Geography } from './catalog.ts';

/** ISO dates, both inclusive; null is open. */
interface Interval {
  start: string | null;
  end: string | null;
}

/**
 * Chooses the boundary version of a geography.
 *
 *      2006-01-01            2021-01-01        today
 *          ├──── until 2020 ─────┼──── 2021 ──────▶
 *               ▲ 2019-06-30           ▲ without datetime
 *          └ 2015-01-01/.. takes the newest that overlaps: 2021
 *
 * @param datetime date, date-time or interval of RFC 3339 with `..` for open ends; undefined means today. Of a date-time the day
 * counts, as it is written: clients mean the same midnight by 2021-01-01T00:00:00Z and by 2021-01-01T00:00:00+01:00
 * @param today ISO date
 * @returns the version, or null where none is valid then; without datetime and with none valid today the newest
 * @throws Problem invalid_request when the text is no date or interval
 */
export function resolveBoundary(
  geography: Geography,
  datetime: string | undefined,
  today: string,
): BoundaryVersion | null {
  const versions = geography.boundaryVersions;
  if (datetime === undefined) {
    return (
      versions.findLast((version) => overlaps(version, { start: today, end: today })) ??
      versions.at(-1) ??
      null
    );
  }
  const interval = parseInterval(datetime);
  return versions.findLast((version) => overlaps(version, interval)) ?? null;
}

/**
 * The boundary version of an answer that makes no sense without one.
 * @throws Problem not_found where none is valid then; invalid_request as `resolveBoundary`
 */
export function requireBoundary(
  geography: Geography,
  datetime: string | undefined,
  today: string,
): BoundaryVersion {
  const version = resolveBoundary(geography, datetime, today);
  if (version) return version;
  const versions = geography.boundaryVersions.map((other) => other.validFrom).join(', ');
  throw new Problem('not_found', `${geography.collection} has no boundary version at ${datetime}.`, [
    {
      code: 'unknown_boundary_version',
      field: 'datetime',
      got: datetime ?? '',
      expected: `valid from ${versions}`,
    },
  ]);
}

/**
 * Whether a `datetime` parameter takes a day; all days without it.
 * @throws Problem invalid_request when the text is no date or interval
 */
export function choosesDay(datetime: string | undefined, day: string): boolean {
  if (datetime === undefined) return true;
  const { start, end } = parseInterval(datetime);
  return (start === null || start <= day) && (end === null || day <= end);
}

function overlaps(version: BoundaryVersion, interval: Interval): boolean {
  const startsInTime = interval.end === null || version.validFrom <= interval.end;
  const endsInTime =
    interval.start === null || version.validUntil === null || interval.start < version.validUntil;
  return startsInTime && endsInTime;
}

function parseInterval(text: string): Interval {
  const parts = text.split('/');
  if (parts.length === 1) {
    const day = parseDay(text, text);
    return { start: day, end: day };
  }
  if (parts.length !== 2) throw refuse(text);
  const [start, end] = parts.map((part) => (part === '' || part === '..' ? null : parseDay(part, text)));
  if (start && end && start > end) throw refuse(text);
  return { start: start ?? null, end: end ?? null };
}

const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d))?$/;

function parseDay(part: string, whole: string): string {
  const day = DATE_TIME.exec(part)?.[1];
  if (day === undefined || !isDate(day)) throw refuse(whole);
  return day;
}

function refuse(got: string): Problem {
  return new Problem('invalid_request', 'datetime is not a date, date-time or interval.', [
    {
      code: 'invalid_value',
      field: 'datetime',
      got,
      expected: 'e.g. 2019-06-30, 2015-01-01/2020-12-31 or ../2020-12-31',
    },
  ]);
}
