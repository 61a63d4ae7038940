/**
 * Splices the values of columns into a laid-out layer: blocks of features whose districts all carry what is expected are
 * copied as they are, features of the others are written anew, numbers follow as fixed records of eleven bytes.
 */
import { takeBytes } from '../../slab.ts';
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
  const { n, bases } = template;
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
  const content = template.bytes.length - replaced + fresh.length;
  const start = Buffer.allocUnsafe(1 + varintLength(content));
  start[0] = LAYER_TAG;
  writeVarint(start, 1, content);
  return { template, start, fresh, touched, length: start.length + content };
}

/** The layer's bytes in order; most of them are the template's own. To be copied by whoever keeps them. */
export function partsOf({ template, start, fresh, touched }: SplicedLayer): Uint8Array[] {
  return [start, ...untouchedRuns(template.bytes, template.blocks, touched), fresh];
}

/**
 * Head and untouched blocks; neighbours go together.
 * @param bytes of head and all blocks
 * @param offsets where each block starts; one entry more than blocks
 */
export function untouchedRuns(
  bytes: Uint8Array,
  offsets: Uint32Array,
  touched: Uint8Array | null,
): Uint8Array[] {
  if (touched === null) return [bytes];
  const runs: Uint8Array[] = [];
  let from = 0;
  for (let block = 0; block < touched.length; block++) {
    if (!touched[block]) continue;
    if (offsets[block]! > from) runs.push(bytes.subarray(from, offsets[block]!));
    from = offsets[block + 1]!;
  }
  if (from < bytes.length) runs.push(bytes.subarray(from));
  return runs;
}

/** Blocks with an exceptional feature; null where there is none. */
function findTouched({ n }: LayerTemplate, exceptional: readonly number[]): Uint8Array | null {
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
  exceptional: readonly number[],
  others: OtherTexts,
): number {
  const { n, ids, bytes: source, offsets, geometries } = template;
  const tags = new Uint32Array(4 + 2 * columns.length);
  let end = 0;
  let next = 0;
  for (let block = 0; block < touched.length; block++) {
    if (!touched[block]) continue;
    const last = Math.min(n, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < last; i++) {
      const run = Math.min(exceptional[next] ?? last, last);
      bytes.set(source.subarray(offsets[i]!, offsets[run]!), end);
      end += offsets[run]! - offsets[i]!;
      i = run;
      if (i === last) break;
      const used = writeTags(template, columns, i, tags, others);
      end = writeFeature(bytes, end, ids[i]!, tags, used, source, geometries[i]!, offsets[i + 1]!);
      next++;
    }
  }
  return end;
}

/** Features that differ from what is expected in some column, ascending. */
function findExceptional({ positions }: LayerTemplate, columns: readonly PreparedColumn[]): number[] {
  const found: number[] = [];
  let seen: Uint32Array | null = null;
  let isSorted = true;
  for (const { exceptions, exceptional } of columns) {
    // A value that is missing and the status that says so belong to the same districts.
    if (exceptions === null || exceptional === seen) continue;
    isSorted = seen === null;
    seen = exceptional;
    collectMembers(positions, exceptional, found);
  }
  return isSorted ? found : [...new Set(found)].sort((a, b) => a - b);
}

/** Adds the index of each of some districts that is among the positions; both ascend. */
function collectMembers(positions: Uint32Array, some: Uint32Array, found: number[]): void {
  let from = 0;
  for (const position of some) {
    let to = positions.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (positions[middle]! < position) from = middle + 1;
      else to = middle;
    }
    if (from === positions.length) return;
    if (positions[from] === position) found.push(from);
  }
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
