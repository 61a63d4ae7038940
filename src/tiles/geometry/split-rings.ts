/**
 * Third step of a cut: rings that rounding pinched become rings that meet themselves nowhere.
 *
 *      +----+   +----+          +----+ +----+
 *      |     \ /     |    →     |    / \    |      and a spike, out and back the same way, goes
 *      |     / \     |          |   /   \   |
 *      +----+   +----+          +----+ +----+
 */
import { doubleArea, reverse } from './rebuild-polygons.ts';

/**
 * Rings of one polygon in the order of the format: each outer ring with its holes behind it.
 *
 * What a ring encloses the wrong way round, since rounding turned it, is area all the same if it lies outside of the rest. A hole
 * that is in no outer ring is none.
 *
 * @param rings the outer one first, clockwise on the screen, holes the other way round
 */
export function splitRings(rings: readonly Int32Array[]): Int32Array[] {
  const outers: Int32Array[] = [];
  const turned: Int32Array[] = [];
  const holes: Int32Array[] = [];
  rings.forEach((ring, r) => {
    for (const loop of splitRing(ring)) {
      const area = doubleArea(loop);
      if (area > 0) outers.push(loop);
      else if (area < 0) (r === 0 ? turned : holes).push(loop);
    }
  });
  if (turned.length === 0 && (holes.length === 0 || outers.length === 1)) return [...outers, ...holes];
  const whole = [...outers];
  for (const ring of turned) (outers.some((outer) => contains(outer, ring)) ? holes : whole).push(ring);
  return whole.flatMap((ring) => {
    const outer = doubleArea(ring) > 0 ? ring : reverse(ring);
    return [outer, ...holes.filter((hole) => contains(outer, hole))];
  });
}

/** Where points lie in the part of a ring walked so far; forgets everything by being told a new ring begins. */
class Places {
  #mask = 0;
  /** Point's x, y, place and ring number. */
  #slots = new Int32Array(0);
  #ring = 0;

  begin(points: number): void {
    this.#ring++;
    if (4 * points <= this.#mask + 1) return;
    const size = 2 ** Math.ceil(Math.log2(4 * points + 16));
    this.#mask = size - 1;
    this.#slots = new Int32Array(4 * size);
  }

  /** Place that the point had before, or -1; it now has this one. */
  put(x: number, y: number, place: number): number {
    const hash = Math.imul(x ^ Math.imul(y, 0x9e3779b1), 0x85ebca6b);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (;;) {
      const at = 4 * slot;
      const taken = this.#slots[at + 3] === this.#ring;
      if (!taken || (this.#slots[at] === x && this.#slots[at + 1] === y)) {
        const before = taken ? this.#slots[at + 2]! : -1;
        this.#slots[at] = x;
        this.#slots[at + 1] = y;
        this.#slots[at + 2] = place;
        this.#slots[at + 3] = this.#ring;
        return before;
      }
      slot = (slot + 1) & this.#mask;
    }
  }
}

const places = new Places();

/** Walks the ring; where it comes back to a point of the walk, what lies between is a loop of its own. */
function splitRing(ring: Int32Array): Int32Array[] {
  places.begin(ring.length / 2);
  const loops: Int32Array[] = [];
  const walk = ring.slice();
  let length = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const x = ring[i]!;
    const y = ring[i + 1]!;
    const before = places.put(x, y, length);
    // What it says of a point that went with an earlier loop is out of date.
    if (before >= 0 && before < length && walk[before] === x && walk[before + 1] === y) {
      if (length - before >= 6) loops.push(walk.slice(before, length));
      length = before;
      places.put(x, y, length);
    }
    walk[length++] = x;
    walk[length++] = y;
  }
  if (length >= 6) loops.push(length === ring.length ? walk : walk.slice(0, length));
  return loops;
}

/** Whether no point of a ring lies outside another. */
function contains(outer: Int32Array, inner: Int32Array): boolean {
  for (let i = 0; i < inner.length; i += 2) if (isOutside(outer, inner[i]!, inner[i + 1]!)) return false;
  return true;
}

function isOutside(ring: Int32Array, px: number, py: number): boolean {
  let inside = false;
  let ax = ring[ring.length - 2]! - px;
  let ay = ring[ring.length - 1]! - py;
  for (let i = 0; i < ring.length; i += 2) {
    const bx = ring[i]! - px;
    const by = ring[i + 1]! - py;
    const turn = ax * by - bx * ay;
    if (turn === 0 && ax * bx <= 0 && ay * by <= 0) return false;
    if (ay > 0 !== by > 0 && turn > 0 === ay < by) inside = !inside;
    [ax, ay] = [bx, by];
  }
  return !inside;
}
