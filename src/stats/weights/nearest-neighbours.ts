/** Who is closest to whom. */

import { findDuplicates, indexPoints } from './point-index.ts';
import { packRows, symmetriseWeights, type Weights } from './weights.ts';

/** The k nearest neighbours, every link weighing 1. */
export interface NearestNeighbours extends Weights {
  /** Units that share their place with another unit, ascending; between these the lower id counts as nearer. */
  duplicates: Uint32Array;
}

/** Choices. */
export interface NearestOptions {
  /** Whether a unit is also a neighbour of those it is nearest to; some then have more than k. Default false. */
  symmetric?: boolean;
}

/**
 * The k nearest other units of every unit, by Euclidean distance. Of units at the same distance those with the lower id come
 * first, so that the result does not depend on chance. Links are one-way unless told otherwise: 1 may be nearest to 2, and 0
 * to 1.
 *
 *     0 ── 1 ──── 2        k = 1: 0 → 1, 1 → 0, 2 → 1
 *
 * For areas of very unequal size, where any distance leaves some without and others with too many neighbours (Anselin 2002,
 * doi:10.1111/j.1574-0862.2002.tb00120.x).
 *
 * @param points x0, y0, x1, y1 … of n units in a projected system (metres)
 * @param k neighbours of each unit, 1 to n - 1
 * @throws RangeError for such a k that does not exist, and for coordinates that are not finite
 */
export function findNearestNeighbours(
  points: Float64Array,
  k: number,
  { symmetric = false }: NearestOptions = {},
): NearestNeighbours {
  const index = indexPoints(points);
  if (!Number.isInteger(k) || k < 1 || k > index.n - 1) {
    throw new RangeError(`Got ${k} neighbours for ${index.n} units, expected 1 to ${index.n - 1}.`);
  }
  const nearest = packRows(index.n, (i, add) => {
    for (const j of index.findNearest(i, k)) add(j, 1);
  });
  return { ...(symmetric ? symmetriseWeights(nearest) : nearest), duplicates: findDuplicates(points) };
}
