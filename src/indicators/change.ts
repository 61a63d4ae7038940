/** Change of an indicator against another period on the same boundary version. */
import type { ColumnEntry } from '../catalog/catalog.ts';
import type { Column } from './column.ts';
import { derive } from './derived.ts';
import { comparePeriods, parsePeriod } from './period.ts';

/**
 * The column that a column's change is counted from: the given period's, else the newest before it of its kind (years with
 * years, half-years with half-years).
 *
 *     2022-S2   2023   2023-S1   2023-S2   2024
 *        └─────────│─────┴─────────┘         │
 *                  └─────────────────────────┘
 *
 * @param entries columns of the indicator on the boundary version
 * @param from period asked for; undefined takes the one before
 * @returns null where there is none
 */
export function findBase(
  entries: readonly ColumnEntry[],
  entry: ColumnEntry,
  from: string | undefined,
): ColumnEntry | null {
  if (from !== undefined) return entries.find(({ period }) => period === from) ?? null;
  const own = parsePeriod(entry.period)!;
  const earlier = entries
    .map((other) => ({ other, period: parsePeriod(other.period)! }))
    .filter(({ period }) => period.kind === own.kind && period.start < own.start)
    .sort((a, b) => comparePeriods(a.period, b.period));
  return earlier.at(-1)?.other ?? null;
}

/** A column and the entry that it was loaded by. */
export interface LoadedBase {
  entry: ColumnEntry;
  column: Column;
}

/**
 * Value minus value of the base, in the unit of the values.
 * @returns NaN where either is missing, and everywhere without a base
 */
export function changeSince(column: Column, base: LoadedBase | null): Float64Array {
  if (base === null) return derive(column, 'no change', () => column.values.map(() => Number.NaN));
  const { period, release } = base.entry;
  return derive(column, `change/${period}@${release}`, () =>
    column.values.map((value, i) => value - base.column.values[i]!),
  );
}
