/**
 * SCHC: spatially constrained hierarchical clustering.
 */

import { joinBothWays } from '../graph/contiguity-graph.ts';
import { type Minimum, resolveMinimum } from '../graph/group-minimum.ts';
import type { Weights } from '../weights/weights.ts';
import { type Linkage, mergeClusters } from './agglomeration.ts';
import { checkMatrix, type DataMatrix } from './data-matrix.ts';
import { cutHierarchy } from './hierarchy-cut.ts';
import { checkCount, describeRegions, type Regions } from './regions.ts';

export interface ConstrainedHierarchyOptions {
  /** Count of regions: connected parts of the graph to n. */
  k: number;
  /** Default `ward`: merge what adds least to the within sum of squares. */
  linkage?: Linkage;
  /** What every region must have. Default: nothing. */
  minimum?: Minimum;
}

/**
 * Hierarchical clustering in which only adjacent clusters merge (Murtagh 1985, doi:10.1093/comjnl/28.1.82), stopped at k
 * clusters. Linkages over all pairs of units as in Lance & Williams (1967, doi:10.1093/comjnl/9.4.373); Ward (1963,
 * doi:10.1080/01621459.1963.10500845) on squared distances. Regions of k are unions of regions of k + 1. Under the
 * constraint a merge may come at a smaller distance than the one before (inversion); the order of merging counts.
 *
 * Time O(n^2 d) at worst for linkages other than Ward. Scale the data with `scaleColumns` first unless the variables share
 * a unit. Connected parts are never merged.
 *
 * A merge is one edge between its two clusters. With a minimum the merges are undone from the last to the first, but only
 * where both sides of the edge keep the minimum (see `cutHierarchy`): a cluster too small to stand alone stays with the one
 * it merged with, and regions of k are still unions of regions of k + 1. There may be fewer than k (`fewer_regions`).
 *
 * @param data n units by d variables, all finite
 * @param weights contiguity of the n units; a link joins both ways, its weight plays no part
 * @throws RangeError for unequal n, values that are not finite, k outside connected parts ... n, or a bad minimum
 */
export function clusterHierarchically(
  data: DataMatrix,
  weights: Weights,
  { k, linkage = 'ward', minimum = {} }: ConstrainedHierarchyOptions,
): Regions {
  checkMatrix(data);
  if (weights.n !== data.n) throw new RangeError(`Got data of ${data.n} units for weights of ${weights.n}.`);
  const bounds = resolveMinimum(data.n, minimum);
  const graph = joinBothWays(weights);
  const edges = mergeClusters(data, graph, linkage, 'full');
  checkCount(k, data.n - edges.length / 2, data.n);
  const { labels } = cutHierarchy(data.n, edges, k, bounds);
  return describeRegions(data, graph, labels, bounds, k);
}
