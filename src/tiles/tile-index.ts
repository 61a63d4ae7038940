/** Shapes of one boundary version, cut into tiles on demand. */
import GeoJSONVT, { type LegacyFeature } from 'geojson-vt';
import type { Shape } from '../districts/shape.ts';
import { EXTENT, type TilePolygon } from './encode-tile.ts';

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

/** Deepest zoom with tiles of their own: a tile unit is then 0.6 m at the equator; clients enlarge from there. */
export const MAX_ZOOM = 14;

/** Margin around a tile in tile units, so that outlines do not show at its edges. */
const BUFFER = 64;

/** Bytes that the index holds for each vertex: coordinates at source and in tiles. */
const BYTES_PER_VERTEX = 64;

/** Indexes shapes; the borders are not simplified, so neighbours keep the same line. */
export function buildTileIndex(shapes: readonly Shape[]): TileIndex {
  // A feature for each polygon, since rings that are cut from a multipolygon no longer say which of them are holes.
  const features = shapes.flatMap(({ districtId, geometry }) =>
    geometry.coordinates.map((coordinates) => ({
      type: 'Feature' as const,
      id: districtId,
      properties: null,
      geometry: { type: 'Polygon' as const, coordinates },
    })),
  );
  const index = new GeoJSONVT(
    { type: 'FeatureCollection', features },
    { maxZoom: MAX_ZOOM, tolerance: 0, extent: EXTENT, buffer: BUFFER },
  );
  const vertices = shapes.reduce((sum, shape) => sum + shape.geometry.coordinates.flat(2).length, 0);
  return {
    cut: (z, x, y) => groupByDistrict((index.getTile(z, x, y)?.features ?? []).filter(isPolygon)),
    bytes: vertices * BYTES_PER_VERTEX,
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
