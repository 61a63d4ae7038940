/** Clusters of every period of a series and what becomes of them, run in a worker thread. */
import { type Biographies, traceBiographies } from '../stats/clusters/cluster-biography.ts';
import {
  type FlaggedClusters,
  findFlaggedClusters,
  gatherFlagged,
} from '../stats/clusters/flagged-clusters.ts';
import type { Weights } from '../stats/weights/weights.ts';

/** Input of a run. */
export interface TraceTask {
  /** Neighbours of n districts. */
  weights: Weights;
  /**
   * Of each period: 1 for a district that stands out; residents, 0 where they are not known; and of regions that of each
   * district, which is then its cluster as it is.
   */
  periods: { flags: Uint8Array; populations: Float64Array; regions: Int32Array | null }[];
  /** Whether gaps of one district are bridged. */
  bridge: boolean;
  minDistricts: number;
  minPopulation: number;
}

/** Output of a run. */
export interface TracedClusters {
  /** One for each period. */
  found: FlaggedClusters[];
  biographies: Biographies;
}

/** Finds and traces them; a cluster is found again by the districts that it shares. */
export default function traceClusters(task: TraceTask): TracedClusters {
  const found = task.periods.map(({ flags, populations, regions }) =>
    regions
      ? gatherFlagged(regions, flags, populations)
      : findFlaggedClusters(task.weights, flags, {
          bridge: task.bridge,
          minimum: { size: task.minDistricts, population: task.minPopulation, populations },
        }),
  );
  return { found, biographies: traceBiographies(found.map(({ labels }) => labels)) };
}
