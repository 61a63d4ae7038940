/** Looks at cut tiles from outside: decoded by the format's own decoder, edge by edge. */
import Flatbush from 'flatbush';
import { PbfWriter } from 'pbf';
import type { Shape } from '../../../src/districts/shape.ts';
import { EXTENT, type LayerCut } from '../../../src/tiles/layer/lay-out.ts';
import type { TileMatrixSet } from '../../../src/tiles/tile-matrix-set.ts';
import { type DecodedFeature, decodeTile, doubleArea } from '../decode-tile.ts';

/** A directed edge. */
export interface Edge {
  ax: number;
  ay: number;
  bx: number;
  by: number;
}

/** Tiles reach this far beyond their sides. */
export const MARGIN = 64;

/** A tile with one layer and no attributes. */
export function wrapCut({ ids, offsets, bytes }: LayerCut): Uint8Array {
  const tile = new PbfWriter();
  tile.writeMessage(
    3,
    (_, layer) => {
      layer.writeVarintField(15, 2);
      layer.writeStringField(1, 'districts');
      ids.forEach((id, i) => {
        const idField = new PbfWriter();
        idField.writeVarintField(1, id);
        layer.writeBytesField(
          2,
          Buffer.concat([idField.finish(), bytes.subarray(offsets[i], offsets[i + 1])]),
        );
      });
      layer.writeVarintField(5, EXTENT);
    },
    null,
  );
  return tile.finish();
}

/** The features of a cut layer. */
export function decodeCut(cut: LayerCut): DecodedFeature[] {
  return decodeTile(wrapCut(cut))[0]?.features ?? [];
}

/** All edges of some features. */
export function edgesOf(features: readonly DecodedFeature[]): Edge[] {
  return features.flatMap(({ rings }) =>
    rings.flatMap((ring) =>
      ring.slice(1).map(([bx, by], i) => ({ ax: ring[i]![0], ay: ring[i]![1], bx, by })),
    ),
  );
}

/** Square tile units of a feature. */
export function areaOf({ rings }: DecodedFeature): number {
  return rings.reduce((sum, ring) => sum + doubleArea(ring), 0) / 2;
}

/** Whether a feature is a square unit, as it stands for a district without area. */
export function isUnit({ rings }: DecodedFeature): boolean {
  return rings.length === 1 && rings[0]!.length === 5 && doubleArea(rings[0]!) === 2;
}

/**
 * What is left of the edges when those that run in opposite directions along one line cancel each other: where districts
 * meet, nothing. Edges that end at the margin, where tiles are cut, are left out.
 */
export function leftoverEdges(edges: readonly Edge[]): Edge[] {
  const lines = new Map<string, { dx: number; dy: number; c: number; steps: Map<number, number> }>();
  for (const { ax, ay, bx, by } of edges) {
    if ([ax, ay, bx, by].some((units) => units <= -MARGIN || units >= EXTENT + MARGIN)) continue;
    const divisor = gcd(Math.abs(bx - ax), Math.abs(by - ay));
    const isForward = bx > ax || (bx === ax && by > ay);
    const sign = isForward ? 1 : -1;
    const [dx, dy] = [(sign * (bx - ax)) / divisor + 0, (sign * (by - ay)) / divisor + 0];
    const c = dx * ay - dy * ax;
    const key = `${dx} ${dy} ${c}`;
    const line = lines.get(key) ?? { dx, dy, c, steps: new Map<number, number>() };
    lines.set(key, line);
    const [from, to] = [ax * dx + ay * dy, bx * dx + by * dy];
    line.steps.set(from, (line.steps.get(from) ?? 0) + 1);
    line.steps.set(to, (line.steps.get(to) ?? 0) - 1);
  }
  return [...lines.values()].flatMap(({ dx, dy, c, steps }) => {
    const square = dx * dx + dy * dy;
    const at = (s: number): [number, number] => [(s * dx - c * dy) / square, (s * dy + c * dx) / square];
    let sum = 0;
    const left: Edge[] = [];
    const stops = [...steps].filter(([, step]) => step !== 0).sort(([p], [q]) => p - q);
    stops.forEach(([s, step], i) => {
      sum += step;
      if (sum === 0) return;
      const [[ax, ay], [bx, by]] = [at(s), at(stops[i + 1]![0])];
      left.push(sum > 0 ? { ax, ay, bx, by } : { ax: bx, ay: by, bx: ax, by: ay });
    });
    return left;
  });
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Finds how far a point is from the nearest of some edges, if not farther than a reach. */
export interface NearestEdge {
  distance(x: number, y: number, reach: number): number;
}

/** Indexes edges. */
export function indexEdges(edges: readonly Edge[]): NearestEdge {
  const index = new Flatbush(Math.max(1, edges.length));
  if (edges.length === 0) index.add(Infinity, Infinity);
  for (const { ax, ay, bx, by } of edges) {
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
  }
  index.finish();
  return {
    distance(x, y, reach) {
      const close = index.search(x - reach, y - reach, x + reach, y + reach);
      return Math.min(Infinity, ...close.map((i) => distanceTo(edges[i]!, x, y)));
    },
  };
}

function distanceTo({ ax, ay, bx, by }: Edge, x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/**
 * Polygons of shapes in units of the grid's deepest matrix, not rounded; rings closed, outer ones clockwise on the screen, holes
 * the other way round.
 */
export function projectPolygons(shapes: readonly Shape[], grid: TileMatrixSet): [number, number][][][] {
  const scale = (EXTENT * 2 ** (grid.rootLevels + grid.deepest)) / grid.rootSize;
  return shapes.flatMap(({ geometry }) =>
    geometry.coordinates.map((rings) =>
      rings.map((ring, r) => {
        const projected = ring.map(([lon, lat]): [number, number] => {
          const [x, y] = grid.project(lon!, lat!);
          return [(x - grid.originX) * scale, (grid.originY - y) * scale];
        });
        return doubleArea(projected) > 0 === (r === 0) ? projected : projected.reverse();
      }),
    ),
  );
}

/**
 * The outline of a coverage in units of the deepest matrix: edges along which not as many rings run one way as the
 * other. They are found by equal coordinates, so edges along which neighbours were digitised differently, or overlap, belong to it.
 */
export function outlineOf(shapes: readonly Shape[], grid: TileMatrixSet): Edge[] {
  const edges = projectPolygons(shapes, grid)
    .flat()
    .flatMap((ring) => ring.slice(1).map((b, i) => [ring[i]!, b] as const))
    .filter(([a, b]) => String(a) !== String(b));
  const nameOf = (...ends: [number, number][]): string =>
    ends.map(([x, y]) => `${Math.round(x)},${Math.round(y)}`).join(' ');
  const counts = new Map<string, number>();
  for (const [a, b] of edges) counts.set(nameOf(a, b), (counts.get(nameOf(a, b)) ?? 0) + 1);
  return edges
    .filter(([a, b]) => counts.get(nameOf(a, b)) !== counts.get(nameOf(b, a)))
    .map(([a, b]) => ({ ax: a[0], ay: a[1], bx: b[0], by: b[1] }));
}

/** A box around shapes, in degrees. */
export function boxAround(shapes: readonly Shape[]): [number, number, number, number] {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const [lon, lat] of shapes.flatMap(({ geometry }) => geometry.coordinates.flat(2))) {
    box[0] = Math.min(box[0], lon!);
    box[1] = Math.min(box[1], lat!);
    box[2] = Math.max(box[2], lon!);
    box[3] = Math.max(box[3], lat!);
  }
  return box;
}
