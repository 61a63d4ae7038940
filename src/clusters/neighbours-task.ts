/** Who touches whom, run in a worker thread. Plain typed arrays in, plain typed arrays out. */
import { findQueenNeighbours, findRookNeighbours } from '../stats/weights/contiguity.ts';
import type { Polygons } from '../stats/weights/polygons.ts';
import { summariseWeights, type Weights, type WeightsSummary } from '../stats/weights/weights.ts';

/** Input of a run. */
export interface NeighboursTask {
  /** Shapes of n districts in a projected CRS, metres. */
  polygons: Polygons;
  contiguity: 'queen' | 'rook';
  /** Metres. */
  tolerance: number;
}

/** Neighbours of n districts, every link weighing 1. */
export interface Neighbours {
  weights: Weights;
  summary: WeightsSummary;
  /** Pairs that only the tolerance joined, flat. */
  joinedByTolerance: Uint32Array;
}

/** Finds them. */
export default function findNeighbours({ polygons, contiguity, tolerance }: NeighboursTask): Neighbours {
  const find = contiguity === 'queen' ? findQueenNeighbours : findRookNeighbours;
  const { n, offsets, neighbours, weights, joinedByTolerance } = find(polygons, tolerance);
  const plain = { n, offsets, neighbours, weights };
  return { weights: plain, summary: summariseWeights(plain), joinedByTolerance };
}
