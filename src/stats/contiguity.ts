/**
 * Who touches whom.
 */

import Flatbush from 'flatbush'; // candidate pairs by box
import { type Boundary, compareBoundaries, traceBoundaries } from './boundary.ts'; // the exact test of a pair
import type { Polygons } from './polygons.ts';
import type { Weights } from './weights.ts';

/** Default tolerance in metres: what surveyors call the same point, and spdep's default since 1.3-6. */
const DEFAULT_TOLERANCE = 0.01;

/** Queen neighbours, every link weighing 1, both ways. */
export interface Contiguity extends Weights {
  /**
   * Pairs that are neighbours although no vertex of one is a vertex of the other to within 1e-7 m: T-junctions, and
   * borders that do not quite meet. Flat, i0 j0 i1 j1 ..., i < j, ascending.
   */
  joinedByTolerance: Uint32Array;
}

/**
 * Queen contiguity: two units are neighbours when their boundaries have at least one point in common, or come within a
 * tolerance of each other.
 *
 *     ┌───┬───┐      0-1, 0-2, 1-3, 2-3 share a border,
 *     │ 0 │ 1 │      0-3 and 1-2 a corner: all are neighbours.
 *     ├───┼───┤
 *     │ 2 │ 3 │      ┌───┬───┐
 *     └───┴───┘      │ 0 │ 1 │      T-junction: the corner of 0 and 1 is no vertex of 2,
 *                    ├───┴───┤      so the distance of a vertex to a segment is what
 *                    │   2   │      decides, not the equality of vertices.
 *                    └───────┘
 *
 * Coordinates must be projected (metres): in degrees the tolerance would mean kilometres. Unequal generalisation of
 * neighbouring shapes leaves gaps wider than the tolerance; `joinedByTolerance`, islands and components show it. A unit
 * that lies inside another without meeting its boundary is not its neighbour.
 *
 * @param shapes boundaries of n units
 * @param tolerance greatest distance in metres that still counts as touching, 0 or more
 * @throws RangeError for a tolerance that is negative or not finite
 */
export function findQueenNeighbours(shapes: Polygons, tolerance: number = DEFAULT_TOLERANCE): Contiguity {
  if (!(tolerance >= 0 && Number.isFinite(tolerance))) {
    throw new RangeError(`Got a tolerance of ${tolerance} m, expected 0 or more.`);
  }
  const boundaries = traceBoundaries(shapes);
  const pairs: number[] = [];
  const joined: number[] = [];
  for (const [i, j] of listCandidates(boundaries, tolerance)) {
    const contact = compareBoundaries(shapes.coordinates, boundaries[i]!, boundaries[j]!, tolerance);
    if (contact === 'apart') continue;
    pairs.push(i, j);
    if (contact === 'near') joined.push(i, j);
  }
  return { ...linkPairs(shapes.n, pairs), joinedByTolerance: Uint32Array.from(joined) };
}

/** Pairs i < j whose boxes come within the tolerance, ascending. */
function* listCandidates(boundaries: readonly Boundary[], tolerance: number): Generator<[number, number]> {
  const units = boundaries.flatMap((boundary, unit) => (boundary.runs > 0 ? [unit] : []));
  if (units.length === 0) return;
  const index = new Flatbush(units.length);
  for (const unit of units) {
    const [minX, minY, maxX, maxY] = boundaries[unit]!.box;
    index.add(minX, minY, maxX, maxY);
  }
  index.finish();
  for (const i of units) {
    const [minX, minY, maxX, maxY] = boundaries[i]!.box;
    const found = index.search(minX - tolerance, minY - tolerance, maxX + tolerance, maxY + tolerance);
    const later = found.map((k) => units[k]!).filter((j) => j > i);
    for (const j of later.sort((a, b) => a - b)) yield [i, j];
  }
}

/** Compressed rows from pairs i < j in ascending order, each becoming two links; rows come out ascending. */
function linkPairs(n: number, pairs: readonly number[]): Weights {
  const offsets = new Uint32Array(n + 1);
  for (const unit of pairs) offsets[unit + 1]!++;
  for (let i = 0; i < n; i++) offsets[i + 1]! += offsets[i]!;
  const neighbours = new Uint32Array(pairs.length);
  const next = offsets.slice();
  // Smaller neighbours first: every pair (i, j) enters i into j's row, in ascending i; then the larger ones.
  for (let p = 0; p < pairs.length; p += 2) neighbours[next[pairs[p + 1]!]!++] = pairs[p]!;
  for (let p = 0; p < pairs.length; p += 2) neighbours[next[pairs[p]!]!++] = pairs[p + 1]!;
  return { n, offsets, neighbours, weights: new Float64Array(pairs.length).fill(1) };
}
