/**
 * Does SKATER stay linear? Cost per unit with three variables cut into 20 regions, on jittered grids of 10,000 and 100,000
 * cells. Interleaved; the fastest of nine each, since anything else on the machine only ever slows a run down, and large ones
 * more than small ones.
 */

import { openRandom } from '../../src/stats/inference/random.ts';
import type { DataMatrix } from '../../src/stats/regions/data-matrix.ts';
import { skater } from '../../src/stats/regions/skater.ts';
import type { Weights } from '../../src/stats/weights/weights.ts';
import type { Figure } from './main.ts';

const RUNS = 9;
const REGIONS = 20;
const SEED = 20_260_101;

/** A grid and its values. */
interface Grid {
  weights: Weights;
  data: DataMatrix;
}

/**
 * @param say tells progress
 * @returns `skater-growth`: microseconds per unit at 100,000 against 10,000
 */
export async function measureRegions(say: (message: string) => void): Promise<Figure[]> {
  const small = layGrid(100, 100);
  const large = layGrid(250, 400);
  const times = { small: [] as number[], large: [] as number[] };
  for (let run = 0; run <= RUNS; run++) {
    const own = timeSkater(large);
    const base = timeSkater(small);
    // The first run warms up.
    if (run === 0) continue;
    times.large.push(own);
    times.small.push(base);
    say(`SKATER ${run} of ${RUNS}: 10,000 in ${base.toFixed(0)} ms, 100,000 in ${own.toFixed(0)} ms`);
  }
  const ours = (1000 * Math.min(...times.large)) / large.data.n;
  const baseline = (1000 * Math.min(...times.small)) / small.data.n;
  return [
    { figure: 'skater-growth', n: large.data.n, ours, baseline, unit: 'µs/unit', ratio: baseline / ours },
  ];
}

function timeSkater({ data, weights }: Grid): number {
  const begun = performance.now();
  skater(data, weights, { k: REGIONS });
  return performance.now() - begun;
}

/**
 * A tessellation whose corners are jittered: cells share sides with four others, and the jitter of each inner corner
 * decides which two of its four cells touch there across the corner. Values are smooth waves with noise.
 */
function layGrid(rows: number, columns: number): Grid {
  const random = openRandom(SEED, rows);
  random.startRow(0);
  const n = rows * columns;
  const lists: number[][] = Array.from({ length: n }, () => []);
  const link = (i: number, j: number): void => {
    lists[i]!.push(j);
    lists[j]!.push(i);
  };
  const values = new Float64Array(3 * n);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      const [right, below] = [column + 1 < columns, row + 1 < rows];
      if (right) link(cell, cell + 1);
      if (below) link(cell, cell + columns);
      if (right && below) {
        if (random.below(2) === 0) link(cell, cell + columns + 1);
        else link(cell + 1, cell + columns);
      }
      for (let v = 0; v < 3; v++) {
        const wave = Math.sin((6 * column) / columns + v) + Math.cos((5 * v * row) / rows + 1);
        values[3 * cell + v] = wave + random.below(1000) / 500;
      }
    }
  }
  const offsets = new Uint32Array(n + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i]! + list.length;
  });
  const neighbours = Uint32Array.from(lists.flatMap((list) => list.sort((a, b) => a - b)));
  const weights = { n, offsets, neighbours, weights: new Float64Array(neighbours.length).fill(1) };
  return { weights, data: { n, d: 3, values } };
}
