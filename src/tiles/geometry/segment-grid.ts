/** Finds the segments of lines that collide, by a hashed grid of square cells. */

/** Cells are this many times as wide as the mean segment is long. */
const CELL_PER_SEGMENT = 2;

/**
 * All segments of some lines but those no longer than a unit either way: what they cut off is less than a unit wide. Since many
 * may lie in one place, where whole districts are smaller than a unit, leaving them out also bounds the work.
 */
export class SegmentGrid {
  readonly #points: Int32Array;
  readonly #lineOf: Uint32Array;
  /** Cell width is 2 ** shift. */
  readonly #shift: number;
  readonly #mask: number;
  /** First entry of each bucket plus one. */
  readonly #heads: Int32Array;
  #following: Int32Array;
  #segments: Int32Array;
  #entries = 0;

  /**
   * @param points x, y of each point
   * @param offsets first point of each line, and the end
   */
  constructor(points: Int32Array, offsets: Uint32Array) {
    const count = offsets[offsets.length - 1]!;
    this.#points = points;
    this.#lineOf = new Uint32Array(count);
    let [length, segments] = [0, 0];
    for (let line = 0; line + 1 < offsets.length; line++) {
      for (let p = offsets[line]!; p < offsets[line + 1]!; p++) {
        this.#lineOf[p] = line;
        if (p + 1 === offsets[line + 1] || !isLong(points, 2 * p)) continue;
        length +=
          Math.abs(points[2 * p + 2]! - points[2 * p]!) + Math.abs(points[2 * p + 3]! - points[2 * p + 1]!);
        segments++;
      }
    }
    this.#shift = Math.ceil(Math.log2(Math.max(2, (CELL_PER_SEGMENT * length) / Math.max(1, segments))));
    const buckets = 2 ** Math.ceil(Math.log2(2 * segments + 2));
    this.#mask = buckets - 1;
    this.#heads = new Int32Array(buckets);
    this.#following = new Int32Array(2 * segments + 16);
    this.#segments = new Int32Array(2 * segments + 16);
    for (let line = 0; line + 1 < offsets.length; line++) {
      for (let p = offsets[line]!; p + 1 < offsets[line + 1]!; p++) {
        if (isLong(points, 2 * p)) this.#eachBucket(p, (bucket) => this.#enter(bucket, p));
      }
    }
  }

  /** Calls back with the line of each segment that the segment from point p to the next collides with. */
  eachCollision(p: number, report: (line: number) => void): void {
    if (!isLong(this.#points, 2 * p)) return;
    this.#eachBucket(p, (bucket) => {
      for (let entry = this.#heads[bucket]! - 1; entry >= 0; entry = this.#following[entry]! - 1) {
        const other = this.#segments[entry]!;
        if (other !== p && collide(this.#points, 2 * p, 2 * other)) report(this.#lineOf[other]!);
      }
    });
  }

  #enter(bucket: number, segment: number): void {
    if (this.#entries === this.#segments.length) {
      this.#following = grow(this.#following);
      this.#segments = grow(this.#segments);
    }
    this.#segments[this.#entries] = segment;
    this.#following[this.#entries] = this.#heads[bucket]!;
    this.#heads[bucket] = ++this.#entries;
  }

  /** The buckets of the cells that a segment runs through, row by row. */
  #eachBucket(p: number, visit: (bucket: number) => void): void {
    const points = this.#points;
    const shift = this.#shift;
    // From the upper end to the lower.
    const i = points[2 * p + 1]! <= points[2 * p + 3]! ? 2 * p : 2 * p + 2;
    const j = 4 * p + 2 - i;
    const ax = points[i]!;
    const ay = points[i + 1]!;
    const bx = points[j]!;
    const by = points[j + 1]!;
    const top = ay >> shift;
    const bottom = by >> shift;
    const slope = top === bottom ? 0 : (bx - ax) / (by - ay);
    for (let row = top; row <= bottom; row++) {
      const from = row > top ? ax + slope * ((row << shift) - ay) : ax;
      const to = row < bottom ? ax + slope * (((row + 1) << shift) - ay) : bx;
      // A unit more on both sides outweighs rounding.
      const left = (Math.floor(Math.min(from, to)) - 1) >> shift;
      const right = (Math.ceil(Math.max(from, to)) + 1) >> shift;
      for (let column = left; column <= right; column++) {
        const hash = Math.imul(column ^ Math.imul(row, 0x9e3779b1), 0x85ebca6b);
        visit((hash ^ (hash >>> 15)) & this.#mask);
      }
    }
  }
}

function grow(array: Int32Array): Int32Array {
  const grown = new Int32Array(2 * array.length);
  grown.set(array);
  return grown;
}

function isLong(points: Int32Array, i: number): boolean {
  return Math.abs(points[i + 2]! - points[i]!) > 1 || Math.abs(points[i + 3]! - points[i + 1]!) > 1;
}

/**
 * Whether two segments that have no end in common cross or touch, but do not lie on one line.
 * @param i where in `points` the first segment starts
 * @param j where the second starts
 */
function collide(points: Int32Array, i: number, j: number): boolean {
  const ax = points[i]!;
  const bx = points[i + 2]!;
  const cx = points[j]!;
  const dx = points[j + 2]!;
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
  const ay = points[i + 1]!;
  const by = points[i + 3]!;
  const cy = points[j + 1]!;
  const dy = points[j + 3]!;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
  if ((ax === cx && ay === cy) || (ax === dx && ay === dy)) return false;
  if ((bx === cx && by === cy) || (bx === dx && by === dy)) return false;
  const c = turn(ax, ay, bx, by, cx, cy);
  const d = turn(ax, ay, bx, by, dx, dy);
  if (c === 0 && d === 0) return false;
  if ((c > 0 && d > 0) || (c < 0 && d < 0)) return false;
  const a = turn(cx, cy, dx, dy, ax, ay);
  const b = turn(cx, cy, dx, dy, bx, by);
  return !((a > 0 && b > 0) || (a < 0 && b < 0));
}

function turn(ax: number, ay: number, bx: number, by: number, x: number, y: number): number {
  return (bx - ax) * (y - ay) - (x - ax) * (by - ay);
}
