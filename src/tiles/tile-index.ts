/** Shapes of one boundary version, cut into tiles on demand. */
import GeoJSONVT, { type LegacyFeature } from 'geojson-vt';
import type { Shape } from '../districts/shape.ts';
import { EXTENT } from './encode-tile.ts';

/** A district's rings within one tile, in tile units. */
export interface CutShape {
  /** Numeric id of the district. */
  id: number;
  rings: [number, number][][];
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
  const features = shapes.map((shape) => ({
    type: 'Feature' as const,
    id: shape.districtId,
    properties: null,
    geometry: shape.geometry,
  }));
  const index = new GeoJSONVT(
    { type: 'FeatureCollection', features },
    { maxZoom: MAX_ZOOM, tolerance: 0, extent: EXTENT, buffer: BUFFER },
  );
  const vertices = shapes.reduce((sum, shape) => sum + shape.geometry.coordinates.flat(2).length, 0);
  return {
    cut: (z, x, y) => (index.getTile(z, x, y)?.features ?? []).filter(isPolygon).map(toCutShape),
    bytes: vertices * BYTES_PER_VERTEX,
  };
}

type PolygonFeature = Extract<LegacyFeature, { type: 2 | 3 }>;

function isPolygon(feature: LegacyFeature): feature is PolygonFeature {
  return feature.type === 3;
}

function toCutShape(feature: PolygonFeature): CutShape {
  return { id: feature.id as number, rings: feature.geometry };
}
