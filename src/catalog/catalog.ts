/**
 * The catalogue: what there is at one release. Geographies with their boundary versions, indicators with their
 * sources, and which columns exist. Figures and shapes are not in it.
 */

import type { IndicatorDefinition } from '../indicators/indicator.ts';
import { comparePeriods, parsePeriod } from '../indicators/period.ts';
import type { Label } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Publication, WithdrawnPublication } from '../publications/publication.ts';

/** Where something comes from. */
export interface Source {
  text: string;
  licence: string;
  attribution: string;
  url: string | null;
}

/** A set of shapes that is valid from a date on. */
export interface BoundaryVersion {
  id: number;
  /** ISO date, inclusive. */
  validFrom: string;
  /** ISO date, exclusive; null while it is open. */
  validUntil: string | null;
  label: Label;
  srid: number;
  source: Source;
  districts: number;
  /** West, south, east, north in degrees. */
  bbox: [number, number, number, number];
  /** Newest release that touched a shape, name or parent. */
  release: number;
}

/** An OGC API collection: districts of a level, or the published result of an analysis, whose periods are its boundary versions. */
export interface Geography {
  id: number;
  collection: string;
  label: Label;
  authority: { id: string; label: Label; synthetic: boolean };
  /** Collection of the next higher level. */
  parent: string | null;
  /** Oldest first. */
  boundaryVersions: BoundaryVersion[];
  /** What was published in it; null for districts of a level. */
  publication: Publication | null;
  /** Newest release that touched its label or its place in the hierarchy. */
  definitionRelease: number;
  /** Newest release that touched the geography, its shapes or its figures. */
  release: number;
}

/** Which period of an indicator there is on which boundary version, and since which release in this form. */
export interface ColumnEntry {
  geography: number;
  indicator: number;
  period: string;
  boundaryVersion: number;
  /** Newest release that touched the column. */
  release: number;
}

/** An indicator with who publishes it. */
export interface Indicator extends IndicatorDefinition {
  id: number;
  code: string;
  /** Source by authority id. */
  sources: Map<string, Source>;
  /** Newest release that touched the definition or a figure. */
  release: number;
}

/** All of the above at one release. */
export interface Catalog {
  /** Newest release, 0 before the first. */
  release: number;
  /** By collection id, in the order of the ids. */
  geographies: Map<string, Geography>;
  /** By code, in the order of the codes. */
  indicators: Map<string, Indicator>;
  /** When each release was published, ISO: tells apart equal numbers of different databases. */
  published: Map<number, string>;
  /** Labels of reasons by code. */
  reasons: Map<string, Label>;
  /** Publications that were taken back, by collection id. */
  withdrawn: Map<string, WithdrawnPublication>;
  /** Columns by geography id and indicator id, ordered by period, then boundary version. */
  columns: Map<string, ColumnEntry[]>;
}

/** The geographies that figures are published for: all but published analyses. */
export function districtLevels({ geographies }: Catalog): Geography[] {
  return [...geographies.values()].filter(({ publication }) => publication === null);
}

/** Columns of an indicator in a geography, oldest period first; empty where there are none. */
export function columnsOf(catalog: Catalog, geography: Geography, indicator: Indicator): ColumnEntry[] {
  return catalog.columns.get(columnsKey(geography.id, indicator.id)) ?? [];
}

/** The column of a period on a boundary version; null where there is none. */
export function findColumn(
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion,
  indicator: Indicator,
  period: string | null,
): ColumnEntry | null {
  return (
    columnsOf(catalog, geography, indicator).find(
      (entry) => entry.boundaryVersion === version.id && entry.period === period,
    ) ?? null
  );
}

/** The boundary version that a column belongs to. */
export function versionOf(geography: Geography, entry: ColumnEntry): BoundaryVersion {
  return geography.boundaryVersions.find((version) => version.id === entry.boundaryVersion)!;
}

/**
 * Identifies a state of the data for entity tags: the newest of the releases and when it was published, so that the
 * same number in a restored or replaced database is another state.
 */
export function stampOf(catalog: Catalog, releases: readonly number[]): string {
  const newest = releases.reduce((a, b) => Math.max(a, b), 0);
  return `${newest}/${catalog.published.get(newest) ?? ''}`;
}

/** Key of `Catalog.columns`. */
export function columnsKey(geography: number, indicator: number): string {
  return `${geography}/${indicator}`;
}

/** Orders period ids by time. */
export function compareIds(a: string, b: string): number {
  const [left, right] = [parsePeriod(a), parsePeriod(b)];
  return left && right ? comparePeriods(left, right) : a.localeCompare(b, 'en');
}

/** @throws Problem not_found when there is no such collection, withdrawn when it was taken back */
export function requireGeography(catalog: Catalog, collection: string): Geography {
  const geography = catalog.geographies.get(collection);
  if (geography) return geography;
  const withdrawn = catalog.withdrawn.get(collection);
  if (withdrawn) throw refuseWithdrawn(catalog, collection, withdrawn);
  throw new Problem('not_found', `There is no collection ${collection}.`, [
    {
      code: 'unknown_collection',
      field: 'collectionId',
      got: collection,
      expected: listed(catalog.geographies.keys()),
    },
  ]);
}

/** What is said of a publication that was taken back. */
export function refuseWithdrawn(
  catalog: Catalog,
  collection: string,
  { withdrawnBy, release, reason }: WithdrawnPublication,
): Problem {
  const day = catalog.published.get(withdrawnBy)?.slice(0, 10);
  return new Problem(
    'withdrawn',
    `${collection} was withdrawn on ${day} by release ${withdrawnBy}: ${reason}`,
    [
      {
        code: 'withdrawn',
        field: 'collectionId',
        got: collection,
        expected: `release=${release} to ${withdrawnBy - 1} where a read takes it, or another collection`,
      },
    ],
  );
}

/** @throws Problem not_found when there is no such indicator */
export function requireIndicator(catalog: Catalog, code: string): Indicator {
  const indicator = catalog.indicators.get(code);
  if (indicator) return indicator;
  throw new Problem('not_found', `There is no indicator ${code}.`, [
    {
      code: 'unknown_indicator',
      field: 'indicatorId',
      got: code,
      expected: listed(catalog.indicators.keys()),
    },
  ]);
}

/** Names for an error's `expected`, cut where they would fill a page. */
export function listed(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return 'nothing is there yet';
  return `one of ${all.slice(0, 20).join(', ')}${all.length > 20 ? ` and ${all.length - 20} more` : ''}`;
}
