/** Lee's L unit by unit: where do the surroundings of x and y go together? */

import { lagOf, sumSquares } from '../global/bivariate.ts';
import { findObstacle, isTooFew, prepareGlobal } from '../global/global-test.ts';
import { standardise } from '../standardise.ts';
import type { Style, Weights } from '../weights/weights.ts';
import { ISLAND, type LocalStatus, MISSING, NOT_TESTED, TESTED } from './local-result.ts';

/** Result; every array has one entry per unit. */
export interface LocalLee {
  /** For the map as a whole; unless `ok` no unit has a figure. */
  status: LocalStatus;
  /** Positions in UNIT_STATUSES; `tested` units have a figure, though there is no test of it. */
  unitStatus: Uint8Array;
  /** L_i; NaN for all other units. */
  figure: Float64Array;
}

/**
 * Local Lee's L: L_i = n (sum_j w_ij x_j)(sum_j w_ij y_j) / sum_i w_i^2, whose mean is L (`leeL`; Lee 2001,
 * doi:10.1007/s101090100064).
 *
 * @param x, y n values in any unit; NaN for none. A unit that lacks one is left out.
 * @param weights n units
 * @throws RangeError for unequal lengths
 */
export function localLee(
  x: Float64Array,
  y: Float64Array,
  weights: Weights,
  { style = 'W' }: { style?: Style } = {},
): LocalLee {
  const options = { style, permutations: 0, seed: 1, adjustForIslands: false };
  const { counts, columns, weights: used } = prepareGlobal([x, y], weights, options);
  const obstacle = findObstacle(columns[0]!) ?? findObstacle(columns[1]!);
  const status = isTooFew(counts) ? 'too_few' : (obstacle ?? 'ok');
  const [u, v] = columns.map(standardise) as [Float64Array, Float64Array];
  const { squaredSums } = sumSquares(used);
  const unitStatus = new Uint8Array(weights.n).fill(MISSING);
  const figure = new Float64Array(weights.n).fill(NaN);
  let k = 0;
  for (let i = 0; i < weights.n; i++) {
    if (!Number.isFinite(x[i]!) || !Number.isFinite(y[i]!)) continue;
    const isIsland = used.offsets[k] === used.offsets[k + 1];
    unitStatus[i] = isIsland ? ISLAND : status === 'ok' ? TESTED : NOT_TESTED;
    if (status === 'ok' && !isIsland)
      figure[i] = (used.n * lagOf(u, used, k) * lagOf(v, used, k)) / squaredSums;
    k++;
  }
  return { status, unitStatus, figure };
}
