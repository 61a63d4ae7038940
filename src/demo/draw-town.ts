import { featureCollection, point, voronoi } from '@turf/turf'; // small building blocks
import type { Polygon, Position } from 'geojson';
import { dissolve, vertexName } from './dissolve.ts'; // blocks to Quartiere to Stadtteile
import type { Random } from './random.ts'; // all jitter
import {
  ORIGIN,
  outlineRadius,
  type Point,
  riverNorthing,
  STADTTEILE,
  type StadtteilPlan,
} from './town-plan.ts'; // where what lies

/** One drawn district; coordinates in EPSG:25832, to the decimetre. */
export interface DrawnDistrict {
  key: string;
  name: string;
  geometry: Polygon;
  /** Mean of its building blocks, in metres from the market place. */
  centre: Point;
}

/** Distance between neighbouring building blocks in metres. */
const BLOCK = 210;

/** Half the width of the square that is cut into blocks; the town ends well within. */
const HALF_WIDTH = 6500;

/** A building block: a small Voronoi cell around its seed. */
interface Block {
  seed: Point;
  shape: Polygon;
}

/**
 * Draws the two levels of districts. The plane is cut into some thousand blocks (Voronoi cells of a
 * jittered grid); blocks are given to Quartiere, Quartiere to Stadtteile; the shapes are the dissolved blocks,
 * so every border is shared vertex by vertex. Pairs of seeds along the town's limit and the river make
 * the cells' edges follow these lines.
 *
 * @returns Quartiere and Stadtteile in the order of their keys
 */
export function drawTown(random: Random): { quartiere: DrawnDistrict[]; stadtteile: DrawnDistrict[] } {
  const blocks = cutBlocks(random).filter(({ seed }) => isInTown(seed));
  const quartiere: DrawnDistrict[] = [];
  for (const plan of STADTTEILE) {
    const own = blocks.filter(({ seed }) => nearestStadtteil(seed) === plan);
    splitStadtteil(plan, own).forEach((part, index) => {
      quartiere.push({
        key: `${plan.key}${String(index + 1).padStart(2, '0')}`,
        name: plan.quartiere[index]!,
        geometry: dissolve(part.map(({ shape }) => shape)),
        centre: meanOf(part.map(({ seed }) => seed)),
      });
    });
  }
  const smooth = smoothBorders(quartiere);
  const stadtteile = STADTTEILE.map((plan) => {
    const parts = smooth.filter(({ key }) => key.startsWith(plan.key));
    return {
      key: plan.key,
      name: plan.name,
      geometry: dissolve(parts.map(({ geometry }) => geometry)),
      centre: meanOf(parts.map(({ centre }) => centre)),
    };
  });
  return { quartiere: smooth, stadtteile };
}

/** Cuts the square into Voronoi cells with anticlockwise rings and coordinates in decimetre steps. */
function cutBlocks(random: Random): Block[] {
  const pairs = [...pairsAlongLimit(), ...pairsAlongRiver()];
  const seeds: Point[] = [...pairs];
  for (let y = -HALF_WIDTH + BLOCK; y < HALF_WIDTH; y += BLOCK) {
    for (let x = -HALF_WIDTH + BLOCK; x < HALF_WIDTH; x += BLOCK) {
      const seed: Point = [
        x + BLOCK * 0.8 * (random.uniform() - 0.5),
        y + BLOCK * 0.8 * (random.uniform() - 0.5),
      ];
      if (pairs.every((other) => squaredDistance(seed, other) > (BLOCK * 0.7) ** 2)) seeds.push(seed);
    }
  }
  const cells = voronoi(featureCollection(seeds.map(([x, y]) => point([x, y]))), {
    bbox: [-HALF_WIDTH, -HALF_WIDTH, HALF_WIDTH, HALF_WIDTH],
  });
  return cells.features.map(({ geometry }, index) => ({
    seed: seeds[index]!,
    shape: { type: 'Polygon', coordinates: [roundRing(geometry.coordinates[0]!)] },
  }));
}

/** Seeds in pairs on both sides of the town's limit. */
function pairsAlongLimit(): Point[] {
  const count = 180;
  return Array.from({ length: count }, (_, index) => (index / count) * 2 * Math.PI).flatMap((angle) =>
    [-60, 60].map((offset): Point => {
      const radius = outlineRadius(angle) + offset;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    }),
  );
}

/** Seeds in pairs on both banks of the river, well inside the limit. */
function pairsAlongRiver(): Point[] {
  const seeds: Point[] = [];
  for (let x = -HALF_WIDTH; x < HALF_WIDTH; x += 150) {
    const y = riverNorthing(x);
    if (Math.hypot(x, y) > outlineRadius(Math.atan2(y, x)) - 260) continue;
    const slope = (riverNorthing(x + 1) - riverNorthing(x - 1)) / 2;
    const length = Math.hypot(1, slope);
    for (const side of [-60, 60]) seeds.push([x - (side * slope) / length, y + side / length]);
  }
  return seeds;
}

