/** Graphs, data and checks that tests of regionalisation share. */

import fc from 'fast-check';
import { openRandom } from '../../../src/stats/inference/random.ts';
import type { DataMatrix } from '../../../src/stats/regions/data-matrix.ts';
import type { Weights } from '../../../src/stats/weights/weights.ts';
import { packLinks, readGolden } from '../golden.ts';

interface GoldenSkater {
  data_scaled: number[][];
  queen: number[][];
  mst_edges: [number, number, number][];
  mst_total_cost: number;
  total_SS: number;
  skater: Record<string, { groups: number[]; within_SSD: number }>;
  skater_min5: { groups: number[]; within_SSD: number };
}

export const COLUMBUS = readGolden<GoldenSkater>('columbus_skater');
export const COLUMBUS_DATA: DataMatrix = {
  n: 49,
  d: 3,
  values: Float64Array.from(COLUMBUS.data_scaled.flat()),
};
export const COLUMBUS_QUEEN = packLinks(COLUMBUS.queen);

/** One variable. */
export function oneColumn(...values: number[]): DataMatrix {
  return { n: values.length, d: 1, values: Float64Array.from(values) };
}

/** Units in a row, each touching the next. */
export function linkRow(n: number): Weights {
  return packLinks(Array.from({ length: n }, (_, i) => [i - 1, i + 1].filter((j) => j >= 0 && j < n)));
}

/** Random numbers from 0 to 1, hardly ever equal. */
export function drawValues(count: number, seed: number): Float64Array {
  const random = openRandom(seed, 77);
  random.startRow(0);
  return Float64Array.from(
    { length: count },
    () => (random.below(2 ** 21) + random.below(2 ** 20) / 2 ** 20) / 2 ** 21,
  );
}

/** A random graph, often in several parts, with two variables and a population from 0 to 9. */
export interface Town {
  weights: Weights;
  data: DataMatrix;
  populations: Float64Array;
}

export const towns: fc.Arbitrary<Town> = fc
  .tuple(
    fc.integer({ min: 2, max: 14 }),
    fc.array(fc.tuple(fc.nat(999), fc.nat(999)), { maxLength: 30 }),
    fc.nat(1e6),
    fc.boolean(),
  )
  .map(([n, pairs, seed, whole]) => {
    const lists = Array.from({ length: n }, () => new Set<number>());
    const link = (i: number, j: number): void => {
      if (i !== j) lists[i]!.add(j) && lists[j]!.add(i);
    };
    for (const [i, j] of pairs) link(i % n, j % n);
    if (whole) for (let i = 1; i < n; i++) link(i, Math.floor((i * (seed % 97)) / 97));
    const drawn = drawValues(3 * n, seed);
    return {
      weights: packLinks(lists.map((list) => [...list].sort((a, b) => a - b))),
      data: { n, d: 2, values: drawn.slice(0, 2 * n) },
      populations: drawn.slice(2 * n).map((value) => Math.floor(value * 10)),
    };
  });

/** Unit i becomes unit order[i]. */
export function reorderTown({ weights, data, populations }: Town, order: readonly number[]): Town {
  const lists: number[][] = order.map(() => []);
  const values = new Float64Array(data.values.length);
  const people = new Float64Array(data.n);
  order.forEach((to, i) => {
    const links = [...weights.neighbours.subarray(weights.offsets[i]!, weights.offsets[i + 1]!)];
    lists[to] = links.map((j) => order[j]!).sort((a, b) => a - b);
    values.set(data.values.subarray(i * data.d, (i + 1) * data.d), to * data.d);
    people[to] = populations[i]!;
  });
  return { weights: packLinks(lists), data: { ...data, values }, populations: people };
}

/** A fixed shuffle of 0 to n - 1. */
export function shuffledOrder(n: number, seed: number): number[] {
  const keys = drawValues(n, seed);
  return [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!);
}

/** Labels renamed in the order of their first unit, so that equal partitions are equal arrays. */
export function nameByFirst(labels: ArrayLike<number>): number[] {
  const names = new Map<number, number>();
  return Array.from(labels, (label) => {
    if (!names.has(label)) names.set(label, names.size);
    return names.get(label)!;
  });
}

/** Connected parts among some units, by a walk. */
export function walkParts({ offsets, neighbours }: Weights, units: readonly number[]): number {
  const open = new Set(units);
  let parts = 0;
  for (const start of units) {
    if (!open.delete(start)) continue;
    parts++;
    const path = [start];
    while (path.length > 0) {
      const i = path.pop()!;
      for (const j of neighbours.subarray(offsets[i]!, offsets[i + 1]!)) if (open.delete(j)) path.push(j);
    }
  }
  return parts;
}

/** Units of a label. */
export function unitsOf(labels: ArrayLike<number>, label: number): number[] {
  return Array.from(labels, (own, i) => (own === label ? i : -1)).filter((i) => i >= 0);
}

/** Within sum of squares by the definition. */
export function sumWithin({ d, values }: DataMatrix, labels: ArrayLike<number>): number {
  let within = 0;
  for (const label of new Set(Array.from(labels))) {
    const units = unitsOf(labels, label);
    for (let v = 0; v < d; v++) {
      const column = units.map((i) => values[i * d + v]!);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      for (const value of column) within += (value - mean) ** 2;
    }
  }
  return within;
}
