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
 * So a row's sum of k scores is computed once for all units with k neighbours, and compared with all of them at once: where
 * units outnumber rows, each unit is placed among the sorted sums of the rows; where rows outnumber units, each row is placed
 * among the sorted observed sums of the units. Only for the few units that the row itself contains is a sum corrected, one
 * score taken out and one put in. The counts are exactly those of dealing separately to each unit from the same sample. Every unit's test is an exact Monte Carlo test (the
 * ids are uniform without replacement); units share the sample, so their Monte Carlo errors are correlated, which is why P is
 * large by default.
 */

import { tieTolerance } from '../inference/tails.ts';
import { countBelow, countReached, indexThresholds, type Thresholds } from '../inference/thresholds.ts';
import type { Weights } from '../weights/weights.ts';
import { groupBySize, openDealer, type Rows, type SizeGroup } from './deal.ts';

/** Counts per unit; both 0 for units without a count. */
export interface TailCounts {
  /** Rows whose sum was at least the unit's observed sum. */
  greaterOrEqual: Uint32Array;
  /** Rows whose sum was at most the unit's observed sum. */
  lessOrEqual: Uint32Array;
}

/**
 * Count the tails of the neighbour sums sum_j z_j for all units, of several columns of scores from one sample. Weights that
 * are equal within each unit (W and B of contiguity, k nearest, distance band) do not change the order of sums, so links
 * alone decide. The same counts serve local Moran (turned round where the own score is negative), Gi and Gi*, whose own
 * value stays in place, and bivariate Moran.
 *
 * @param columns n standard scores each, none missing
 * @param links n units; only offsets and neighbours are read
 * @param included which units to count for; all when left out
 * @returns counts of each column
 */
export function countTails(
  columns: readonly Float64Array[],
  links: Weights,
  { seed, from, until }: Rows,
  included?: (unit: number) => boolean,
): TailCounts[] {
  const sizes = groupBySize(links, included);
  const most = sizes.at(-1)?.size ?? 0;
  const rows = until - from;
  const runs = columns.map((scores) => openRun(scores, links, sizes, rows));
  if (most > 0 && runs.length > 0) {
    const deal = openDealer(links.n - 1, most, seed);
    const sums = new Float64Array(most + 1);
    for (let row = 0; row < rows; row++) {
      const ids = deal(from + row);
      for (const run of runs) takeRow(run, row, ids, sums);
    }
  }
  return runs.map((run) => {
    const greaterOrEqual = new Uint32Array(links.n);
    const lessOrEqual = new Uint32Array(links.n);
    for (const group of run.groups) {
      if ('thresholds' in group) shareOut(group, run);
      else placeUnits(group, run);
      for (const i of group.units) {
        greaterOrEqual[i] = run.low[i]!;
        lessOrEqual[i] = rows - run.high[i]!;
      }
    }
    return { greaterOrEqual, lessOrEqual };
  });
}

/** One column on its way through the sample. */
interface Run {
  scores: Float64Array;
  groups: Group[];
  /** Four numbers of each unit side by side, for rows ask for them at random: see below. */
  facts: Float64Array;
  /** Rows that reached each unit's limits. */
  low: Int32Array;
  high: Int32Array;
}

// The observed sum, widened by the tolerance: ties start at LOW, and what reaches HIGH is greater.
const FACTS = 4;
const LOW = 0;
const HIGH = 1;
/** What a sum changes by when unit n-1 takes the unit's own place. */
const CHANGE = 2;
const SIZE = 3;

/** Units with the same number of neighbours; either their limits are sorted, or the sums of the rows will be. */
type Group = SizeGroup & (LimitsSorted | SumsSorted);

interface LimitsSorted {
  /** Limits of all these units. */
  thresholds: Thresholds;
  /** Rows by how many thresholds their sum reached. */
  tally: Uint32Array;
}

interface SumsSorted {
  /** Sum of each row. */
  sums: Float64Array;
}

