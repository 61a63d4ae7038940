/** Districts as GeoJSON features with joined columns. */
import type { components } from '../../openapi/generated/types.ts';
import type { BoundaryVersion } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { Shape } from '../districts/shape.ts';
import { findFacts } from '../indicators/column.ts';
import { type Cell, cellAt, type JoinedColumn } from '../indicators/joined-column.ts';
import type { Measure } from '../indicators/measure.ts';
import { type Language, textOf } from '../label.ts';

type FeatureDocument = components['schemas']['Feature'];
type ColumnDocument = components['schemas']['JoinedColumn'];
type BoundaryDocument = components['schemas']['BoundaryVersion'];

/** Longitude and latitude in degrees, in this order. */
export const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

/** The district at position i as a feature; the joined columns are always there, null where there is no value. */
export function toFeature(
  table: DistrictTable,
  i: number,
  shape: Shape,
  columns: readonly JoinedColumn[],
): FeatureDocument {
  const properties: Record<string, Cell> = {
    key: table.keys[i]!,
    name: table.names[i]!,
    parent: table.parents[i]!,
  };
  for (const column of columns) properties[column.name] = cellAt(column, i);
  return {
    type: 'Feature',
    id: table.keys[i]!,
    geometry: shape.geometry as FeatureDocument['geometry'],
    properties: properties as FeatureDocument['properties'],
  };
}

/** What a joined column holds, for people and programs. */
export function describeColumn(
  column: JoinedColumn,
  version: BoundaryVersion,
  language: Language,
): ColumnDocument {
  const { indicator, source, period } = column.slot;
  return {
    name: column.name,
    measure: column.measure,
    indicator: indicator.code,
    label: textOf(indicator.label, language),
    unit: unitOf(column.measure, indicator.unit),
    period,
    ...findFacts(column.column),
    boundaryVersion: version.validFrom,
    release: column.column.release === 0 ? null : column.column.release,
    source,
  };
}

function unitOf(measure: Measure, unit: string): string {
  if (measure === 'value') return unit;
  if (measure === 'z') return 'standard deviations';
  if (measure === 'rank') return 'rank';
  return measure === 'numerator' || measure === 'denominator' ? 'count' : 'code';
}

/** A boundary version as the contract shows it. */
export function describeBoundary(version: BoundaryVersion, language: Language): BoundaryDocument {
  return {
    validFrom: version.validFrom,
    validUntil: version.validUntil,
    label: textOf(version.label, language),
    districts: version.districts,
    release: version.release,
    source: version.source,
  };
}

/** Newest release that a joined answer holds something of. */
export function newestRelease(version: BoundaryVersion, columns: readonly JoinedColumn[]): number {
  return columns.reduce((newest, column) => Math.max(newest, column.column.release), version.release);
}
