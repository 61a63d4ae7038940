/** The heavy part of local Moran, run in worker threads. Plain typed arrays in, plain typed arrays out. */

import { globalMoran } from '../stats/global/global-moran.ts';
import type { Autocorrelation } from '../stats/global/global-test.ts';
import { analyseLocal } from '../stats/local/local-analysis.ts';
import { type LocalMoran, requestLocalMoran, toLocalMoran } from '../stats/local/local-moran.ts';
import type { LocalRequest } from '../stats/local/local-plan.ts';
import type { LocalAnalysis } from '../stats/local/local-result.ts';
import { findRated } from '../stats/standardise.ts';
import { findQueenNeighbours } from '../stats/weights/contiguity.ts';
import type { Polygons } from '../stats/weights/polygons.ts';
import {
  styleWeights,
  subsetWeights,
  summariseWeights,
  type Weights,
  type WeightsSummary,
} from '../stats/weights/weights.ts';

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

/** What the shapes say, and what is left to count. */
export interface PreparedMoran {
  request: LocalRequest;
  /** Districts with a value; positions in `weights` refer to this list. */
  rated: Uint32Array;
  /** Row-standardised weights among the rated districts. */
  weights: Weights;
  summary: WeightsSummary;
  /** Pairs of districts (all n) that only the tolerance joined. */
  joinedByTolerance: Uint32Array;
}

/** Output of a run; positions refer to the n districts. */
export interface LocalMoranOutcome extends Omit<PreparedMoran, 'request'> {
  local: LocalMoran;
  global: Autocorrelation;
  /** Benjamini-Hochberg q by district. */
  q: Float64Array;
}

/** The single global test needs no fine p. */
const GLOBAL_PERMUTATIONS = 9_999;

/** Runs the whole analysis. */
export default function runLocalMoran(task: LocalMoranTask): LocalMoranOutcome {
  const prepared = prepareMoran(task);
  return finishMoran(prepared, analyseLocal(prepared.request), testGlobally(prepared.request));
}

/** Finds neighbours. */
export function prepareMoran({
  polygons,
  values,
  tolerance,
  permutations,
  seed,
}: LocalMoranTask): PreparedMoran {
  const neighbours = findQueenNeighbours(polygons, tolerance);
  const rated = findRated(values);
  const weights = styleWeights(subsetWeights(neighbours, rated), 'W');
  return {
    request: { ...requestLocalMoran(values, neighbours, { permutations, seed }), corrections: ['bh'] },
    rated,
    weights,
    summary: summariseWeights(weights),
    joinedByTolerance: neighbours.joinedByTolerance,
  };
}

/** The global test of the same values. */
export function testGlobally({ variables, weights, seed }: LocalRequest): Autocorrelation {
  return globalMoran(variables[0]!, weights, {
    permutations: GLOBAL_PERMUTATIONS,
    ...(seed !== undefined && { seed }),
  });
}

/** Puts the pieces together. */
export function finishMoran(
  { rated, weights, summary, joinedByTolerance }: PreparedMoran,
  analysis: LocalAnalysis,
  global: Autocorrelation,
): LocalMoranOutcome {
  const q = analysis.results[0]!.adjusted.bh!;
  return { local: toLocalMoran(analysis), global, q, rated, weights, summary, joinedByTolerance };
}
