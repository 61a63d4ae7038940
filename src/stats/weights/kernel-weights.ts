/** Weights that fall with distance until nothing is left at the bandwidth. */

import { indexPoints, type PointIndex } from './point-index.ts';
import { packRows, type Weights } from './weights.ts';

/** A bandwidth from the k-th neighbour is this much (relative) larger, so that this neighbour has a weight; libpysal's value. */
const BANDWIDTH_MARGIN = 1e-7;

/** Kernels of z = d / h from 0 to 1. */
const KERNELS = {
  triangular: (z: number): number => 1 - z,
  uniform: (): number => 1 / 2,
  quadratic: (z: number): number => (3 / 4) * (1 - z * z),
  quartic: (z: number): number => (15 / 16) * (1 - z * z) ** 2,
  gaussian: (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI),
};

/** Name of a kernel; `quadratic` is Epanechnikov's, `quartic` the biweight. */
export type Kernel = keyof typeof KERNELS;

/**
 * How far a kernel reaches: a distance for all units, or the distance to the k-th nearest neighbour; adaptive gives every unit its
 * own, else the largest of them serves all.
 */
export type Bandwidth =
  | { readonly distance: number }
  | { readonly nearest: number; readonly adaptive: boolean };

/** Kernel weights; one-way where the bandwidth is adaptive. */
export interface KernelWeights extends Weights {
  /** Bandwidth of each unit, in the unit of the coordinates. */
  bandwidths: Float64Array;
  /** K(0): what a unit would weigh in its own row, which links never hold. */
  self: number;
}

/**
 * Kernel weights w_ij = K(d_ij / h_i), neighbours being the units with d_ij <= h_i and a weight above 0.
 *
 *     triangular 1 - z     uniform 1/2     quadratic 3/4 (1 - z^2)     quartic 15/16 (1 - z^2)^2
 *     gaussian exp(-z^2 / 2) / sqrt(2 pi), cut off at z = 1
 *
 * Conventions of libpysal's Kernel: no division by h; the unit in row i decides h; a bandwidth from neighbours is 1 + 1e-7
 * times their distance; the gaussian is cut off. libpysal puts K(0) on the diagonal, here it is `self`. (Silverman 1986, Density
 * Estimation, has the kernels.)
 *
 * @param points x0, y0, x1, y1 … of n units in a projected system (metres)
 * @throws RangeError for a distance that is not positive and finite, a number of neighbours outside 1 to n - 1, coordinates that
 *   are not finite, and a unit whose k nearest are all in its own place
 */
export function findKernelNeighbours(
  points: Float64Array,
  kernel: Kernel,
  bandwidth: Bandwidth,
): KernelWeights {
  const index = indexPoints(points);
  const bandwidths = findBandwidths(index, bandwidth);
  const weigh = KERNELS[kernel];
  const weights = packRows(index.n, (i, add) => {
    for (const j of index.findWithin(i, bandwidths[i]!)) {
      const weight = weigh(index.measure(i, j) / bandwidths[i]!);
      if (weight > 0) add(j, weight);
    }
  });
  return { ...weights, bandwidths, self: weigh(0) };
}

function findBandwidths(index: PointIndex, bandwidth: Bandwidth): Float64Array {
  const bandwidths = new Float64Array(index.n);
  if ('distance' in bandwidth) {
    const { distance } = bandwidth;
    if (!(distance > 0 && Number.isFinite(distance))) {
      throw new RangeError(`Got a bandwidth of ${distance}, expected a distance above 0.`);
    }
    return bandwidths.fill(distance);
  }
  const { nearest, adaptive } = bandwidth;
  if (!Number.isInteger(nearest) || nearest < 1 || nearest > index.n - 1) {
    throw new RangeError(`Got ${nearest} neighbours for ${index.n} units, expected 1 to ${index.n - 1}.`);
  }
  let largest = 0;
  for (let i = 0; i < index.n; i++) {
    bandwidths[i] = index.measureNearest(i, nearest) * (1 + BANDWIDTH_MARGIN);
    largest = Math.max(largest, bandwidths[i]!);
  }
  if (!adaptive) bandwidths.fill(largest);
  const collapsed = bandwidths.indexOf(0);
  if (collapsed >= 0) {
    throw new RangeError(
      `Got ${nearest} neighbours in the place of unit ${collapsed}, expected more neighbours or a distance.`,
    );
  }
  return bandwidths;
}
