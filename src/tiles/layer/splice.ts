/**
 * Splices the values of columns into a laid-out layer: blocks of features whose districts all carry what is expected are
 * copied as they are, features of the others are written anew, numbers follow as fixed records of eleven bytes.
 */
import {
  BLOCK,
  encodeText,
  featureOverhead,
  keyOf,
  LAYER_TAG,
  type LayerTemplate,
  writeFeature,
  writeOwnTags,
} from './lay-out.ts';
import type { PreparedColumn } from './layer-column.ts';
import { varintLength, writeVarint } from './varint.ts';

/** A layer with its values: what was known before, and what is new. */
export interface SplicedLayer {
  template: LayerTemplate;
  /** Tag and length of the layer in a tile. */
  start: Uint8Array;
  /** Features that are written anew with their neighbours in a block, numbers, other texts. */
  fresh: Uint8Array;
  /** 1 for each block that is written anew; null where none is. */
  touched: Uint8Array | null;
  /** Bytes of the whole layer. */
  length: number;
}

/** A number in a layer: tag and length of the value, tag of its double, eight bytes, little endian. */
const VALUE_TAG = 0x22;
const DOUBLE_TAG = 0x19;
const RECORD_LENGTH = 3 + 8;

/**
 * @param columns those of the template, in its order
 */
export function spliceLayer(template: LayerTemplate, columns: readonly PreparedColumn[]): SplicedLayer {
  const { n, bases, head, features } = template;
  const exceptional = findExceptional(template, columns);
  const touched = findTouched(template, exceptional);
  const replaced = touchedBytes(template, touched);
  const numbers = bases.reduce((sum, base) => sum + (base >= 0 ? n : 0), 0);
  const longest = replaced + exceptional.length * featureOverhead(4 + 2 * columns.length);
  const bytes = takeBytes(longest + numbers * RECORD_LENGTH);
  const others = new OtherTexts(template);
  let end = touched ? rewriteBlocks(bytes, template, columns, touched, exceptional, others) : 0;
  end = writeNumbers(bytes, end, template, columns);
  const known = bytes.subarray(0, end);
  const fresh = others.texts.length === 0 ? known : Buffer.concat([known, ...others.texts.map(encodeText)]);
  const content = head.length + features.length - replaced + fresh.length;
  const start = Buffer.allocUnsafe(1 + varintLength(content));
  start[0] = LAYER_TAG;
  writeVarint(start, 1, content);
  return { template, start, fresh, touched, length: start.length + content };
}

/** New bytes of several requests lie in one buffer: allocating one for each would cost more than writing them. */
const SLAB_BYTES = 256 * 1024;
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let slabUsed = 0;

