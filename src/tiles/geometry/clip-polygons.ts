/**
 * Second step of a cut: geojson-vt clips what crosses the tile's edge.
 *
 * The library takes longitude and latitude, and wants to see the whole world; so for each tile a small world is made up around
 * it, just large enough for the polygons that cross its edge, in which one degree means whatever is needed. It knows nothing of
 * our grids, and nothing of it outlives the tile.
 *
 *     +-----+-----+-----+-----+      a world of 4 x 4 tiles: ours is the tile (2, 1, 1),
 *     |     |     |     |     |      and the polygon lies within
 *     |-----+==A==+-----+-----|
 *     |     |A A A| A   |     |
 *     |-----+==A==+-----+-----|
 *     ...
 */

import type { Position } from 'geojson';
import GeoJSONVT from 'geojson-vt';
import { EXTENT } from '../layer/lay-out.ts';
import type { TilePolygons } from './rebuild-polygons.ts';

/** Margin around a tile in tile units, so that outlines do not show at its edges. */
export const BUFFER = 64;

/** The library cuts at this part of a unit, so that both sides of a border are rounded from all but the same point. */
const SUBUNITS = 64;

/** Cuts polygons to the tile with its margin; those without any point in it go. Rings may lose their area. */
export function clipPolygons(polygons: TilePolygons): TilePolygons {
  const world = new World();
  const sides = polygons.rings.map(([outer]) => {
    const box = boundsOf(outer!);
    const side = sideOf(box);
    if (side === 'across') world.include(box);
    return side;
  });
  const cut = world.cut(
    polygons.rings.map((rings, id) => ({ id, rings })).filter(({ id }) => sides[id] === 'across'),
  );
  const clipped: TilePolygons = { owners: [], rings: [] };
  polygons.rings.forEach((whole, i) => {
    const rings = sides[i] === 'inside' ? whole : cut.get(i);
    if (!rings) return;
    clipped.owners.push(polygons.owners[i]!);
    clipped.rings.push(rings);
  });
  return clipped;
}

type Box = [minX: number, minY: number, maxX: number, maxY: number];

function boundsOf(ring: Int32Array): Box {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    const x = ring[i]!;
    const y = ring[i + 1]!;
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  return [minX, minY, maxX, maxY];
}

function sideOf([minX, minY, maxX, maxY]: Box): 'inside' | 'outside' | 'across' {
  const [low, high] = [-BUFFER, EXTENT + BUFFER];
  if (minX >= high || minY >= high || maxX <= low || maxY <= low) return 'outside';
  return minX >= low && minY >= low && maxX <= high && maxY <= high ? 'inside' : 'across';
}

interface Piece {
  id: number;
  rings: Int32Array[];
}

/** The made-up world around the tile. */
class World {
  /** Tiles left of ours, and above. */
  #before = 1;
  #after = 1;

  include([minX, minY, maxX, maxY]: Box): void {
    this.#before = Math.max(this.#before, 1 + Math.ceil(-Math.min(minX, minY) / EXTENT));
    this.#after = Math.max(this.#after, Math.ceil(Math.max(maxX, maxY) / EXTENT));
  }

  cut(pieces: readonly Piece[]): Map<number, Int32Array[]> {
    const cut = new Map<number, Int32Array[]>();
    if (pieces.length === 0) return cut;
    const zoom = Math.ceil(Math.log2(this.#before + 1 + this.#after));
    const index = new GeoJSONVT(
      {
        type: 'FeatureCollection',
        features: pieces.map(({ id, rings }) => ({
          type: 'Feature',
          id,
          properties: null,
          geometry: { type: 'Polygon', coordinates: rings.map((ring) => this.#toDegrees(ring, zoom)) },
        })),
      },
      {
        maxZoom: zoom,
        indexMaxZoom: 0,
        // Not applied at the deepest zoom, and the shallower ones are not looked at.
        tolerance: Infinity,
        extent: EXTENT * SUBUNITS,
        buffer: BUFFER * SUBUNITS,
      },
    );
    for (const feature of index.getTileRaw(zoom, this.#before, this.#before)?.features ?? []) {
      if (feature.type === 3) cut.set(feature.id as number, feature.geometry.map(toUnits));
    }
    return cut;
  }

  #toDegrees(ring: Int32Array, zoom: number): Position[] {
    const side = EXTENT * 2 ** zoom;
    const offset = EXTENT * this.#before;
    const positions: Position[] = [];
    for (let i = 0; i < ring.length; i += 2) {
      const x = (ring[i]! + offset) / side;
      const y = (ring[i + 1]! + offset) / side;
      positions.push([(x - 0.5) * 360, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI]);
    }
    positions.push(positions[0]!);
    return positions;
  }
}

/** Rounds to units; opens the ring and leaves out what repeats. */
function toUnits(ring: Int16Array | Int32Array): Int32Array {
  const points = new Int32Array(ring.length);
  let at = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const x = Math.floor(ring[i]! / SUBUNITS + 0.5);
    const y = Math.floor(ring[i + 1]! / SUBUNITS + 0.5);
    if (at > 0 && points[at - 2] === x && points[at - 1] === y) continue;
    points[at++] = x;
    points[at++] = y;
  }
  while (at > 2 && points[at - 2] === points[0] && points[at - 1] === points[1]) at -= 2;
  return points.slice(0, at);
}
