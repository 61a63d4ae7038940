/**
 * The quadtree that tiles are cut from: a root square in some CRS, halved again and again.
 *
 *     root        +-------+       rootLevels = 1: zoom 0 of the tile matrix set has up to 2 x 2 tiles
 *     zoom 0      |   |   |
 *                 +---+---+       units of the deepest zoom are the lattice that all coordinates are rounded to;
 *     zoom 1 ...  | | |   |       x runs right, y runs down from the top left corner
 *                 +-------+
 */
import proj4 from 'proj4';

/** Plain data, so that worker threads can rebuild the grid. */
export interface Grid {
  /** Left edge of the root square, in CRS units. */
  originX: number;
  /** Upper edge of the root square, in CRS units. */
  originY: number;
  /** Side of the root square, in CRS units. */
  rootSize: number;
  /** How many halvings lie between the root square and a tile of zoom 0. */
  rootLevels: number;
  /** The CRS as a PROJ definition (`+proj=utm +zone=32 …`) or a code that proj4 knows by itself. */
  crs: string;
}

/** Tile units per side. */
export const EXTENT = 4096;

/** Half the circumference of the sphere of Web Mercator, in metres. */
const HALF_EQUATOR = Math.PI * 6378137;

/** The tile matrix set of most web maps. */
export const WEB_MERCATOR_QUAD: Grid = {
  originX: -HALF_EQUATOR,
  originY: HALF_EQUATOR,
  rootSize: 2 * HALF_EQUATOR,
  rootLevels: 0,
  crs: 'EPSG:3857',
};

/** Turns longitude and latitude in degrees into CRS units. */
export type Projection = (lon: number, lat: number) => [x: number, y: number];

/** The grid's projection. @throws Error when proj4 does not know the CRS */
export function openProjection({ crs }: Grid): Projection {
  if (crs === 'EPSG:3857') return toWebMercator;
  const { forward } = proj4('EPSG:4326', crs);
  return (lon, lat) => forward([lon, lat]) as [number, number];
}

/** Several times faster than proj4, and these are millions of points. */
function toWebMercator(lon: number, lat: number): [number, number] {
  const sin = Math.sin((lat * Math.PI) / 180);
  return [(lon / 180) * HALF_EQUATOR, (Math.log((1 + sin) / (1 - sin)) / 2) * (HALF_EQUATOR / Math.PI)];
}

/** Units of the lattice along a side of the root square. */
export function latticeSize({ rootLevels }: Grid, maxZoom: number): number {
  return EXTENT * 2 ** (rootLevels + maxZoom);
}
