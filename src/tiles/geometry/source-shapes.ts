/** Districts' shapes as flat arrays in shared memory, as the engine takes them. */
import type { Shape } from '../../districts/shape.ts';

/**
 * Shapes of n districts in the order of a boundary version's columns.
 *
 *     districts   0 ───── 1 ── 2        district d has polygons districts[d] to districts[d + 1]
 *     polygons    0 ── 1 ─ 2 ─ 3        polygon p has rings polygons[p] to polygons[p + 1], the outer one first
 *     rings       0 ─ 4 ── 9 ─ 14       ring r has vertices rings[r] to rings[r + 1], in any direction
 *     coordinates lon lat lon lat …     vertex v is at coordinates[2v], coordinates[2v + 1]
 */
export interface SourceShapes {
  n: number;
  /** Stable numeric id of each district: the feature id in tiles. */
  ids: Uint32Array;
  districts: Uint32Array;
  polygons: Uint32Array;
  rings: Uint32Array;
  /** Degrees. */
  coordinates: Float64Array;
}

/** Lays shapes flat. @param shapes in column order */
export function flattenShapes(shapes: readonly Shape[]): SourceShapes {
  let [polygonCount, ringCount, vertexCount] = [0, 0, 0];
  for (const { geometry } of shapes) {
    polygonCount += geometry.coordinates.length;
    for (const polygon of geometry.coordinates) {
      ringCount += polygon.length;
      for (const ring of polygon) vertexCount += ring.length;
    }
  }
  const flat: SourceShapes = {
    n: shapes.length,
    ids: shareUint32(shapes.length),
    districts: shareUint32(shapes.length + 1),
    polygons: shareUint32(polygonCount + 1),
    rings: shareUint32(ringCount + 1),
    coordinates: new Float64Array(new SharedArrayBuffer(16 * vertexCount)),
  };
  let [p, r, v] = [0, 0, 0];
  shapes.forEach(({ districtId, geometry }, d) => {
    flat.ids[d] = districtId;
    for (const polygon of geometry.coordinates) {
      for (const ring of polygon) {
        for (const [lon, lat] of ring) {
          flat.coordinates[2 * v] = lon!;
          flat.coordinates[2 * v + 1] = lat!;
          v++;
        }
        flat.rings[++r] = v;
      }
      flat.polygons[++p] = r;
    }
    flat.districts[d + 1] = p;
  });
  return flat;
}

function shareUint32(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(4 * length));
}
