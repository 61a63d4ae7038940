/**
 * The figures of a geography as a wide table: a row for each district and day, a column for each indicator. This is what a
 * catalogue has of it: which days there are, and which column an indicator has on each.
 *
 *     period        2019          2020-S2       2021     2021-S2
 *     last day      2019-12-31    2020-12-31    2021-12-31 ────── one row holds both
 *     boundaries    ├── 2006 ─────────────┤├── 2021 ──────────▶
 */
import type { MissingReason } from '../indicators/column.ts';
import { comparePeriods, parsePeriod } from '../indicators/period.ts';
import { type Label, textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import {
  type BoundaryVersion,
  type Catalog,
  type ColumnEntry,
  columnsOf,
  type Geography,
  type Indicator,
  listed,
  versionOf,
} from './catalog.ts';

/** A wide table. */
export interface Statistics {
  /** Id of the collection, e.g. `berlin-plr-statistics`. */
  collection: string;
  title: Label;
  description: Label;
  geography: Geography;
  /** Those with figures, in the order of the catalogue. */
  indicators: Indicator[];
  /** Oldest first; at least one. */
  days: StatisticsDay[];
}

/** The rows of one day. */
export interface StatisticsDay {
  /** Last day of the periods, ISO. */
  date: string;
  /** The boundary version of the day's districts. */
  version: BoundaryVersion;
  /** The figures of each indicator, or why it has none. */
  entries: ReadonlyMap<Indicator, ColumnEntry | MissingReason>;
}

const SUFFIX = '-statistics';

/** A catalogue never changes, and every request for a table needs it. */
const tabulated = new WeakMap<Catalog, Map<Geography, Statistics | null>>();

/** The wide table with this collection id; null where there is none. */
export function findStatistics(catalog: Catalog, collection: string): Statistics | null {
  if (!collection.endsWith(SUFFIX) || catalog.geographies.has(collection)) return null;
  const geography = catalog.geographies.get(collection.slice(0, -SUFFIX.length));
  if (!geography) return null;
  const tables = tabulated.get(catalog) ?? new Map<Geography, Statistics | null>();
  tabulated.set(catalog, tables);
  const table = tables.has(geography) ? tables.get(geography)! : tabulate(catalog, geography);
  tables.set(geography, table);
  return table;
}

/** The wide table of a geography; null where it has no figures, or where another geography has the id. */
export function statisticsOf(catalog: Catalog, geography: Geography): Statistics | null {
  return findStatistics(catalog, geography.collection + SUFFIX);
}

/**
 * The indicators that a parameter names, in its order; all without it.
 * @throws Problem invalid_request for one without figures
 */
export function chooseIndicators(
  { collection, indicators }: Statistics,
  codes: readonly string[] | undefined,
): Indicator[] {
  if (codes === undefined) return indicators;
  return codes.map((code) => {
    const found = indicators.find((indicator) => indicator.code === code);
    if (found) return found;
    throw new Problem('invalid_request', `${collection} has no indicator ${code}.`, [
      {
        code: 'unknown_indicator',
        field: 'indicators',
        got: code,
        expected: listed(indicators.map((indicator) => indicator.code)),
      },
    ]);
  });
}

/** @throws Problem not_found when there is no such wide table */
export function requireStatistics(catalog: Catalog, collection: string): Statistics {
  const statistics = findStatistics(catalog, collection);
  if (statistics) return statistics;
  const there = [...catalog.geographies.values()].flatMap(
    (geography) => statisticsOf(catalog, geography)?.collection ?? [],
  );
  throw new Problem('not_found', `There is no collection ${collection} of time series.`, [
    { code: 'unknown_collection', field: 'collectionId', got: collection, expected: listed(there) },
  ]);
}

function tabulate(catalog: Catalog, geography: Geography): Statistics | null {
  const byDay = new Map<string, Map<Indicator, ColumnEntry[]>>();
  for (const indicator of catalog.indicators.values()) {
    for (const entry of columnsOf(catalog, geography, indicator)) {
      const date = lastDayOf(entry);
      const day = byDay.get(date) ?? new Map<Indicator, ColumnEntry[]>();
      day.set(indicator, [...(day.get(indicator) ?? []), entry]);
      byDay.set(date, day);
    }
  }
  if (byDay.size === 0) return null;
  const indicators = [...catalog.indicators.values()].filter((one) =>
    [...byDay.values()].some((day) => day.has(one)),
  );
  const [de, en] = [textOf(geography.label, 'de'), textOf(geography.label, 'en')];
  return {
    collection: geography.collection + SUFFIX,
    title: { de: `${de}: Zeitreihen`, en: `${en}: time series` },
    description: {
      de: `${de}: eine Zeile je Gebiet und Stichtag (letzter Tag des Zeitraums), eine Spalte je Kennzahl`,
      en: `${en}: a row for each district and day (the last of the period), a column for each indicator`,
    },
    geography,
    indicators,
    days: [...byDay]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([date, columns]) => {
        const version = chooseVersion(geography, date, [...columns.values()].flat());
        const entries = indicators.map(
          (one) => [one, chooseColumn(columns.get(one) ?? [], version)] as const,
        );
        return { date, version, entries: new Map(entries) };
      }),
  };
}

function lastDayOf({ period }: ColumnEntry): string {
  return parsePeriod(period)!.end;
}

/** Districts of one day never overlap: the version that is valid then if any figure is on it, else the newest with figures. */
function chooseVersion(geography: Geography, date: string, columns: readonly ColumnEntry[]): BoundaryVersion {
  const versions = new Set(columns.map((entry) => versionOf(geography, entry)));
  const ordered = geography.boundaryVersions.filter((version) => versions.has(version));
  const valid = ordered.find(
    ({ validFrom, validUntil }) => validFrom <= date && (validUntil === null || date < validUntil),
  );
  return valid ?? ordered.at(-1)!;
}

/** Of several periods that end on the day the shortest, which is nearest to it. */
function chooseColumn(
  columns: readonly ColumnEntry[],
  version: BoundaryVersion,
): ColumnEntry | MissingReason {
  if (columns.length === 0) return 'not_collected';
  const here = columns.filter((entry) => entry.boundaryVersion === version.id);
  if (here.length === 0) return 'other_boundary_version';
  return here.reduce((best, entry) =>
    comparePeriods(parsePeriod(best.period)!, parsePeriod(entry.period)!) < 0 ? entry : best,
  );
}
