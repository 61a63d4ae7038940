/** Brings the geometry literals of a filter into the axis order x, y and checks that they lie where one can compute. */
import type { Bound, Expression, GeometryLiteral, ParsedFilter, Position } from './expression.ts';
import { filterFault } from './fault.ts';

/** What a filter must know of its reference system (`filter-crs`). */
export interface FilterCrs {
  uri: string;
  /** The authority's axis order is latitude, longitude. */
  latitudeFirst: boolean;
  /** 4326 for degrees, else a projected system. */
  srid: number;
  /** Least x, least y, greatest x, greatest y. */
  domain: readonly [number, number, number, number];
}

/**
 * Places the literals: x before y, no heights; a box is least x, least y, greatest x, greatest y, where in degrees the
 * first may exceed the third (across the antimeridian).
 *
 * @throws Problem invalid_request for a coordinate outside of the domain, or a box that is none
 */
export function placeGeometries(expression: Expression, parsed: ParsedFilter, crs: FilterCrs): Expression {
  const [west, south, east, north] = crs.domain;
  const place = (node: Expression): Expression => {
    const toPosition = (position: Position): Position => {
      const [x, y] = crs.latitudeFirst ? [position[1]!, position[0]!] : [position[0]!, position[1]!];
      if (x >= west && x <= east && y >= south && y <= north) return [x, y];
      const expected = `x from ${west} to ${east} and y from ${south} to ${north} in ${crs.uri}`;
      throw filterFault(
        parsed.placeOf(node),
        `the position ${position.join(' ')}`,
        expected,
        'invalid_geometry',
      );
    };
    const bound = (end: Bound): Bound => (end === '..' ? end : place(end));
    switch (node.kind) {
      case 'geometry':
        return { kind: 'geometry', geometry: mapPositions(node.geometry, toPosition) };
      case 'bbox': {
        const half = node.bbox.length / 2;
        const [low, high] = [toPosition(node.bbox.slice(0, half)), toPosition(node.bbox.slice(half))];
        if (low[1]! > high[1]! || (low[0]! > high[0]! && crs.srid !== 4326)) {
          const expected = 'the lower corner first';
          throw filterFault(
            parsed.placeOf(node),
            `BBOX(${node.bbox.join(', ')})`,
            expected,
            'invalid_geometry',
          );
        }
        return { kind: 'bbox', bbox: [...low, ...high] };
      }
      case 'call':
      case 'function':
        return { ...node, args: node.args.map(place) };
      case 'array':
        return { ...node, items: node.items.map(place) };
      case 'interval':
        return { ...node, start: bound(node.start), end: bound(node.end) };
      default:
        return node;
    }
  };
  return place(expression);
}

function mapPositions(geometry: GeometryLiteral, map: (position: Position) => Position): GeometryLiteral {
  if (geometry.type === 'GeometryCollection') {
    return { ...geometry, geometries: geometry.geometries.map((part) => mapPositions(part, map)) };
  }
  const mapped = (part: Coordinates): Coordinates =>
    typeof part[0] === 'number' ? map(part as Position) : (part as Coordinates[]).map(mapped);
  return { ...geometry, coordinates: mapped(geometry.coordinates) } as GeometryLiteral;
}

type Coordinates = Position | Coordinates[];
