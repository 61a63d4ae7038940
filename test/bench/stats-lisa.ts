/**
 * Local statistics against the direct method, which deals every row of a shared sample to every unit and adds up (as esda and
 * GeoDa do), and against @geoda/lisa. Each figure covers two maps, a seeded grid and a jittered tessellation, both with queen
 * links; times of the two are added. Interleaved, in one thread; after one run to warm up, every figure, ours and baseline
 * alike, is the fastest of the same number of runs. `-vs-direct` compares counting with counting,
 * and the counts must be equal; `-vs-geoda` compares whole calls, `city-600` whole calls with counting alone.
 */
import { readFileSync } from 'node:fs';
import { openRandom } from '../../src/stats/inference/random.ts';
import { countTails, type TailCounts } from '../../src/stats/local/conditional-permutation.ts';
import { openDealer } from '../../src/stats/local/deal.ts';
import { analyseLocal } from '../../src/stats/local/local-analysis.ts';
import { localMoran } from '../../src/stats/local/local-moran.ts';
import type { LocalStatistic } from '../../src/stats/local/local-plan.ts';
import { standardise } from '../../src/stats/standardise.ts';
import type { Weights } from '../../src/stats/weights/weights.ts';
import type { Figure } from './main.ts';

const SEED = 20_260_101;
const GRIDS = [
  [25, 40],
  [100, 100],
  [250, 400],
] as const;
const CITY = [20, 30] as const;
const RUNS = 7;

/** A map and its values. */
interface Place {
  weights: Weights;
  values: Float64Array;
}

/** All figures of local statistics, for 1,000, 10,000 and 100,000 areas and a city of 600. */
export async function measureLisa(say: (message: string) => void): Promise<Figure[]> {
  const figures = measureCity(say);
  const geoda = await openGeoda();
  for (const [rows, columns] of GRIDS) {
    const places = drawPlaces(rows, columns);
    for (const place of places) compareCounts(place);
    const n = rows * columns;
    const fastest = {
      few: Infinity,
      many: Infinity,
      whole: Infinity,
      direct: Infinity,
      least: Infinity,
      geoda: Infinity,
    };
    for (let run = 0; run <= RUNS; run++) {
      const times = {
        few: timeAll(places, (place) => countSorted(place, 999)),
        many: timeAll(places, (place) => countSorted(place, 99_999)),
        whole: timeAll(places, ({ values, weights }) =>
          localMoran(values, weights, { permutations: 999, seed: SEED }),
        ),
        direct: timeAll(places, (place) => countDirectly(place, 999)),
        least: timeAll(places, (place) => countDirectly(place, 99)),
        geoda: await timeGeoda(geoda, places),
      };
      if (run === 0) continue;
      for (const name of Object.keys(fastest) as (keyof typeof fastest)[])
        fastest[name] = Math.min(fastest[name], times[name]);
      say(
        `${n} areas, run ${run} of ${RUNS}, ms: ${Object.entries(times)
          .map(([name, time]) => `${name} ${time.toFixed(0)}`)
          .join(', ')}`,
      );
    }
    figures.push(
      toFigure('lisa-999-vs-direct', n, fastest.few, fastest.direct),
      toFigure('lisa-99999-vs-direct-99', n, fastest.many, fastest.least),
      toFigure('lisa-999-vs-geoda', n, fastest.whole, fastest.geoda),
    );
  }
  return figures;
}

const MORAN_AND_G: LocalStatistic[] = [
  { kind: 'moran', variable: 0 },
  { kind: 'gi-star', variable: 0 },
];

/** A city: several statistics with P = 99,999 in one call against the direct method for Moran alone with P = 999. */
function measureCity(say: (message: string) => void): Figure[] {
  const [rows, columns] = CITY;
  const places = drawPlaces(rows, columns);
  const analyse =
    (statistics: LocalStatistic[]) =>
    ({ values, weights }: Place): unknown =>
      analyseLocal({ variables: [values], weights, statistics, permutations: 99_999, seed: SEED });
  const times = { direct: Infinity, both: Infinity, geary: Infinity };
  for (let run = 0; run <= 7; run++) {
    const direct = timeAll(places, (place) => countDirectly(place, 999));
    const both = timeAll(places, analyse(MORAN_AND_G));
    const geary = timeAll(places, analyse([...MORAN_AND_G, { kind: 'geary', variable: 0 }]));
    if (run === 0) continue;
    times.direct = Math.min(times.direct, direct);
    times.both = Math.min(times.both, both);
    times.geary = Math.min(times.geary, geary);
  }
  say(
    `600 areas: direct ${times.direct.toFixed(1)} ms, ours ${times.both.toFixed(1)} ms, with Geary ${times.geary.toFixed(1)} ms`,
  );
  return [
    toFigure('city-600', rows * columns, times.both, times.direct),
    toFigure('city-600-geary', rows * columns, times.geary, times.direct),
  ];
}

function toFigure(figure: string, n: number, ours: number, baseline: number): Figure {
  return { figure, n, ours, baseline, unit: 'ms', ratio: baseline / ours };
}

function timeAll(places: readonly Place[], work: (place: Place) => unknown): number {
  const begun = performance.now();
  for (const place of places) work(place);
  return performance.now() - begun;
}

