/**
 * SKATER: regions by cutting the minimum spanning tree.
 */

import { joinBothWays, listEdges } from '../graph/contiguity-graph.ts';
import { type Minimum, resolveMinimum } from '../graph/group-minimum.ts';
import type { Weights } from '../weights/weights.ts';
import { checkMatrix, type DataMatrix } from './data-matrix.ts';
import { findSpanningForest, measureEdges, type SpanningForest } from './minimum-spanning-tree.ts';
import { checkCount, describeRegions, type Regions } from './regions.ts';
import { cutForest } from './tree-cut.ts';

export interface SkaterOptions {
  /** Count of regions: connected parts of the graph to n. */
  k: number;
  /** What every region must have. Default: nothing. */
  minimum?: Minimum;
}

/** Regions and the forest they were cut from. */
export interface SkaterRegions extends Regions {
  forest: SpanningForest;
}

/**
 * Spatial k'luster analysis by tree edge removal (Assuncao, Neves, Camara & Freitas 2006, doi:10.1080/13658810600665111).
 * Edges of the contiguity graph cost the Euclidean distance of their ends; the minimum spanning forest (ties by cost, i, j)
 * is cut where the within sum of *squares* falls most, as in the paper and GeoDa (spdep minimises sums of distances).
 * Connected parts are never merged. The search is greedy: neither the best tree nor the best cuts are promised, and with
 * a minimum it may find fewer than k regions (status `fewer_regions`) although k would be possible.
 *
 * O(m + n d k) for m links. Scale the data with `scaleColumns` first unless the variables share a unit.
 *
 * @param data n units by d variables, all finite
 * @param weights contiguity of the n units; a link joins both ways, its weight plays no part
 * @throws RangeError for unequal n, values that are not finite, k outside connected parts ... n, or a bad minimum
 */
export function skater(
  data: DataMatrix,
  weights: Weights,
  { k, minimum = {} }: SkaterOptions,
): SkaterRegions {
  checkMatrix(data);
  if (weights.n !== data.n) throw new RangeError(`Got data of ${data.n} units for weights of ${weights.n}.`);
  const bounds = resolveMinimum(data.n, minimum);
  const graph = joinBothWays(weights);
  const edges = listEdges(graph);
  const forest = findSpanningForest(data.n, edges, measureEdges(data, edges));
  checkCount(k, forest.trees, data.n);
  const { labels } = cutForest(data, forest.edges, k, bounds);
  return { ...describeRegions(data, graph, labels, bounds, k), forest };
}
