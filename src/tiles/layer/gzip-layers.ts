/**
 * One gzip member from spliced layers: head and blocks of a template are compressed once and kept, only what is new in this
 * request is compressed for it. Deflate blocks that end with a full flush start at a byte and look back at nothing, so they
 * can be put together in any order (RFC 1951, RFC 1952).
 */
import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { LayerTemplate } from './lay-out.ts';
import { partsOf, type SplicedLayer, untouchedRuns } from './splice.ts';

/** Compressed parts of a template. */
interface DeflatedTemplate {
  /** Head, then the blocks. */
  bytes: Uint8Array;
  /** Where each block starts; one entry more than blocks. */
  offsets: Uint32Array;
}

const GZIP_HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** A last block without content. */
const DEFLATE_END = Uint8Array.of(3, 0);

/** What is new is compressed while the client waits. */
const KEPT_LEVEL = 6;
const NEW_LEVEL = 1;

/**
 * @param layers of one tile, in its order
 * @returns the parts of a gzip stream of the tile
 */
export function gzipLayers(layers: readonly SplicedLayer[]): Uint8Array[] {
  const parts: Uint8Array[] = [GZIP_HEAD];
  let crc = 0;
  let length = 0;
  for (const layer of layers) {
    const { template, start, fresh, touched } = layer;
    const kept = deflatedOf(template);
    parts.push(stored(start), ...untouchedRuns(kept.bytes, kept.offsets, touched));
    if (fresh.length > 0) parts.push(deflate(fresh, NEW_LEVEL));
    for (const part of partsOf(layer)) crc = crc32(part, crc);
    length += layer.length;
  }
  const tail = Buffer.allocUnsafe(8);
  tail.writeUInt32LE(crc, 0);
  tail.writeUInt32LE(length >>> 0, 4);
  parts.push(DEFLATE_END, tail);
  return parts;
}

const deflated = new WeakMap<LayerTemplate, DeflatedTemplate>();

/** Compressed with the first request that wants it. */
function deflatedOf(template: LayerTemplate): DeflatedTemplate {
  let kept = deflated.get(template);
  if (kept === undefined) {
    kept = deflateTemplate(template);
    deflated.set(template, kept);
  }
  return kept;
}

function deflateTemplate({ bytes, blocks }: LayerTemplate): DeflatedTemplate {
  const parts = [deflate(bytes.subarray(0, blocks[0]!), KEPT_LEVEL)];
  const offsets = new Uint32Array(blocks.length);
  offsets[0] = parts[0]!.length;
  for (let block = 0; block < blocks.length - 1; block++) {
    const part = deflate(bytes.subarray(blocks[block]!, blocks[block + 1]!), KEPT_LEVEL);
    offsets[block + 1] = offsets[block]! + part.length;
    parts.push(part);
  }
  return { bytes: Buffer.concat(parts), offsets };
}

/** What a block adds to bytes that cannot be compressed, its flush included. */
const FLUSH_BYTES = 32;

function deflate(bytes: Uint8Array, level: number): Buffer {
  // In one go: the default would allocate 16 KiB for each call.
  const chunkSize = Math.max(64, bytes.length + FLUSH_BYTES);
  return deflateRawSync(bytes, { level, chunkSize, finishFlush: constants.Z_FULL_FLUSH });
}

/** A deflate block that is not compressed. */
function stored(bytes: Uint8Array): Uint8Array {
  const block = Buffer.allocUnsafe(5 + bytes.length);
  block[0] = 0;
  block.writeUInt16LE(bytes.length, 1);
  block.writeUInt16LE(bytes.length ^ 0xffff, 3);
  block.set(bytes, 5);
  return block;
}
