/** What must hold of the tiles of any coverage, checked on decoded tiles without a look into the engine. */
import Flatbush from 'flatbush';
import type { Shape } from '../../../src/districts/shape.ts';
import { cutTile, type TileCut } from '../../../src/tiles/geometry/cut-tile.ts';
import { prepareGeometry } from '../../../src/tiles/geometry/prepare-geometry.ts';
import { flattenShapes } from '../../../src/tiles/geometry/source-shapes.ts';
import { EXTENT } from '../../../src/tiles/layer/lay-out.ts';
import { limitsOf, type TileAddress, type TileMatrixSet } from '../../../src/tiles/tile-matrix-set.ts';
import { type DecodedFeature, doubleArea } from '../decode-tile.ts';
import {
  areaOf,
  boxAround,
  decodeCut,
  type Edge,
  edgesOf,
  indexEdges,
  isUnit,
  leftoverEdges,
  MARGIN,
  outlineOf,
  projectPolygons,
} from './inspect-cut.ts';

/** Square tile units of a district that may be drawn in parts only. */
const NARROW = 16;

/** Cuts every tile of some shapes. */
export interface Cutter {
  shapes: readonly Shape[];
  grid: TileMatrixSet;
  /** Edges that only one district has, in units of the deepest matrix. */
  outline: Edge[];
  cut(address: TileAddress): TileCut | null;
  /** Addresses of the tiles of a zoom that the shapes' box touches. */
  addresses(z: number): TileAddress[];
}

/** Prepares shapes, which get the ids 1 to n. */
export function openCutter(shapes: readonly Shape[], grid: TileMatrixSet): Cutter {
  const geometry = prepareGeometry(flattenShapes(shapes), grid, grid.deepest);
  const box = boxAround(shapes);
  return {
    shapes,
    grid,
    outline: outlineOf(shapes, grid),
    cut: (address) => cutTile(geometry, address),
    addresses(z) {
      const { minTileRow, maxTileRow, minTileCol, maxTileCol } = limitsOf(grid, box, z)!;
      return Array.from({ length: maxTileRow - minTileRow + 1 }, (_, row) =>
        Array.from({ length: maxTileCol - minTileCol + 1 }, (_, column) => ({
          z,
          x: minTileCol + column,
          y: minTileRow + row,
        })),
      ).flat();
    },
  };
}

/** About so many of a list, evenly spread. */
export function sample<T>(list: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.floor(list.length / count));
  return list.filter((_, i) => i % step === 0);
}

/** How far, in tile units, the outline of the whole may move when it is simplified. */
const OUTLINE = 2.5;
/** No gap and no overlap may be wider, in tile units. */
const SLIVER = 1;
/** How far a label may be off its district, in tile units: it is rounded down, borders to the nearest unit. */
const ROUNDING = 2.2;

/** Says where borders of neighbours differ in a tile by more than a unit. */
export function makeBorderCheck({ grid, outline: edges, cut }: Cutter): (address: TileAddress) => string[] {
  const outline = indexEdges(edges);
  return (address) => {
    const { z, x, y } = address;
    const tile = cut(address);
    if (!tile) return [];
    const features = decodeCut(tile.areas);
    const scale = 2 ** (grid.deepest - z);
    const left = leftoverEdges(edgesOf(features));
    // A district without area is drawn over its neighbours.
    const units = indexEdges(edgesOf(features.filter(isUnit)));
    return left
      .filter((edge, i) => {
        const [mx, my] = [(edge.ax + edge.bx) / 2, (edge.ay + edge.by) / 2];
        const reach = OUTLINE * scale;
        if (outline.distance((mx + x * EXTENT) * scale, (my + y * EXTENT) * scale, reach) <= reach)
          return false;
        if (units.distance(mx, my, 1.5) <= 1.5) return false;
        return !left.some((other, j) => i !== j && closes(edge, other));
      })
      .map((edge) => `${z}/${x}/${y} ${JSON.stringify(edge)}`);
  };
}

/** Whether two edges in opposite directions lie within a unit of each other, so that what is between is no wider. */
function closes(edge: Edge, other: Edge): boolean {
  const dot = (edge.bx - edge.ax) * (other.bx - other.ax) + (edge.by - edge.ay) * (other.by - other.ay);
  if (dot >= 0) return false;
  const near = indexEdges([other]);
  const [mx, my] = [(edge.ax + edge.bx) / 2, (edge.ay + edge.by) / 2];
  return near.distance(mx, my, SLIVER) <= SLIVER;
}

/** Says which edges of a tile's districts cross each other and reach farther than a unit beyond. */
export function findCrossings({ cut }: Cutter, address: TileAddress): string[] {
  const tile = cut(address);
  if (!tile) return [];
  const edges = edgesOf(decodeCut(tile.areas).filter((feature) => !isUnit(feature)));
  const index = new Flatbush(Math.max(1, edges.length));
  for (const { ax, ay, bx, by } of edges) {
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
  }
  if (edges.length === 0) index.add(Infinity, Infinity);
  index.finish();
  return edges.flatMap((edge, i) =>
    index
      .search(
        Math.min(edge.ax, edge.bx),
        Math.min(edge.ay, edge.by),
        Math.max(edge.ax, edge.bx),
        Math.max(edge.ay, edge.by),
      )
      .filter((j) => j > i && crossesDeeply(edge, edges[j]!))
      .map((j) => `${address.z}/${address.x}/${address.y} ${JSON.stringify([edge, edges[j]])}`),
  );
}

