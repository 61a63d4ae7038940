/** First step of a cut: districts' polygons as drawn at a zoom, put together from arcs. */
import { EXTENT } from '../layer/lay-out.ts';
import type { TileAddress } from '../tile-matrix-set.ts';
import { IntList } from './int-list.ts';
import type { PreparedGeometry } from './prepared-geometry.ts';
import { doubleArea, reverse } from './ring.ts';
import { traceArc } from './trace-arc.ts';

/** Polygons in units of one tile. Rings are open; outer rings run clockwise on the screen, holes the other way round. */
export interface TilePolygons {
  /** Position of each polygon's district. */
  owners: number[];
  /** Rings of each polygon, the outer one first: x, y, x, y, … */
  rings: Int32Array[][];
}

const line = new IntList();

/** Polygons of some districts that still have an area at the tile's zoom, in the order of the districts. */
export function rebuildPolygons(
  geometry: PreparedGeometry,
  districts: readonly number[],
  { z, x, y }: TileAddress,
): TilePolygons {
  const polygons: TilePolygons = { owners: [], rings: [] };
  for (const d of districts) {
    for (let p = geometry.districts[d]!; p < geometry.districts[d + 1]!; p++) {
      const rings: Int32Array[] = [];
      for (let r = geometry.polygons[p]!; r < geometry.polygons[p + 1]!; r++) {
        const ring = rebuildRing(geometry, r, z, x * EXTENT, y * EXTENT, rings.length === 0 ? 1 : -1);
        if (ring) rings.push(ring);
        else if (rings.length === 0) break;
      }
      if (rings.length === 0) continue;
      polygons.owners.push(d);
      polygons.rings.push(rings);
    }
  }
  return polygons;
}

/** A ring relative to a tile's corner, in the direction of the sign; null for one without area. */
function rebuildRing(
  geometry: PreparedGeometry,
  ring: number,
  zoom: number,
  left: number,
  top: number,
  sign: 1 | -1,
): Int32Array | null {
  const { rings, refs, details, maxZoom } = geometry;
  const arcCount = geometry.arcs.length - 1;
  line.length = 0;
  for (let i = rings[ring]!; i < rings[ring + 1]!; i++) {
    const ref = refs[i]!;
    const arc = ref < 0 ? ~ref : ref;
    traceArc(geometry, ref, details[zoom * arcCount + arc]!, maxZoom - zoom, line, 0);
  }
  // The last point is the first again.
  const length = line.length - 2;
  if (length < 6) return null;
  const points = line.items.slice(0, length);
  for (let i = 0; i < length; i += 2) {
    points[i]! -= left;
    points[i + 1]! -= top;
  }
  const area = doubleArea(points);
  if (area === 0) return null;
  return Math.sign(area) === sign ? points : reverse(points);
}
