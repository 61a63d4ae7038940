/** The heavy part of local Moran, run in a worker thread. Plain typed arrays in, plain typed arrays out. */
import { findQueenNeighbours } from '../stats/contiguity.ts';
import { adjustPValues } from '../stats/false-discovery.ts';
import { type GlobalMoran, globalMoran } from '../stats/global-moran.ts';
import { type LocalMoran, localMoran } from '../stats/local-moran.ts';
import type { Polygons } from '../stats/polygons.ts';
import { findRated } from '../stats/standardise.ts';
import {
  styleWeights,
  subsetWeights,
  summariseWeights,
  type Weights,
  type WeightsSummary,
} from '../stats/weights.ts';

/** Input of a run. */
export interface LocalMoranTask {
  /** Shapes of n districts in a projected CRS, metres. */
  polygons: Polygons;
  /** n values; NaN for none. */
  values: Float64Array;
  /** Metres. */
  tolerance: number;
  permutations: number;
  seed: number;
}

/** Output of a run; positions refer to the n districts. */
export interface LocalMoranOutcome {
  local: LocalMoran;
  global: GlobalMoran;
  /** Benjamini-Hochberg q by district. */
  q: Float64Array;
  /** Districts with a value; positions in `weights` refer to this list. */
  rated: Uint32Array;
  /** Row-standardised weights among the rated districts. */
  weights: Weights;
  summary: WeightsSummary;
  /** Pairs of districts (all n) that only the tolerance joined. */
  joinedByTolerance: Uint32Array;
}

/** Runs the whole analysis. */
export default function runLocalMoran(task: LocalMoranTask): LocalMoranOutcome {
  const neighbours = findQueenNeighbours(task.polygons, task.tolerance);
  const rated = findRated(task.values);
  const weights = styleWeights(subsetWeights(neighbours, rated), 'W');
  const { permutations, seed } = task;
  const local = localMoran(task.values, neighbours, { permutations, seed });
  return {
    local,
    global: globalMoran(task.values, neighbours, { permutations: GLOBAL_PERMUTATIONS, seed }),
    q: adjustPValues(local.p, 'bh'),
    rated,
    weights,
    summary: summariseWeights(weights),
    joinedByTolerance: neighbours.joinedByTolerance,
  };
}

/** The single global test needs no fine p. */
const GLOBAL_PERMUTATIONS = 9_999;
