/**
 * How two units meet: in a point, along a stretch, or not.
 */

import type { Boundaries } from './boundary.ts';
import { measureSegment, overlapLength, segmentsCross, squaredDistance } from './segment.ts';

/** What is this close (metres) is in the same place: the rounding left by a change of projection. */
const SAME_PLACE = 1e-7;

/** `by_tolerance`: they meet only because of the tolerance. */
export type Contact = 'apart' | 'by_tolerance' | 'exact';

/**
 * Whether two boundaries have a point in common. `exact`: to within 1e-7 m, be it a vertex of both, a vertex on a border or
 * a crossing. `by_tolerance`: they come no closer than that, but within the tolerance.
 *
 * @param tolerance greatest distance in metres that counts as touching
 */
export function comparePoints(all: Boundaries, a: number, b: number, tolerance: number): Contact {
  // Nearly all pairs that touch have a common vertex, which is found at a tenth of the cost of distances.
  const same = Math.min(SAME_PLACE, tolerance);
  if (sumExceeds(all, a, b, same, 0, countCommonVertex)) return 'exact';
  if (!sumExceeds(all, a, b, tolerance, 0, countCloseSegments)) return 'apart';
  return sumExceeds(all, a, b, same, 0, countCloseSegments) ? 'exact' : 'by_tolerance';
}

/**
 * Whether two boundaries have more than the tolerance in common, all stretches taken together. A stretch lies between two
 * vertices, of either boundary, at both of which the other's segment is no farther away than the tolerance.
 *
 *     ────●───────────●────      shared         ────●────      not shared: they meet in a point,
 *         ○───────────○                          ╱   ╲        however close they are around it
 *
 * `exact`: the stretches within 1e-7 m suffice. `by_tolerance`: it takes wider ones.
 *
 * @param tolerance greatest distance in metres of the same line, and length in metres to be exceeded
 */
export function compareStretches(all: Boundaries, a: number, b: number, tolerance: number): Contact {
  // Nearly all borders have segments with the same ends on both sides, which are found at a fraction of the cost.
  const same = Math.min(SAME_PLACE, tolerance);
  if (sumExceeds(all, a, b, same, tolerance, measureCommonSegments)) return 'exact';
  // Most of the others share a corner only, which one look tells: what lies within less lies within the tolerance, too.
  if (!sumExceeds(all, a, b, tolerance, tolerance, measureStretches)) return 'apart';
  return sumExceeds(all, a, b, same, tolerance, measureStretches) ? 'exact' : 'by_tolerance';
}

/** Something about run r of one unit and run s of another, of which only what lies within reach counts. */
type Measure = (all: Boundaries, r: number, s: number, reach: number) => number;

/** Whether the sum of a measure over all pairs of runs within reach exceeds a limit. */
function sumExceeds(
  all: Boundaries,
  a: number,
  b: number,
  reach: number,
  limit: number,
  measure: Measure,
): boolean {
  const { boxes, runs, runBoxes } = all;
  const endA = runs[a + 1]!;
  const endB = runs[b + 1]!;
  let sum = 0;
  for (let r = runs[a]!; r < endA; r++) {
    if (!boxesMeet(runBoxes, 4 * r, boxes, 4 * b, reach)) continue;
    for (let s = runs[b]!; s < endB; s++) {
      if (!boxesMeet(runBoxes, 4 * r, runBoxes, 4 * s, reach)) continue;
      sum += measure(all, r, s, reach);
      if (sum > limit) return true;
    }
  }
  return false;
}

function boxesMeet(a: Float64Array, i: number, b: Float64Array, j: number, reach: number): boolean {
  return (
    a[i]! - reach <= b[j + 2]! &&
    a[i + 2]! + reach >= b[j]! &&
    a[i + 1]! - reach <= b[j + 3]! &&
    a[i + 3]! + reach >= b[j + 1]!
  );
}

/** 1 when two runs have a vertex in common, else 0; their last vertices are the first ones of the next runs. */
function countCommonVertex(
  { coordinates: xy, firsts, lasts, runBoxes }: Boundaries,
  r: number,
  s: number,
  reach: number,
): number {
  const minX = runBoxes[4 * s]! - reach;
  const minY = runBoxes[4 * s + 1]! - reach;
  const maxX = runBoxes[4 * s + 2]! + reach;
  const maxY = runBoxes[4 * s + 3]! + reach;
  const lastA = 2 * lasts[r]!;
  const firstB = 2 * firsts[s]!;
  const lastB = 2 * lasts[s]!;
  const squared = reach * reach;
  for (let v = 2 * firsts[r]!; v < lastA; v += 2) {
    const x = xy[v]!;
    const y = xy[v + 1]!;
    if (x < minX || x > maxX || y < minY || y > maxY) continue;
    for (let w = firstB; w < lastB; w += 2) {
      const dx = xy[w]! - x;
      const dy = xy[w + 1]! - y;
      if (dx * dx + dy * dy <= squared) return 1;
    }
  }
  return 0;
}

