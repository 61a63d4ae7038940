/**
 * SCHC: spatially constrained hierarchical clustering.
 */

import type { Weights } from '../weights/weights.ts';
import { type Linkage, mergeClusters } from './agglomeration.ts';
import { joinBothWays } from './contiguity-graph.ts';
import { checkMatrix, type DataMatrix } from './data-matrix.ts';
import { openSets } from './disjoint-sets.ts';
import { resolveMinimum } from './region-minimum.ts';
import { checkCount, describeRegions, type Regions } from './regions.ts';

export interface ConstrainedHierarchyOptions {
  /** Count of regions: connected parts of the graph to n. */
  k: number;
  /** Default `ward`: merge what adds least to the within sum of squares. */
  linkage?: Linkage;
}

/**
 * Hierarchical clustering in which only adjacent clusters merge (Murtagh 1985, doi:10.1093/comjnl/28.1.82), stopped at k
 * clusters. Linkages over all pairs of units as in Lance & Williams (1967, doi:10.1093/comjnl/9.4.373); Ward (1963,
 * doi:10.1080/01621459.1963.10500845) on squared distances. Regions of k are unions of regions of k + 1. Under the
 * constraint a merge may come at a smaller distance than the one before (inversion); the order of merging counts.
 *
 * Time O(n^2 d) at worst for linkages other than Ward. Scale the data with `scaleColumns` first unless the variables share
 * a unit. No minimum size: a hierarchy cannot promise one; use `redcap` for that. Connected parts are never merged.
 *
 * @param data n units by d variables, all finite
 * @param weights contiguity of the n units; a link joins both ways, its weight plays no part
 * @throws RangeError for unequal n, values that are not finite, or k outside connected parts ... n
 */
export function clusterHierarchically(
  data: DataMatrix,
  weights: Weights,
  { k, linkage = 'ward' }: ConstrainedHierarchyOptions,
): Regions {
  checkMatrix(data);
  if (weights.n !== data.n) throw new RangeError(`Got data of ${data.n} units for weights of ${weights.n}.`);
  const graph = joinBothWays(weights);
  const edges = mergeClusters(data, graph, linkage, 'full');
  checkCount(k, data.n - edges.length / 2, data.n);
  const sets = openSets(data.n);
  for (let merge = 0; merge < data.n - k; merge++) sets.join(edges[2 * merge]!, edges[2 * merge + 1]!);
  const marks = Uint32Array.from({ length: data.n }, (_, i) => sets.find(i));
  return describeRegions(data, graph, marks, resolveMinimum(data.n, {}), k);
}
