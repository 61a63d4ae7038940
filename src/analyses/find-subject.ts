/** Which column an analysis works on, and in which reference system it measures. */
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
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { Column } from '../indicators/column.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';

/** What a run works on. */
export interface Subject {
  geography: Geography;
  version: BoundaryVersion;
  indicator: Indicator;
  entry: ColumnEntry;
  table: DistrictTable;
  column: Column;
}

/**
 * Finds the column that inputs name.
 * @param today ISO date, chooses the boundary version where the period is on several
 * @throws Problem invalid_request for an unknown collection, indicator or period
 */
export async function findSubject(
  reader: Reader,
  catalog: Catalog,
  inputs: { collection: string; indicator: string; period: string; datetime?: string | undefined },
  today: string,
): Promise<Subject> {
  const geography = catalog.geographies.get(inputs.collection);
  if (!geography) throw unknown('collection', inputs.collection, catalog.geographies.keys());
  const indicator = catalog.indicators.get(inputs.indicator);
  const entries = indicator ? columnsOf(catalog, geography, indicator) : [];
  if (!indicator || entries.length === 0) {
    throw unknown('indicator', inputs.indicator, codesOf(catalog, geography));
  }
  const inPeriod = entries.filter((entry) => entry.period === inputs.period);
  const preferred = resolveBoundary(geography, inputs.datetime, today);
  const entry =
    inPeriod.find((candidate) => candidate.boundaryVersion === preferred?.id) ??
    (inputs.datetime === undefined ? inPeriod.at(-1) : undefined);
  if (!entry) {
    const possible = entries.filter(
      (other) => inputs.datetime === undefined || other.boundaryVersion === preferred?.id,
    );
    throw unknown('period', inputs.period, new Set(possible.map((other) => other.period)));
  }
  const version = versionOf(geography, entry);
  const table = await reader.districts(geography, version);
  const column = await reader.column(geography, version, entry);
  return { geography, version, indicator, entry, table, column };
}

function codesOf(catalog: Catalog, geography: Geography): string[] {
  return [...catalog.indicators.values()]
    .filter((indicator) => columnsOf(catalog, geography, indicator).length > 0)
    .map((indicator) => indicator.code);
}

/** An input that names nothing. */
export function unknown(input: string, got: string, names: Iterable<string>): Problem {
  return new Problem('invalid_request', `There is no ${input} ${got}.`, [
    { code: `unknown_${input}`, field: `/body/inputs/${input}`, got, expected: listed(names) },
  ]);
}

const UTM_32 = 25832;
const UTM_33 = 25833;
const GEOGRAPHIC = new Set([4326, 4258]);
const WEB_MERCATOR = 3857;

/** Metres for contiguity: the delivered CRS where it is projected, else ETRS89 / UTM of the zone the middle lies in. */
export function metricSrid(version: BoundaryVersion): number {
  if (!GEOGRAPHIC.has(version.srid) && version.srid !== WEB_MERCATOR) return version.srid;
  return (version.bbox[0] + version.bbox[2]) / 2 < 12 ? UTM_32 : UTM_33;
}
