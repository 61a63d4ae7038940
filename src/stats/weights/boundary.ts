/**
 * The boundaries of all units, cut into short runs of segments with a box each, so that comparing two of them looks only where
 * they come close.
 *
 *     unit 3    ┌──run 7──┐        runs       7        10            unit 3 has runs 7, 8, 9
 *            run 9      run 8      firsts   200  208  216            run 7 has the segments from vertex 200 to 208
 *               └─────────┘        lasts    208  216  220
 */

import type { Polygons } from './polygons.ts';

/** Segments per run: boxes stay tight, and a pair of runs is a few dozen comparisons at most. */
const RUN_LENGTH = 8;

/** Runs of all boundaries, flat. */
export interface Boundaries {
  /** x, y of every vertex, metres; those of the shapes. */
  coordinates: Float64Array;
  /** minX, minY, maxX, maxY of each unit in metres; Infinity, Infinity, -Infinity, -Infinity without a shape. */
  boxes: Float64Array;
  /** First run of each unit, and the end; length n + 1. */
  runs: Uint32Array;
  /** First vertex of each run. */
  firsts: Uint32Array;
  /** Last vertex of each run, the first of the next one in the same ring. */
  lasts: Uint32Array;
  /** minX, minY, maxX, maxY of each run. */
  runBoxes: Float64Array;
}

/** Cut the boundaries of all units into runs. */
export function traceBoundaries({ n, coordinates, rings, polygons, units }: Polygons): Boundaries {
  let count = 0;
  for (let ring = 1; ring < rings.length; ring++) {
    count += Math.ceil((rings[ring]! - rings[ring - 1]! - 1) / RUN_LENGTH);
  }
  const boxes = new Float64Array(4 * n);
  const runs = new Uint32Array(n + 1);
  const firsts = new Uint32Array(count);
  const lasts = new Uint32Array(count);
  const runBoxes = new Float64Array(4 * count);
  let run = 0;
  for (let unit = 0; unit < n; unit++) {
    const endRing = polygons[units[unit + 1]!]!;
    for (let ring = polygons[units[unit]!]!; ring < endRing; ring++) {
      const lastVertex = rings[ring + 1]! - 1;
      for (let first = rings[ring]!; first < lastVertex; first += RUN_LENGTH) {
        firsts[run] = first;
        lasts[run] = Math.min(first + RUN_LENGTH, lastVertex);
        boxVertices(coordinates, first, lasts[run]!, runBoxes, 4 * run++);
      }
    }
    runs[unit + 1] = run;
    uniteBoxes(runBoxes, runs[unit]!, run, boxes, 4 * unit);
  }
  return { coordinates, boxes, runs, firsts, lasts, runBoxes };
}

/** Box of the vertices first to last, into out[at] to out[at + 3]. */
function boxVertices(xy: Float64Array, first: number, last: number, out: Float64Array, at: number): void {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let v = 2 * first; v <= 2 * last; v += 2) {
    const x = xy[v]!;
    const y = xy[v + 1]!;
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  out[at] = minX;
  out[at + 1] = minY;
  out[at + 2] = maxX;
  out[at + 3] = maxY;
}

/** Box around boxes `from` to `until`, into out[at] to out[at + 3]. */
function uniteBoxes(boxes: Float64Array, from: number, until: number, out: Float64Array, at: number): void {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let b = 4 * from; b < 4 * until; b += 4) {
    if (boxes[b]! < minX) minX = boxes[b]!;
    if (boxes[b + 1]! < minY) minY = boxes[b + 1]!;
    if (boxes[b + 2]! > maxX) maxX = boxes[b + 2]!;
    if (boxes[b + 3]! > maxY) maxY = boxes[b + 3]!;
  }
  out[at] = minX;
  out[at + 1] = minY;
  out[at + 2] = maxX;
  out[at + 3] = maxY;
}
