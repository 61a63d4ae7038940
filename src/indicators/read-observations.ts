/** Use case: observations in long form, one row per district and column. */
import type { components } from '../../openapi/generated/types.ts';
import {
  type BoundaryVersion,
  type Catalog,
  type ColumnEntry,
  columnsOf,
  compareIds,
  type Geography,
  type Indicator,
  listed,
} from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import { type Language, textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { type Column, statusAt } from './column.ts';
import { parsePeriodSelection, selectPeriods } from './period-selection.ts';

type Observation = components['schemas']['Observation'];

/** Filter of a request. */
export interface ObservationFilter {
  collection?: string | undefined;
  indicators?: string[] | undefined;
  districts?: string[] | undefined;
  period?: string[] | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** One column to go through. */
export interface ObservationColumn {
  geography: Geography;
  version: BoundaryVersion;
  indicator: Indicator;
  entry: ColumnEntry;
}

/** A page of rows. */
export interface ObservationPage {
  observations: Observation[];
  numberMatched: number;
  /** Newest release that the page's columns hold something of; 0 without columns. */
  release: number;
  /** Cursor of the next page, or null at the end. */
  next: string | null;
}

/**
 * Which columns a filter takes, in the order of the answer: collection, indicator, period, boundary version.
 * @throws Problem invalid_request for an unknown collection, indicator or a period that is none
 */
export function planObservations(catalog: Catalog, filter: ObservationFilter): ObservationColumn[] {
  const geographies =
    filter.collection === undefined
      ? [...catalog.geographies.values()]
      : [known(catalog.geographies, filter.collection, 'collection')];
  const indicators =
    filter.indicators === undefined
      ? [...catalog.indicators.values()]
      : filter.indicators.map((code) => known(catalog.indicators, code, 'indicators')).sort(byCode);
  const selection = parsePeriodSelection(filter.period ?? ['../..']);
  return geographies.flatMap((geography) =>
    indicators.flatMap((indicator) => {
      const entries = columnsOf(catalog, geography, indicator);
      const taken = new Set(
        selectPeriods(
          selection,
          entries.map((entry) => entry.period),
        ),
      );
      return entries
        .filter((entry) => taken.has(entry.period))
        .map((entry) => {
          const version = geography.boundaryVersions.find((other) => other.id === entry.boundaryVersion)!;
          return { geography, version, indicator, entry };
        });
    }),
  );
}

function known<V>(map: Map<string, V>, name: string, field: string): V {
  const value = map.get(name);
  if (value !== undefined) return value;
  throw new Problem('invalid_request', `There is no ${name}.`, [
    { code: 'unknown_value', field, got: name, expected: listed(map.keys()) },
  ]);
}

function byCode(a: Indicator, b: Indicator): number {
  return a.code < b.code ? -1 : 1;
}

/** Reads a page of rows. The cursor names the last row, so that an import in between neither repeats nor skips one. */
export async function readObservations(
  reader: Reader,
  catalog: Catalog,
  plan: readonly ObservationColumn[],
  filter: ObservationFilter,
  language: Language,
): Promise<ObservationPage> {
  const wanted = filter.districts === undefined ? null : new Set(filter.districts);
  const after = filter.cursor === undefined ? null : decodeCursor(filter.cursor);
  const observations: Observation[] = [];
  const found = new Set<string>();
  let numberMatched = 0;
  let release = 0;
  let passed = after === null;
  let next: string | null = null;
  for (const part of plan) {
    const table = await reader.districts(part.geography, part.version);
    const keys = wanted ? table.keys.filter((key) => wanted.has(key)) : table.keys;
    for (const key of wanted ? keys : []) found.add(key);
    numberMatched += keys.length;
    const here = after !== null && !passed ? place(part, after) : 1;
    if (here < 0 || keys.length === 0) continue;
    const rest = here === 0 ? keys.filter((key) => key > after!.district) : keys;
    passed = true;
    if (rest.length === 0) continue;
    if (observations.length === filter.limit) {
      next ??= encodeCursor(observations.at(-1)!);
      continue;
    }
    const column = await reader.column(part.geography, part.version, part.entry);
    release = Math.max(release, column.release, part.version.release);
    const room = filter.limit - observations.length;
    for (const key of rest.slice(0, room)) {
      observations.push(toObservation(catalog, part, table, column, table.byKey.get(key)!, language));
    }
    if (rest.length > room) next = encodeCursor(observations.at(-1)!);
  }
  if (wanted) requireFound(filter.districts!, found, plan);
  return { observations, numberMatched, release, next };
}

/** A district that no column of the answer has is a mistake in the request, not an empty answer. */
function requireFound(
  districts: readonly string[],
  found: Set<string>,
  plan: readonly ObservationColumn[],
): void {
  const missing = districts.filter((key) => !found.has(key));
  if (missing.length === 0 || plan.length === 0) return;
  const collections = [...new Set(plan.map((part) => part.geography.collection))];
  throw new Problem('invalid_request', `There is no district ${missing.slice(0, 20).join(', ')}.`, [
    {
      code: 'unknown_district',
      field: 'districts',
      got: missing.slice(0, 20).join(','),
      expected: `keys of districts of ${collections.join(', ')}, with leading zeros`,
    },
  ]);
}

function toObservation(
  catalog: Catalog,
  part: ObservationColumn,
  table: DistrictTable,
  column: Column,
  i: number,
  language: Language,
): Observation {
  const reason = column.reasons[i] ?? null;
  const label = reason === null ? undefined : catalog.reasons.get(reason);
  return {
    collection: part.geography.collection,
    district: table.keys[i]!,
    districtName: table.names[i]!,
    indicator: part.indicator.code,
    period: part.entry.period,
    boundaryVersion: part.version.validFrom,
    value: numberOrNull(column.values[i]!),
    unit: part.indicator.unit,
    status: statusAt(column, i),
    reason,
    reasonLabel: label ? textOf(label, language) : null,
    numerator: numberOrNull(column.numerators[i]!),
    denominator: numberOrNull(column.denominators[i]!),
    provisional: column.provisional[i] === 1,
    referenceDate: column.referenceDates[i]!,
    release: column.releases[i] === 0 ? null : column.releases[i]!,
  };
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** The row that a cursor names. */
type Position = Pick<Observation, 'collection' | 'indicator' | 'period' | 'boundaryVersion' | 'district'>;

/** Whether a column lies before (-1), at (0) or after (1) the cursor's row, in the order of the answer. */
function place(part: ObservationColumn, after: Position): number {
  const own = [part.geography.collection, part.indicator.code, part.entry.period, part.version.validFrom];
  const its = [after.collection, after.indicator, after.period, after.boundaryVersion];
  const different = own.findIndex((text, i) => text !== its[i]);
  if (different < 0) return 0;
  if (different === 2) return compareIds(own[2]!, its[2]!);
  return own[different]! < its[different]! ? -1 : 1;
}

function encodeCursor(last: Observation): string {
  const { collection, indicator, period, boundaryVersion, district } = last;
  return Buffer.from(JSON.stringify([collection, indicator, period, boundaryVersion, district])).toString(
    'base64url',
  );
}

function decodeCursor(cursor: string): Position {
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as string[];
    const [collection, indicator, period, boundaryVersion, district] = parts;
    if (parts.length === 5 && parts.every((part) => typeof part === 'string')) {
      return {
        collection: collection!,
        indicator: indicator!,
        period: period!,
        boundaryVersion: boundaryVersion!,
        district: district!,
      };
    }
  } catch {
    // Falls through to the refusal below.
  }
  throw new Problem('invalid_request', 'cursor is not one of ours.', [
    {
      code: 'invalid_value',
      field: 'cursor',
      got: cursor.slice(0, 100),
      expected: 'the cursor of a next link',
    },
  ]);
}
