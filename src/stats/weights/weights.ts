import { openSets } from '../graph/disjoint-sets.ts';

/**
 * Spatial weights as compressed rows: who is a neighbour of whom, and how much it counts.
 *
 *     unit 0 ─ 1        offsets     0     1        3     4
 *            ╲ │        neighbours  1  │  0     2  │  1
 *              2        weights     1  │  ½     ½  │  1      (style W)
 */
export interface Weights {
  /** Count of units. */
  n: number;
  /** First link of each unit, and the end; length n + 1. */
  offsets: Uint32Array;
  /** Neighbour of each link, ascending within a unit, never the unit itself. */
  neighbours: Uint32Array;
  /** Weight of each link, positive, without a unit of measure. */
  weights: Float64Array;
}

/** What a unit's weights add up to, see `styleWeights`; spdep's names. */
export type Style = 'W' | 'B' | 'C' | 'U' | 'S';

/** What a result says about the weights it was made with. */
export interface WeightsSummary {
  n: number;
  links: number;
  /** Links per unit. */
  neighbours: { least: number; mean: number; most: number };
  /** Units without a neighbour, ascending. */
  islands: Uint32Array;
  /** Connected parts, each island being one. */
  components: number;
  /** Whether every link has its opposite. */
  symmetric: boolean;
  /** Content hash, see `hashWeights`. */
  hash: string;
}

/**
 * Bring weights into a style. (Tiefelsdorf, Griffith & Boots 1999, doi:10.1068/a310165, compare them.)
 *
 *     B  1                             every link counts the same; given weights are forgotten
 *     W  w_ij / sum_j w_ij             every unit counts the same, its links less where it has many
 *     C  w_ij n / S0                   as given, scaled to the sum n
 *     U  w_ij / S0                     as given, scaled to the sum 1
 *     S  s_ij n / sum_ij s_ij          between W and C: s_ij = w_ij / sqrt(sum_j w_ij^2)
 *
 * S0 = sum_ij w_ij; n counts units that have a neighbour, so that W, C and S have the same sum. An island stays one.
 */
export function styleWeights(weights: Weights, style: Style): Weights {
  const scaled = style === 'B' ? weights.weights.map(() => 1) : weights.weights.slice();
  const styled = { ...weights, weights: scaled };
  if (style === 'W') divideRows(styled);
  if (style === 'S') divideRowsByRoots(styled);
  if (style === 'C' || style === 'S') scaleTo(scaled, weights.n - findIslands(weights).length);
  if (style === 'U') scaleTo(scaled, 1);
  return styled;
}

/** Divide the weights of every unit by their sum, in place. Views of rows would take twice as long or more. */
function divideRows({ n, offsets, weights }: Weights): void {
  for (let i = 0; i < n; i++) {
    const end = offsets[i + 1]!;
    let sum = 0;
    for (let e = offsets[i]!; e < end; e++) sum += weights[e]!;
    for (let e = offsets[i]!; e < end; e++) weights[e] = weights[e]! / sum;
  }
}

/** Divide the weights of every unit by the root of the sum of their squares, in place. */
function divideRowsByRoots({ n, offsets, weights }: Weights): void {
  for (let i = 0; i < n; i++) {
    const end = offsets[i + 1]!;
    let squares = 0;
    for (let e = offsets[i]!; e < end; e++) squares += weights[e]! * weights[e]!;
    const root = Math.sqrt(squares);
    for (let e = offsets[i]!; e < end; e++) weights[e] = weights[e]! / root;
  }
}

/** Scale numbers to a sum, in place. */
function scaleTo(numbers: Float64Array, total: number): void {
  const factor = total / sumOf(numbers);
  for (let e = 0; e < numbers.length; e++) numbers[e] = numbers[e]! * factor;
}

function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

/**
 * Keep some units and the links among them. Weights are kept as they are: apply the style afterwards, or the rows that
 * lost a neighbour no longer sum to 1.
 *
 * @param units indices to keep, ascending
 * @returns weights of length units.length; unit k is the former units[k]; the given object itself where all units stay
 */
export function subsetWeights(weights: Weights, units: Uint32Array): Weights {
  if (units.length === weights.n) return weights;
  const renamed = new Int32Array(weights.n).fill(-1);
  for (let k = 0; k < units.length; k++) renamed[units[k]!] = k;

  const offsets = new Uint32Array(units.length + 1);
  const neighbours = new Uint32Array(weights.neighbours.length);
  const kept = new Float64Array(weights.neighbours.length);
  let links = 0;
  for (let k = 0; k < units.length; k++) {
    const i = units[k]!;
    for (let e = weights.offsets[i]!; e < weights.offsets[i + 1]!; e++) {
      const j = renamed[weights.neighbours[e]!]!;
      if (j < 0) continue;
      neighbours[links] = j;
      kept[links++] = weights.weights[e]!;
    }
    offsets[k + 1] = links;
  }
  return { n: units.length, offsets, neighbours: neighbours.slice(0, links), weights: kept.slice(0, links) };
}

/** Units without a neighbour, ascending. */
export function findIslands({ n, offsets }: Weights): Uint32Array {
  const islands: number[] = [];
  for (let i = 0; i < n; i++) if (offsets[i] === offsets[i + 1]) islands.push(i);
  return Uint32Array.from(islands);
}

/**
 * Connected parts, a link joining both ways whatever its direction.
 *
 * @returns the number of parts and each unit's part; parts are numbered from 0 in the order of their first unit
 */
