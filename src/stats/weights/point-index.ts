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
  /** The k nearest other units, of equally distant ones those with the lower id, in any order; k from 1 to n - 1. */
  findNearest(i: number, k: number): number[];
  /** Other units at most this far from unit i, the distance included, ascending. */
  findWithin(i: number, distance: number): number[];
}

/** Coordinates this much (relative) outside a box are still searched: the box of a radius is rounded, the distance decides. */
const BOX_MARGIN = 1e-12;

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

  return {
    n,
    measure,
    measureNearest: (i, k) => measure(i, listNearest(i, k)[k - 1]!),
    findNearest(i, k) {
      const nearest = listNearest(i, k + 1);
      const distance = measure(i, nearest[k - 1]!);
      if (nearest.length > k && measure(i, nearest[k]!) > distance) return nearest.slice(0, k);
      // The sort is stable and `findWithin` ascends: the lower id stays first.
      return findWithin(i, distance)
        .sort((a, b) => measure(i, a) - measure(i, b))
        .slice(0, k);
    },
    findWithin,
  };

  function findWithin(i: number, distance: number): number[] {
    const x = points[2 * i]!;
    const y = points[2 * i + 1]!;
    const reach = distance + BOX_MARGIN * (distance + Math.abs(x) + Math.abs(y));
    return index
      .search(x - reach, y - reach, x + reach, y + reach)
      .filter((j) => j !== i && measure(i, j) <= distance)
      .sort((a, b) => a - b);
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