function takeBytes(size: number): Buffer {
  if (size > SLAB_BYTES / 8) return Buffer.allocUnsafe(size);
  if (slabUsed + size > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  slabUsed += size;
  return slab.subarray(slabUsed - size, slabUsed);
}

/** The layer's bytes in order; most of them are the template's own. To be copied by whoever keeps them. */
export function partsOf({ template, start, fresh, touched }: SplicedLayer): Uint8Array[] {
  return [start, template.head, ...untouchedRuns(template.features, template.blocks, touched), fresh];
}

/**
 * What lies between the touched blocks; neighbouring blocks go together.
 * @param bytes of all blocks
 * @param offsets where each block starts; one entry more than blocks
 */
export function untouchedRuns(
  bytes: Uint8Array,
  offsets: Uint32Array,
  touched: Uint8Array | null,
): Uint8Array[] {
  if (touched === null) return [bytes];
  const runs: Uint8Array[] = [];
  for (let block = 0; block < touched.length; block++) {
    const first = block;
    while (block < touched.length && !touched[block]) block++;
    if (block > first) runs.push(bytes.subarray(offsets[first]!, offsets[block]!));
  }
  return runs;
}

/** Blocks with an exceptional feature; null where there is none. */
function findTouched({ n }: LayerTemplate, exceptional: Uint32Array): Uint8Array | null {
  if (exceptional.length === 0) return null;
  const touched = new Uint8Array(Math.ceil(n / BLOCK));
  for (const i of exceptional) touched[Math.floor(i / BLOCK)] = 1;
  return touched;
}

function touchedBytes({ blocks }: LayerTemplate, touched: Uint8Array | null): number {
  if (touched === null) return 0;
  let bytes = 0;
  for (let block = 0; block < touched.length; block++) {
    if (touched[block]) bytes += blocks[block + 1]! - blocks[block]!;
  }
  return bytes;
}

/**
 * Writes the features of touched blocks; of those that carry what is expected the bytes are copied.
 * @returns the offset behind them
 */
function rewriteBlocks(
  bytes: Uint8Array,
  template: LayerTemplate,
  columns: readonly PreparedColumn[],
  touched: Uint8Array,
  exceptional: Uint32Array,
  others: OtherTexts,
): number {
  const { n, ids, features, offsets, geometries } = template;
  const tags = new Uint32Array(4 + 2 * columns.length);
  let end = 0;
  let next = 0;
  for (let block = 0; block < touched.length; block++) {
    if (!touched[block]) continue;
    const last = Math.min(n, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < last; i++) {
      const run = Math.min(exceptional[next] ?? last, last);
      bytes.set(features.subarray(offsets[i]!, offsets[run]!), end);
      end += offsets[run]! - offsets[i]!;
      i = run;
      if (i === last) break;
      const used = writeTags(template, columns, i, tags, others);
      end = writeFeature(bytes, end, ids[i]!, tags, used, features, geometries[i]!, offsets[i + 1]!);
      next++;
    }
  }
  return end;
}

/** Features that differ from what is expected in some column, ascending. */
function findExceptional({ n, positions }: LayerTemplate, columns: readonly PreparedColumn[]): Uint32Array {
  let mask: Uint8Array | null = null;
  let count = 0;
  for (const { exceptions } of columns) {
    if (exceptions === null) continue;
    mask ??= new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      if (exceptions[positions[i]!] === 0 || mask[i] === 1) continue;
      mask[i] = 1;
      count++;
    }
  }
  const found = new Uint32Array(count);
  if (mask === null) return found;
  let next = 0;
  for (let i = 0; next < count; i++) if (mask[i] === 1) found[next++] = i;
  return found;
}

/** Tags of feature i as it is. @returns number of entries */
function writeTags(
  template: LayerTemplate,
  columns: readonly PreparedColumn[],
  i: number,
  tags: Uint32Array,
  others: OtherTexts,
): number {
  const position = template.positions[i]!;
  let used = writeOwnTags(template, i, tags);
  for (let c = 0; c < columns.length; c++) {
    const value = valueIndex(template, columns[c]!, c, i, position, others);
    if (value < 0) continue;
    tags[used++] = keyOf(c);
    tags[used++] = value;
  }
  return used;
}

/** Index of the value that feature i carries in column c; −1 for none. */
function valueIndex(
  template: LayerTemplate,
  { column, exceptions }: PreparedColumn,
  c: number,
  i: number,
  position: number,
  others: OtherTexts,
): number {
  const exception = exceptions !== null && exceptions[position] === 1;
  if (column.kind === 'number') {
    const base = template.bases[c]!;
    return base < 0 || exception ? -1 : base + i;
  }
  if (!exception) return template.expectedTexts[c]!;
  const text = column.texts[column.codes[position]!] ?? null;
  return text === null ? -1 : others.indexOf(text);
}

/** Texts beside the expected ones, behind all numbers. */
class OtherTexts {
  readonly texts: string[] = [];
  readonly #indices = new Map<string, number>();
  readonly #first: number;

  constructor({ n, staticValues, bases }: LayerTemplate) {
    this.#first = staticValues + bases.reduce((sum, base) => sum + (base >= 0 ? n : 0), 0);
  }

  indexOf(text: string): number {
    let index = this.#indices.get(text);
    if (index === undefined) {
      index = this.#first + this.texts.push(text) - 1;
      this.#indices.set(text, index);
    }
    return index;
  }
}

/** A record for each feature in each column of numbers; the record of a missing number is never pointed at. */
function writeNumbers(
  bytes: Buffer,
  offset: number,
  { n, positions, bases }: LayerTemplate,
  columns: readonly PreparedColumn[],
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = offset;
  for (let c = 0; c < columns.length; c++) {
    const { column } = columns[c]!;
    if (bases[c]! < 0 || column.kind !== 'number') continue;
    const { values } = column;
    for (let i = 0; i < n; i++) {
      const value = values[positions[i]!]!;
      bytes[at] = VALUE_TAG;
      bytes[at + 1] = 1 + 8;
      bytes[at + 2] = DOUBLE_TAG;
      view.setFloat64(at + 3, Number.isNaN(value) ? 0 : value, true);
      at += RECORD_LENGTH;
    }
  }
  return at;
}