function openRun(scores: Float64Array, links: Weights, sizes: readonly SizeGroup[], rows: number): Run {
  const { n } = links;
  const facts = gatherFacts(scores, links);
  const groups = sizes.map((group): Group => {
    if (rows < 2 * group.units.length) return { ...group, sums: new Float64Array(rows) };
    return { ...group, ...sortLimits(group.units, facts) };
  });
  return { scores, groups, facts, low: new Int32Array(n), high: new Int32Array(n) };
}

function gatherFacts(scores: Float64Array, { n, offsets, neighbours }: Weights): Float64Array {
  const facts = new Float64Array(FACTS * n);
  const last = n > 0 ? scores[n - 1]! : 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) sum += scores[neighbours[e]!]!;
    const tolerance = tieTolerance(sum);
    const at = FACTS * i;
    facts[at + LOW] = sum - tolerance;
    facts[at + HIGH] = sum + tolerance;
    facts[at + CHANGE] = last - scores[i]!;
    facts[at + SIZE] = offsets[i + 1]! - offsets[i]!;
  }
  return facts;
}

function sortLimits(units: Uint32Array, facts: Float64Array): LimitsSorted {
  const values = new Float64Array(2 * units.length);
  for (let u = 0; u < units.length; u++) {
    values[2 * u] = facts[FACTS * units[u]! + LOW]!;
    values[2 * u + 1] = facts[FACTS * units[u]! + HIGH]!;
  }
  return { thresholds: indexThresholds(values), tally: new Uint32Array(values.length + 1) };
}

/** Sum up a row for every group, and correct the units it contains. @param sums of the first 0, 1, 2 … scores, overwritten */
function takeRow(
  { scores, groups, facts, low, high }: Run,
  row: number,
  ids: Uint32Array,
  sums: Float64Array,
): void {
  for (let k = 0; k < ids.length; k++) sums[k + 1] = sums[k]! + scores[ids[k]!]!;
  for (const group of groups) {
    const sum = sums[group.size]!;
    if ('thresholds' in group) group.tally[countReached(group.thresholds, sum)]!++;
    else group.sums[row] = sum;
  }

  // Where a unit was dealt itself, take back the common sum and count the sum with unit n-1 in its place.
  for (let k = 0; k < ids.length; k++) {
    const i = ids[k]!;
    const at = FACTS * i;
    const size = facts[at + SIZE]!;
    if (size <= k) continue;
    const common = sums[size]!;
    const own = common + facts[at + CHANGE]!;
    low[i]! += Number(own >= facts[at + LOW]!) - Number(common >= facts[at + LOW]!);
    high[i]! += Number(own >= facts[at + HIGH]!) - Number(common >= facts[at + HIGH]!);
  }
}

/** Give every unit of a group the rows that reached its limits: those that reached at least as many thresholds. */
function shareOut({ units, thresholds, tally }: SizeGroup & LimitsSorted, { facts, low, high }: Run): void {
  for (let place = tally.length - 1; place > 0; place--) tally[place - 1]! += tally[place]!;
  for (const i of units) {
    low[i]! += tally[countReached(thresholds, facts[FACTS * i + LOW]!)]!;
    high[i]! += tally[countReached(thresholds, facts[FACTS * i + HIGH]!)]!;
  }
}

/** Find every unit of a group its place among the sums of the rows. */
function placeUnits({ units, sums }: SizeGroup & SumsSorted, { facts, low, high }: Run): void {
  if (sums.length === 0) return;
  const thresholds = indexThresholds(sums);
  for (const i of units) {
    const atHigh = facts[FACTS * i + HIGH]!;
    const below = countBelow(thresholds, facts[FACTS * i + LOW]!);
    // Unless a sum ties, none lies between the limits.
    const isTied = below < sums.length && thresholds.values[below]! < atHigh;
    low[i]! += sums.length - below;
    high[i]! += sums.length - (isTied ? countBelow(thresholds, atHigh) : below);
  }
}
