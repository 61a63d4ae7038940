/**
 * Splices the values of columns into a laid-out layer: blocks of features whose districts all carry what is expected are taken as
 * they are; the features of the others follow anew, then numbers as fixed records of eleven bytes, then other texts.
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
  /** Blocks of the template that are left out, ascending. */
  touched: readonly number[];
  /** The features of these blocks anew, numbers, other texts. */
  fresh: Uint8Array;
  /** Bytes of the whole layer. */
  length: number;
}

/** A number in a layer: tag and length of the value, tag of its double, eight bytes, little endian. */
const NUMBER_HEAD = 0x190922;
const RECORD_LENGTH = 3 + 8;

/**
 * @param columns those of the template, in its order
 */
export function spliceLayer(template: LayerTemplate, columns: readonly PreparedColumn[]): SplicedLayer {
  const { n, bases, blocks } = template;
  const exceptional = findExceptional(template, columns);
  const touched = findTouched(exceptional);
  const replaced = touched.reduce((sum, block) => sum + blocks[block + 1]! - blocks[block]!, 0);
  const numbers = bases.reduce((sum, base) => sum + (base >= 0 ? n : 0), 0);
  const others = new OtherTexts(template, columns);
  const longest =
    replaced +
    exceptional.length * featureOverhead(4 + 2 * columns.length) +
    numbers * RECORD_LENGTH +
    others.mostBytes;
  const bytes = takeBytes(longest);
  let end = rewriteBlocks(bytes, template, columns, touched, exceptional, others);
  end = writeNumbers(bytes, end, template, columns);
  end = others.write(bytes, end);
  const content = template.bytes.length - replaced + end;
  const start = Buffer.allocUnsafe(1 + varintLength(content));
  start[0] = LAYER_TAG;
  writeVarint(start, 1, content);
  return { template, start, touched, fresh: bytes.subarray(0, end), length: start.length + content };
}

/** The layer's bytes in order; most of them are the template's own. To be copied by whoever keeps them. */
export function partsOf({ template, start, touched, fresh }: SplicedLayer): Uint8Array[] {
  return [start, ...untouchedRuns(template.bytes, template.blocks, touched), fresh];
}

/**
 * Head and untouched blocks; neighbours go together.
 * @param bytes of head and all blocks
 * @param offsets where each block starts; one entry more than blocks
 * @param touched blocks to leave out, ascending
 */
export function untouchedRuns(
  bytes: Uint8Array,
  offsets: Uint32Array,
  touched: readonly number[],
): Uint8Array[] {
  const runs: Uint8Array[] = [];
  let from = 0;
  for (const block of touched) {
    if (offsets[block]! > from) runs.push(bytes.subarray(from, offsets[block]!));
    from = offsets[block + 1]!;
  }
  if (from < bytes.length) runs.push(bytes.subarray(from));
  return runs;
}

/** Blocks of ascending features. */
function findTouched(features: readonly number[]): number[] {
  const touched: number[] = [];
  for (const i of features) {
    const block = Math.floor(i / BLOCK);
    if (touched.at(-1) !== block) touched.push(block);
  }
  return touched;
}

/**
 * Writes the features of touched blocks; of those that carry what is expected the bytes are copied.
 * @returns the offset behind them
 */
function rewriteBlocks(
  bytes: Uint8Array,
  template: LayerTemplate,
  columns: readonly PreparedColumn[],
  touched: readonly number[],
  exceptional: readonly number[],
  others: OtherTexts,
): number {
  const { n, ids, bytes: source, offsets, geometries } = template;
  const tags = new Uint32Array(4 + 2 * columns.length);
  let end = 0;
  let next = 0;
  for (const block of touched) {
    const last = Math.min(n, (block + 1) * BLOCK);
    for (let i = block * BLOCK; i < last; i++) {
      const run = Math.min(exceptional[next] ?? last, last);
      if (run > i) {
        bytes.set(source.subarray(offsets[i]!, offsets[run]!), end);
        end += offsets[run]! - offsets[i]!;
      }
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
    if (exceptional.length * SEARCH_COST < positions.length) collectMembers(positions, exceptional, found);
    else {
      for (let i = 0; i < positions.length; i++) if (exceptions[positions[i]!] === 1) found.push(i);
    }
  }
  return isSorted ? found : [...new Set(found)].sort((a, b) => a - b);
}

/** What a search among the positions costs, in looks at an exception. */
const SEARCH_COST = 8;

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
  /** Bytes that all of them can take. */
  readonly mostBytes: number;
  readonly #texts: Uint8Array[] = [];
  readonly #indices = new Map<string, number>();
  readonly #first: number;

  constructor({ n, staticValues, bases }: LayerTemplate, columns: readonly PreparedColumn[]) {
    this.#first = staticValues + bases.reduce((sum, base) => sum + (base >= 0 ? n : 0), 0);
    this.mostBytes = columns.reduce((sum, { textBytes }) => sum + textBytes, 0);
  }

  indexOf(text: string): number {
    let index = this.#indices.get(text);
    if (index === undefined) {
      index = this.#first + this.#texts.push(encodeText(text)) - 1;
      this.#indices.set(text, index);
    }
    return index;
  }

  /** @returns the offset behind them */
  write(bytes: Uint8Array, offset: number): number {
    let end = offset;
    for (const text of this.#texts) {
      bytes.set(text, end);
      end += text.length;
    }
    return end;
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
      // The fourth byte is the number's.
      view.setUint32(at, NUMBER_HEAD, true);
      view.setFloat64(at + 3, Number.isNaN(value) ? 0 : value, true);
      at += RECORD_LENGTH;
    }
  }
  return at;
}
