/**
 * Tile matrix sets (OGC 17-083r4): which grids tiles are cut by, where a tile lies, which tiles there are.
 *
 *      origin ┌────┬────┬────┐ x ▶      row 0 is the northernmost, column 0 the westernmost;
 *             │0,0 │0,1 │0,2 │          each matrix halves the cells of the one before
 *             ├────┼────┼────┤
 *             │1,0 │1,1 │1,2 │
 *           y ▼────┴────┴────┘
 */
import proj4 from 'proj4';
import { Problem } from '../problem.ts';

/** Address of a tile: tile matrix, column, row. */
export interface TileAddress {
  z: number;
  x: number;
  y: number;
}

/** A box: west, south, east, north, in degrees of CRS84 or in units of a CRS. */
export type Box = readonly [west: number, south: number, east: number, north: number];

/** A square that is quartered again and again; the geometry of tiles is cut by it. */
export interface Quadtree {
  /** North-western corner of the root, in units of the CRS. */
  originX: number;
  originY: number;
  /** Side of the root in units of the CRS. */
  rootSize: number;
  /** Level of the quadtree that tile matrix 0 is: tile z/x/y is the square at level z + rootLevels, column x, row y. */
  rootLevels: number;
  /** Degrees of CRS84 to x (east) and y (north) in units of the CRS. */
  project(lon: number, lat: number): [number, number];
}

/** Names that paths know. */
export type TileMatrixSetId = 'WebMercatorQuad' | 'AdV_25832' | 'AdV_25833' | 'EU_25832';

/** A grid of square tiles. */
export interface TileMatrixSet extends Quadtree {
  id: TileMatrixSetId;
  title: string;
  /** URI in OGC's register; null for those that are not in it. */
  uri: string | null;
  wellKnownScaleSet: string | null;
  /** URI of the coordinate reference system. */
  crs: string;
  srid: number;
  /** Axes in the order of the point of origin. */
  orderedAxes: readonly [string, string];
  /** Side of a cell (a pixel) of matrix 0, in units of the CRS. */
  cellSize: number;
  /** Columns and rows of matrix 0. */
  columns: number;
  rows: number;
  /** Number of matrices that the grid is defined with. */
  matrices: number;
  /** Deepest matrix with tiles of its own; clients enlarge from there. */
  deepest: number;
  /** x and y in units of the CRS to degrees of CRS84. */
  unproject(x: number, y: number): [number, number];
  /** Where the meridian is straight: its degree and its x. Boxes bulge only there. */
  centralMeridian: { lon: number; x: number };
}

/** One matrix as TMS 2.0 describes it. */
export interface TileMatrix {
  id: string;
  scaleDenominator: number;
  cellSize: number;
  pointOfOrigin: [number, number];
  tileWidth: number;
  tileHeight: number;
  matrixWidth: number;
  matrixHeight: number;
}

/** Rows and columns of a matrix that hold something; all inclusive. */
export interface TileMatrixLimits {
  tileMatrix: string;
  minTileRow: number;
  maxTileRow: number;
  minTileCol: number;
  maxTileCol: number;
}

/** Pixels per side of a tile, by which cells are counted. */
const TILE_PIXELS = 256;

/** A pixel is 0.28 mm wide: scale denominator = cell size in metres / 0.00028. */
const PIXEL_METRES = 0.00028;

/** Half of the equator of WGS 84, in metres. */
const HALF_EQUATOR = Math.PI * 6378137;

/** Cells of matrix 0 of WebMercatorQuad. */
const MERCATOR_CELL = (2 * HALF_EQUATOR) / TILE_PIXELS;

/** The German grids begin with the cells of WebMercatorQuad's matrix 5: 4891.97 m, 1 : 17,471,320.75. */
const ADV_CELL = MERCATOR_CELL / 2 ** 5;

const ADV_TILE = ADV_CELL * TILE_PIXELS;

/** North-western corner of the AdV's grid in EPSG:25832 (AdV-WMTS-Profil). */
const ADV_25832_ORIGIN = { originX: -46_133.17, originY: 6_301_219.54 };

/** Ellipsoids as in EPSG; ETRS89 is taken for WGS 84, which differ by less than a metre in Germany. */
const CRS = {
  3857: 'EPSG:3857',
  25832: '+proj=utm +zone=32 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs',
  25833: '+proj=utm +zone=33 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs',
} as const;

/** Title, origin, size and system of a grid; the rest follows. */
type Definition = Pick<
  TileMatrixSet,
  | 'id'
  | 'title'
  | 'originX'
  | 'originY'
  | 'cellSize'
  | 'columns'
  | 'rows'
  | 'matrices'
  | 'deepest'
  | 'orderedAxes'
  | 'centralMeridian'
> & { srid: keyof typeof CRS; uri?: string; wellKnownScaleSet?: string };

