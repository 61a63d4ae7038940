/**
 * Between stages 2 and 3: borders of neighbours that were not digitised alike.
 *
 *     A has an edge a-b where B has a-v-b:         a ------------ b    A
 *     v is put into A's edge,                      a ----- v ---- b    B
 *     and a vertex one unit beside another's is moved onto it.
 *
 * Only edges that run along no neighbour's edge are looked at: the outline, and borders that do not match. So a clean
 * coverage costs one pass.
 */
import Flatbush from 'flatbush';
import type { VertexRings } from './number-vertices.ts';
import { PairTable } from './pair-table.ts';

/** Lattice units between a vertex and the vertex or edge that it is taken to lie on. */
const TOLERANCE = 1;

/** Makes the borders of neighbours vertex-equal where they differ by no more than the tolerance. */
export function mendBorders(rings: VertexRings): VertexRings {
  const lone = findLoneEdges(rings);
  if (lone.length === 0) return rings;
  const moved = joinCloseVertices(rings, lone);
  return moved ? splitEdges(moved, findLoneEdges(moved)) : splitEdges(rings, lone);
}

/** Positions whose edge to the next position only one ring has. */
function findLoneEdges({ offsets, vertices }: VertexRings): Uint32Array {
  const table = new PairTable(vertices.length);
  const isShared = new Uint8Array(vertices.length);
  let shared = 0;
  for (let r = 0; r + 1 < offsets.length; r++) {
    const [from, to] = [offsets[r]!, offsets[r + 1]!];
    for (let i = from; i < to; i++) {
      const a = vertices[i]!;
      const b = vertices[i + 1 < to ? i + 1 : from]!;
      const known = a < b ? table.add(a, b, i) : table.add(b, a, i);
      if (known < 0) continue;
      shared += 2 - isShared[known]!;
      isShared[known] = 1;
      isShared[i] = 1;
    }
  }
  const lone = new Uint32Array(vertices.length - shared);
  let count = 0;
  for (let i = 0; i < vertices.length; i++) if (isShared[i] === 0) lone[count++] = i;
  return lone.subarray(0, count);
}

/** Ring of each position asked for, in ascending order, and the position after it. */
function* walk(
  { offsets, vertices }: VertexRings,
  positions: Uint32Array,
): Generator<{ position: number; ring: number; a: number; b: number }> {
  let ring = 0;
  for (const position of positions) {
    while (offsets[ring + 1]! <= position) ring++;
    const next = position + 1 < offsets[ring + 1]! ? position + 1 : offsets[ring]!;
    yield { position, ring, a: vertices[position]!, b: vertices[next]! };
  }
}

/** End points of lone edges, each with one ring that it belongs to. */
interface Ends {
  vertices: number[];
  ringOf: Map<number, number>;
  index: Flatbush;
}

function indexEnds(rings: VertexRings, lone: Uint32Array): Ends {
  const ringOf = new Map<number, number>();
  for (const { ring, a, b } of walk(rings, lone)) {
    for (const v of [a, b]) if (!ringOf.has(v)) ringOf.set(v, ring);
  }
  const vertices = [...ringOf.keys()];
  const index = new Flatbush(vertices.length, 16, Int32Array);
  for (const v of vertices) index.add(rings.points[2 * v]!, rings.points[2 * v + 1]!);
  index.finish();
  return { vertices, ringOf, index };
}

/** Moves vertices onto one of another ring within the tolerance, the later onto the earlier; null when there are none. */
function joinCloseVertices(rings: VertexRings, lone: Uint32Array): VertexRings | null {
  const { vertices, ringOf, index } = indexEnds(rings, lone);
  const target = new Map<number, number>();
  for (const v of vertices) {
    const [x, y] = [rings.points[2 * v]!, rings.points[2 * v + 1]!];
    const close = index
      .search(x - TOLERANCE, y - TOLERANCE, x + TOLERANCE, y + TOLERANCE)
      .map((i) => vertices[i]!)
      .filter((w) => w < v && !target.has(w) && ringOf.get(w) !== ringOf.get(v));
    if (close.length > 0) target.set(v, Math.min(...close));
  }
  if (target.size === 0) return null;
  return withoutRepeats(
    rings,
    rings.vertices.map((v) => target.get(v) ?? v),
  );
}

function withoutRepeats({ offsets, points }: VertexRings, moved: Uint32Array): VertexRings {
  const vertices = new Uint32Array(moved.length);
  const kept = new Uint32Array(offsets.length);
  let at = 0;
  for (let r = 0; r + 1 < offsets.length; r++) {
    const start = at;
    for (let i = offsets[r]!; i < offsets[r + 1]!; i++) {
      if (at === start || vertices[at - 1] !== moved[i]) vertices[at++] = moved[i]!;
    }
    while (at > start + 1 && vertices[at - 1] === vertices[start]) at--;
    if (at < start + 3) at = start;
    kept[r + 1] = at;
  }
  return { offsets: kept, vertices: vertices.slice(0, at), points };
}

/** Puts vertices of other rings into the lone edges on which they lie. */
function splitEdges(rings: VertexRings, lone: Uint32Array): VertexRings {
  if (lone.length === 0) return rings;
  const { points } = rings;
  const ends = indexEnds(rings, lone);
  const inserted = new Map<number, number[]>();
  let count = 0;
  for (const { position, ring, a, b } of walk(rings, lone)) {
    const [ax, ay, bx, by] = [points[2 * a]!, points[2 * a + 1]!, points[2 * b]!, points[2 * b + 1]!];
    const on = ends.index
      .search(
        Math.min(ax, bx) - TOLERANCE,
        Math.min(ay, by) - TOLERANCE,
        Math.max(ax, bx) + TOLERANCE,
        Math.max(ay, by) + TOLERANCE,
      )
      .map((i) => ends.vertices[i]!)
      .filter((v) => v !== a && v !== b && ends.ringOf.get(v) !== ring)
      .map((v) => ({ v, share: shareAlong(ax, ay, bx, by, points[2 * v]!, points[2 * v + 1]!) }))
      .filter(({ share }) => share > 0)
      .sort((p, q) => p.share - q.share || p.v - q.v)
      .map(({ v }) => v);
    if (on.length === 0) continue;
    inserted.set(position, on);
    count += on.length;
  }
  return count === 0 ? rings : insert(rings, inserted, count);
}

/** How far along an edge a point within the tolerance lies, between 0 and 1; 0 for one that is farther off or beyond an end. */
function shareAlong(ax: number, ay: number, bx: number, by: number, x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const along = (x - ax) * dx + (y - ay) * dy;
  if (along <= 0 || along >= square) return 0;
  const across = (x - ax) * dy - (y - ay) * dx;
  return across * across <= TOLERANCE * TOLERANCE * square ? along / square : 0;
}

function insert(
  { offsets, vertices, points }: VertexRings,
  inserted: Map<number, number[]>,
  count: number,
): VertexRings {
  const longer = new Uint32Array(vertices.length + count);
  const ends = new Uint32Array(offsets.length);
  let at = 0;
  for (let r = 0; r + 1 < offsets.length; r++) {
    for (let i = offsets[r]!; i < offsets[r + 1]!; i++) {
      longer[at++] = vertices[i]!;
      for (const v of inserted.get(i) ?? []) longer[at++] = v;
    }
    ends[r + 1] = at;
  }
  return { offsets: ends, vertices: longer, points };
}