function crossesDeeply(p: Edge, q: Edge): boolean {
  const sides = [sideOf(p, q.ax, q.ay), sideOf(p, q.bx, q.by), sideOf(q, p.ax, p.ay), sideOf(q, p.bx, p.by)];
  if (sides[0]! * sides[1]! >= 0 || sides[2]! * sides[3]! >= 0) return false;
  const [onP, onQ] = [indexEdges([p]), indexEdges([q])];
  const depths = [
    onP.distance(q.ax, q.ay, SLIVER),
    onP.distance(q.bx, q.by, SLIVER),
    onQ.distance(p.ax, p.ay, SLIVER),
    onQ.distance(p.bx, p.by, SLIVER),
  ];
  return Math.min(...depths) > SLIVER;
}

function sideOf({ ax, ay, bx, by }: Edge, x: number, y: number): number {
  return Math.sign((bx - ax) * (y - ay) - (x - ax) * (by - ay));
}

/** Says which districts are in no tile of a zoom, and whose label is not in exactly one or outside of its district there. */
export function findMissing({ shapes, cut, addresses }: Cutter, z: number): string[] {
  const areas = new Set<number>();
  const labels = new Map<number, number>();
  const faults: string[] = [];
  for (const address of addresses(z)) {
    const tile = cut(address);
    if (!tile) continue;
    for (const id of tile.areas.ids) areas.add(id);
    const features = new Map(decodeCut(tile.areas).map((feature) => [feature.id!, feature]));
    for (const label of decodeCut(tile.labels)) {
      labels.set(label.id!, (labels.get(label.id!) ?? 0) + 1);
      const [px, py] = label.rings[0]![0]!;
      if (px < 0 || py < 0 || px >= EXTENT || py >= EXTENT)
        faults.push(`label of ${label.id} beyond its tile`);
      if (!isNear(features.get(label.id!), px, py))
        faults.push(`label of ${label.id} off its district at ${z}`);
    }
  }
  for (const { districtId } of shapes) {
    if (!areas.has(districtId)) faults.push(`${districtId} is missing at ${z}`);
    if (labels.get(districtId) !== 1)
      faults.push(`${districtId} has ${labels.get(districtId) ?? 0} labels at ${z}`);
  }
  return faults;
}

/** Whether a point is inside a feature or, but for rounding, on it. */
function isNear(feature: DecodedFeature | undefined, px: number, py: number): boolean {
  if (!feature) return false;
  // What is drawn of a district less than a unit wide may be elsewhere than its label.
  if (areaOf(feature) < NARROW) return true;
  let inside = false;
  for (const { ax, ay, bx, by } of edgesOf([feature])) {
    if (ay > py !== by > py && px < ax + ((py - ay) * (bx - ax)) / (by - ay)) inside = !inside;
  }
  return inside || indexEdges(edgesOf([feature])).distance(px, py, ROUNDING) <= ROUNDING;
}

/** Says where a tile and the one to its right, or below, show the borders at their common side differently. */
export function findSeamFaults({ cut }: Cutter, { z, x, y }: TileAddress, axis: 0 | 1): string[] {
  const other = axis === 0 ? { z, x: x + 1, y } : { z, x, y: y + 1 };
  const [here, there] = [cut({ z, x, y }), cut(other)].map((tile) => (tile ? decodeCut(tile.areas) : []));
  const near = seamEdges(here!, axis, EXTENT);
  const far = seamEdges(there!, axis, 0);
  return [...near]
    .filter((edge) => !far.has(edge))
    .concat([...far].filter((edge) => !near.has(edge)))
    .map((edge) => `${z}/${x}/${y} ${axis === 0 ? 'right' : 'below'}: ${edge}`);
}

/** Edges wholly within the strip that both tiles have, by district, relative to the seam. */
function seamEdges(features: readonly DecodedFeature[], axis: 0 | 1, seam: number): Set<string> {
  const edges = features.flatMap((feature) =>
    edgesOf([feature]).map(({ ax, ay, bx, by }) => ({ id: feature.id, ends: [ax, ay, bx, by] })),
  );
  return new Set(
    edges
      .filter(({ ends }) =>
        ends.every((units, i) =>
          i % 2 === axis ? Math.abs(units - seam) < MARGIN : units > -MARGIN && units < EXTENT + MARGIN,
        ),
      )
      .map(({ id, ends }) => `${id}: ${ends.map((units, i) => (i % 2 === axis ? units - seam : units))}`),
  );
}

/**
 * The area of all districts in the tile of a zoom that holds them all, against that of the source.
 * @returns the difference as a strip along the outline, in tile units; null where one tile does not hold them, or a district has
 * no area
 */
export function compareAreas({ shapes, grid, outline, cut, addresses }: Cutter, z: number): number | null {
  const [address, ...others] = addresses(z);
  if (others.length > 0) return null;
  const features = decodeCut(cut(address!)!.areas);
  if (features.some(isUnit)) return null;
  const scale = 2 ** (grid.deepest - z);
  const rings = projectPolygons(shapes, grid).flat();
  const source = rings.reduce((sum, ring) => sum + doubleArea(ring), 0) / 2 / scale ** 2;
  const drawn = features.reduce((sum, feature) => sum + areaOf(feature), 0);
  const length = outline.reduce((sum, { ax, ay, bx, by }) => sum + Math.hypot(bx - ax, by - ay), 0);
  return Math.abs(drawn - source) / (length / scale);
}
