/**
 * A partition that changes by moving one unit at a time from its region to an adjacent one.
 */

import type { ContiguityGraph } from '../graph/contiguity-graph.ts';
import type { FullMinimum } from '../graph/group-minimum.ts';
import { centreColumns, type DataMatrix } from './data-matrix.ts';

/** A move found worth trying: the unit goes to the region, the within sum of squares changes by `change`. */
export interface Move {
  unit: number;
  to: number;
  change: number;
}

/** A partition and its moves; every method keeps regions connected and above the minimum. */
export interface MovablePartition {
  /** Region of each unit; changes with every move. */
  readonly labels: Uint32Array;
  /** Regions adjacent to a unit other than its own, in the order of its neighbours. */
  listTargets(unit: number): number[];
  /** Change of the within sum of squares by a move; NaN for the last unit of a region. */
  measureMove(unit: number, to: number): number;
  /** Whether the unit's region stays connected, not empty, and above the minimum without it. */
  mayLeave(unit: number): boolean;
  move(unit: number, to: number): void;
  /** Go back to labels of the same regions. */
  restore(labels: Uint32Array): void;
}

/**
 * Open a partition.
 *
 *     change = ns / (ns + 1) |x - ms|^2 - nr / (nr - 1) |x - mr|^2        from region r to region s
 *
 * @param labels region of each unit, 0 to k - 1, each connected; not changed
 */
export function openPartition(
  data: DataMatrix,
  { offsets, neighbours }: ContiguityGraph,
  labels: Uint32Array,
  k: number,
  { size, population, populations }: FullMinimum,
): MovablePartition {
  const { n, d } = data;
  const values = centreColumns(data);
  const own = labels.slice();
  const counts = new Uint32Array(k);
  const people = new Float64Array(k);
  const sums = new Float64Array(k * d);
  const reached = new Uint32Array(n);
  const queue = new Uint32Array(n);
  let walk = 0;

  const transfer = (unit: number, region: number, sign: 1 | -1): void => {
    counts[region]! += sign;
    people[region]! += sign * populations[unit]!;
    for (let v = 0; v < d; v++) sums[region * d + v]! += sign * values[unit * d + v]!;
  };
  const fill = (): void => {
    counts.fill(0);
    people.fill(0);
    sums.fill(0);
    for (let unit = 0; unit < n; unit++) transfer(unit, own[unit]!, 1);
  };
  fill();

  const squareDistance = (unit: number, region: number): number => {
    let squares = 0;
    for (let v = 0; v < d; v++) {
      squares += (values[unit * d + v]! - sums[region * d + v]! / counts[region]!) ** 2;
    }
    return squares;
  };

  /** Whether the unit's neighbours in its region reach each other without it. */
  const staysConnected = (unit: number): boolean => {
    const region = own[unit]!;
    walk += 2;
    const wanted = walk - 1;
    let missing = 0;
    let start = -1;
    for (let e = offsets[unit]!; e < offsets[unit + 1]!; e++) {
      const j = neighbours[e]!;
      if (own[j] !== region) continue;
      reached[j] = wanted;
      missing++;
      start = j;
    }
    if (missing <= 1) return true;
    reached[unit] = walk;
    reached[start] = walk;
    missing--;
    queue[0] = start;
    for (let head = 0, tail = 1; head < tail; head++) {
      const i = queue[head]!;
      for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
        const j = neighbours[e]!;
        if (own[j] !== region || reached[j] === walk) continue;
        if (reached[j] === wanted && --missing === 0) return true;
        reached[j] = walk;
        queue[tail++] = j;
      }
    }
    return false;
  };

  return {
    labels: own,
    listTargets(unit) {
      const targets: number[] = [];
      for (let e = offsets[unit]!; e < offsets[unit + 1]!; e++) {
        const region = own[neighbours[e]!]!;
        if (region !== own[unit] && !targets.includes(region)) targets.push(region);
      }
      return targets;
    },
    measureMove(unit, to) {
      const from = own[unit]!;
      const more = counts[to]!;
      const less = counts[from]!;
      if (less === 1) return NaN;
      return (
        (more / (more + 1)) * squareDistance(unit, to) - (less / (less - 1)) * squareDistance(unit, from)
      );
    },
    mayLeave(unit) {
      const region = own[unit]!;
      if (counts[region]! - 1 < Math.max(1, size)) return false;
      if (people[region]! - populations[unit]! < population) return false;
      return staysConnected(unit);
    },
    move(unit, to) {
      transfer(unit, own[unit]!, -1);
      own[unit] = to;
      transfer(unit, to, 1);
    },
    restore(former) {
      own.set(former);
      fill();
    },
  };
}
