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

/** A layer with its values, and which part of it was known before. */
export interface SplicedLayer {
  template: LayerTemplate;
  /** The layer as a field of a tile. */
  bytes: Buffer;
  /** Where head and copied blocks start and end in `bytes`. */
  staticStart: number;
  staticEnd: number;
  /** 1 for each block that is not copied; null where all are. */
  touched: Uint8Array | null;
}

/** A number in a layer: tag and length of the value, tag of its double, eight bytes, little endian. */
const VALUE_TAG = 0x22;
const DOUBLE_TAG = 0x19;
const RECORD_LENGTH = 3 + 8;

/**
 * @param columns those of the template, in its order
 */
export function spliceLayer(template: LayerTemplate, columns: readonly PreparedColumn[]): SplicedLayer {
  const exceptional = findExceptional(template, columns);
  const touched = findTouched(template, exceptional);
  const { rewritten, texts } = touched
    ? rewriteBlocks(template, columns, touched, exceptional)
    : { rewritten: NOTHING, texts: [] };
  const copied = template.features.length - touchedBytes(template, touched);
  const numbers = template.bases.reduce((sum, base) => sum + (base >= 0 ? template.n : 0), 0);
  const encoded = texts.map(encodeText);
  const length =
    template.head.length +
    copied +
    rewritten.length +
    numbers * RECORD_LENGTH +
    encoded.reduce((sum, text) => sum + text.length, 0);
  const staticStart = 1 + varintLength(length);
  const bytes = Buffer.allocUnsafe(staticStart + length);
  bytes[0] = LAYER_TAG;
  writeVarint(bytes, 1, length);
  bytes.set(template.head, staticStart);
  let at = copyBlocks(bytes, staticStart + template.head.length, template, touched);
  const staticEnd = at;
  bytes.set(rewritten, at);
  at += rewritten.length;
  at = writeNumbers(bytes, at, template, columns);
  for (const text of encoded) {
    bytes.set(text, at);
    at += text.length;
  }
  return { template, bytes, staticStart, staticEnd, touched };
}

const NOTHING = new Uint8Array(0);

/** Blocks with an exceptional feature; null where there is none. */
function findTouched({ n }: LayerTemplate, exceptional: Uint32Array): Uint8Array | null {
  if (exceptional.length === 0) return null;
  const touched = new Uint8Array(Math.ceil(n / BLOCK));
  for (const i of exceptional) touched[Math.floor(i / BLOCK)] = 1;
  return touched;
}

function touchedBytes({ n, offsets }: LayerTemplate, touched: Uint8Array | null): number {
  if (touched === null) return 0;
  let bytes = 0;
  touched.forEach((yes, block) => {
    if (yes) bytes += offsets[Math.min(n, (block + 1) * BLOCK)]! - offsets[block * BLOCK]!;
  });
  return bytes;
}

/** Copies the untouched blocks. @returns the offset behind them */
function copyBlocks(
  bytes: Uint8Array,
  offset: number,
  { n, features, offsets }: LayerTemplate,
  touched: Uint8Array | null,
): number {
  if (touched === null) {
    bytes.set(features, offset);
    return offset + features.length;
  }
  let at = offset;
  // Runs of neighbouring blocks go together.
  for (let block = 0; block < touched.length; ) {
    if (touched[block]) {
      block++;
      continue;
    }
    const first = block;
    while (block < touched.length && !touched[block]) block++;
    const run = features.subarray(offsets[first * BLOCK]!, offsets[Math.min(n, block * BLOCK)]!);
    bytes.set(run, at);
    at += run.length;
  }
  return at;
}

/** Writes the features of touched blocks; of those that carry what is expected the bytes are copied. */
function rewriteBlocks(
  template: LayerTemplate,
  columns: readonly PreparedColumn[],
  touched: Uint8Array,
  exceptional: Uint32Array,
): { rewritten: Uint8Array; texts: string[] } {
  const { n, ids, features, offsets, geometries } = template;
  const others = new OtherTexts(template);
  const tags = new Uint32Array(4 + 2 * columns.length);
  const overhead = featureOverhead(tags.length);
  const bytes = Buffer.allocUnsafe(touchedBytes(template, touched) + exceptional.length * overhead);
  let end = 0;
  let next = 0;
  for (let block = 0; block < touched.length; block++) {
    if (!touched[block]) continue;
    const last = Math.min(n, (block + 1) * BLOCK);
    let i = block * BLOCK;
    while (i < last) {
      const run = Math.min(exceptional[next] ?? last, last);
      bytes.set(features.subarray(offsets[i]!, offsets[run]!), end);
      end += offsets[run]! - offsets[i]!;
      i = run;
      if (i === last) break;
      const used = writeTags(template, columns, i, tags, others);
      end = writeFeature(bytes, end, ids[i]!, tags, used, features, geometries[i]!, offsets[i + 1]!);
      next++;
      i++;
    }
  }
  return { rewritten: bytes.subarray(0, end), texts: others.texts };
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
