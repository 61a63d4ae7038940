/** Made-up cities for benchmarks and property tests: Voronoi cells of a jittered grid with winding borders. */
import { featureCollection, point, voronoi } from '@turf/turf';
import type { Position } from 'geojson';
import { openRandom } from '../../src/demo/random.ts';
import type { Shape } from '../../src/districts/shape.ts';

/** Segments of each border between two corners; a cell has six borders on average. */
const SEGMENTS = 7;
/** How far a border winds, as a share of its length. */
const WINDING = 0.12;
/** West, south, east, north: about 60 km each way, whatever the number of districts. */
const BOX = [13, 52.25, 13.88, 52.79] as const;

/**
 * Draws a city of n districts with about 40 vertices each. Neighbours share their border vertex by vertex.
 * @returns shapes with the ids 1 to n, coordinates with seven decimals as the database gives them
 */
export function drawVoronoiCity(n: number, seed: number): Shape[] {
  const [west, south, east, north] = BOX;
  const random = openRandom(seed);
  const columns = Math.ceil(Math.sqrt(n));
  const rows = Math.ceil(n / columns);
  const seeds = Array.from({ length: n }, (_, i) => {
    const column = (i % columns) + 0.5 + 0.7 * (random.uniform() - 0.5);
    const row = Math.floor(i / columns) + 0.5 + 0.7 * (random.uniform() - 0.5);
    return point([west + ((east - west) * column) / columns, south + ((north - south) * row) / rows]);
  });
  const cells = voronoi(featureCollection(seeds), { bbox: [west, south, east, north] });
  const borders = new Map<string, Position[]>();
  const drawBorder = (from: Position, to: Position): Position[] => {
    const isForward = from[0]! < to[0]! || (from[0] === to[0] && from[1]! < to[1]!);
    const [a, b] = isForward ? [from, to] : [to, from];
    const key = `${a} ${b}`;
    const border = borders.get(key) ?? wind(a, b, random.uniform);
    borders.set(key, border);
    return isForward ? border.slice(0, -1) : border.slice(1).reverse();
  };
  return cells.features.map(({ geometry }, i) => {
    const corners = geometry.coordinates[0]!.map(round).filter(
      (corner, j, all) => String(corner) !== String(all[j - 1]),
    );
    const ring = corners.slice(1).flatMap((corner, j) => drawBorder(corners[j]!, corner));
    return { districtId: i + 1, geometry: { type: 'MultiPolygon', coordinates: [[[...ring, ring[0]!]]] } };
  });
}

/** A winding line between two corners; it stays near its ends, so that borders that part there do not cross. */
function wind(a: Position, b: Position, uniform: () => number): Position[] {
  const [dx, dy] = [b[0]! - a[0]!, b[1]! - a[1]!];
  const isOnBox = [0, 1].some((axis) => a[axis] === b[axis]);
  return Array.from({ length: SEGMENTS + 1 }, (_, i) => {
    const t = i / SEGMENTS;
    const offset = isOnBox ? 0 : 4 * t * (1 - t) * WINDING * (uniform() - 0.5);
    return round([a[0]! + t * dx - offset * dy, a[1]! + t * dy + offset * dx]);
  });
}

function round(position: Position): Position {
  return position.map((degrees) => Math.round(degrees * 1e7) / 1e7);
}
