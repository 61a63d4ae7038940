/** Nearer neighbours count more. */

import { indexPoints } from './point-index.ts';
import { packRows, type Weights } from './weights.ts';

/**
 * Weigh links by distance: w_ij = d_ij^-power. The links say who is a neighbour at all (a distance band, the k nearest,
 * contiguity); their own weights are not read. The numbers depend on the unit of the coordinates: style W, C, U or S
 * removes it.
 *
 * @param links n units
 * @param points x0, y0, x1, y1 … of the n units in a projected system (metres)
 * @param power above 0; 1 and 2 are common
 * @throws RangeError for unequal lengths, a power that is not positive and finite, coordinates that are not finite, linked units
 *   in the same place, and a weight too large or too small for a number
 */
export function weighByInverseDistance(links: Weights, points: Float64Array, power: number = 1): Weights {
  const index = indexPoints(points);
  if (index.n !== links.n) throw new RangeError(`Got ${index.n} points for ${links.n} units.`);
  if (!(power > 0 && Number.isFinite(power))) {
    throw new RangeError(`Got the power ${power}, expected a number above 0.`);
  }
  return packRows(links.n, (i, add) => {
    for (let e = links.offsets[i]!; e < links.offsets[i + 1]!; e++) {
      const j = links.neighbours[e]!;
      const distance = index.measure(i, j);
      if (distance === 0)
        throw new RangeError(`Got units ${i} and ${j} in the same place, expected a distance.`);
      const weight = distance ** -power;
      if (!(weight > 0 && Number.isFinite(weight))) {
        throw new RangeError(`Got the weight ${weight} for units ${i} and ${j}, expected a smaller power.`);
      }
      add(j, weight);
    }
  });
}
