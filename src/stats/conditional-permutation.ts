/**
 * Conditional permutation of local statistics, all units from one sample: hold the value of unit i where it is, deal the
 * others to its k neighbours, count how often their sum is at least, or at most, the observed one.
 *
 * One row of the sample is K distinct ids from 0 … n-2, K being the largest number of neighbours; its first k ids serve
 * every unit with k neighbours. Unit i must not be dealt itself, so for unit i the id i stands for unit n-1, which is a
 * bijection from 0 … n-2 to all units but i:
 *
 *     row       4  0  7  2  …            sums of the first 1, 2, 3 … scores, for everybody
 *     unit 7    4  0  n-1 2  …           differs from them only in the rows that contain 7
 *
 * So a row's sum of k scores is computed once and placed once among the sorted observed sums of all units with k neighbours;
 * only for the few units that the row itself contains is a sum corrected, one score taken out and one put in. The counts are
 * exactly those of dealing separately to each unit from the same sample. Every unit's test is an exact Monte Carlo test (the
 * ids are uniform without replacement); units share the sample, so their Monte Carlo errors are correlated, which is why P is
 * large by default.
 */

import { openRandom, type RowRandom } from './random.ts';
import { tieTolerance } from './tails.ts';
import { countReached, indexThresholds, type Thresholds } from './thresholds.ts';
import type { Weights } from './weights.ts';

/** Stream of the random generator for conditional permutations. */
const STREAM = 0;

/** Counts per unit; both 0 for islands. */
export interface TailCounts {
  /** Rows whose sum was at least the unit's observed sum. */
  greaterOrEqual: Uint32Array;
  /** Rows whose sum was at most the unit's observed sum. */
  lessOrEqual: Uint32Array;
}

/** Which rows of the sample to use: a run of P is the rows 0 to P, and may be split among threads. */
export interface Rows {
  seed: number;
  from: number;
  until: number;
}

/**
 * Count the tails of the neighbour sums sum_j z_j for all units. Weights that are equal within each unit (W and B of
 * contiguity, k nearest, distance band) do not change the order of sums, so links alone decide.
 *
 * @param scores n standard scores, none missing
 * @param links n units; only offsets and neighbours are read
 */
export function countTails(scores: Float64Array, links: Weights, { seed, from, until }: Rows): TailCounts {
  const limits = findLimits(scores, links);
  const reached: Reached = { low: new Int32Array(links.n), high: new Int32Array(links.n) };
  const groups = groupUnits(links, limits);
  const most = groups.at(-1)?.size ?? 0;
  if (most > 0) {
    const random = openRandom(seed, STREAM);
    const deal = openDealer(links.n - 1, most);
    const sums = new Float64Array(most + 1);
    for (let row = from; row < until; row++) {
      random.startRow(row);
      const ids = deal(random);
      for (let k = 0; k < most; k++) sums[k + 1] = sums[k]! + scores[ids[k]!]!;
      for (const { size, thresholds, tally } of groups) tally[countReached(thresholds, sums[size]!)]!++;
      correctOwnRows(ids, sums, scores, links, limits, reached);
    }
  }
  for (const group of groups) shareOut(group, limits, reached);
  const lessOrEqual = new Uint32Array(links.n);
  for (const { units } of groups) for (const i of units) lessOrEqual[i] = until - from - reached.high[i]!;
  return { greaterOrEqual: Uint32Array.from(reached.low), lessOrEqual };
}

/** The observed sum of each unit, widened by the tolerance: ties start at low, and what reaches high is greater. */
interface Limits {
  low: Float64Array;
  high: Float64Array;
}

/** How many rows reached each unit's limits. */
interface Reached {
  low: Int32Array;
  high: Int32Array;
}

/** Units with the same number of neighbours. */
interface Group {
  /** The number of neighbours. */
  size: number;
  units: Uint32Array;
  /** Limits of all these units. */
  thresholds: Thresholds;
  /** Rows by how many thresholds their sum reached. */
  tally: Uint32Array;
}

function findLimits(scores: Float64Array, { n, offsets, neighbours }: Weights): Limits {
  const low = new Float64Array(n);
  const high = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) sum += scores[neighbours[e]!]!;
    low[i] = sum - tieTolerance(sum);
    high[i] = sum + tieTolerance(sum);
  }
  return { low, high };
}

/** Groups by ascending size, islands left out. */
function groupUnits({ n, offsets }: Weights, { low, high }: Limits): Group[] {
  const bySize = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const size = offsets[i + 1]! - offsets[i]!;
    const units = bySize.get(size);
    if (units === undefined) bySize.set(size, [i]);
    else units.push(i);
  }
  bySize.delete(0);
  return [...bySize]
    .sort(([a], [b]) => a - b)
    .map(([size, units]) => {
      const values = Float64Array.from([...units.map((i) => low[i]!), ...units.map((i) => high[i]!)]);
      const tally = new Uint32Array(values.length + 1);
      return { size, units: Uint32Array.from(units), thresholds: indexThresholds(values), tally };
    });
}

/**
 * A function that draws the first `count` ids of a random order of 0 … population-1: a shuffle that stops early and is
 * undone, so that a row depends on its own random numbers only.
 */
function openDealer(population: number, count: number): (random: RowRandom) => Uint32Array {
  const order = Uint32Array.from({ length: population }, (_, id) => id);
  const chosen = new Uint32Array(count);
  const ids = new Uint32Array(count);
  return (random) => {
    for (let k = 0; k < count; k++) {
      const at = k + random.below(population - k);
      chosen[k] = at;
      ids[k] = order[at]!;
      order[at] = order[k]!;
      order[k] = ids[k]!;
    }
    for (let k = count - 1; k >= 0; k--) {
      const at = chosen[k]!;
      order[k] = order[at]!;
      order[at] = ids[k]!;
    }
    return ids;
  };
}

/** Where a unit was dealt itself, take back the common sum and count the sum with unit n-1 in its place. */
function correctOwnRows(
  ids: Uint32Array,
  sums: Float64Array,
  scores: Float64Array,
  { n, offsets }: Weights,
  limits: Limits,
  reached: Reached,
): void {
  const lastScore = scores[n - 1]!;
  for (let k = 0; k < ids.length; k++) {
    const i = ids[k]!;
    const size = offsets[i + 1]! - offsets[i]!;
    if (size <= k) continue;
    const common = sums[size]!;
    const own = common - scores[i]! + lastScore;
    reached.low[i]! += Number(own >= limits.low[i]!) - Number(common >= limits.low[i]!);
    reached.high[i]! += Number(own >= limits.high[i]!) - Number(common >= limits.high[i]!);
  }
}

/** Give every unit of a group the rows that reached its limits: those that reached at least as many thresholds. */
function shareOut({ units, thresholds, tally }: Group, limits: Limits, reached: Reached): void {
  for (let place = tally.length - 1; place > 0; place--) tally[place - 1]! += tally[place]!;
  for (const i of units) {
    reached.low[i]! += tally[countReached(thresholds, limits.low[i]!)]!;
    reached.high[i]! += tally[countReached(thresholds, limits.high[i]!)]!;
  }
}
