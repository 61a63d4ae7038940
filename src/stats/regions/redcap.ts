/**
 * REDCAP: regions by cutting the tree that a constrained clustering leaves behind.
 */

import { joinBothWays } from '../graph/contiguity-graph.ts';
import { type Minimum, resolveMinimum } from '../graph/group-minimum.ts';
import type { Weights } from '../weights/weights.ts';
import { type Linkage, type LinkOrder, mergeClusters } from './agglomeration.ts';
import { checkMatrix, type DataMatrix } from './data-matrix.ts';
import { checkCount, describeRegions, type Regions } from './regions.ts';
import { cutForest } from './tree-cut.ts';

export interface RedcapOptions {
  /** Count of regions: connected parts of the graph to n. */
  k: number;
  linkage: Linkage;
  /** Whether clusters are compared by all pairs of units (`full`, default) or by those that touch. */
  order?: LinkOrder;
  /** What every region must have. Default: nothing. */
  minimum?: Minimum;
}

/** Regions and the forest they were cut from: edges i < j, flat, in the order of merging. */
export interface RedcapRegions extends Regions {
  edges: Uint32Array;
}

/**
 * Regionalisation with dynamically constrained agglomerative clustering and partitioning (Guo 2008,
 * doi:10.1080/13658810701674970). Adjacent clusters merge by the linkage (see `mergeClusters`), each merge leaving the
 * shortest edge between the two; the forest of these edges is then cut as in SKATER. `single` with order `first` gives
 * SKATER's minimum spanning tree. Guo finds full order with complete or average linkage best, later work Ward.
 *
 * Time O(n^2 d) at worst for full order other than Ward. Scale the data with `scaleColumns` first unless the variables
 * share a unit. Connected parts are never merged.
 *
 * @param data n units by d variables, all finite
 * @param weights contiguity of the n units; a link joins both ways, its weight plays no part
 * @throws RangeError for unequal n, values that are not finite, k outside connected parts ... n, or a bad minimum
 */
export function redcap(
  data: DataMatrix,
  weights: Weights,
  { k, linkage, order = 'full', minimum = {} }: RedcapOptions,
): RedcapRegions {
  checkMatrix(data);
  if (weights.n !== data.n) throw new RangeError(`Got data of ${data.n} units for weights of ${weights.n}.`);
  const bounds = resolveMinimum(data.n, minimum);
  const graph = joinBothWays(weights);
  const edges = mergeClusters(data, graph, linkage, order);
  checkCount(k, data.n - edges.length / 2, data.n);
  const { labels } = cutForest(data, edges, k, bounds);
  return { ...describeRegions(data, graph, labels, bounds, k), edges };
}
