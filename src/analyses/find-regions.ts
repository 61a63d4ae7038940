/** Ways to join adjacent districts that are alike into regions. Worker threads use it; pure. */
import type { Minimum } from '../stats/graph/group-minimum.ts';
import { azp } from '../stats/regions/azp.ts';
import { clusterHierarchically } from '../stats/regions/constrained-hierarchy.ts';
import { packColumns, scaleColumns } from '../stats/regions/data-matrix.ts';
import { maxP } from '../stats/regions/max-p.ts';
import { redcap } from '../stats/regions/redcap.ts';
import { findMoved } from '../stats/regions/region-agreement.ts';
import type { Regions } from '../stats/regions/regions.ts';
import type { Starts } from '../stats/regions/search-starts.ts';
import { skater } from '../stats/regions/skater.ts';
import type { Weights } from '../stats/weights/weights.ts';

/** How regions are found; `seeded` ones search from several starts. */
export const REGION_METHODS = {
  skater: {
    seeded: false,
    text: 'SKATER: minimum spanning tree of standard scores, cut where the within sum of squares falls most',
    reference: 'Assuncao et al. 2006, doi:10.1080/13658810600665111',
  },
  redcap: {
    seeded: false,
    text: 'REDCAP: full-order Ward linkage of adjacent districts, the tree cut as in SKATER',
    reference: 'Guo 2008, doi:10.1080/13658810701674970',
  },
  ward: {
    seeded: false,
    text: 'Ward: adjacent districts of standard scores merged where the within sum of squares grows least',
    reference: 'Ward 1963, doi:10.1080/01621459.1963.10500845; Murtagh 1985, doi:10.1093/comjnl/28.1.82',
  },
  azp: {
    seeded: true,
    text: 'AZP: greedy moves of districts between adjacent regions, ten starts, the first being SKATER',
    reference: 'Openshaw & Rao 1995, doi:10.1068/a270425',
  },
  'max-p': {
    seeded: true,
    text: 'Max-p: as many regions as the minimum allows, then greedy moves of districts, twenty starts',
    reference: 'Duque, Anselin & Rey 2012, doi:10.1111/j.1467-9787.2011.00743.x',
  },
} as const;
export type RegionMethod = keyof typeof REGION_METHODS;

/** What is wanted. */
export interface RegionRequest {
  method: RegionMethod;
  /** Number of regions; null for `max-p`, which finds it. */
  k: number | null;
  /** What every region must have. */
  minimum: Minimum;
  seed: number;
}

/** Regions of n units, and what they owe to the seed. */
export interface FoundRegions {
  regions: Regions;
  /** Null where nothing is drawn. */
  starts: Starts | null;
  /** Units that the next seed puts into another region; none where nothing is drawn. */
  seedSensitive: Uint32Array;
}

/**
 * Finds regions of similar adjacent units on standard scores.
 * @param columns one for each variable, n finite values each
 * @param weights contiguity of the n units
 * @throws RangeError for what the units do not allow, such as more regions than units
 */
export function findRegions(
  columns: readonly Float64Array[],
  weights: Weights,
  { method, k, minimum, seed }: RegionRequest,
): FoundRegions {
  const data = scaleColumns(packColumns(columns));
  const fixed = { k: k ?? 1, minimum };
  const alone = (regions: Regions): FoundRegions => ({
    regions,
    starts: null,
    seedSensitive: new Uint32Array(),
  });
  switch (method) {
    case 'skater':
      return alone(skater(data, weights, fixed));
    case 'redcap':
      return alone(redcap(data, weights, { ...fixed, linkage: 'ward' }));
    case 'ward':
      return alone(clusterHierarchically(data, weights, fixed));
    default: {
      const search = (own: number): Regions & { starts: Starts } =>
        method === 'azp'
          ? azp(data, weights, { ...fixed, seed: own })
          : maxP(data, weights, { minimum, seed: own });
      const [found, other] = [search(seed), search(seed + 1)];
      return {
        regions: found,
        starts: found.starts,
        seedSensitive: findMoved(found.labels, other.labels),
      };
    }
  }
}
