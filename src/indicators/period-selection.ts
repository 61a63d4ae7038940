/** What a `period` parameter asks for, and which of the existing periods that are. */
import { Problem } from '../problem.ts';
import { comparePeriods, type Period, parsePeriod } from './period.ts';

/** A parsed `period` parameter. */
export type PeriodSelection =
  | { kind: 'single' | 'list'; periods: string[] }
  /** First and last day, inclusive; null is open. */
  | { kind: 'range'; start: string | null; end: string | null; text: string }
  /** The newest ones; `many` when the number was given. */
  | { kind: 'latest'; count: number; many: boolean };

const LATEST = /^latest(?:\(([1-9]\d{0,2})\))?$/;
const EXPECTED =
  'a period (2021, 2023-S1, 2023-Q4, 2023-06, 2023-12-31), a list of them, a range (2015/2023, 2015/..), latest or latest(n)';

/**
 * Reads the entries of a `period` parameter.
 * @param entries the comma list, split; undefined means `latest`
 * @throws Problem invalid_request when an entry is no period or forms are mixed
 */
export function parsePeriodSelection(entries: readonly string[] | undefined): PeriodSelection {
  if (entries === undefined) return { kind: 'latest', count: 1, many: false };
  if (entries.length === 1) {
    const text = entries[0]!;
    const latest = LATEST.exec(text);
    if (latest) return { kind: 'latest', count: Number(latest[1] ?? 1), many: latest[1] !== undefined };
    if (text.includes('/')) return parseRange(text);
  }
  const periods = entries.map((entry) => {
    if (!parsePeriod(entry)) throw refuse(entry);
    return entry;
  });
  if (new Set(periods).size !== periods.length) throw refuse(periods.join(','));
  return { kind: periods.length === 1 ? 'single' : 'list', periods };
}

function parseRange(text: string): PeriodSelection {
  const parts = text.split('/');
  if (parts.length !== 2) throw refuse(text);
  const [from, to] = parts.map((part) => (part === '..' || part === '' ? null : required(part, text)));
  if (from && to && from.start > to.end) throw refuse(text);
  return { kind: 'range', start: from?.start ?? null, end: to?.end ?? null, text };
}

function required(part: string, whole: string): Period {
  const period = parsePeriod(part);
  if (!period) throw refuse(whole);
  return period;
}

function refuse(got: string): Problem {
  return new Problem('invalid_request', 'period is not a period, list, range or latest.', [
    { code: 'period_invalid', field: 'period', got, expected: EXPECTED },
  ]);
}

/** Whether columns carry the period in their names: every form that may give several. */
export function namesPeriods(selection: PeriodSelection): boolean {
  return (
    selection.kind === 'list' || selection.kind === 'range' || (selection.kind === 'latest' && selection.many)
  );
}

/**
 * The periods that a selection takes of those that exist, oldest first.
 * @param available existing periods, in any order
 */
export function selectPeriods(selection: PeriodSelection, available: Iterable<string>): string[] {
  const sorted = [...new Set(available)].map((id) => parsePeriod(id)!).sort(comparePeriods);
  return sorted.filter((period, i) => takes(selection, period, sorted.length - i)).map((period) => period.id);
}

function takes(selection: PeriodSelection, period: Period, fromEnd: number): boolean {
  if (selection.kind === 'latest') return fromEnd <= selection.count;
  if (selection.kind === 'range') {
    return (
      (selection.start === null || period.start >= selection.start) &&
      (selection.end === null || period.end <= selection.end)
    );
  }
  return selection.periods.includes(period.id);
}
