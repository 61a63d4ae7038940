/**
 * Max-p: as many regions as a minimum allows.
 */

import { joinBothWays, listEdges } from '../graph/contiguity-graph.ts';
import { type Minimum, resolveMinimum } from '../graph/group-minimum.ts';
import { openRandom } from '../inference/random.ts';
import { labelComponents, type Weights } from '../weights/weights.ts';
import { checkMatrix, type DataMatrix } from './data-matrix.ts';
import { findSpanningForest, measureEdges } from './minimum-spanning-tree.ts';
import { growVines } from './random-forest.ts';
import { openPartition } from './region-moves.ts';
import { improvePartition, resolveSearch, type SearchOptions } from './region-search.ts';
import { describeRegions, type Regions } from './regions.ts';
import { checkStarts, findBestStart, STREAMS, type Starts } from './search-starts.ts';
import { packForest } from './tree-packing.ts';

export interface MaxPOptions extends SearchOptions {
  /** What every region must have, a population or a number of units. */
  minimum: Minimum;
  /** Searches from different partitions. Default 20. */
  starts?: number;
  /** Integer from 0 to 2^53 - 1. Default 1. */
  seed?: number;
}

/** Regions, what every start came to, and how many regions there could be at most. */
export interface MaxPRegions extends Regions {
  starts: Starts;
  /** Sum over connected parts of floor(population / minimum), at least 1 each: no partition has more regions. */
  bound: number;
}

/**
 * The max-p-regions problem (Duque, Anselin & Rey 2012, doi:10.1111/j.1467-9787.2011.00743.x; Wei, Rey & Knaap 2021,
 * doi:10.1080/13658816.2020.1759806): the greatest number of connected regions that all reach a minimum, and among those the
 * most homogeneous. Both are hard; this is a heuristic from many starts.
 *
 * Each start takes a spanning forest (the first the one of least distances, the others of random costs), cuts it into as
 * many regions as that forest can hold, which is found exactly, and then moves single units as `azp` does. Start s draws from
 * row s of the seed. Kept is the start with the most regions, then the least within sum of squares.
 *
 * A connected part below the minimum stays one region, listed in `belowMinimum` (status `below_minimum`). Scale the data with
 * `scaleColumns` first unless the variables share a unit.
 *
 * @param data n units by d variables, all finite
 * @param weights contiguity of the n units; a link joins both ways, its weight plays no part
 * @throws RangeError for unequal n, no unit, values that are not finite, or a bad option
 */
export function maxP(data: DataMatrix, weights: Weights, options: MaxPOptions): MaxPRegions {
  const { minimum, starts = 20, seed = 1 } = options;
  checkMatrix(data);
  if (weights.n !== data.n) throw new RangeError(`Got data of ${data.n} units for weights of ${weights.n}.`);
  if (data.n === 0) throw new RangeError('Got 0 units, expected 1 or more.');
  checkStarts(starts);
  const search = resolveSearch(options);
  const bounds = resolveMinimum(data.n, minimum);
  const graph = joinBothWays(weights);
  const edges = listEdges(graph);

  const random = openRandom(seed, STREAMS.maxP);
  const results: Regions[] = [];
  for (let start = 0; start < starts; start++) {
    random.startRow(start);
    const forest =
      start === 0
        ? findSpanningForest(data.n, edges, measureEdges(data, edges)).edges
        : growVines(data, graph, random);
    const { labels, count } = packForest(data.n, forest, bounds);
    const partition = openPartition(data, graph, labels, count, bounds);
    const { sums } = describeRegions(data, graph, labels, bounds, null);
    improvePartition(partition, sums.total, search, random);
    results.push(describeRegions(data, graph, partition.labels, bounds, null));
  }
  const within = Float64Array.from(results, ({ sums }) => sums.within);
  const counts = Uint32Array.from(results, (regions) => regions.k);
  const best = findBestStart(within, counts);
  return { ...results[best]!, starts: { seed, within, k: counts, best }, bound: boundCount(weights, bounds) };
}

function boundCount(weights: Weights, { size, population, populations }: Required<Minimum>): number {
  const { count, labels } = labelComponents(weights);
  const units = new Uint32Array(count);
  const people = new Float64Array(count);
  labels.forEach((part, unit) => {
    units[part]!++;
    people[part]! += populations[unit]!;
  });
  let bound = 0;
  for (let part = 0; part < count; part++) {
    const bySize = Math.floor(units[part]! / size);
    const byPeople = population > 0 ? Math.floor(people[part]! / population) : Infinity;
    bound += Math.max(1, Math.min(bySize, byPeople));
  }
  return bound;
}
