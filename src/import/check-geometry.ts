/** Checks that a delivered geometry is a polygon with closed rings of numbers; validity is PostGIS's to tell. */
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { type Findings, show } from './findings.ts';

/** Where a geometry stands, for findings. */
interface GeometryPlace {
  file: string;
  /** Feature or record number, from 1. */
  line: number;
  /** Key of the district, or its number where it has none. */
  district: string;
}

/**
 * Returns the geometry with plain x, y positions, or null with a finding: geometry_missing, geometry_type or
 * geometry_invalid.
 */
export function checkGeometry(
  geometry: unknown,
  place: GeometryPlace,
  findings: Findings,
): Polygon | MultiPolygon | null {
  const refuse = (code: string, got: string, expected: string): null => {
    findings.add({ code, got, expected, file: place.file, line: place.line });
    return null;
  };
  const shape = geometry as { type?: unknown; coordinates?: unknown } | null | undefined;
  if (shape === null || shape === undefined || isEmpty(shape.coordinates)) {
    return refuse(
      'geometry_missing',
      `district ${place.district} without geometry`,
      'a Polygon or MultiPolygon',
    );
  }
  if (shape.type !== 'Polygon' && shape.type !== 'MultiPolygon') {
    return refuse('geometry_type', show(shape.type), 'Polygon or MultiPolygon');
  }
  const polygons = (shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates) as unknown[];
  const checked: Position[][][] = [];
  for (const polygon of polygons) {
    if (!Array.isArray(polygon) || polygon.length === 0) {
      return refuse('geometry_invalid', `district ${place.district}: ${show(polygon)}`, 'rings of positions');
    }
    const rings: Position[][] = [];
    for (const ring of polygon) {
      const fault = findFault(ring);
      if (fault)
        return refuse('geometry_invalid', `district ${place.district}: ${fault.got}`, fault.expected);
      rings.push((ring as Position[]).map(([x, y]) => [x as number, y as number]));
    }
    checked.push(rings);
  }
  return shape.type === 'Polygon'
    ? { type: 'Polygon', coordinates: checked[0] as Position[][] }
    : { type: 'MultiPolygon', coordinates: checked };
}

function isEmpty(coordinates: unknown): boolean {
  return Array.isArray(coordinates) && coordinates.length === 0;
}

function findFault(ring: unknown): { got: string; expected: string } | null {
  if (!Array.isArray(ring)) return { got: show(ring), expected: 'a ring of positions' };
  for (const position of ring as unknown[]) {
    const [x, y] = Array.isArray(position) ? (position as unknown[]) : [];
    if (!isNumber(x) || !isNumber(y))
      return { got: `position ${show(position)}`, expected: 'two finite numbers' };
  }
  const first = ring[0] as Position | undefined;
  const last = ring.at(-1) as Position | undefined;
  if (!first || !last || ring.length < 4 || first[0] !== last[0] || first[1] !== last[1]) {
    return {
      got: `a ring of ${ring.length} positions from ${show(first)} to ${show(last)}`,
      expected: 'a closed ring of at least 4 positions',
    };
  }
  return null;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
