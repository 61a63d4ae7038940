/**
 * Points of units, such as centroids, ready for questions of distance. Distances are Euclidean, in the unit of the
 * coordinates: project first (metres), degrees mean nothing here.
 */

import Flatbush from 'flatbush';

/** A point per unit. */
export interface PointIndex {
  /** Count of units. */
  n: number;
  /** Distance from unit i to unit j. */
  measure(i: number, j: number): number;
  /** Distance from unit i to the k-th nearest other one; k from 1 to n - 1. */
  measureNearest(i: number, k: number): number;
  /** The k nearest other units, of equally distant ones those with the lower id, nearest first; k from 1 to n - 1. */
  findNearest(i: number, k: number): number[];
  /** Other units at most this far from unit i, the distance included, ascending. */
  findWithin(i: number, distance: number): number[];
}

/** Coordinates this much (relative) outside a box are still searched: the box of a radius is rounded, the distance decides. */
const BOX_MARGIN = 1e-12;

/** How far beyond the last one's k-th neighbour the next one's are looked for. */
const REACH_FACTOR = 1.15;
/** Times as many as are asked for. */
const TOO_MANY = 16;

/**
 * Index points.
 *
 * @param points x0, y0, x1, y1 … of n units
 * @throws RangeError for an odd length or a coordinate that is not finite
 */
export function indexPoints(points: Float64Array): PointIndex {
  const n = points.length / 2;
  if (!Number.isInteger(n))
    throw new RangeError(`Got ${points.length} coordinates, expected x, y of every unit.`);
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(points[2 * i]!) || !Number.isFinite(points[2 * i + 1]!)) {
      throw new RangeError(
        `Got the point ${points[2 * i]}, ${points[2 * i + 1]} for unit ${i}, expected finite numbers.`,
      );
    }
  }
  const index = new Flatbush(Math.max(n, 1));
  for (let i = 0; i < n; i++) index.add(points[2 * i]!, points[2 * i + 1]!);
  if (n === 0) index.add(0, 0);
  index.finish();

  function measure(i: number, j: number): number {
    const dx = points[2 * i]! - points[2 * j]!;
    const dy = points[2 * i + 1]! - points[2 * j + 1]!;
    return Math.sqrt(dx * dx + dy * dy);
  }

  /** Others by distance. */
  function listNearest(i: number, k: number): number[] {
    return index.neighbors(points[2 * i]!, points[2 * i + 1]!, k, Infinity, (j) => j !== i);
  }

  // Units that follow each other are often alike: the last one's reach is a good guess for the next, and a box is found faster than
  // an order. Where it held far too many, the guess pauses, each time twice as long, so that this happens seldom.
  let reach = 0;
  let pause = 0;
  let nextPause = 1;

  return {
    n,
    measure,
    measureNearest: (i, k) => measure(i, listNearest(i, k)[k - 1]!),
    findNearest(i, k) {
      const nearest =
        (mayGuess() ? nearestWithin(i, k, reach) : null) ??
        nearestWithin(i, k, measure(i, listNearest(i, k)[k - 1]!))!;
      reach = measure(i, nearest[k - 1]!) * REACH_FACTOR;
      return nearest;
    },
    findWithin,
  };

  function mayGuess(): boolean {
    if (pause === 0) return true;
    pause--;
    return false;
  }

  /**
   * The k nearest others, of equally distant ones those with the lower id, in this order; null where fewer are within the distance.
   * All within it lie in the box, so the order among those decides.
   */
  function nearestWithin(i: number, k: number, distance: number): number[] | null {
    const found = listInBox(i, distance);
    if (found.length > TOO_MANY * (k + 1)) {
      pause = nextPause;
      nextPause *= 2;
    }
    const nearest: number[] = [];
    const distances: number[] = [];
    for (const j of found) {
      const own = measure(i, j);
      if (j === i || own > distance) continue;
      let place = nearest.length;
      while (
        place > 0 &&
        (own < distances[place - 1]! || (own === distances[place - 1]! && j < nearest[place - 1]!))
      ) {
        place--;
      }
      if (place === k) continue;
      if (nearest.length === k) {
        nearest.pop();
        distances.pop();
      }
      nearest.splice(place, 0, j);
      distances.splice(place, 0, own);
    }
    return nearest.length < k ? null : nearest;
  }

  function findWithin(i: number, distance: number): number[] {
    return listInBox(i, distance)
      .filter((j) => j !== i && measure(i, j) <= distance)
      .sort((a, b) => a - b);
  }

  /** Units in the box around a radius, i among them, in any order. */
  function listInBox(i: number, distance: number): number[] {
    const x = points[2 * i]!;
    const y = points[2 * i + 1]!;
    const half = distance + BOX_MARGIN * (distance + Math.abs(x) + Math.abs(y));
    return index.search(x - half, y - half, x + half, y + half);
  }
}

/**
 * Units that share their place with another unit, ascending: their distance of 0 makes the order of neighbours arbitrary.
 *
 * @param points x0, y0, x1, y1 … of n units
 */
export function findDuplicates(points: Float64Array): Uint32Array {
  const order = Uint32Array.from({ length: points.length / 2 }, (_, unit) => unit).sort(
    (a, b) => points[2 * a]! - points[2 * b]! || points[2 * a + 1]! - points[2 * b + 1]!,
  );
  const duplicates = new Set<number>();
  for (let k = 1; k < order.length; k++) {
    const [a, b] = [order[k - 1]!, order[k]!];
    if (points[2 * a] === points[2 * b] && points[2 * a + 1] === points[2 * b + 1]) {
      duplicates.add(a).add(b);
    }
  }
  return Uint32Array.from(duplicates).sort();
}