function define(definition: Definition): TileMatrixSet {
  const { srid, cellSize, columns, rows } = definition;
  const projection = proj4('WGS84', CRS[srid]);
  const rootLevels = Math.ceil(Math.log2(Math.max(columns, rows)));
  return {
    uri: null,
    wellKnownScaleSet: null,
    ...definition,
    crs: `http://www.opengis.net/def/crs/EPSG/0/${srid}`,
    rootLevels,
    rootSize: cellSize * TILE_PIXELS * 2 ** rootLevels,
    project: srid === 3857 ? toWebMercator : (lon, lat) => projection.forward([lon, lat]) as [number, number],
    unproject: (x, y) => projection.inverse([x, y]) as [number, number],
  };
}

/** As proj4 does it, but several times faster: these are millions of points. */
function toWebMercator(lon: number, lat: number): [number, number] {
  const sin = Math.sin((lat * Math.PI) / 180);
  return [(lon / 180) * HALF_EQUATOR, (Math.log((1 + sin) / (1 - sin)) / 2) * (HALF_EQUATOR / Math.PI)];
}

const UTM = {
  orderedAxes: ['E', 'N'] as const,
  cellSize: ADV_CELL,
  matrices: 15,
  deepest: 14,
};

/**
 * The grids that tiles are served in. WebMercatorQuad is OGC's; the others are those of German base maps: AdV_25832 and
 * AdV_25833 of basemap.de, EU_25832 of TopPlusOpen (BKG), which is AdV_25832 with three more tiles to the west and two more to
 * the north at matrix 0.
 */
export const TILE_MATRIX_SETS: ReadonlyMap<string, TileMatrixSet> = new Map(
  [
    define({
      id: 'WebMercatorQuad',
      title: 'Google Maps Compatible for the World',
      uri: 'http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad',
      wellKnownScaleSet: 'http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible',
      srid: 3857,
      orderedAxes: ['X', 'Y'],
      originX: -HALF_EQUATOR,
      originY: HALF_EQUATOR,
      cellSize: MERCATOR_CELL,
      columns: 1,
      rows: 1,
      matrices: 25,
      deepest: 14,
      centralMeridian: { lon: 0, x: 0 },
    }),
    define({
      ...UTM,
      id: 'AdV_25832',
      title: 'AdV-Kachelschema für Deutschland, ETRS89 / UTM 32N',
      srid: 25832,
      ...ADV_25832_ORIGIN,
      columns: 1,
      rows: 1,
      centralMeridian: { lon: 9, x: 500_000 },
    }),
    define({
      ...UTM,
      id: 'AdV_25833',
      title: 'AdV-Kachelschema für Deutschland, ETRS89 / UTM 33N',
      srid: 25833,
      originX: -464_849.38,
      originY: 6_310_160.14,
      columns: 1,
      rows: 1,
      centralMeridian: { lon: 15, x: 500_000 },
    }),
    define({
      ...UTM,
      id: 'EU_25832',
      title: 'BKG-Kachelschema für Europa, ETRS89 / UTM 32N',
      srid: 25832,
      originX: ADV_25832_ORIGIN.originX - 3 * ADV_TILE,
      originY: ADV_25832_ORIGIN.originY + 2 * ADV_TILE,
      columns: 6,
      rows: 5,
      centralMeridian: { lon: 9, x: 500_000 },
    }),
  ].map((set) => [set.id, set]),
);

/** @throws Problem not_found when there is no such tile matrix set */
export function requireTileMatrixSet(id: string): TileMatrixSet {
  const set = TILE_MATRIX_SETS.get(id);
  if (set) return set;
  throw new Problem('not_found', `There is no tile matrix set ${id}.`, [
    {
      code: 'unknown_tile_matrix_set',
      field: 'tileMatrixSetId',
      got: id,
      expected: `one of ${[...TILE_MATRIX_SETS.keys()].join(', ')}`,
    },
  ]);
}

/**
 * The grid of web maps, which TileJSON takes for granted.
 * @throws Problem not_found for an unknown grid, and for one that TileJSON can't describe
 */
export function requireMercator(id: string): TileMatrixSet {
  const set = requireTileMatrixSet(id);
  if (set.id === 'WebMercatorQuad') return set;
  throw new Problem('not_found', `TileJSON knows no other grid than WebMercatorQuad.`, [
    {
      code: 'no_tilejson',
      field: 'tileMatrixSetId',
      got: id,
      expected: `WebMercatorQuad; the tile set at …/tiles/${id} describes this grid`,
    },
  ]);
}

/** The matrices of a grid, from the coarsest; tiles are served of those up to the deepest. */
export function tileMatrices(set: TileMatrixSet): TileMatrix[] {
  return Array.from({ length: set.matrices }, (_, z) => {
    const cellSize = set.cellSize / 2 ** z;
    return {
      id: String(z),
      scaleDenominator: cellSize / PIXEL_METRES,
      cellSize,
      pointOfOrigin: [set.originX, set.originY],
      tileWidth: TILE_PIXELS,
      tileHeight: TILE_PIXELS,
      matrixWidth: set.columns * 2 ** z,
      matrixHeight: set.rows * 2 ** z,
    };
  });
}

