/**
 * Third step of a cut: where rounding or the tile's edge laid a district's outline upon itself, it gets vertices.
 *
 *     -----+-----------+-----      ----+----+-----      a vertex on an edge becomes one of the edge's own;
 *           \         /        →       |  / |           two edges that cross get one where they do, rounded;
 *     -------+--v----+-------      ----+-v--+-----      edges that run back upon others then cancel
 */

/** Rings with a vertex wherever they meet; null where edges meet only those before and after them. */
export function nodeRings(rings: readonly Int32Array[]): Int32Array[] | null {
  let noded: Int32Array[] | null = null;
  // Rounding a crossing moves two edges by half a unit, which may make another.
  for (let round = 0; round < ROUNDS; round++) {
    const meetings = findMeetings(noded ?? rings);
    if (!meetings) return noded;
    noded = insertMeetings(noded ?? rings, meetings);
    if (meetings.length === 0) return noded;
  }
  return noded;
}

const ROUNDS = 4;

/** A point to be put into an edge. */
interface Meeting {
  ring: number;
  /** Index of the edge's start in its ring, in numbers. */
  at: number;
  x: number;
  y: number;
}

/** Edges of all rings by their left end; kept for the next use. */
let edgeRings = new Int32Array(0);
let edgeStarts = new Int32Array(0);

/** Null where nothing meets; an empty list where all that meet have their vertices. */
function findMeetings(rings: readonly Int32Array[]): Meeting[] | null {
  const order = sortEdges(rings);
  const meetings: Meeting[] = [];
  let met = false;
  for (let i = 0; i < order.length; i++) {
    const p = order[i]!;
    const first = rings[edgeRings[p]!]!;
    const [ax, ay, bx, by] = edgeAt(first, edgeStarts[p]!);
    const right = Math.max(ax, bx);
    for (let j = i + 1; j < order.length; j++) {
      const q = order[j]!;
      const second = rings[edgeRings[q]!]!;
      const s = edgeStarts[q]!;
      const [cx, cy, dx, dy] = edgeAt(second, s);
      if (Math.min(cx, dx) > right) break;
      if (Math.min(cy, dy) > Math.max(ay, by) || Math.max(cy, dy) < Math.min(ay, by)) continue;
      const c = turn(ax, ay, bx, by, cx, cy);
      const d = turn(ax, ay, bx, by, dx, dy);
      if ((c > 0 && d > 0) || (c < 0 && d < 0)) continue;
      const a = turn(cx, cy, dx, dy, ax, ay);
      const b = turn(cx, cy, dx, dy, bx, by);
      if ((a > 0 && b > 0) || (a < 0 && b < 0)) continue;
      if (c === 0 && isInside(ax, ay, bx, by, cx, cy)) add(p, cx, cy);
      if (d === 0 && isInside(ax, ay, bx, by, dx, dy)) add(p, dx, dy);
      if (a === 0 && isInside(cx, cy, dx, dy, ax, ay)) add(q, ax, ay);
      if (b === 0 && isInside(cx, cy, dx, dy, bx, by)) add(q, bx, by);
      if (a !== 0 && b !== 0 && c !== 0 && d !== 0) {
        const share = a / (a - b);
        const x = Math.round(ax + share * (bx - ax));
        const y = Math.round(ay + share * (by - ay));
        add(p, x, y);
        add(q, x, y);
      }
      if (!follow(p, q) || (ax === dx && ay === dy && bx === cx && by === cy)) met = true;
    }
  }
  return meetings.length > 0 || met ? meetings : null;

  /** Whether one edge of a ring comes after the other. */
  function follow(p: number, q: number): boolean {
    const apart = Math.abs(edgeStarts[p]! - edgeStarts[q]!);
    return edgeRings[p] === edgeRings[q] && (apart === 2 || apart === rings[edgeRings[p]!]!.length - 2);
  }

  function add(edge: number, x: number, y: number): void {
    meetings.push({ ring: edgeRings[edge]!, at: edgeStarts[edge]!, x, y });
  }
}

function sortEdges(rings: readonly Int32Array[]): Uint32Array {
  let count = 0;
  for (const ring of rings) count += ring.length / 2;
  if (count > edgeRings.length) {
    edgeRings = new Int32Array(2 * count);
    edgeStarts = new Int32Array(2 * count);
  }
  const keys = new Float64Array(count);
  let edge = 0;
  rings.forEach((ring, r) => {
    for (let i = 0; i < ring.length; i += 2) {
      edgeRings[edge] = r;
      edgeStarts[edge] = i;
      // Left end and number of the edge in one number, since such are sorted fastest.
      const left = Math.min(ring[i]!, ring[i + 2 < ring.length ? i + 2 : 0]!);
      keys[edge] = left * 2 ** 22 + edge;
      edge++;
    }
  });
  keys.sort();
  return Uint32Array.from(keys, (key) => key - Math.floor(key / 2 ** 22) * 2 ** 22);
}

function edgeAt(ring: Int32Array, i: number): [number, number, number, number] {
  const j = i + 2 < ring.length ? i + 2 : 0;
  return [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
}

function turn(ax: number, ay: number, bx: number, by: number, x: number, y: number): number {
  return (bx - ax) * (y - ay) - (x - ax) * (by - ay);
}

/** Whether a point on the line of an edge is strictly between its ends. */
function isInside(ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean {
  return (x - ax) * (x - bx) + (y - ay) * (y - by) < 0;
}

function insertMeetings(rings: readonly Int32Array[], meetings: readonly Meeting[]): Int32Array[] {
  const byEdge = new Map<string, Meeting[]>();
  for (const meeting of meetings) {
    const key = `${meeting.ring} ${meeting.at}`;
    byEdge.set(key, [...(byEdge.get(key) ?? []), meeting]);
  }
  return rings.map((ring, r) => {
    const points: number[] = [];
    const push = (x: number, y: number): void => {
      if (points.at(-2) !== x || points.at(-1) !== y) points.push(x, y);
    };
    for (let i = 0; i < ring.length; i += 2) {
      const [ax, ay] = [ring[i]!, ring[i + 1]!];
      push(ax, ay);
      const distance = ({ x, y }: Meeting): number => (x - ax) ** 2 + (y - ay) ** 2;
      const on = (byEdge.get(`${r} ${i}`) ?? []).sort((p, q) => distance(p) - distance(q));
      for (const { x, y } of on) push(x, y);
    }
    while (points.length > 2 && points.at(-2) === points[0] && points.at(-1) === points[1])
      points.length -= 2;
    return Int32Array.from(points);
  });
}