export function labelComponents({ n, offsets, neighbours }: Weights): { count: number; labels: Uint32Array } {
  // A set is known by its first unit.
  const sets = openSets(n);
  for (let i = 0; i < n; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) sets.join(i, neighbours[e]!);
  }
  const labels = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) {
    const first = sets.find(i);
    labels[i] = first === i ? count++ : labels[first]!;
  }
  return { count, labels };
}

/** Position of the link i to j, or -1; by bisection, since a unit's neighbours ascend. */
export function findLink({ offsets, neighbours }: Weights, i: number, j: number): number {
  let low = offsets[i]!;
  let high = offsets[i + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (neighbours[middle]! < j) low = middle + 1;
    else high = middle;
  }
  return low < offsets[i + 1]! && neighbours[low] === j ? low : -1;
}

/** Whether every link has its opposite; the two weights may differ, as they do in style W. */
export function isSymmetric(weights: Weights): boolean {
  for (let i = 0; i < weights.n; i++) {
    for (let e = weights.offsets[i]!; e < weights.offsets[i + 1]!; e++) {
      if (findLink(weights, weights.neighbours[e]!, i) < 0) return false;
    }
  }
  return true;
}

/**
 * Give every one-way link its opposite, with the same weight. A link that has one keeps both weights.
 *
 * @returns weights whose links go both ways
 */
export function symmetriseWeights(weights: Weights): Weights {
  const added: [from: number, to: number, weight: number][] = [];
  for (let i = 0; i < weights.n; i++) {
    for (let e = weights.offsets[i]!; e < weights.offsets[i + 1]!; e++) {
      const j = weights.neighbours[e]!;
      if (findLink(weights, j, i) < 0) added.push([j, i, weights.weights[e]!]);
    }
  }
  added.sort(([a], [b]) => a - b);
  let next = 0;
  return packRows(weights.n, (i, add) => {
    for (let e = weights.offsets[i]!; e < weights.offsets[i + 1]!; e++) {
      add(weights.neighbours[e]!, weights.weights[e]!);
    }
    for (; added[next]?.[0] === i; next++) add(added[next]![1], added[next]![2]);
  });
}

/**
 * Compressed rows from a function that is asked for each unit in turn and adds its links, in any order but each once.
 */
export function packRows(
  n: number,
  listRow: (unit: number, add: (neighbour: number, weight: number) => void) => void,
): Weights {
  const offsets = new Uint32Array(n + 1);
  const neighbours: number[] = [];
  const weights: number[] = [];
  const add = (neighbour: number, weight: number): void => {
    neighbours.push(neighbour);
    weights.push(weight);
  };
  for (let unit = 0; unit < n; unit++) {
    const start = neighbours.length;
    listRow(unit, add);
    offsets[unit + 1] = neighbours.length;
    sortRow(neighbours, weights, start);
  }
  return { n, offsets, neighbours: Uint32Array.from(neighbours), weights: Float64Array.from(weights) };
}

/** Bring the links from a position on into ascending order, in place; most rows are in order already. */
function sortRow(neighbours: number[], weights: number[], start: number): void {
  let e = start + 1;
  while (e < neighbours.length && neighbours[e - 1]! < neighbours[e]!) e++;
  if (e >= neighbours.length) return;
  const row = neighbours.slice(start).map((neighbour, k) => ({ neighbour, weight: weights[start + k]! }));
  row.sort((a, b) => a.neighbour - b.neighbour);
  row.forEach(({ neighbour, weight }, k) => {
    neighbours[start + k] = neighbour;
    weights[start + k] = weight;
  });
}

/** Everything a result states about its weights. */
export function summariseWeights(weights: Weights): WeightsSummary {
  const { n, offsets, neighbours } = weights;
  let least = n === 0 ? 0 : Infinity;
  let most = 0;
  for (let i = 0; i < n; i++) {
    const count = offsets[i + 1]! - offsets[i]!;
    if (count < least) least = count;
    if (count > most) most = count;
  }
  return {
    n,
    links: neighbours.length,
    neighbours: { least, mean: n === 0 ? 0 : neighbours.length / n, most },
    islands: findIslands(weights),
    components: labelComponents(weights).count,
    symmetric: isSymmetric(weights),
    hash: hashWeights(weights),
  };
}

/**
 * Content hash of weights: equal for equal n, offsets, neighbours and weights, on every machine. It tells results apart;
 * it does not protect against forgery.
 *
 * The little-endian 32-bit words of n, offsets, neighbours, weights run through two lanes (xor, multiply by an odd
 * constant, rotate), each then mixed with the other by the finaliser of MurmurHash3.
 *
 * @returns 64 bits as 16 hexadecimal digits
 */
export function hashWeights({ n, offsets, neighbours, weights }: Weights): string {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  const take = (word: number): void => {
    a = Math.imul(a ^ word, 0x9e3779b1);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ word, 0xc2b2ae35) + a;
    b = (b << 17) | (b >>> 15);
  };
  take(n);
  offsets.forEach(take);
  neighbours.forEach(take);
  const bytes = new DataView(new ArrayBuffer(8));
  for (const weight of weights) {
    bytes.setFloat64(0, weight, true);
    take(bytes.getUint32(0, true));
    take(bytes.getUint32(4, true));
  }
  const high = mixBits(a ^ mixBits(b));
  const low = mixBits(b ^ high);
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}

function mixBits(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
