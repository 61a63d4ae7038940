/** Shapes of one boundary version, cut into tiles on demand. */

import type { Position } from 'geojson';
import GeoJSONVT, { type LegacyFeature } from 'geojson-vt';
import type { Shape } from '../districts/shape.ts';
import { EXTENT, type TilePolygon } from './encode-tile.ts';
import type { TileMatrixSet } from './tile-matrix-set.ts';

/** A district's polygons within one tile, in tile units. */
export interface CutShape {
  /** Numeric id of the district. */
  id: number;
  polygons: TilePolygon[];
}

/** Cuts tiles. */
export interface TileIndex {
  /** Districts that touch the tile, in no particular order. */
  cut(z: number, x: number, y: number): CutShape[];
  /** Rough size in memory. */
  bytes: number;
}

/** Margin around a tile in tile units, so that outlines do not show at its edges. */
const BUFFER = 64;

/** Bytes that the index holds for each vertex: coordinates at source and in tiles. */
const BYTES_PER_VERTEX = 64;

/** Indexes shapes by a grid; the borders are not simplified, so neighbours keep the same line. */
export function buildTileIndex(shapes: readonly Shape[], set: TileMatrixSet): TileIndex {
  const toSquare = mapToWorld(set);
  // A feature for each polygon, since rings that are cut from a multipolygon no longer say which of them are holes.
  const features = shapes.flatMap(({ districtId, geometry }) =>
    geometry.coordinates.map((coordinates) => ({
      type: 'Feature' as const,
      id: districtId,
      properties: null,
      geometry: {
        type: 'Polygon' as const,
        coordinates: coordinates.map((ring) => ring.map(toSquare)),
      },
    })),
  );
  const index = new GeoJSONVT(
    { type: 'FeatureCollection', features },
    { maxZoom: set.deepest + set.rootLevels, tolerance: 0, extent: EXTENT, buffer: BUFFER },
  );
  const vertices = shapes.reduce((sum, shape) => sum + shape.geometry.coordinates.flat(2).length, 0);
  return {
    cut: (z, x, y) =>
      groupByDistrict((index.getTile(z + set.rootLevels, x, y)?.features ?? []).filter(isPolygon)),
    bytes: vertices * BYTES_PER_VERTEX,
  };
}

/**
 * geojson-vt quarters the world in Web Mercator and takes degrees: a position in the root square of another grid becomes the
 * degrees that lie there in the world's.
 */
function mapToWorld(set: TileMatrixSet): (position: Position) => Position {
  return ([lon, lat]) => {
    const [x, y] = set.project(lon!, lat!);
    const [right, down] = [(x - set.originX) / set.rootSize, (set.originY - y) / set.rootSize];
    return [right * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * down))) * 180) / Math.PI];
  };
}

type PolygonFeature = Extract<LegacyFeature, { type: 2 | 3 }>;

function isPolygon(feature: LegacyFeature): feature is PolygonFeature {
  return feature.type === 3;
}

function groupByDistrict(features: readonly PolygonFeature[]): CutShape[] {
  const shapes = new Map<number, CutShape>();
  for (const feature of features) {
    const id = feature.id as number;
    const shape = shapes.get(id);
    if (shape) shape.polygons.push(feature.geometry);
    else shapes.set(id, { id, polygons: [feature.geometry] });
  }
  return [...shapes.values()];
}
