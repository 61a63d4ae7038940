/**
 * District shapes as flat arrays: cheap to scan and free to hand to a worker.
 *
 *     units      0 ───── 1 ── 2        unit u has polygons units[u] to units[u + 1]
 *     polygons   0 ── 1 ─ 2 ─ 3        polygon p has rings polygons[p] to polygons[p + 1], the outer one first
 *     rings      0 ─ 4 ── 9 ─ 14       ring r has vertices rings[r] to rings[r + 1], the first one repeated last
 *     coordinates  x0 y0 x1 y1 …       vertex v is at coordinates[2v], coordinates[2v + 1]
 */
export interface Polygons {
  /** Count of units. */
  n: number;
  /** x, y of every vertex in metres (a projected reference system, not degrees). */
  coordinates: Float64Array;
  /** First vertex of each ring, and the end; length rings + 1. */
  rings: Uint32Array;
  /** First ring of each polygon, and the end; length polygons + 1. */
  polygons: Uint32Array;
  /** First polygon of each unit, and the end; length n + 1. */
  units: Uint32Array;
}

/** A position: x and y, further numbers are not read. */
type Position = readonly number[];

/** What is read of a GeoJSON geometry. */
export type Shape =
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly Position[])[])[] };

/**
 * Flatten polygon geometries.
 *
 * @param shapes one geometry per unit, coordinates in metres; null for a unit without a shape
 * @throws RangeError for a ring with fewer than 4 positions or not closed, and for a coordinate that is not finite
 */
export function packPolygons(shapes: readonly (Shape | null)[]): Polygons {
  const coordinates: number[] = [];
  const rings = [0];
  const polygons = [0];
  const units = [0];
  shapes.forEach((shape, unit) => {
    for (const polygon of listPolygons(shape)) {
      for (const ring of polygon) {
        checkRing(ring, unit);
        for (const position of ring) coordinates.push(position[0]!, position[1]!);
        rings.push(coordinates.length / 2);
      }
      polygons.push(rings.length - 1);
    }
    units.push(polygons.length - 1);
  });
  return {
    n: shapes.length,
    coordinates: Float64Array.from(coordinates),
    rings: Uint32Array.from(rings),
    polygons: Uint32Array.from(polygons),
    units: Uint32Array.from(units),
  };
}

function listPolygons(shape: Shape | null): readonly (readonly (readonly Position[])[])[] {
  if (shape === null) return [];
  return shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
}

function checkRing(ring: readonly Position[], unit: number): void {
  if (ring.length < 4)
    throw new RangeError(`Got a ring of ${ring.length} positions in unit ${unit}, expected 4 or more.`);
  for (const [x, y] of ring) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw new RangeError(`Got the position ${x}, ${y} in unit ${unit}, expected finite numbers.`);
    }
  }
  const first = ring[0]!;
  const last = ring[ring.length - 1]!;
  if (first[0] !== last[0] || first[1] !== last[1]) {
    throw new RangeError(`Got a ring in unit ${unit} that ends at ${last}, expected its start ${first}.`);
  }
}
