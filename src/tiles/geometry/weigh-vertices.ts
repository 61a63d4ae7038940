/**
 * Stage 5: from which zoom on a vertex is drawn.
 *
 * Visvalingam and Whyatt (1993, doi:10.1179/000870493786962263): of an arc's inner vertices the one whose triangle with its
 * neighbours is smallest goes first; its area, never less than that of those gone before, is its weight. A vertex is drawn
 * from the zoom on at which its weight reaches THRESHOLD square tile units. An arc's end points always are, so borders meet.
 */
import type { ArcNetwork } from './join-arcs.ts';

/**
 * Square tile units. A triangle of this area is 2 units high on a base of 4; a tile of 512 pixels has 8 units to the pixel, so
 * what goes is a quarter of a pixel.
 */
const THRESHOLD = 4;

/** Level of a vertex that is never drawn: it lies on the line of its neighbours. */
export const NEVER = 255;

/** Levels of all points; every vertex that bends its arc at all is drawn at the deepest zoom. */
export function weighVertices({ arcs, coordinates }: ArcNetwork, maxZoom: number): Uint8Array {
  const levels = new Uint8Array(coordinates.length / 2);
  let longest = 0;
  for (let a = 0; a + 1 < arcs.length; a++) longest = Math.max(longest, arcs[a + 1]! - arcs[a]!);
  const queue = new VertexQueue(longest);
  for (let a = 0; a + 1 < arcs.length; a++) {
    const from = arcs[a]!;
    const count = arcs[a + 1]! - from;
    if (count < 3) continue;
    queue.fill(coordinates, from, count);
    let weight = 0;
    for (let v = queue.pop(); v >= 0; v = queue.pop()) {
      weight = Math.max(weight, queue.areas[v]!);
      levels[from + v] = levelOf(weight, maxZoom);
      queue.close(coordinates, from, v);
    }
  }
  return levels;
}

function levelOf(doubleArea: number, maxZoom: number): number {
  if (doubleArea === 0) return NEVER;
  let level = maxZoom;
  for (let needed = 8 * THRESHOLD; level > 0 && doubleArea >= needed; needed *= 4) level--;
  return level;
}

/** The inner vertices of one arc, smallest triangle first: a binary heap that knows where each vertex is. */
class VertexQueue {
  /** Twice the triangle of each vertex. */
  readonly areas: Float64Array;
  readonly #before: Int32Array;
  readonly #after: Int32Array;
  readonly #heap: Int32Array;
  readonly #places: Int32Array;
  #length = 0;

  constructor(most: number) {
    this.areas = new Float64Array(most);
    this.#before = new Int32Array(most);
    this.#after = new Int32Array(most);
    this.#heap = new Int32Array(most);
    this.#places = new Int32Array(most);
  }

  fill(coordinates: Int32Array, from: number, count: number): void {
    this.#length = count - 2;
    for (let v = 1; v < count - 1; v++) {
      this.#before[v] = v - 1;
      this.#after[v] = v + 1;
      this.areas[v] = this.#measure(coordinates, from, v);
      this.#heap[v - 1] = v;
      this.#places[v] = v - 1;
    }
    // End points are in no heap.
    this.#places[0] = -1;
    this.#places[count - 1] = -1;
    for (let place = (this.#length >> 1) - 1; place >= 0; place--) this.#sink(place);
  }

  /** Takes the vertex with the smallest triangle out; -1 when none is left. */
  pop(): number {
    if (this.#length === 0) return -1;
    const top = this.#heap[0]!;
    const last = this.#heap[--this.#length]!;
    this.#places[top] = -1;
    if (this.#length > 0) {
      this.#put(last, 0);
      this.#sink(0);
    }
    return top;
  }

  /** Closes the gap that a vertex left: its neighbours get new triangles. */
  close(coordinates: Int32Array, from: number, v: number): void {
    const before = this.#before[v]!;
    const after = this.#after[v]!;
    this.#after[before] = after;
    this.#before[after] = before;
    this.#renew(coordinates, from, before);
    this.#renew(coordinates, from, after);
  }

  #renew(coordinates: Int32Array, from: number, v: number): void {
    const place = this.#places[v]!;
    if (place < 0) return;
    const old = this.areas[v]!;
    const area = this.#measure(coordinates, from, v);
    this.areas[v] = area;
    if (area < old) this.#rise(place);
    else this.#sink(place);
  }

  #measure(coordinates: Int32Array, from: number, v: number): number {
    const a = 2 * (from + this.#before[v]!);
    const b = 2 * (from + v);
    const c = 2 * (from + this.#after[v]!);
    const [x, y] = [coordinates[a]!, coordinates[a + 1]!];
    return Math.abs(
      (coordinates[b]! - x) * (coordinates[c + 1]! - y) - (coordinates[c]! - x) * (coordinates[b + 1]! - y),
    );
  }

  #put(v: number, place: number): void {
    this.#heap[place] = v;
    this.#places[v] = place;
  }

  #rise(start: number): void {
    const v = this.#heap[start]!;
    const area = this.areas[v]!;
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.areas[this.#heap[parent]!]! <= area) break;
      this.#put(this.#heap[parent]!, place);
      place = parent;
    }
    this.#put(v, place);
  }

  #sink(start: number): void {
    const v = this.#heap[start]!;
    const area = this.areas[v]!;
    let place = start;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#length) break;
      if (child + 1 < this.#length && this.areas[this.#heap[child + 1]!]! < this.areas[this.#heap[child]!]!)
        child++;
      if (this.areas[this.#heap[child]!]! >= area) break;
      this.#put(this.#heap[child]!, place);
      place = child;
    }
    this.#put(v, place);
  }
}
