/**
 * Lays out a layer of a Mapbox Vector Tile (version 2.1) so that values can be spliced in without encoding again.
 *
 *   head                    features                      per request
 *   ┌──────────────────────┬────────────┬────────────┬───┬─────────────────┬───────┐
 *   │ name, extent, keys,  │ block of   │ block of   │ … │ a number for    │ other │
 *   │ values known ahead   │ 4          │ 4          │   │ each feature ×  │ texts │
 *   └──────────────────────┴────────────┴────────────┴───┤ column          │       │
 *                                                        └─────────────────┴───────┘
 *
 * Feature i points with its tags at the value of its own, `base + i`, in every column of numbers, and at the text that
 * most districts carry; so nothing in head and features depends on the values, only on the names and kinds of columns.
 */
import type { ExpectedColumn } from './layer-column.ts';
import { varintLength, writeVarint } from './varint.ts';

/** Features of a tile, cut and encoded: parallel arrays. */
export interface LayerCut {
  /** Positions in the district table, ascending. */
  positions: Uint32Array;
  /** Stable numeric ids. */
  ids: Uint32Array;
  /** Where each feature's bytes start; one entry more than features. */
  offsets: Uint32Array;
  /** The fields `type` and `geometry` of each feature. */
  bytes: Uint8Array;
}

/** A layer without its values. */
export interface LayerTemplate {
  /** Number of features. */
  n: number;
  /** Positions in the district table and ids, as in the cut. */
  positions: Uint32Array;
  ids: Uint32Array;
  columns: readonly ExpectedColumn[];
  /** Head, then complete features for districts that carry what is expected. */
  bytes: Uint8Array;
  /** Where each feature starts; one entry more than features. */
  offsets: Uint32Array;
  /** Where each block of features starts; one entry more than blocks. The first goes with the head. */
  blocks: Uint32Array;
  /** Where the type and geometry of each feature start; they reach to its end. */
  geometries: Uint32Array;
  /** Number of values in the head. */
  staticValues: number;
  /** Index of the expected text of each column; −1 where there is none. */
  expectedTexts: Int32Array;
  /** First index of the numbers of each column; −1 where there are none. */
  bases: Int32Array;
  /** Bytes held, for caches. */
  size: number;
}

/** Features that are copied, or compressed ahead, together. */
export const BLOCK = 4;

/** Tile units per side. */
export const EXTENT = 4096;

/** A layer's fields in a tile, and a layer's own, as tags of the wire format. */
export const LAYER_TAG = 0x1a;
const FEATURE_TAG = 0x12;
const KEY_TAG = 3;
const VALUE_TAG = 4;

/** Attributes that every district has. */
const OWN_KEYS = ['key', 'name'];

/**
 * Makes the template.
 * @param name name of the layer
 * @param keys and names, one per district of the table
 */
export function layOut(
  name: string,
  cut: LayerCut,
  keys: readonly string[],
  names: readonly string[],
  columns: readonly ExpectedColumn[],
): LayerTemplate {
  const n = cut.positions.length;
  const own = [keys, names].flatMap((texts) => Array.from(cut.positions, (position) => texts[position]!));
  const expectedTexts = new Int32Array(columns.length).fill(-1);
  const values = [...own];
  columns.forEach((column, c) => {
    if (column.text !== null) expectedTexts[c] = values.push(column.text) - 1;
  });
  const bases = new Int32Array(columns.length).fill(-1);
  let next = values.length;
  columns.forEach((column, c) => {
    if (column.kind !== 'number' || !column.expected) return;
    bases[c] = next;
    next += n;
  });
  const head = encodeHead(name, [...OWN_KEYS, ...columns.map((column) => column.name)], values);
  const template: LayerTemplate = {
    n,
    positions: cut.positions,
    ids: cut.ids,
    columns,
    bytes: new Uint8Array(0),
    offsets: new Uint32Array(n + 1),
    // A layer without columns never changes.
    blocks: new Uint32Array(columns.length === 0 ? 2 : Math.ceil(n / BLOCK) + 1),
    geometries: new Uint32Array(n),
    staticValues: values.length,
    expectedTexts,
    bases,
    size: 0,
  };
  const tags = new Uint32Array(2 * (OWN_KEYS.length + columns.length));
  const bytes = new Uint8Array(head.length + cut.bytes.length + n * featureOverhead(tags.length));
  bytes.set(head);
  let end = head.length;
  template.offsets[0] = end;
  for (let i = 0; i < n; i++) {
    const used = expectedTags(template, i, tags);
    const [from, to] = [cut.offsets[i]!, cut.offsets[i + 1]!];
    end = writeFeature(bytes, end, cut.ids[i]!, tags, used, cut.bytes, from, to);
    template.offsets[i + 1] = end;
    template.geometries[i] = end - (to - from);
  }
  template.bytes = bytes.slice(0, end);
  template.blocks.forEach((_, block) => {
    template.blocks[block] = template.offsets[Math.min(n, block * BLOCK)]!;
  });
  template.blocks[template.blocks.length - 1] = end;
  template.size = end + 4 * Uint32Array.BYTES_PER_ELEMENT * n;
  return template;
}

