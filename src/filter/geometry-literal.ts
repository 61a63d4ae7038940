/** Rules of geometry literals that both encodings share: closed rings, enough positions. */
import type { GeometryLiteral, Position } from './expression.ts';

/** GeoJSON names of the geometry types by their name in WKT. */
export const GEOMETRY_TYPES = new Map<string, GeometryLiteral['type']>(
  (
    [
      'Point',
      'MultiPoint',
      'LineString',
      'MultiLineString',
      'Polygon',
      'MultiPolygon',
      'GeometryCollection',
    ] as const
  ).map((type) => [type.toUpperCase(), type]),
);

/** What is wrong with the form of a geometry, as got and expected; null for nothing. */
export function geometryFault(geometry: GeometryLiteral): { got: string; expected: string } | null {
  switch (geometry.type) {
    case 'Point':
    case 'MultiPoint':
      return null;
    case 'LineString':
      return lineFault(geometry.coordinates);
    case 'MultiLineString':
      return first(geometry.coordinates, lineFault);
    case 'Polygon':
      return first(geometry.coordinates, ringFault);
    case 'MultiPolygon':
      return first(geometry.coordinates, (polygon) => first(polygon, ringFault));
    case 'GeometryCollection':
      return first(geometry.geometries, geometryFault);
  }
}

type Fault = { got: string; expected: string } | null;

function first<T>(parts: readonly T[], check: (part: T) => Fault): Fault {
  for (const part of parts) {
    const fault = check(part);
    if (fault) return fault;
  }
  return null;
}

function lineFault(line: readonly Position[]): Fault {
  if (line.length >= 2) return null;
  return { got: `a line of ${line.length} position`, expected: 'at least 2 positions' };
}

function ringFault(ring: readonly Position[]): Fault {
  if (ring.length < 4)
    return { got: `a ring of ${ring.length} positions`, expected: 'at least 4, the last equal to the first' };
  const [start, end] = [ring[0]!, ring.at(-1)!];
  if (start[0] === end[0] && start[1] === end[1]) return null;
  return {
    got: `a ring from ${start.join(' ')} to ${end.join(' ')}`,
    expected: 'a ring that ends where it begins',
  };
}
