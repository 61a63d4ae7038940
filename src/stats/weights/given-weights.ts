/** Weights that somebody else made: commuter flows, a ferry, a list from another program. */

import { packRows, type Weights } from './weights.ts';

/** Links in any order, one per position. */
export interface GivenLinks {
  /** Unit that has the neighbour, 0 to n - 1. */
  readonly from: ArrayLike<number>;
  /** The neighbour. */
  readonly to: ArrayLike<number>;
  /** How much it counts, positive. */
  readonly weights: ArrayLike<number>;
}

/**
 * Check given links and pack them. Nothing is repaired: a list from another program is evidence of its own geometry and
 * tolerance, so compare `summariseWeights` with what contiguity gives.
 *
 * @param n count of units; those without a link are islands
 * @throws RangeError for lists of unequal length, a unit outside 0 to n - 1, a unit that is its own neighbour, a link given
 *   twice, and a weight that is not positive and finite
 */
export function packGivenWeights(n: number, { from, to, weights }: GivenLinks): Weights {
  if (!Number.isInteger(n) || n < 0)
    throw new RangeError(`Got ${n} units, expected a whole number of 0 or more.`);
  if (from.length !== to.length || from.length !== weights.length) {
    throw new RangeError(
      `Got ${from.length}, ${to.length} and ${weights.length} entries, expected equal lengths.`,
    );
  }
  const rows: Map<number, number>[] = Array.from({ length: n }, () => new Map());
  for (let e = 0; e < from.length; e++) {
    const [i, j, weight] = [from[e]!, to[e]!, weights[e]!];
    checkLink(n, e, i, j, weight);
    if (rows[i]!.has(j)) throw new RangeError(`Got the link from ${i} to ${j} twice.`);
    rows[i]!.set(j, weight);
  }
  return packRows(n, (i, add) => {
    for (const [j, weight] of rows[i]!) add(j, weight);
  });
}

function checkLink(n: number, position: number, i: number, j: number, weight: number): void {
  for (const unit of [i, j]) {
    if (!Number.isInteger(unit) || unit < 0 || unit >= n) {
      throw new RangeError(`Got unit ${unit} in link ${position}, expected 0 to ${n - 1}.`);
    }
  }
  if (i === j) throw new RangeError(`Got unit ${i} as its own neighbour in link ${position}.`);
  if (!(weight > 0 && Number.isFinite(weight))) {
    throw new RangeError(`Got the weight ${weight} from ${i} to ${j}, expected a number above 0.`);
  }
}
