/**
 * Who touches whom.
 */

import Flatbush from 'flatbush'; // candidate pairs by box
import { type Boundaries, traceBoundaries } from './boundary.ts'; // runs of segments with boxes
import { type Contact, comparePoints, compareStretches } from './compare-boundaries.ts'; // the exact test of a pair
import type { Polygons } from './polygons.ts';
import type { Weights } from './weights.ts';

/** Default tolerance in metres: what surveyors call the same point, and spdep's default since 1.3-6. */
const DEFAULT_TOLERANCE = 0.01;

/** Neighbours by boundary, every link weighing 1, both ways. */
export interface Contiguity extends Weights {
  /** Greatest distance in metres that counted as touching. */
  tolerance: number;
  /**
   * Pairs that are neighbours only because of the tolerance, flat, i0 j0 i1 j1 ..., i < j, ascending. Queen: the borders come
   * no closer than 1e-7 m; a T-junction that meets is exact. Rook: the borders do not run within 1e-7 m of each other for
   * long enough.
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
  return findNeighbours(shapes, tolerance, comparePoints);
}

/**
 * Rook contiguity: two units are neighbours when their boundaries run along each other, to within a tolerance, for more than
 * the tolerance in all. Every rook neighbour is a queen neighbour.
 *
 *     ┌───┬───┐      0-1, 0-2, 1-3, 2-3 share a border and are neighbours,
 *     │ 0 │ 1 │      0-3 and 1-2 are not, whether they share one corner or several.
 *     ├───┼───┤
 *     │ 2 │ 3 │      A border counts whatever its vertices: 0-2 and 1-2 of the
 *     └───┴───┘      T-junction above are neighbours.
 *
 * Equality of vertices, which libpysal and GeoDa use, misses borders of kilometres that one side cuts in two; two common
 * points, which spdep uses, join units that share no border. Shapes whose vertices are closer together than the tolerance
 * may share more than the tolerance around a corner.
 *
 * @param shapes boundaries of n units, coordinates in metres
 * @param tolerance greatest distance in metres of the same border, and length in metres to be exceeded; 0 or more
 * @throws RangeError for a tolerance that is negative or not finite
 */
export function findRookNeighbours(shapes: Polygons, tolerance: number = DEFAULT_TOLERANCE): Contiguity {
  return findNeighbours(shapes, tolerance, compareStretches);
}

function findNeighbours(
  shapes: Polygons,
  tolerance: number,
  compare: (all: Boundaries, i: number, j: number, tolerance: number) => Contact,
): Contiguity {
  if (!(tolerance >= 0 && Number.isFinite(tolerance))) {
    throw new RangeError(`Got a tolerance of ${tolerance} m, expected 0 or more.`);
  }
  const boundaries = traceBoundaries(shapes);
  const pairs: number[] = [];
  const joined: [number, number][] = [];
  visitCandidates(boundaries, tolerance, (i, j) => {
    const contact = compare(boundaries, i, j, tolerance);
    if (contact === 'apart') return;
    pairs.push(i, j);
    if (contact === 'by_tolerance') joined.push([i, j]);
  });
  joined.sort(([a, b], [c, d]) => a - c || b - d);
  return { ...linkPairs(shapes.n, pairs), tolerance, joinedByTolerance: Uint32Array.from(joined.flat()) };
}

/** Pairs i < j whose boxes come within the tolerance, by ascending i. */
function visitCandidates(
  { boxes, runs }: Boundaries,
  tolerance: number,
  visit: (i: number, j: number) => void,
): void {
  const units: number[] = [];
  for (let unit = 0; unit + 1 < runs.length; unit++) if (runs[unit]! < runs[unit + 1]!) units.push(unit);
  if (units.length === 0) return;
  const index = new Flatbush(units.length);
  for (const unit of units) {
    index.add(boxes[4 * unit]!, boxes[4 * unit + 1]!, boxes[4 * unit + 2]!, boxes[4 * unit + 3]!);
  }
  index.finish();
  for (let k = 0; k < units.length; k++) {
    const i = units[k]!;
    const found = index.search(
      boxes[4 * i]! - tolerance,
      boxes[4 * i + 1]! - tolerance,
      boxes[4 * i + 2]! + tolerance,
      boxes[4 * i + 3]! + tolerance,
    );
    for (const other of found) if (other > k) visit(i, units[other]!);
  }
}

/** Compressed rows from pairs i < j by ascending i, each becoming two links; rows come out ascending. */
function linkPairs(n: number, pairs: readonly number[]): Weights {
  const offsets = new Uint32Array(n + 1);
  for (const unit of pairs) offsets[unit + 1]!++;
  for (let i = 0; i < n; i++) offsets[i + 1]! += offsets[i]!;
  const neighbours = new Uint32Array(pairs.length);
  const next = offsets.slice();
  // Smaller neighbours first: every pair (i, j) enters i into j's row, in ascending i.
  for (let p = 0; p < pairs.length; p += 2) neighbours[next[pairs[p + 1]!]!++] = pairs[p]!;
  // Then, row by row, every j enters itself into the rows of its smaller neighbours, in ascending j; its own row still ends
  // with these, as only later units enter it.
  for (let j = 0; j < n; j++) {
    for (let e = offsets[j]!; e < next[j]!; e++) neighbours[next[neighbours[e]!]!++] = j;
  }
  return { n, offsets, neighbours, weights: new Float64Array(pairs.length).fill(1) };
}
