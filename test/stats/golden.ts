/** Golden files and the small inputs that tests of src/stats share. */

import { readFileSync } from 'node:fs';
import type { Weights } from '../../src/stats/weights/weights.ts';

/** Read a golden file; its `meta` says which program made it. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** Neighbour lists, ascending, as weights of 1. */
export function packLinks(lists: readonly (readonly number[])[]): Weights {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i]! + list.length;
  });
  const neighbours = Uint32Array.from(lists.flat());
  return { n: lists.length, offsets, neighbours, weights: new Float64Array(neighbours.length).fill(1) };
}

/** Weights as neighbour lists. */
export function listLinks({ n, offsets, neighbours }: Weights): number[][] {
  return Array.from({ length: n }, (_, i) => [...neighbours.subarray(offsets[i]!, offsets[i + 1]!)]);
}

/** Greatest deviation of numbers from expected numbers, relative where these are above 1e-3, else against 1e-3. */
export function largestDeviation(got: ArrayLike<number>, want: ArrayLike<number | null>): number {
  if (got.length !== want.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < want.length; i++) {
    const expected = want[i];
    const found = got[i]!;
    if (expected === null || expected === undefined) {
      if (!Number.isNaN(found)) return Infinity;
      continue;
    }
    if (Number.isNaN(found)) return Infinity;
    largest = Math.max(largest, relativeDeviation(found, expected));
  }
  return largest;
}

/** |got - want| against |want|, or against 1e-3 for smaller numbers, whose last digits are those of a difference. */
export function relativeDeviation(got: number, want: number): number {
  return Math.abs(got - want) / Math.max(Math.abs(want), 1e-3);
}

/** Queen links of a grid of cells, row by row. */
export function linkGrid(rows: number, columns: number): Weights {
  const lists: number[][] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const list: number[] = [];
      for (let y = Math.max(0, r - 1); y <= Math.min(rows - 1, r + 1); y++) {
        for (let x = Math.max(0, c - 1); x <= Math.min(columns - 1, c + 1); x++) {
          if (y !== r || x !== c) list.push(y * columns + x);
        }
      }
      lists.push(list);
    }
  }
  return packLinks(lists);
}
