/** Small made-up towns with what real coverages have: enclaves, lakes, islands, and borders digitised twice. */
import fc from 'fast-check';
import type { Position } from 'geojson';
import { openRandom } from '../../../src/demo/random.ts';
import type { Shape } from '../../../src/districts/shape.ts';
import { drawVoronoiCity } from '../../bench/voronoi-city.ts';

/** What a town has. */
interface TownPlan {
  districts: number;
  seed: number;
  /** Districts that have another one within. */
  enclaves: number;
  /** Districts with a hole. */
  lakes: number;
  /** Districts with a second part off the town. */
  islands: number;
  /** Districts whose border has points that the neighbour's has not. */
  doubled: number;
  /** Half the width of enclaves, lakes and islands in degrees. */
  size: number;
}

/** Towns. */
export const townPlan: fc.Arbitrary<TownPlan> = fc.record({
  districts: fc.integer({ min: 8, max: 60 }),
  seed: fc.nat(),
  enclaves: fc.integer({ min: 0, max: 4 }),
  lakes: fc.integer({ min: 0, max: 2 }),
  islands: fc.integer({ min: 0, max: 3 }),
  doubled: fc.integer({ min: 0, max: 8 }),
  size: fc.double({ min: 0.0005, max: 0.01, noNaN: true }),
});

/** Draws a town; its districts have the ids 1 to n. */
export function drawTown(plan: TownPlan): Shape[] {
  const shapes = drawVoronoiCity(plan.districts, plan.seed);
  const polygonOf = (i: number): Position[][] => shapes[i % plan.districts]!.geometry.coordinates[0]!;
  const enclaves: Shape[] = [];
  for (let i = 0; i < plan.doubled; i++) double(polygonOf(3 * i)[0]!, 5 * i + 2);
  for (let i = 0; i < plan.enclaves + plan.lakes; i++) {
    const polygon = polygonOf(i);
    if (polygon.length > 1) continue;
    const diamond = drawDiamond(middleOf(polygon[0]!), plan.size);
    polygon.push(diamond);
    if (i >= plan.enclaves) continue;
    const coordinates = [[[...diamond].reverse()]];
    const districtId = plan.districts + enclaves.length + 1;
    enclaves.push({ districtId, geometry: { type: 'MultiPolygon', coordinates } });
  }
  for (let i = 0; i < plan.islands; i++) {
    const { coordinates } = shapes[(7 * i) % plan.districts]!.geometry;
    coordinates.push([drawDiamond([14 + 0.03 * i, 52.5], plan.size)]);
  }
  return [...shapes, ...enclaves];
}

/** Puts a point into the middle of an edge, rounded as the database rounds, which the neighbour does not have. */
function double(ring: Position[], at: number): void {
  const i = 1 + (at % (ring.length - 1));
  ring.splice(i, 0, round([0, 1].map((axis) => (ring[i - 1]![axis]! + ring[i]![axis]!) / 2)));
}

function middleOf(ring: readonly Position[]): Position {
  return [0, 1].map((axis) => ring.reduce((sum, position) => sum + position[axis]!, 0) / ring.length);
}

function drawDiamond([lon, lat]: Position, size: number): Position[] {
  const corners = [0, 1, 2, 3, 4].map((corner): Position => {
    const angle = (corner % 4) * (Math.PI / 2);
    return [lon! + size * Math.cos(angle), lat! + 0.6 * size * Math.sin(angle)];
  });
  return corners.map(round);
}

/** Segments along a river. */
const BENDS = 2000;

/**
 * Draws a town of two districts and the winding river between them, which is a district too, a few metres wide: simplified by
 * themselves, its banks would cross.
 */
export function drawRiver(seed: number): Shape[] {
  const random = openRandom(seed);
  const [west, east] = [13.3, 13.4];
  let [middle, slope] = [52.5, 0];
  const north: Position[] = [];
  const south: Position[] = [];
  for (let i = 0; i <= BENDS; i++) {
    slope = 0.8 * slope + 4e-5 * (random.uniform() - 0.5);
    middle += slope;
    const width = 1e-5 + 4e-5 * random.uniform();
    const lon = west + ((east - west) * i) / BENDS;
    north.push(round([lon, middle + width]));
    south.push(round([lon, middle - width]));
  }
  const close = (ring: Position[]): Position[][][] => [[[...ring, ring[0]!]]];
  return [
    close([...north, [east, 52.6], [west, 52.6]]),
    close([...south, ...north.toReversed()]),
    close([...south, [east, 52.4], [west, 52.4]]),
  ].map((coordinates, i) => ({ districtId: i + 1, geometry: { type: 'MultiPolygon', coordinates } }));
}

function round(position: Position): Position {
  return position.map((degrees) => Math.round(degrees * 1e7) / 1e7);
}
