/** Who is within a distance of whom. */

import { indexPoints, type PointIndex } from './point-index.ts';
import { packRows, type Weights } from './weights.ts';

/** Neighbours within a distance, every link weighing 1, both ways. */
export interface DistanceBand extends Weights {
  /** The distance, in the unit of the coordinates. */
  distance: number;
}

/**
 * Neighbours at most a distance apart, the distance itself included. By default the largest distance of a unit to its nearest
 * neighbour: the smallest at which no unit is an island. One remote unit makes that large for all; a smaller distance leaves
 * islands, which `summariseWeights` lists. (Getis & Aldstadt 2004, doi:10.1111/j.1538-4632.2004.tb01127.x, on the choice.)
 *
 * @param points x0, y0, x1, y1 … of n units in a projected system (metres)
 * @param distance 0 or more; 0 links only units in the same place
 * @throws RangeError for a distance that is negative or not finite, for coordinates that are not finite, and for fewer than two
 *   units without a distance
 */
export function findWithinDistance(points: Float64Array, distance?: number): DistanceBand {
  const index = indexPoints(points);
  const reach = distance ?? findLargestGap(index);
  if (!(reach >= 0 && Number.isFinite(reach))) {
    throw new RangeError(`Got a distance of ${reach}, expected 0 or more.`);
  }
  const band = packRows(index.n, (i, add) => {
    for (const j of index.findWithin(i, reach)) add(j, 1);
  });
  return { ...band, distance: reach };
}

/** The largest distance of a unit to its nearest neighbour. */
function findLargestGap(index: PointIndex): number {
  if (index.n < 2) throw new RangeError(`Got ${index.n} units, expected 2 or more to derive a distance.`);
  let largest = 0;
  for (let i = 0; i < index.n; i++) largest = Math.max(largest, index.measureNearest(i, 1));
  return largest;
}
