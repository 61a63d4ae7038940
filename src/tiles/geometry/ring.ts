/** Open rings as flat integers: x, y, x, y, … in tile units, y running down. */

/** Twice the signed area of an open ring; positive is clockwise on the screen, where y runs down. */
export function doubleArea(ring: Int32Array): number {
  const [x0, y0] = [ring[0]!, ring[1]!];
  let [px, py, sum] = [0, 0, 0];
  for (let i = 2; i < ring.length; i += 2) {
    const x = ring[i]! - x0;
    const y = ring[i + 1]! - y0;
    sum += px * y - x * py;
    [px, py] = [x, y];
  }
  return sum;
}

/** The ring the other way round. */
export function reverse(ring: Int32Array): Int32Array {
  const reversed = new Int32Array(ring.length);
  for (let i = 0; i < ring.length; i += 2) {
    reversed[i] = ring[ring.length - 2 - i]!;
    reversed[i + 1] = ring[ring.length - 1 - i]!;
  }
  return reversed;
}

/** Whether a ring lies in another that it may touch but does not cross. */
export function contains(outer: Int32Array, inner: Int32Array): boolean {
  for (let i = 0; i < inner.length; i += 2) {
    const side = sideOf(outer, inner[i]!, inner[i + 1]!);
    if (side !== 0) return side > 0;
  }
  return true;
}

/** 1 for a point inside a ring, -1 outside, 0 on it. */
function sideOf(ring: Int32Array, px: number, py: number): -1 | 0 | 1 {
  let side: -1 | 1 = -1;
  let ax = ring[ring.length - 2]! - px;
  let ay = ring[ring.length - 1]! - py;
  for (let i = 0; i < ring.length; i += 2) {
    const bx = ring[i]! - px;
    const by = ring[i + 1]! - py;
    const turn = ax * by - bx * ay;
    if (turn === 0 && ax * bx <= 0 && ay * by <= 0) return 0;
    if (ay > 0 !== by > 0 && turn > 0 === ay < by) side = side > 0 ? -1 : 1;
    [ax, ay] = [bx, by];
  }
  return side;
}
