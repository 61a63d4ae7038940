/** One tile's geometry from what was prepared. */
import Flatbush from 'flatbush';
import { EXTENT, type LayerCut } from '../layer/lay-out.ts';
import type { TileAddress } from '../tile-matrix-set.ts';
import { BUFFER, clipPolygons } from './clip-polygons.ts'; // to the tile and its margin
import { FeatureWriter } from './encode-features.ts'; // to bytes
import type { PreparedGeometry } from './prepared-geometry.ts';
import { rebuildPolygons } from './rebuild-polygons.ts'; // arcs to polygons
import { splitPolygons } from './split-rings.ts'; // polygons that meet themselves nowhere

/** Geometry of a tile's districts and of its labels. */
export interface TileCut {
  areas: LayerCut;
  /** Points that labels are set at; each is in one tile of a zoom only. */
  labels: LayerCut;
}

/**
 * Cuts a tile: the districts that touch it with its margin of 64 units.
 *
 * A district without any area at this zoom is one tile unit at its label, so that at every zoom each district is in some tile: in
 * the one where its label stands at any rate.
 *
 * @param address of a zoom up to the deepest prepared
 * @returns null where no district touches the tile
 */
export function cutTile(geometry: PreparedGeometry, { z, x, y }: TileAddress): TileCut | null {
  const shift = geometry.maxZoom - z;
  const found = findDistricts(geometry, shift, x, y);
  if (found.length === 0) return null;
  const { owners, rings } = clipPolygons(rebuildPolygons(geometry, found, { z, x, y }));
  const polygons = new FeatureWriter();
  const labels = new FeatureWriter();
  let next = 0;
  for (const d of found) {
    const id = geometry.ids[d]!;
    const first = next;
    while (owners[next] === d) next++;
    const own = splitPolygons(rings.slice(first, next));
    const labelX = (geometry.labels[2 * d]! >> shift) - x * EXTENT;
    const labelY = (geometry.labels[2 * d + 1]! >> shift) - y * EXTENT;
    const isHere = isWithin(labelX, labelY, 0);
    if (
      own.length === 0 &&
      (isHere || (isWithin(labelX, labelY, BUFFER) && !hasArea(geometry, d, { z, x, y })))
    ) {
      own.push(unitAt(labelX, labelY));
    }
    if (own.length > 0) polygons.addPolygons(d, id, own);
    if (isHere) labels.addPoint(d, id, labelX, labelY);
  }
  return polygons.count === 0 ? null : { areas: polygons.finish(), labels: labels.finish() };
}

/** Positions of the districts whose box touches the tile with its margin, ascending. */
function findDistricts({ index, n }: PreparedGeometry, shift: number, x: number, y: number): number[] {
  // Rounding moves a point by half a unit.
  const unit = 2 ** shift;
  const margin = (BUFFER + 1) * unit;
  const side = EXTENT * unit;
  const found = Flatbush.from(index).search(
    x * side - margin,
    y * side - margin,
    (x + 1) * side + margin,
    (y + 1) * side + margin,
  );
  return found.filter((d) => d < n).sort((a, b) => a - b);
}

function isWithin(x: number, y: number, margin: number): boolean {
  return x >= -margin && y >= -margin && x < EXTENT + margin && y < EXTENT + margin;
}

function hasArea(geometry: PreparedGeometry, d: number, address: TileAddress): boolean {
  return rebuildPolygons(geometry, [d], address).rings.length > 0;
}

function unitAt(x: number, y: number): Int32Array {
  return Int32Array.of(x, y, x + 1, y, x + 1, y + 1, x, y + 1);
}
