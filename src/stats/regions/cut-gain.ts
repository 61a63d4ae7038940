/**
 * What a cut through a tree is worth.
 */

import type { FullMinimum } from '../graph/group-minimum.ts';
import { centreColumns, type DataMatrix } from './data-matrix.ts';
import type { TreeLayout } from './tree-layout.ts';

/** A tree and its best cut. */
export interface JudgedTree {
  /** Places, ascending, the root first. */
  places: Uint32Array;
  /** Sum of the rows, each less the mean of all units; length d. */
  sum: Float64Array;
  /** Place whose edge to its parent is cut. */
  at: number;
  /** Reduction of the within sum of squares, 0 or more; -1: the minimum allows no cut. */
  gain: number;
}

/**
 * Finds the best cut of a tree whose two sides keep the minimum, ties by the edge (i, j).
 *
 * @param places places of the tree, ascending, its root first
 */
export type JudgeTree = (places: Uint32Array) => JudgedTree;

/**
 * Open a judge.
 *
 *     n1 n2 / (n1 + n2) |mean1 - mean2|^2      reduction by splitting n1 + n2 units
 *
 * The sums of all subtrees come from one pass from the leaves to the root: O(d) per place.
 */
export function openCutJudge(
  data: DataMatrix,
  layout: TreeLayout,
  { size, population, populations }: FullMinimum,
): JudgeTree {
  const { n, d } = data;
  const { units, parents } = layout;
  const centred = arrangeRows(centreColumns(data), d, units);
  const counts = new Uint32Array(n);
  const people = new Float64Array(n);
  const sums = new Float64Array(n * d);
  const means = new Float64Array(d);

  function addUp(places: Uint32Array): void {
    for (const place of places) {
      counts[place] = 1;
      people[place] = populations[units[place]!]!;
      for (let at = place * d; at < place * d + d; at++) sums[at] = centred[at]!;
    }
    for (let p = places.length - 1; p > 0; p--) {
      const place = places[p]!;
      const parent = parents[place]!;
      counts[parent]! += counts[place]!;
      people[parent]! += people[place]!;
      for (let v = 0; v < d; v++) sums[parent * d + v]! += sums[place * d + v]!;
    }
  }

  return (places) => {
    addUp(places);
    const root = places[0]!;
    const all = counts[root]!;
    for (let v = 0; v < d; v++) means[v] = sums[root * d + v]! / all;
    const sum = sums.slice(root * d, root * d + d);
    const best: JudgedTree = { places, sum, at: root, gain: -1 };
    for (let p = 1; p < places.length; p++) {
      const place = places[p]!;
      const count = counts[place]!;
      if (count < size || all - count < size) continue;
      if (people[place]! < population || people[root]! - people[place]! < population) continue;
      // With S1 = n1 mean1 the reduction is |S1 - n1 mean|^2 n / (n1 n2).
      let squares = 0;
      for (let v = 0; v < d; v++) {
        const surplus = sums[place * d + v]! - count * means[v]!;
        squares += surplus * surplus;
      }
      const gain = (squares * all) / (count * (all - count));
      if (gain > best.gain || (gain === best.gain && isBefore(layout, place, best.at))) {
        best.gain = gain;
        best.at = place;
      }
    }
    return best;
  };
}

/** Increase of the within sum of squares when two trees become one region. */
export function measureLoss({ places, sum }: JudgedTree, other: JudgedTree): number {
  const [count, others] = [places.length, other.places.length];
  let squares = 0;
  for (let v = 0; v < sum.length; v++) squares += (sum[v]! / count - other.sum[v]! / others) ** 2;
  return (squares * count * others) / (count + others);
}

/** Part of the total sum of squares that lies between the means of some trees and the mean of all: sum of n |mean|^2. */
export function sumExplained(trees: readonly JudgedTree[]): number {
  let explained = 0;
  for (const { places, sum } of trees) for (const part of sum) explained += (part * part) / places.length;
  return explained;
}

/** Rows in layout order, so that a subtree is read from one stretch of memory. */
function arrangeRows(values: Float64Array, d: number, units: Uint32Array): Float64Array {
  const arranged = new Float64Array(values.length);
  units.forEach((unit, place) => {
    for (let v = 0; v < d; v++) arranged[place * d + v] = values[unit * d + v]!;
  });
  return arranged;
}

/** Whether the edge above one place comes before that above another, by (i, j). */
export function isBefore({ units, parents }: TreeLayout, place: number, other: number): boolean {
  const ends = (at: number): [number, number] => {
    const a = units[at]!;
    const b = units[parents[at]!]!;
    return a < b ? [a, b] : [b, a];
  };
  const [i, j] = ends(place);
  const [otherI, otherJ] = ends(other);
  return i < otherI || (i === otherI && j < otherJ);
}
