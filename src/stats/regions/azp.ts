/**
 * AZP: the automatic zoning procedure.
 */

import { joinBothWays, listEdges } from '../graph/contiguity-graph.ts';
import { type Minimum, resolveMinimum } from '../graph/group-minimum.ts';
import { openRandom } from '../inference/random.ts';
import type { Weights } from '../weights/weights.ts';
import { checkMatrix, type DataMatrix } from './data-matrix.ts';
import { findSpanningForest, measureEdges } from './minimum-spanning-tree.ts';
import { growBushes } from './random-forest.ts';
import { openPartition } from './region-moves.ts';
import { improvePartition, resolveSearch, type SearchOptions } from './region-search.ts';
import { checkCount, describeRegions, type Regions } from './regions.ts';
import { checkStarts, findBestStart, STREAMS, type Starts } from './search-starts.ts';
import { cutForest } from './tree-cut.ts';

export interface AzpOptions extends SearchOptions {
  /** Count of regions: connected parts of the graph to n. */
  k: number;
  /** What every region must have. Default: nothing. */
  minimum?: Minimum;
  /** Searches from different partitions. Default 10. */
  starts?: number;
  /** Integer from 0 to 2^53 - 1. Default 1. */
  seed?: number;
}

/** Regions and what every start came to. */
export interface AzpRegions extends Regions {
  starts: Starts;
}

/**
 * Automatic zoning procedure (Openshaw 1977, doi:10.2307/622300; Openshaw & Rao 1995, doi:10.1068/a270425): from a first
 * partition, move single units to adjacent regions while regions stay connected and above the minimum and the within sum of
 * squares falls; annealing and tabu search may go uphill in between, but end no higher than they began.
 *
 * The first start is SKATER's partition, so AZP is never worse than `skater`; the others cut spanning trees of random costs.
 * Start s draws from row s of the seed: more starts keep the results of the former ones. Kept is the start with the most
 * regions (a minimum may prevent k), then the least within sum of squares.
 *
 * Greedy and annealing cost O(n d) per round but for the walks that check connection, O(region) each; tabu O(n d) per
 * move. Scale the data with `scaleColumns` first unless the variables share a unit. Connected parts are never merged.
 *
 * @param data n units by d variables, all finite
 * @param weights contiguity of the n units; a link joins both ways, its weight plays no part
 * @throws RangeError for unequal n, values that are not finite, k outside connected parts ... n, or a bad option
 */
export function azp(data: DataMatrix, weights: Weights, options: AzpOptions): AzpRegions {
  const { k, minimum = {}, starts = 10, seed = 1 } = options;
  checkMatrix(data);
  if (weights.n !== data.n) throw new RangeError(`Got data of ${data.n} units for weights of ${weights.n}.`);
  checkStarts(starts);
  const search = resolveSearch(options);
  const bounds = resolveMinimum(data.n, minimum);
  const graph = joinBothWays(weights);
  const edges = listEdges(graph);
  const shortest = findSpanningForest(data.n, edges, measureEdges(data, edges));
  checkCount(k, shortest.trees, data.n);

  const random = openRandom(seed, STREAMS.azp);
  const results: Regions[] = [];
  for (let start = 0; start < starts; start++) {
    random.startRow(start);
    const forest = start === 0 ? shortest.edges : growBushes(data.n, edges, random);
    const { labels, count } = cutForest(data, forest, k, bounds);
    const partition = openPartition(data, graph, labels, count, bounds);
    const { sums } = describeRegions(data, graph, labels, bounds, k);
    improvePartition(partition, sums.total, search, random);
    results.push(describeRegions(data, graph, partition.labels, bounds, k));
  }
  const within = Float64Array.from(results, ({ sums }) => sums.within);
  const counts = Uint32Array.from(results, (regions) => regions.k);
  const best = findBestStart(within, counts);
  return { ...results[best]!, starts: { seed, within, k: counts, best } };
}
