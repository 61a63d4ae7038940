/** Neighbours of neighbours. */

import { packRows, type Weights } from './weights.ts';

/** `exactly`: the shortest way has that many links. `up_to`: at most that many. */
export type OrderRange = 'exactly' | 'up_to';

/**
 * Neighbours of a higher order, by breadth-first search along the links; every link weighs 1. A unit is never its own
 * neighbour, although two links lead there and back.
 *
 *     0 ─ 1 ─ 2 ─ 3        order 2, exactly: 0-2, 1-3        up to: 0-1, 0-2, 1-2, 1-3, 2-3
 *
 * One-way links stay one-way. Beyond the longest way all units are islands. (Anselin & Smirnov 1996,
 * doi:10.1111/j.1467-9787.1996.tb01101.x, on ways that do not turn back.)
 *
 * @param links n units; weights are not read
 * @param order 1 or more
 * @throws RangeError for an order that is not a whole number of 1 or more
 */
export function findHigherOrder(links: Weights, order: number, range: OrderRange = 'exactly'): Weights {
  if (!Number.isInteger(order) || order < 1) {
    throw new RangeError(`Got the order ${order}, expected a whole number of 1 or more.`);
  }
  const { n, offsets, neighbours } = links;
  const visitedFrom = new Int32Array(n).fill(-1);
  return packRows(n, (i, add) => {
    visitedFrom[i] = i;
    let ring = [i];
    for (let steps = 1; steps <= order && ring.length > 0; steps++) {
      const next: number[] = [];
      for (const unit of ring) {
        for (let e = offsets[unit]!; e < offsets[unit + 1]!; e++) {
          const j = neighbours[e]!;
          if (visitedFrom[j] === i) continue;
          visitedFrom[j] = i;
          next.push(j);
        }
      }
      ring = next;
      if (range === 'up_to' || steps === order) for (const j of ring) add(j, 1);
    }
  });
}