/**
 * 1 when two runs come within reach of each other, else 0. The distance of two segments that do not cross is the distance of
 * an end of one to the other.
 */
function countCloseSegments(all: Boundaries, r: number, s: number, reach: number): number {
  const squared = reach * reach;
  return sumSegments(all, r, s, reach, (ax, ay, bx, by, cx, cy, dx, dy) =>
    squaredDistance(ax, ay, cx, cy, dx, dy) <= squared ||
    squaredDistance(bx, by, cx, cy, dx, dy) <= squared ||
    squaredDistance(cx, cy, ax, ay, bx, by) <= squared ||
    squaredDistance(dx, dy, ax, ay, bx, by) <= squared ||
    segmentsCross(ax, ay, bx, by, cx, cy, dx, dy)
      ? 1
      : 0,
  );
}

/** Metres of the segments whose ends are both vertices of a segment of the other run, less what the reach may add. */
function measureCommonSegments(
  { coordinates: xy, firsts, lasts, runBoxes }: Boundaries,
  r: number,
  s: number,
  reach: number,
): number {
  const minX = runBoxes[4 * s]! - reach;
  const minY = runBoxes[4 * s + 1]! - reach;
  const maxX = runBoxes[4 * s + 2]! + reach;
  const maxY = runBoxes[4 * s + 3]! + reach;
  const lastA = 2 * lasts[r]!;
  const firstB = 2 * firsts[s]!;
  const lastB = 2 * lasts[s]!;
  const squared = reach * reach;
  const isNear = (v: number, w: number): boolean =>
    (xy[w]! - xy[v]!) ** 2 + (xy[w + 1]! - xy[v + 1]!) ** 2 <= squared;
  let sum = 0;
  for (let v = 2 * firsts[r]!; v < lastA; v += 2) {
    if (xy[v]! < minX || xy[v]! > maxX || xy[v + 1]! < minY || xy[v + 1]! > maxY) continue;
    for (let w = firstB; w <= lastB; w += 2) {
      if (!isNear(v, w)) continue;
      if ((w === firstB || !isNear(v + 2, w - 2)) && (w === lastB || !isNear(v + 2, w + 2))) continue;
      sum += Math.max(0, measureSegment(xy[v]!, xy[v + 1]!, xy[v + 2]!, xy[v + 3]!) - 2 * reach);
      break;
    }
  }
  return sum;
}

/** Metres that the segments of two runs have in common. */
function measureStretches(all: Boundaries, r: number, s: number, reach: number): number {
  return sumSegments(all, r, s, reach, (ax, ay, bx, by, cx, cy, dx, dy) =>
    overlapLength(ax, ay, bx, by, cx, cy, dx, dy, reach),
  );
}

/** Something about two segments a-b and c-d. */
type SegmentMeasure = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
) => number;

/** Sum of a measure over all pairs of segments of two runs whose boxes come within reach. */
function sumSegments(
  { coordinates: xy, firsts, lasts }: Boundaries,
  r: number,
  s: number,
  reach: number,
  measure: SegmentMeasure,
): number {
  const lastA = 2 * lasts[r]!;
  const firstB = 2 * firsts[s]!;
  const lastB = 2 * lasts[s]!;
  let sum = 0;
  for (let v = 2 * firsts[r]!; v < lastA; v += 2) {
    const ax = xy[v]!;
    const ay = xy[v + 1]!;
    const bx = xy[v + 2]!;
    const by = xy[v + 3]!;
    const minX = Math.min(ax, bx) - reach;
    const maxX = Math.max(ax, bx) + reach;
    const minY = Math.min(ay, by) - reach;
    const maxY = Math.max(ay, by) + reach;
    for (let w = firstB; w < lastB; w += 2) {
      const cx = xy[w]!;
      const cy = xy[w + 1]!;
      const dx = xy[w + 2]!;
      const dy = xy[w + 3]!;
      if ((cx < minX && dx < minX) || (cx > maxX && dx > maxX)) continue;
      if ((cy < minY && dy < minY) || (cy > maxY && dy > maxY)) continue;
      sum += measure(ax, ay, bx, by, cx, cy, dx, dy);
    }
  }
  return sum;
}
