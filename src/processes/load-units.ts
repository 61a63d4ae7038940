/** Reads what analyses of districts work on: shapes, names and columns of one boundary version. */
import type { MultiPolygon } from 'geojson';
import { findSubject, metricSrid, type Subject, unknown } from '../analyses/find-subject.ts';
import { countSmallBases } from '../analyses/statement.ts';
import { type BoundaryVersion, columnsOf, findColumn, type Geography } from '../catalog/catalog.ts';
import { statusAt } from '../indicators/column.ts';
import { type Language, textOf } from '../label.ts';
import { packPolygons } from '../stats/weights/polygons.ts';
import { VERSION } from '../version.ts';
import type { ChosenColumns } from './choose-columns.ts';
import type { DistrictInputs } from './common-inputs.ts';
import type { Process, ProcessContext } from './process.ts';
import type { Frame, UnitColumn, Units } from './tasks/units.ts';

/** How results have shapes. */
export const LONGITUDE_LATITUDE = { srid: 4326, latitudeFirst: false, decimals: 7 } as const;

/**
 * Reads the districts and columns; all columns are on the boundary version of the first.
 * @param process whose id and version the result states
 * @throws Problem invalid_request for what there is not
 */
export async function loadUnits(
  context: ProcessContext,
  process: Pick<Process, 'id' | 'version'>,
  inputs: DistrictInputs,
  columns: ChosenColumns,
): Promise<Units> {
  const { reader, catalog, day, language } = context;
  const first = await findSubject(reader, catalog, { ...inputs, ...columns[0]! }, day);
  const subjects = [first];
  for (const chosen of columns.slice(1)) subjects.push(await findOnSame(context, first, chosen));
  const { version, geography, table } = first;
  const ids = [...table.ids];
  const srid = metricSrid(version);
  const metric: MultiPolygon[] = await reader.metricShapes(version, srid, ids);
  return {
    frame: frameOf(process, inputs, geography, version, srid, [
      version.release,
      ...subjects.map(({ entry }) => entry.release),
    ]),
    language,
    keys: table.keys,
    names: table.names,
    geometries: await reader.geometries(version, LONGITUDE_LATITUDE, ids),
    polygons: packPolygons(metric),
    contiguity: inputs.weights.type,
    tolerance: inputs.weights.tolerance,
    columns: subjects.map((subject) => toUnitColumn(subject, language)),
  };
}

/** Where a result comes from. @param releases of all that went in */
export function frameOf(
  { id, version }: Pick<Process, 'id' | 'version'>,
  inputs: object,
  { collection }: Geography,
  { validFrom }: BoundaryVersion,
  srid: number,
  releases: readonly number[],
): Frame {
  return {
    process: id,
    version,
    engineVersion: VERSION,
    parameters: inputs,
    collection,
    boundaryVersion: validFrom,
    crs: `EPSG:${srid}`,
    release: Math.max(...releases),
  };
}

/** A column as tasks take it. */
export function toUnitColumn({ indicator, entry, column, table }: Subject, language: Language): UnitColumn {
  return {
    indicator: indicator.code,
    label: textOf(indicator.label, language),
    unit: indicator.unit,
    polarity: indicator.polarity,
    period: entry.period,
    release: entry.release,
    values: column.values,
    smallBases: countSmallBases(column.values, column.denominators),
    statuses: table.keys.map((_, i) => statusAt(column, i)),
    reasons: column.reasons,
  };
}

async function findOnSame(
  { reader, catalog }: ProcessContext,
  { geography, version, table }: Subject,
  chosen: ChosenColumns[number],
): Promise<Subject> {
  const indicator = catalog.indicators.get(chosen.indicator);
  if (!indicator) throw unknown('indicator', chosen.indicator, catalog.indicators.keys());
  const entry = findColumn(catalog, geography, version, indicator, chosen.period);
  if (!entry) {
    const there = columnsOf(catalog, geography, indicator).filter(
      (other) => other.boundaryVersion === version.id,
    );
    throw unknown(
      'period',
      chosen.period,
      there.map((other) => `${chosen.indicator} ${other.period}`),
    );
  }
  return {
    geography,
    version,
    indicator,
    entry,
    table,
    column: await reader.column(geography, version, entry),
  };
}

/** Contiguity, per vertex. */
const MS_PER_VERTEX = 1e-3;

/** Estimate of the time that finding neighbours takes. */
export function contiguityTime({ polygons }: Units): number {
  return (polygons.coordinates.length / 2) * MS_PER_VERTEX;
}
