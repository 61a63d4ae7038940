/**
 * The unit of reading: all districts of a boundary version for one indicator and period, in district order.
 * Tiles, features, ranks and statistics are functions of columns.
 */
import { DERIVED_KEPT, derive } from './derived.ts';
import { STATUSES, type Status } from './status.ts';

/** Figures of one column; all arrays have one entry per district, in the order of the district table. */
export interface Column {
  /** NaN where the status carries no number. */
  values: Float64Array;
  /** Index into STATUSES. */
  status: Uint8Array;
  /** NaN where there is no count. */
  numerators: Float64Array;
  denominators: Float64Array;
  /** Code of the reason, or null. */
  reasons: (string | null)[];
  /** Release that published the cell; 0 where nothing was ever delivered. */
  releases: Int32Array;
  /** 1 where the figure may still change. */
  provisional: Uint8Array;
  /** ISO date the figure refers to, or null. */
  referenceDates: (string | null)[];
  /** Newest release that touched the column; 0 where it does not exist. */
  release: number;
}

const NOT_AVAILABLE = STATUSES.indexOf('not_available');

/** Why a whole column has no values. */
export type MissingReason = 'not_delivered' | 'not_collected' | 'other_boundary_version';

/**
 * A column in which nothing was delivered.
 * @param n number of districts
 * @param reason why
 */
export function emptyColumn(n: number, reason: MissingReason): Column {
  return {
    values: new Float64Array(n).fill(Number.NaN),
    status: new Uint8Array(n).fill(NOT_AVAILABLE),
    numerators: new Float64Array(n).fill(Number.NaN),
    denominators: new Float64Array(n).fill(Number.NaN),
    reasons: new Array<string | null>(n).fill(reason),
    releases: new Int32Array(n),
    provisional: new Uint8Array(n),
    referenceDates: new Array<string | null>(n).fill(null),
    release: 0,
  };
}

/** The number at position i; null where there is none. */
export function numberAt(values: ArrayLike<number>, i: number): number | null {
  const value = values[i]!;
  return Number.isNaN(value) ? null : value;
}

/** Status of the district at position i. */
export function statusAt(column: Column, i: number): Status {
  return STATUSES[column.status[i]!]!;
}

/** Size in memory, for the cache: three doubles, an integer, two bytes, two pointers and what is derived per district. */
export function columnBytes(column: Column): number {
  return column.values.length * (3 * 8 + 4 + 2 + 2 * 8 + DERIVED_KEPT * 8) + 500;
}

/** What holds for a column as a whole. */
export interface ColumnFacts {
  /** The day that all figures refer to; null where they differ or none is given. */
  referenceDate: string | null;
  /** Whether some figure may still change. */
  provisional: boolean;
}

/** Looks through a column for what holds for all of it. */
export function findFacts(column: Column): ColumnFacts {
  return derive(column, 'facts', () => {
    const dates = new Set(column.referenceDates.filter((_, i) => column.releases[i] !== 0));
    return {
      referenceDate: dates.size === 1 ? [...dates][0]! : null,
      provisional: column.provisional.includes(1),
    };
  });
}
