/**
 * Last step before encoding: rings that meet themselves become rings that do not.
 *
 *      +----+   +----+          +----+ +----+
 *      |     \ /     |    →     |    / \    |      and a spike, out and back the same way, goes
 *      |     / \     |          |   /   \   |
 *      +----+   +----+          +----+ +----+
 */
import { nodeRings } from './node-rings.ts';
import { contains, doubleArea, reverse } from './ring.ts';

/**
 * Rings of one district in the order of the format: each outer ring with its holes behind it.
 *
 * What a ring encloses the wrong way round, since rounding turned it, is area all the same if it lies outside of the rest. A hole
 * that is in no outer ring is none, nor is a polygon within another one.
 *
 * @param polygons rings of each, the outer one first, clockwise on the screen, holes the other way round
 */
export function splitPolygons(polygons: readonly (readonly Int32Array[])[]): Int32Array[] {
  const noded = nodeRings(polygons.flat());
  return noded ? splitRings(chainEdges(noded)) : polygons.flatMap(splitRings);
}

function splitRings(rings: readonly Int32Array[]): Int32Array[] {
  const outers: Int32Array[] = [];
  const turned: Int32Array[] = [];
  const holes: Int32Array[] = [];
  for (const ring of rings) {
    const loops = splitRing(ring);
    const isOuter = loops.length > 1 && doubleArea(ring) > 0;
    for (const loop of loops) {
      const area = doubleArea(loop);
      if (area > 0) outers.push(loop);
      else if (area < 0) (isOuter ? turned : holes).push(loop);
    }
  }
  if (outers.length + turned.length + holes.length === 1) return outers;
  const whole = [...outers];
  for (const ring of turned) {
    if (outers.some((outer) => contains(outer, ring))) holes.push(ring);
    else whole.push(reverse(ring));
  }
  const parts = whole.map((outer) => [outer, ...holes.filter((hole) => contains(outer, hole))]);
  return parts.filter((part) => !parts.some((other) => covers(other, part))).flat();
}

/** Whether a polygon lies in a larger one, not in a hole of it. */
function covers([outer, ...holes]: Int32Array[], [inner]: Int32Array[]): boolean {
  return (
    doubleArea(outer!) > doubleArea(inner!) &&
    contains(outer!, inner!) &&
    !holes.some((hole) => contains(hole, inner!))
  );
}

/**
 * Closed walks along all edges but those that run back upon each other. Where several edges leave a vertex, the walk turns as far
 * to the inside as it can, so that it goes around one connected area.
 */
function chainEdges(rings: readonly Int32Array[]): Int32Array[] {
  const uncancelled = new Map<string, Directed[]>();
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const j = i + 2 < ring.length ? i + 2 : 0;
      const [ax, ay, bx, by] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
      if (uncancelled.get(`${bx} ${by} ${ax} ${ay}`)?.pop()) continue;
      append(uncancelled, `${ax} ${ay} ${bx} ${by}`, { ax, ay, bx, by });
    }
  }
  const edges = [...uncancelled.values()].flat();
  const leaving = new Map<string, Directed[]>();
  for (const edge of edges) append(leaving, `${edge.ax} ${edge.ay}`, edge);
  const walks: Int32Array[] = [];
  const walked = new Set<Directed>();
  for (const start of edges) {
    if (walked.has(start)) continue;
    const walk: number[] = [];
    let edge = start;
    do {
      walk.push(edge.bx, edge.by);
      edge = takeInmost(leaving.get(`${edge.bx} ${edge.by}`)!, edge);
      walked.add(edge);
    } while (edge !== start);
    walks.push(Int32Array.from(walk));
  }
  return walks;
}

interface Directed {
  ax: number;
  ay: number;
  bx: number;
  by: number;
}

function append(lists: Map<string, Directed[]>, key: string, edge: Directed): void {
  const list = lists.get(key);
  if (list) list.push(edge);
  else lists.set(key, [edge]);
}

/** Takes the edge that turns farthest to the inside, which is where the angle grows. As many leave a vertex as arrive. */
function takeInmost(edges: Directed[], { ax, ay, bx, by }: Directed): Directed {
  let [inmost, widest] = [0, -Infinity];
  for (let i = 0; edges.length > 1 && i < edges.length; i++) {
    const [inX, inY, outX, outY] = [bx - ax, by - ay, edges[i]!.bx - bx, edges[i]!.by - by];
    const angle = Math.atan2(inX * outY - inY * outX, inX * outX + inY * outY);
    if (angle > widest) [inmost, widest] = [i, angle];
  }
  return edges.splice(inmost, 1)[0]!;
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
