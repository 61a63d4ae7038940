/**
 * Three ways to look for a better partition by single moves.
 */

import { MAX_BOUND, type RowRandom } from '../inference/random.ts';
import type { MovablePartition, Move } from './region-moves.ts';

/** Share of the total sum of squares that a move must gain: less is rounding. */
const LEAST_CHANGE = 1e-12;
/** Trials per level of annealing, at least: few units need more than one trial each. */
const LEAST_TRIALS = 2000;
/** Annealing ends when the temperature has fallen to this share of the first. */
const COLD = 1e-3;

/** How to search; every method ends with a greedy descent. */
export type SearchMethod = 'greedy' | 'annealing' | 'tabu';

export interface SearchOptions {
  method?: SearchMethod;
  /** Annealing: factor of the temperature from level to level, above 0, below 1. Default 0.85. */
  cooling?: number;
  /** Tabu: moves for which a unit may not go back. Default 10. */
  tenure?: number;
  /** Tabu: moves without a new best after which it stops. Default 100. */
  patience?: number;
}

/**
 * @throws RangeError for an unknown method, a cooling outside (0, 1), a tenure or patience that is no whole number above 0
 */
export function resolveSearch({
  method = 'greedy',
  cooling = 0.85,
  tenure = 10,
  patience = 100,
}: SearchOptions): Required<SearchOptions> {
  if (!['greedy', 'annealing', 'tabu'].includes(method)) {
    throw new RangeError(`Got method ${method}, expected greedy, annealing or tabu.`);
  }
  if (!(cooling > 0 && cooling < 1))
    throw new RangeError(`Got cooling ${cooling}, expected above 0, below 1.`);
  for (const [name, value] of Object.entries({ tenure, patience })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Got ${name} ${value}, expected a whole number of 1 or more.`);
    }
  }
  return { method, cooling, tenure, patience };
}

/**
 * Lower the within sum of squares of a partition in place; it is never higher afterwards.
 *
 * @param total total sum of squares, the scale of what is rounding
 */
export function improvePartition(
  partition: MovablePartition,
  total: number,
  options: Required<SearchOptions>,
  random: RowRandom,
): void {
  const least = LEAST_CHANGE * total;
  if (options.method === 'annealing') anneal(partition, total, options.cooling, random);
  if (options.method === 'tabu') searchTabu(partition, least, options);
  descend(partition, least, random);
}

/**
 * Greedy (Openshaw 1977, doi:10.2307/622300): visit units in random order, each going to the region that lowers the sum
 * most, until a whole round brings nothing.
 */
function descend(partition: MovablePartition, least: number, random: RowRandom): void {
  const order = Uint32Array.from(partition.labels.keys());
  for (let moved = true; moved; ) {
    moved = false;
    shuffle(order, random);
    for (const unit of order) {
      const best = findBestTarget(partition, unit);
      if (best === null || !(best.change < -least) || !partition.mayLeave(unit)) continue;
      partition.move(unit, best.to);
      moved = true;
    }
  }
}

function findBestTarget(partition: MovablePartition, unit: number): Move | null {
  let best: Move | null = null;
  for (const to of partition.listTargets(unit)) {
    const change = partition.measureMove(unit, to);
    if (best === null || change < best.change || (change === best.change && to < best.to)) {
      best = { unit, to, change };
    }
  }
  return best;
}

/**
 * Simulated annealing (Openshaw & Rao 1995, doi:10.1068/a270425): random moves, taken when they lower the sum and otherwise
 * with probability exp(-change / T). T starts at the mean squared distance total / n of a unit, with n trials per level (2,000 at least).
 * Leaves the best partition seen at the end of a level.
 */
function anneal(partition: MovablePartition, total: number, cooling: number, random: RowRandom): void {
  const n = partition.labels.length;
  if (total === 0) return;
  let best = partition.labels.slice();
  let lead = 0;
  let drift = 0;
  const trials = Math.max(n, LEAST_TRIALS);
  for (let share = 1; share > COLD; share *= cooling) {
    const temperature = (share * total) / n;
    for (let trial = 0; trial < trials; trial++) {
      const unit = random.below(n);
      const targets = partition.listTargets(unit);
      if (targets.length === 0) continue;
      const to = targets[random.below(targets.length)]!;
      const change = partition.measureMove(unit, to);
      const chance = Math.exp(-change / temperature);
      if (!(change < 0 || (random.below(MAX_BOUND) + 0.5) / MAX_BOUND < chance)) continue;
      if (!partition.mayLeave(unit)) continue;
      partition.move(unit, to);
      drift += change;
    }
    if (drift < lead) {
      lead = drift;
      best = partition.labels.slice();
    }
  }
  partition.restore(best);
}

/**
 * Tabu search (Glover 1989, doi:10.1287/ijoc.1.3.190): always the best move, even if it raises the sum, but for some moves
 * no unit returns to a region it left, unless that beats the best. O(n) per move.
 */
function searchTabu(
  partition: MovablePartition,
  least: number,
  { tenure, patience }: Required<SearchOptions>,
): void {
  const banned = new Map<string, number>();
  let best = partition.labels.slice();
  let lead = 0;
  let drift = 0;
  for (let step = 0, idle = 0; idle < patience; step++, idle++) {
    const allowed = (unit: number, to: number, change: number): boolean =>
      (banned.get(`${unit} ${to}`) ?? -1) < step || drift + change < lead - least;
    const move = findBestMove(partition, allowed);
    if (move === null) break;
    banned.set(`${move.unit} ${partition.labels[move.unit]}`, step + tenure);
    partition.move(move.unit, move.to);
    drift += move.change;
    if (drift < lead - least) {
      lead = drift;
      best = partition.labels.slice();
      idle = -1;
    }
  }
  partition.restore(best);
}

function findBestMove(
  partition: MovablePartition,
  allowed: (unit: number, to: number, change: number) => boolean,
): Move | null {
  let best: Move | null = null;
  for (let unit = 0; unit < partition.labels.length; unit++) {
    for (const to of partition.listTargets(unit)) {
      const change = partition.measureMove(unit, to);
      // The walk that shows whether the region stays connected is the dear part, so it comes last.
      if (!(change < (best?.change ?? Infinity)) || !allowed(unit, to, change)) continue;
      if (partition.mayLeave(unit)) best = { unit, to, change };
    }
  }
  return best;
}

/** Every order equally likely (Durstenfeld 1964, doi:10.1145/364520.364540). */
function shuffle(order: Uint32Array, random: RowRandom): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
}