/** The tags of a district that carries what is expected. @returns number of entries */
function expectedTags(template: LayerTemplate, i: number, tags: Uint32Array): number {
  let used = writeOwnTags(template, i, tags);
  template.columns.forEach((_, c) => {
    const base = template.bases[c]!;
    const value = base >= 0 ? base + i : template.expectedTexts[c]!;
    if (value < 0) return;
    tags[used++] = OWN_KEYS.length + c;
    tags[used++] = value;
  });
  return used;
}

/** Key and name of feature i. @returns number of entries */
export function writeOwnTags({ n }: LayerTemplate, i: number, tags: Uint32Array): number {
  tags[0] = 0;
  tags[1] = i;
  tags[2] = 1;
  tags[3] = n + i;
  return 4;
}

/** Index of a column's name among the keys of the layer. */
export function keyOf(column: number): number {
  return OWN_KEYS.length + column;
}

const LONGEST_VARINT = 5;

/** Bytes that a feature with so many tags can take at most, beside its type and geometry. */
export function featureOverhead(tags: number): number {
  // Tag and length of the feature, tag and id, tag and length of its tags.
  return 3 * (1 + LONGEST_VARINT) + tags * LONGEST_VARINT;
}

/**
 * Writes a feature.
 * @param tags of which the first `used` are written
 * @param source where its type and geometry lie, from `from` to `to`
 * @returns the offset behind it
 */
export function writeFeature(
  bytes: Uint8Array,
  offset: number,
  id: number,
  tags: Uint32Array,
  used: number,
  source: Uint8Array,
  from: number,
  to: number,
): number {
  let tagBytes = 0;
  for (let t = 0; t < used; t++) tagBytes += varintLength(tags[t]!);
  let at = offset;
  bytes[at++] = FEATURE_TAG;
  at = writeVarint(bytes, at, 1 + varintLength(id) + 1 + varintLength(tagBytes) + tagBytes + to - from);
  bytes[at++] = ID_TAG;
  at = writeVarint(bytes, at, id);
  bytes[at++] = TAGS_TAG;
  at = writeVarint(bytes, at, tagBytes);
  for (let t = 0; t < used; t++) at = writeVarint(bytes, at, tags[t]!);
  if (to - from > LOOPED_BYTES) {
    bytes.set(source.subarray(from, to), at);
    return at + to - from;
  }
  for (let b = from; b < to; b++) bytes[at++] = source[b]!;
  return at;
}

/** Up to so many bytes a loop is faster than a call. */
const LOOPED_BYTES = 64;

const ID_TAG = 0x08;
const TAGS_TAG = 0x12;

function encodeHead(name: string, keys: readonly string[], values: readonly string[]): Uint8Array {
  const texts = [field(1, text(name)), ...keys.map((key) => field(KEY_TAG, text(key)))];
  return Buffer.concat([VERSION_AND_EXTENT, ...texts, ...values.map(encodeText)]);
}

/** `version` 2 and `extent` 4096. */
const VERSION_AND_EXTENT = Uint8Array.of(0x78, 2, 0x28, 0x80, 0x20);

/** A value of a layer that is a text. */
export function encodeText(value: string): Uint8Array {
  return field(VALUE_TAG, field(1, text(value)));
}

function text(value: string): Uint8Array {
  return Buffer.from(value, 'utf8');
}

/** A field of bytes. */
function field(number: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + varintLength(content.length) + content.length);
  bytes[0] = (number << 3) | 2;
  bytes.set(content, writeVarint(bytes, 1, content.length));
  return bytes;
}
