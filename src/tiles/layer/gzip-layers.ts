/**
 * One gzip member from spliced layers: head and blocks of a template are compressed once and kept, what is new in this request is
 * stored as it is, so that a tile costs little more than without compression. Deflate blocks that end with a full flush start at a
 * byte and look back at nothing, so they can be put together in any order (RFC 1951, RFC 1952).
 */
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { takeBytes } from '../../slab.ts';
import { appendRemainder, multiply, remainderOf, shiftOf } from './crc-algebra.ts';
import type { LayerTemplate } from './lay-out.ts';
import { type SplicedLayer, untouchedRuns } from './splice.ts';

/** Compressed parts of a template. */
export interface DeflatedTemplate {
  /** Head, then the blocks. */
  bytes: Uint8Array;
  /** Where each block starts; one entry more than blocks. */
  offsets: Uint32Array;
  /** Remainder of the whole template. */
  remainder: number;
  /** Remainders of the template's bytes from the start of each block to the end; one entry more than blocks. */
  remainders: Uint32Array;
  /** By what the remainder of all before is multiplied where the block is left out. */
  gaps: Uint32Array;
}

const GZIP_HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** A last block without content. */
const DEFLATE_END = Uint8Array.of(3, 0);

const KEPT_LEVEL = 6;

/**
 * @param layers of one tile, in its order, each with the compressed parts of its template
 * @returns the parts of a gzip stream of the tile
 */
export function gzipLayers(layers: readonly (readonly [SplicedLayer, DeflatedTemplate])[]): Uint8Array[] {
  const parts: Uint8Array[] = [GZIP_HEAD];
  let crc = 0;
  let length = 0;
  for (const [layer, kept] of layers) {
    const { template, start, touched, fresh } = layer;
    addStored(parts, start);
    parts.push(...untouchedRuns(kept.bytes, kept.offsets, touched));
    addStored(parts, fresh);
    const keptLength = layer.length - start.length - fresh.length;
    crc = appendRemainder(crc32(start, crc), remainderWithout(template, kept, touched), keptLength);
    crc = crc32(fresh, crc);
    length += layer.length;
  }
  const tail = takeBytes(8);
  tail.writeUInt32LE(crc, 0);
  tail.writeUInt32LE(length >>> 0, 4);
  parts.push(DEFLATE_END, tail);
  return parts;
}

/** Remainder of a template without some blocks. */
function remainderWithout(
  { blocks }: LayerTemplate,
  { remainder, remainders, gaps }: DeflatedTemplate,
  touched: readonly number[],
): number {
  let sum = 0;
  let from = remainder;
  for (const block of touched) {
    // What stands before the gap, as if all to the end of the template followed, moves up by the gap.
    sum = multiply(sum ^ from ^ remainders[block]!, gaps[block]!);
    from = remainders[block + 1]!;
  }
  return (sum ^ from ^ remainders[blocks.length - 1]!) >>> 0;
}

/** Compresses head and blocks of a template, each by itself. */
export function deflateTemplate({
  bytes,
  blocks,
}: Pick<LayerTemplate, 'bytes' | 'blocks'>): DeflatedTemplate {
  const count = blocks.length - 1;
  const parts = [deflate(bytes.subarray(0, blocks[0]!))];
  const offsets = new Uint32Array(count + 1);
  offsets[0] = parts[0]!.length;
  const remainders = new Uint32Array(count + 1);
  const gaps = new Uint32Array(count);
  for (let block = 0; block < count; block++) {
    const part = deflate(bytes.subarray(blocks[block]!, blocks[block + 1]!));
    offsets[block + 1] = offsets[block]! + part.length;
    parts.push(part);
  }
  const end = blocks[count]!;
  for (let block = count - 1; block >= 0; block--) {
    const [from, to] = [blocks[block]!, blocks[block + 1]!];
    const shifted = multiply(remainderOf(bytes.subarray(from, to)), shiftOf(end - to));
    remainders[block] = shifted ^ remainders[block + 1]!;
    gaps[block] = shiftOf(from - to);
  }
  return { bytes: Buffer.concat(parts), offsets, remainder: remainderOf(bytes), remainders, gaps };
}

/** What a block adds to bytes that cannot be compressed, its flush included. */
const FLUSH_BYTES = 32;

function deflate(bytes: Uint8Array): Buffer {
  // In one go: the default would allocate 16 KiB for each call.
  const chunkSize = Math.max(64, bytes.length + FLUSH_BYTES);
  return deflateRawSync(bytes, { level: KEPT_LEVEL, chunkSize, finishFlush: constants.Z_FULL_FLUSH });
}

/** A stored block of deflate holds so many bytes at most. */
const LARGEST_STORED = 65_535;

/** Adds bytes in deflate blocks that are not compressed. */
function addStored(parts: Uint8Array[], bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; from += LARGEST_STORED) {
    const content = bytes.subarray(from, from + LARGEST_STORED);
    const head = takeBytes(5);
    head[0] = 0;
    head.writeUInt16LE(content.length, 1);
    head.writeUInt16LE(content.length ^ 0xffff, 3);
    parts.push(head, content);
  }
}
