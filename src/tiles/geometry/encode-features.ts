/** Last step of a cut: geometry as it stands in a feature of a Mapbox Vector Tile 2.1. */

import type { LayerCut } from '../layer/lay-out.ts';
import { writeVarint } from '../layer/varint.ts';

const POINT = 1;
const POLYGON = 3;

const MOVE_TO = 1;
const LINE_TO = 2;
const CLOSE_PATH = 7;

/** Field 3 as a varint, field 4 as bytes. */
const TYPE_TAG = (3 << 3) | 0;
const GEOMETRY_TAG = (4 << 3) | 2;

/** Collects features in the order of their districts. */
export class FeatureWriter {
  readonly #positions: number[] = [];
  readonly #ids: number[] = [];
  readonly #offsets: number[] = [0];
  #bytes = new Uint8Array(4096);
  #length = 0;

  /** Adds a polygon feature. @param rings open, each outer ring with its holes behind it */
  addPolygons(position: number, id: number, rings: readonly Int32Array[]): void {
    let points = 0;
    for (const ring of rings) points += ring.length / 2;
    this.#reserve(16 + 10 * points + 12 * rings.length);
    const lengthAt = this.#open(POLYGON);
    let [x, y] = [0, 0];
    for (const ring of rings) {
      this.#bytes[this.#length++] = (1 << 3) | MOVE_TO;
      for (let i = 0; i < ring.length; i += 2) {
        if (i === 2) this.#varint((((ring.length >> 1) - 1) << 3) | LINE_TO);
        this.#varint(zigzag(ring[i]! - x));
        this.#varint(zigzag(ring[i + 1]! - y));
        x = ring[i]!;
        y = ring[i + 1]!;
      }
      this.#bytes[this.#length++] = (1 << 3) | CLOSE_PATH;
    }
    this.#close(position, id, lengthAt);
  }

  /** Adds a point feature. */
  addPoint(position: number, id: number, x: number, y: number): void {
    this.#reserve(32);
    const lengthAt = this.#open(POINT);
    this.#bytes[this.#length++] = (1 << 3) | MOVE_TO;
    this.#varint(zigzag(x));
    this.#varint(zigzag(y));
    this.#close(position, id, lengthAt);
  }

  finish(): LayerCut {
    return {
      positions: Uint32Array.from(this.#positions),
      ids: Uint32Array.from(this.#ids),
      offsets: Uint32Array.from(this.#offsets),
      bytes: this.#bytes.slice(0, this.#length),
    };
  }

  get count(): number {
    return this.#ids.length;
  }

  /** Writes the type and leaves room for the geometry's length of up to 5 bytes. */
  #open(type: number): number {
    this.#bytes[this.#length++] = TYPE_TAG;
    this.#bytes[this.#length++] = type;
    this.#bytes[this.#length++] = GEOMETRY_TAG;
    this.#length += 5;
    return this.#length - 5;
  }

  #close(position: number, id: number, lengthAt: number): void {
    const from = lengthAt + 5;
    const to = this.#length;
    this.#length = lengthAt;
    this.#varint(to - from);
    this.#bytes.copyWithin(this.#length, from, to);
    this.#length += to - from;
    this.#positions.push(position);
    this.#ids.push(id);
    this.#offsets.push(this.#length);
  }

  #varint(value: number): void {
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

function zigzag(n: number): number {
  return ((n << 1) ^ (n >> 31)) >>> 0;
}