/** A grid and a tessellation of as many areas, with a smooth trend and noise. */
function drawPlaces(rows: number, columns: number): Place[] {
  const random = openRandom(SEED, 3);
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < values.length; i++) {
    random.startRow(i);
    const noise = random.below(2 ** 20) / 2 ** 20 + random.below(2 ** 20) / 2 ** 20 - 1;
    values[i] =
      Math.sin((6 * Math.floor(i / columns)) / rows) * Math.cos((5 * (i % columns)) / columns) + 2 * noise;
  }
  const straight = (): number => 0;
  const jittered = (row: number, column: number): number => {
    random.startRow(row * columns + column);
    return 0.9 * (random.below(2 ** 20) / 2 ** 20 - 0.5);
  };
  return [straight, jittered].map((shift) => ({ values, weights: linkRows(rows, columns, shift) }));
}

/**
 * Queen links of rows of cells whose walls are shifted: cells of two rows touch where their spans do.
 *
 *     ┌──┬─────┬───┐
 *     ├──┴─┬───┴─┬─┤        a wall's shift is below half a cell, so cells stay in order
 *     └────┴─────┴─┘
 */
function linkRows(rows: number, columns: number, shift: (row: number, column: number) => number): Weights {
  const wall = (row: number, column: number): number =>
    column === 0 || column === columns ? column : column + shift(row, column);
  const n = rows * columns;
  const offsets = new Uint32Array(n + 1);
  const neighbours: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let other = Math.max(0, row - 1); other <= Math.min(rows - 1, row + 1); other++) {
        for (let near = Math.max(0, column - 2); near <= Math.min(columns - 1, column + 2); near++) {
          if (other === row ? Math.abs(near - column) !== 1 : !touch(wall, row, column, other, near))
            continue;
          neighbours.push(other * columns + near);
        }
      }
      offsets[row * columns + column + 1] = neighbours.length;
    }
  }
  return {
    n,
    offsets,
    neighbours: Uint32Array.from(neighbours),
    weights: new Float64Array(neighbours.length).fill(1),
  };
}

function touch(
  wall: (row: number, column: number) => number,
  row: number,
  column: number,
  other: number,
  near: number,
): boolean {
  return wall(row, column) <= wall(other, near + 1) && wall(other, near) <= wall(row, column + 1);
}

function countSorted({ values, weights }: Place, permutations: number): TailCounts {
  return countTails([standardise(values)], weights, { seed: SEED, from: 0, until: permutations })[0]!;
}

function compareCounts(place: Place): void {
  const { greaterOrEqual, lessOrEqual } = countSorted(place, 99);
  const [ge, le] = countDirectly(place, 99);
  for (let i = 0; i < place.weights.n; i++) {
    if (greaterOrEqual[i] !== ge![i] || lessOrEqual[i] !== le![i])
      throw new Error(
        `Got counts ${greaterOrEqual[i]}, ${lessOrEqual[i]} of unit ${i}, expected ${ge![i]}, ${le![i]}.`,
      );
  }
}

/** The direct method, written to be fast: one flat sample, no allocation inside, and both tails. */
function countDirectly({ values, weights }: Place, permutations: number): Uint32Array[] {
  const { n, offsets, neighbours } = weights;
  const z = standardise(values);
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, offsets[i + 1]! - offsets[i]!);
  const deal = openDealer(n - 1, most, SEED);
  const ids = new Uint32Array(permutations * most);
  for (let row = 0; row < permutations; row++) ids.set(deal(row), row * most);
  const greaterOrEqual = new Uint32Array(n);
  const lessOrEqual = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const size = offsets[i + 1]! - offsets[i]!;
    let observed = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) observed += z[neighbours[e]!]!;
    const low = observed - 1e-10;
    const high = observed + 1e-10;
    let ge = 0;
    let le = 0;
    for (let start = 0; start < ids.length; start += most) {
      let sum = 0;
      for (let k = start; k < start + size; k++) {
        const id = ids[k]!;
        sum += z[id === i ? n - 1 : id]!;
      }
      if (sum >= low) ge++;
      if (sum <= high) le++;
    }
    greaterOrEqual[i] = ge;
    lessOrEqual[i] = le;
  }
  return [greaterOrEqual, lessOrEqual];
}

type Geoda = typeof import('@geoda/lisa');

/** @geoda/lisa fetches its WASM by an address; Node's fetch knows data addresses, not file addresses. */
async function openGeoda(): Promise<Geoda> {
  const geoda = await import('@geoda/lisa');
  const file = new URL('../wasm/geoda-lisa.wasm', import.meta.resolve('@geoda/lisa'));
  geoda.setDeliveryWASM(`data:application/wasm;base64,${readFileSync(file, 'base64')}`);
  return geoda;
}

async function timeGeoda(geoda: Geoda, places: readonly Place[]): Promise<number> {
  const inputs = places.map(({ values, weights: { n, offsets, neighbours } }) => ({
    data: [...values],
    neighbors: Array.from({ length: n }, (_, i) => [...neighbours.subarray(offsets[i]!, offsets[i + 1]!)]),
  }));
  const begun = performance.now();
  for (const input of inputs) await geoda.localMoran({ ...input, permutation: 999 });
  return performance.now() - begun;
}
