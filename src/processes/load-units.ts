/** Reads what analyses of districts work on: shapes, names and columns of one boundary version. */
import type { MultiPolygon } from 'geojson';
import { findSubject, metricSrid, type Subject, unknown } from '../analyses/find-subject.ts';
import { columnsOf, findColumn } from '../catalog/catalog.ts';
import { statusAt } from '../indicators/column.ts';
import { textOf } from '../label.ts';
import { packPolygons } from '../stats/weights/polygons.ts';
import { VERSION } from '../version.ts';
import type { WeightsInput } from './common-inputs.ts';
import type { Process, ProcessContext } from './process.ts';
import type { Units } from './tasks/units.ts';

/** Inputs that choose districts and columns. */
export interface UnitsInputs {
  collection: string;
  datetime?: string;
  weights: WeightsInput;
}

/** Which columns of the districts: indicators and periods. */
export type ChosenColumns = readonly { indicator: string; period: string }[];

const LONGITUDE_LATITUDE = { srid: 4326, latitudeFirst: false, decimals: 7 } as const;

/**
 * Reads the districts and columns; all columns are on the boundary version of the first.
 * @param process whose id and version the result states
 * @throws Problem invalid_request for what there is not
 */
export async function loadUnits(
  context: ProcessContext,
  process: Pick<Process, 'id' | 'version'>,
  inputs: UnitsInputs,
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
    frame: {
      process: process.id,
      version: process.version,
      engine: VERSION,
      parameters: inputs as unknown as Record<string, unknown>,
      collection: geography.collection,
      boundaryVersion: version.validFrom,
      crs: `EPSG:${srid}`,
      release: Math.max(version.release, ...subjects.map(({ entry }) => entry.release)),
    },
    language,
    keys: table.keys,
    names: table.names,
    geometries: await reader.geometries(version, LONGITUDE_LATITUDE, ids),
    polygons: packPolygons(metric),
    contiguity: inputs.weights.type,
    tolerance: inputs.weights.tolerance,
    columns: subjects.map(({ indicator, entry, column }) => ({
      indicator: indicator.code,
      label: textOf(indicator.label, language),
      unit: indicator.unit,
      period: entry.period,
      release: entry.release,
      values: column.values,
      statuses: table.keys.map((_, i) => statusAt(column, i)),
      reasons: column.reasons,
    })),
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