function isInTown([x, y]: Point): boolean {
  return Math.hypot(x, y) < outlineRadius(Math.atan2(y, x));
}

/** The Stadtteil whose centre is nearest on the same bank; borders sway a little. */
function nearestStadtteil(seed: Point): StadtteilPlan {
  const [x, y] = seed;
  const bank = y > riverNorthing(x);
  const swayed: Point = [x + 130 * Math.sin(y / 420), y + 130 * Math.sin(x / 380)];
  const candidates = STADTTEILE.filter(({ centre }) => centre[1] > riverNorthing(centre[0]) === bank);
  return candidates[
    indexOfNearest(
      swayed,
      candidates.map(({ centre }) => centre),
    )
  ]!;
}

/** Splits a Stadtteil's blocks into five parts: some steps of Lloyd's algorithm from five points round the centre. */
function splitStadtteil(plan: StadtteilPlan, blocks: readonly Block[]): Block[][] {
  const middle = meanOf(blocks.map(({ seed }) => seed));
  let centres = plan.quartiere.map((_, index): Point => {
    const angle = Number(plan.key) + (index * 2 * Math.PI) / 5;
    return [middle[0] + 600 * Math.cos(angle), middle[1] + 600 * Math.sin(angle)];
  });
  let parts: Block[][] = [];
  for (let step = 0; step < 5; step++) {
    parts = centres.map(() => []);
    for (const block of blocks) parts[indexOfNearest(block.seed, centres)]!.push(block);
    centres = parts.map((part) => meanOf(part.map(({ seed }) => seed)));
  }
  return parts;
}

/**
 * Takes the zigzag out of borders: every vertex that is no junction of three borders moves
 * halfway to the middle of its two neighbours. A vertex moves once for all districts that share it.
 */
function smoothBorders(districts: readonly DrawnDistrict[]): DrawnDistrict[] {
  const neighbours = new Map<string, Map<string, Position>>();
  const link = (from: Position, to: Position): void => {
    const name = vertexName(from);
    const known = neighbours.get(name) ?? new Map<string, Position>();
    neighbours.set(name, known.set(vertexName(to), to));
  };
  for (const { geometry } of districts) {
    const ring = geometry.coordinates[0]!;
    for (let index = 1; index < ring.length; index++) {
      link(ring[index - 1]!, ring[index]!);
      link(ring[index]!, ring[index - 1]!);
    }
  }
  const move = (vertex: Position): Position => {
    const around = [...neighbours.get(vertexName(vertex))!.values()];
    if (around.length !== 2) return shift(vertex);
    const mean = [0, 1].map((axis) => (around[0]![axis]! + around[1]![axis]!) / 2);
    return shift([(vertex[0]! + mean[0]!) / 2, (vertex[1]! + mean[1]!) / 2]);
  };
  return districts.map((district) => ({
    ...district,
    geometry: { type: 'Polygon', coordinates: [district.geometry.coordinates[0]!.map(move)] },
  }));
}

/** From metres round the market place to EPSG:25832, to the decimetre. */
function shift([x, y]: Position): Position {
  return [Math.round((x! + ORIGIN[0]) * 10) / 10, Math.round((y! + ORIGIN[1]) * 10) / 10];
}

/** Rounds a ring to decimetres, drops vertices that fall together, and makes it anticlockwise. */
function roundRing(ring: readonly Position[]): Position[] {
  const rounded = ring
    .map(([x, y]): Position => [Math.round(x! * 10) / 10, Math.round(y! * 10) / 10])
    .filter((vertex, index, all) => index === 0 || vertexName(vertex) !== vertexName(all[index - 1]!));
  let twiceArea = 0;
  for (let index = 1; index < rounded.length; index++) {
    const [x0, y0] = rounded[index - 1]!;
    const [x1, y1] = rounded[index]!;
    twiceArea += x0! * y1! - x1! * y0!;
  }
  return twiceArea < 0 ? rounded.reverse() : rounded;
}

function squaredDistance(a: Point, b: Point): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
}

function indexOfNearest(from: Point, points: readonly Point[]): number {
  let best = 0;
  for (let index = 1; index < points.length; index++) {
    if (squaredDistance(from, points[index]!) < squaredDistance(from, points[best]!)) best = index;
  }
  return best;
}

function meanOf(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const each of points) {
    x += each[0];
    y += each[1];
  }
  return [x / points.length, y / points.length];
}
