/** Use case: observations in long form, one row per district and column. */
import type { components } from '../../openapi/generated/types.ts';
import {
  type BoundaryVersion,
  type Catalog,
  type ColumnEntry,
  columnsOf,
  type Geography,
  type Indicator,
  listed,
  versionOf,
} from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import { type Language, textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { type Column, numberAt, statusAt } from './column.ts';
import { encodeCursor, type ObservationPosition, placeColumn } from './observation-cursor.ts';
import { type PeriodSelection, parsePeriodSelection, selectPeriods } from './period-selection.ts';

type Observation = components['schemas']['Observation'];

/** Filter of a request. */
export interface ObservationFilter {
  collection?: string | undefined;
  indicators?: string[] | undefined;
  districts?: string[] | undefined;
  period?: string[] | undefined;
  limit: number;
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
  const plan = geographies.flatMap((geography) =>
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
        .map((entry) => ({ geography, version: versionOf(geography, entry), indicator, entry }));
    }),
  );
  requirePeriods(catalog, selection, plan);
  return plan;
}

/** A period that nothing has is a mistake in the request, not an empty answer. */
function requirePeriods(
  catalog: Catalog,
  selection: PeriodSelection,
  plan: readonly ObservationColumn[],
): void {
  if (selection.kind !== 'single' && selection.kind !== 'list') return;
  const taken = new Set(plan.map((part) => part.entry.period));
  const missing = selection.periods.filter((period) => !taken.has(period));
  if (missing.length === 0) return;
  const all = new Set([...catalog.columns.values()].flat().map((entry) => entry.period));
  throw new Problem('invalid_request', `No observation is of the period ${missing.join(', ')}.`, [
    { code: 'unknown_period', field: 'period', got: missing.join(','), expected: listed([...all].sort()) },
  ]);
}

/**
 * Checks that every district asked for can be in the answer.
 * @throws Problem invalid_request for a key that no boundary version has, or none that these columns are on
 */
export async function requireDistricts(
  reader: Reader,
  plan: readonly ObservationColumn[],
  districts: readonly string[] | undefined,
): Promise<void> {
  if (districts === undefined || plan.length === 0) return;
  const here = new Set(plan.map((part) => part.version));
  const missing = new Set(districts);
  const elsewhere = new Map<string, string>();
  for (const geography of new Set(plan.map((part) => part.geography))) {
    for (const version of geography.boundaryVersions) {
      const { byKey } = await reader.districts(geography, version);
      for (const key of districts.filter((one) => byKey.has(one))) {
        if (here.has(version)) missing.delete(key);
        else elsewhere.set(key, version.validFrom);
      }
    }
  }
  if (missing.size === 0) return;
  const collections = [...new Set(plan.map((part) => part.geography.collection))].join(', ');
  const items = [...missing].slice(0, 20).map((key) => {
    const from = elsewhere.get(key);
    const expected = from
      ? `a district of the boundary version that these figures are on; ${key} is of the one of ${from}`
      : `a key of a district of ${collections}, with leading zeros`;
    return { code: 'unknown_district', field: 'districts', got: key, expected };
  });
  throw new Problem('invalid_request', 'Not all districts have such figures.', items);
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

/** Reads a page of rows. @param after the row before the page; null is the start */
export async function readObservations(
  reader: Reader,
  catalog: Catalog,
  plan: readonly ObservationColumn[],
  filter: ObservationFilter,
  after: ObservationPosition | null,
  language: Language,
): Promise<ObservationPage> {
  const wanted = filter.districts === undefined ? null : new Set(filter.districts);
  const observations: Observation[] = [];
  let numberMatched = 0;
  let release = 0;
  let passed = after === null;
  let next: string | null = null;
  for (const part of plan) {
    const table = await reader.districts(part.geography, part.version);
    const keys = wanted ? table.keys.filter((key) => wanted.has(key)) : table.keys;
    numberMatched += keys.length;
    const here = after !== null && !passed ? placeColumn(addressOf(part), after) : 1;
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
  return { observations, numberMatched, release, next };
}

function addressOf({
  geography,
  indicator,
  entry,
  version,
}: ObservationColumn): Omit<ObservationPosition, 'district'> {
  const { collection } = geography;
  return { collection, indicator: indicator.code, period: entry.period, boundaryVersion: version.validFrom };
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
    value: numberAt(column.values, i),
    unit: part.indicator.unit,
    status: statusAt(column, i),
    reason,
    reasonLabel: label ? textOf(label, language) : null,
    numerator: numberAt(column.numerators, i),
    denominator: numberAt(column.denominators, i),
    provisional: column.provisional[i] === 1,
    referenceDate: column.referenceDates[i]!,
    release: column.releases[i] === 0 ? null : column.releases[i]!,
  };
}
