/**
 * The boundary of a unit, cut into short runs of segments with a box each, so that comparing two boundaries looks only
 * where they come close.
 */

import type { Polygons } from './polygons.ts';

/** Segments per run: boxes stay tight, and a pair of runs is a few hundred comparisons at most. */
const RUN_LENGTH = 16;
/** Two vertices this close (metres) are the same vertex: the rounding left by a change of projection. */
const SAME_VERTEX = 1e-7;

/** Runs of one unit's boundary. */
export interface Boundary {
  /** Count of runs; 0 for a unit without a shape. */
  runs: number;
  /** First vertex of each run and its last vertex, flat. A run has (last - first) segments. */
  spans: Uint32Array;
  /** minX, minY, maxX, maxY of each run, flat, in metres. */
  boxes: Float64Array;
  /** Box of the whole boundary. */
  box: readonly [number, number, number, number];
}

/** `shared`: a common vertex. `near`: within the tolerance, without a common vertex. */
export type Contact = 'apart' | 'near' | 'shared';

/** Cut the boundaries of all units into runs. */
export function traceBoundaries(shapes: Polygons): Boundary[] {
  return Array.from({ length: shapes.n }, (_, unit) => traceBoundary(shapes, unit));
}

function traceBoundary({ coordinates, rings, polygons, units }: Polygons, unit: number): Boundary {
  const spans: number[] = [];
  const boxes: number[] = [];
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const firstRing = polygons[units[unit]!]!;
  const endRing = polygons[units[unit + 1]!]!;
  for (let ring = firstRing; ring < endRing; ring++) {
    const lastVertex = rings[ring + 1]! - 1;
    for (let first = rings[ring]!; first < lastVertex; first += RUN_LENGTH) {
      const last = Math.min(first + RUN_LENGTH, lastVertex);
      let minX = Infinity;
      let minY = Infinity;
      let maxX = -Infinity;
      let maxY = -Infinity;
      for (let v = first; v <= last; v++) {
        const x = coordinates[2 * v]!;
        const y = coordinates[2 * v + 1]!;
        if (x < minX) minX = x;
        if (x > maxX) maxX = x;
        if (y < minY) minY = y;
        if (y > maxY) maxY = y;
      }
      spans.push(first, last);
      boxes.push(minX, minY, maxX, maxY);
      box[0] = Math.min(box[0], minX);
      box[1] = Math.min(box[1], minY);
      box[2] = Math.max(box[2], maxX);
      box[3] = Math.max(box[3], maxY);
    }
  }
  return { runs: spans.length / 2, spans: Uint32Array.from(spans), boxes: Float64Array.from(boxes), box };
}

/**
 * How two boundaries meet. The distance of two segments that do not cross is the distance of an end of one to the other,
 * and every end is the start of a segment of its ring, so starts against segments suffice.
 *
 * @param coordinates x, y of every vertex, metres
 * @param tolerance greatest distance in metres that counts as touching
 */
export function compareBoundaries(
  coordinates: Float64Array,
  a: Boundary,
  b: Boundary,
  tolerance: number,
): Contact {
  let contact: Contact = 'apart';
  for (let r = 0; r < a.runs; r++) {
    if (!boxesMeet(a.boxes, 4 * r, b.box, 0, tolerance)) continue;
    for (let s = 0; s < b.runs; s++) {
      if (!boxesMeet(a.boxes, 4 * r, b.boxes, 4 * s, tolerance)) continue;
      const found = compareRuns(coordinates, a.spans, 2 * r, b.spans, 2 * s, tolerance, contact === 'near');
      if (found === 'shared') return found;
      if (found === 'near') contact = found;
    }
  }
  return contact;
}

function boxesMeet(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  tolerance: number,
): boolean {
  return (
    a[i]! - tolerance <= b[j + 2]! &&
    a[i + 2]! + tolerance >= b[j]! &&
    a[i + 1]! - tolerance <= b[j + 3]! &&
    a[i + 3]! + tolerance >= b[j + 1]!
  );
}

/** Compare the segments of two runs; once a pair is known to be near, only a shared vertex is of interest. */
function compareRuns(
  xy: Float64Array,
  aSpans: Uint32Array,
  aSpan: number,
  bSpans: Uint32Array,
  bSpan: number,
  tolerance: number,
  knownNear: boolean,
): Contact {
  const squared = tolerance * tolerance;
  const same = Math.min(SAME_VERTEX, tolerance) ** 2;
  const aLast = 2 * aSpans[aSpan + 1]!;
  const bFirst = 2 * bSpans[bSpan]!;
  const bLast = 2 * bSpans[bSpan + 1]!;
  let near = knownNear;
  for (let v = 2 * aSpans[aSpan]!; v < aLast; v += 2) {
    const ax = xy[v]!;
    const ay = xy[v + 1]!;
    const aToX = xy[v + 2]!;
    const aToY = xy[v + 3]!;
    const minX = Math.min(ax, aToX) - tolerance;
    const maxX = Math.max(ax, aToX) + tolerance;
    const minY = Math.min(ay, aToY) - tolerance;
    const maxY = Math.max(ay, aToY) + tolerance;
    for (let w = bFirst; w < bLast; w += 2) {
      const bx = xy[w]!;
      const by = xy[w + 1]!;
      const bToX = xy[w + 2]!;
      const bToY = xy[w + 3]!;
      if ((bx < minX && bToX < minX) || (bx > maxX && bToX > maxX)) continue;
      if ((by < minY && bToY < minY) || (by > maxY && bToY > maxY)) continue;
      if ((ax - bx) ** 2 + (ay - by) ** 2 <= same) return 'shared';
      near ||=
        squaredDistance(ax, ay, bx, by, bToX, bToY) <= squared ||
        squaredDistance(bx, by, ax, ay, aToX, aToY) <= squared ||
        segmentsCross(ax, ay, aToX, aToY, bx, by, bToX, bToY);
    }
  }
  return near ? 'near' : 'apart';
}

/** Squared distance of a point to a segment. */
function squaredDistance(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const along = length > 0 ? ((px - ax) * dx + (py - ay) * dy) / length : 0;
  const t = Math.max(0, Math.min(1, along));
  return (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2;
}

/** Whether two segments cross inside both; touching ends are found by distance. */
function segmentsCross(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean {
  const c = turn(ax, ay, bx, by, cx, cy);
  const d = turn(ax, ay, bx, by, dx, dy);
  const a = turn(cx, cy, dx, dy, ax, ay);
  const b = turn(cx, cy, dx, dy, bx, by);
  return c * d < 0 && a * b < 0;
}

function turn(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}