/** The tile that holds a point in degrees; outside of the matrix where the point is. */
export function tileAt(set: TileMatrixSet, z: number, lon: number, lat: number): TileAddress {
  return tileHolding(set, z, set.project(lon, lat));
}

function tileHolding(set: TileMatrixSet, z: number, [x, y]: readonly [number, number]): TileAddress {
  const side = tileSide(set, z);
  return { z, x: Math.floor((x - set.originX) / side), y: Math.floor((set.originY - y) / side) };
}

/** Bounds of a tile in units of the CRS. */
export function boundsOf(set: TileMatrixSet, { z, x, y }: TileAddress): Box {
  const side = tileSide(set, z);
  const [west, north] = [set.originX + x * side, set.originY - y * side];
  return [west, north - side, west + side, north];
}

/** The box in degrees around a tile. */
export function degreesOf(set: TileMatrixSet, address: TileAddress): Box {
  return boxAround(boundsOf(set, address), set.centralMeridian.x, set.unproject);
}

/** The box in units of the CRS around a box in degrees. */
export function projectBox(set: TileMatrixSet, box: Box): Box {
  return boxAround(box, set.centralMeridian.lon, set.project);
}

/**
 * The box around a box in another system. Northwards of the equator, both in the projections used here and back, the edges of
 * the box run monotonously but for the northern and the southern one, which turn at the central meridian: the corners and the
 * crossings there are the extremes.
 */
function boxAround([west, south, east, north]: Box, centre: number, convert: Convert): Box {
  const columns = [west, east, Math.min(Math.max(centre, west), east)];
  const points = columns.flatMap((x) => [convert(x, south), convert(x, north)]);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

type Convert = (x: number, y: number) => [number, number];

/** Side of a tile in units of the CRS. */
function tileSide(set: TileMatrixSet, z: number): number {
  return (set.cellSize * TILE_PIXELS) / 2 ** z;
}

/**
 * The tiles of a matrix that a box in degrees touches.
 * @returns null where the box lies outside of the grid
 */
export function limitsOf(set: TileMatrixSet, box: Box, z: number): TileMatrixLimits | null {
  const [west, south, east, north] = projectBox(set, box);
  const [first, last] = [tileHolding(set, z, [west, north]), tileHolding(set, z, [east, south])];
  const [lastCol, lastRow] = [set.columns * 2 ** z - 1, set.rows * 2 ** z - 1];
  if (first.x > lastCol || first.y > lastRow || last.x < 0 || last.y < 0) return null;
  return {
    tileMatrix: String(z),
    minTileRow: Math.max(0, first.y),
    maxTileRow: Math.min(lastRow, last.y),
    minTileCol: Math.max(0, first.x),
    maxTileCol: Math.min(lastCol, last.x),
  };
}

/** The deepest matrix in which a box in degrees is at most two tiles wide and high: the whole on a screen. */
export function fittingMatrix(set: TileMatrixSet, box: Box): number {
  const [west, south, east, north] = projectBox(set, box);
  const span = Math.max(east - west, north - south, tileSide(set, set.deepest));
  return Math.max(0, Math.min(set.deepest, Math.floor(Math.log2((2 * tileSide(set, 0)) / span))));
}

/**
 * Checks an address whose parts the contract validated singly.
 * @throws Problem not_found beyond the deepest matrix or outside of the matrix
 */
export function requireTile(
  set: TileMatrixSet,
  tileMatrix: string,
  tileRow: number,
  tileCol: number,
): TileAddress {
  const z = Number(tileMatrix);
  if (z > set.deepest) throw outside('tileMatrix', tileMatrix, `0 to ${set.deepest}`);
  const [lastRow, lastCol] = [set.rows * 2 ** z - 1, set.columns * 2 ** z - 1];
  if (tileRow > lastRow) throw outside('tileRow', tileRow, `0 to ${lastRow} at tile matrix ${z}`);
  if (tileCol > lastCol) throw outside('tileCol', tileCol, `0 to ${lastCol} at tile matrix ${z}`);
  return { z, x: tileCol, y: tileRow };
}

/** Whether there is such a tile. */
export function isWithin({ rows, columns, deepest }: TileMatrixSet, { z, x, y }: TileAddress): boolean {
  return z <= deepest && x < columns * 2 ** z && y < rows * 2 ** z;
}

/** Whether something within a box, in degrees, can show in a tile. */
export function touches(set: TileMatrixSet, box: Box, { z, x, y }: TileAddress): boolean {
  const limits = limitsOf(set, box, z);
  if (limits === null) return false;
  // Tiles go on for a margin beyond their edges, and show outlines of the next ones there.
  return (
    y >= limits.minTileRow - 1 &&
    y <= limits.maxTileRow + 1 &&
    x >= limits.minTileCol - 1 &&
    x <= limits.maxTileCol + 1
  );
}

function outside(field: string, got: string | number, expected: string): Problem {
  return new Problem('not_found', `There is no tile with ${field} ${got}.`, [
    { code: 'tile_outside', field, got: String(got), expected },
  ]);
}
