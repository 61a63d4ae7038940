/**
 * Queen contiguity with segment overlap against the shortcut that most tools take: hash every vertex, and call units that
 * have one in common neighbours. Jittered tessellations, 40 vertices per polygon, whose borders agree to the last bit, so
 * that the shortcut finds the same links and only the cost differs. Interleaved, medians.
 */

import { openRandom, type RowRandom } from '../../src/stats/inference/random.ts';
import { findQueenNeighbours } from '../../src/stats/weights/contiguity.ts';
import type { Polygons } from '../../src/stats/weights/polygons.ts';
import type { Figure } from './main.ts';

const RUNS = 5;
/** Segments of each of the four sides of a cell. */
const SEGMENTS = 10;
/** Side of a cell, metres. */
const SIZE = 500;
/** Rows and columns. */
const GRIDS = [
  [25, 40],
  [100, 100],
  [250, 400],
] as const;

/** The figure `contiguity-vs-vertex-hash` for 1,000, 10,000 and 100,000 areas. */
export async function measureContiguity(say: (message: string) => void): Promise<Figure[]> {
  return GRIDS.map(([rows, columns]) => {
    const shapes = drawTessellation(rows, columns, 1);
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const [hashing, hashed] = time(() => joinVertices(shapes));
      const [finding, found] = time(() => findQueenNeighbours(shapes));
      if (found.neighbours.length !== hashed) {
        throw new Error(`Got ${found.neighbours.length} links, expected the ${hashed} of the vertex hash.`);
      }
      baseline.push(hashing);
      ours.push(finding);
    }
    const [own, base] = [takeMedian(ours), takeMedian(baseline)];
    say(`${shapes.n} areas: vertex hash ${base.toFixed(0)} ms, queen ${own.toFixed(0)} ms`);
    return {
      figure: 'contiguity-vs-vertex-hash',
      n: shapes.n,
      ours: own,
      baseline: base,
      unit: 'ms',
      ratio: base / own,
    };
  });
}

/**
 * A grid whose corners are moved at random and whose sides wobble, in UTM-like coordinates; both cells of a side have the
 * same vertices, in opposite order.
 */
export function drawTessellation(rows: number, columns: number, seed: number): Polygons {
  const random = openRandom(seed, 0);
  const corners = new Float64Array(2 * (rows + 1) * (columns + 1));
  for (let r = 0; r <= rows; r++) {
    for (let c = 0; c <= columns; c++) {
      const corner = r * (columns + 1) + c;
      random.startRow(corner);
      corners[2 * corner] = 380_000 + SIZE * (c + 0.5 * jitter(random));
      corners[2 * corner + 1] = 5_800_000 + SIZE * (r + 0.5 * jitter(random));
    }
  }
  const n = rows * columns;
  const vertices = 4 * SEGMENTS + 1;
  const coordinates = new Float64Array(2 * vertices * n);
  let at = 0;
  const drawSide = (from: number, to: number): void => {
    const side = sampleSide(random, corners, Math.min(from, to), Math.max(from, to));
    for (let k = 0; k < SEGMENTS; k++) {
      const point = from < to ? k : SEGMENTS - k;
      coordinates[at++] = side[2 * point]!;
      coordinates[at++] = side[2 * point + 1]!;
    }
  };
  for (let unit = 0; unit < n; unit++) {
    const start = at;
    const southWest = Math.floor(unit / columns) * (columns + 1) + (unit % columns);
    const northWest = southWest + columns + 1;
    drawSide(southWest, southWest + 1);
    drawSide(southWest + 1, northWest + 1);
    drawSide(northWest + 1, northWest);
    drawSide(northWest, southWest);
    coordinates[at++] = coordinates[start]!;
    coordinates[at++] = coordinates[start + 1]!;
  }
  return {
    n,
    coordinates,
    rings: Uint32Array.from({ length: n + 1 }, (_, ring) => ring * vertices),
    polygons: Uint32Array.from({ length: n + 1 }, (_, polygon) => polygon),
    units: Uint32Array.from({ length: n + 1 }, (_, unit) => unit),
  };
}

/** Points of the side between two corners, from the lower to the higher number whichever cell asks. */
function sampleSide(random: RowRandom, corners: Float64Array, low: number, high: number): Float64Array {
  random.startRow(corners.length + 2 * low + (high === low + 1 ? 0 : 1));
  const side = new Float64Array(2 * SEGMENTS + 2);
  for (let k = 0; k <= SEGMENTS; k++) {
    const inside = k > 0 && k < SEGMENTS ? 1 : 0;
    for (const axis of [0, 1]) {
      const from = corners[2 * low + axis]!;
      const to = corners[2 * high + axis]!;
      const straight = k === SEGMENTS ? to : from + ((to - from) * k) / SEGMENTS;
      side[2 * k + axis] = straight + inside * 0.02 * SIZE * jitter(random);
    }
  }
  return side;
}

/** Uniform on -0.5 to 0.5. */
function jitter(random: RowRandom): number {
  return random.below(2 ** 20) / 2 ** 20 - 0.5;
}

/**
 * The baseline: an open-addressing table of vertices, each with the chain of units that have it; two units in one chain are
 * neighbours. Returns the number of links.
 */
function joinVertices({ n, coordinates, rings, polygons, units }: Polygons): number {
  const size = 2 ** Math.ceil(Math.log2(coordinates.length));
  const bits = new Uint32Array(coordinates.buffer, coordinates.byteOffset, 2 * coordinates.length);
  const slots = new Int32Array(size).fill(-1); // first entry of the chain
  const vertexOf = new Uint32Array(coordinates.length / 2); // of an entry
  const unitOf = new Uint32Array(coordinates.length / 2);
  const following = new Int32Array(coordinates.length / 2).fill(-1);
  let entries = 0;
  const marks = new Int32Array(n).fill(-1);
  let links = 0;
  for (let unit = 0; unit < n; unit++) {
    for (let ring = polygons[units[unit]!]!; ring < polygons[units[unit + 1]!]!; ring++) {
      for (let v = rings[ring]!; v < rings[ring + 1]! - 1; v++) {
        let hash = Math.imul(bits[4 * v]! ^ Math.imul(bits[4 * v + 1]!, 0x9e3779b1), 0x85ebca6b);
        hash = Math.imul(
          hash ^ (hash >>> 15) ^ bits[4 * v + 2]! ^ Math.imul(bits[4 * v + 3]!, 0xc2b2ae35),
          0x27d4eb2f,
        );
        let slot = (hash ^ (hash >>> 15)) & (size - 1);
        for (; slots[slot]! >= 0; slot = (slot + 1) & (size - 1)) {
          const w = vertexOf[slots[slot]!]!;
          if (
            coordinates[2 * w] === coordinates[2 * v] &&
            coordinates[2 * w + 1] === coordinates[2 * v + 1]
          ) {
            break;
          }
        }
        // Every earlier unit of the chain, each met once per unit: two links.
        for (let entry = slots[slot]!; entry >= 0; entry = following[entry]!) {
          const other = unitOf[entry]!;
          if (other === unit || marks[other] === unit) continue;
          marks[other] = unit;
          links += 2;
        }
        vertexOf[entries] = v;
        unitOf[entries] = unit;
        following[entries] = slots[slot]!;
        slots[slot] = entries++;
      }
    }
  }
  return links;
}

function time<T>(run: () => T): [number, T] {
  const begun = performance.now();
  const result = run();
  return [performance.now() - begun, result];
}

function takeMedian(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
