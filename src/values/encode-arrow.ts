/** Values as an Apache Arrow IPC stream; the arrays of the columns go in as they are. */
import {
  batchType,
  Column,
  columnFromArray,
  type DataType,
  dictionary,
  Endianness,
  field,
  float64,
  int32,
  Table,
  tableToIPC,
  utf8,
  Version,
} from '@uwdata/flechette';
import type { JoinedColumn, TextColumn } from '../indicators/joined-column.ts';
import type { NumberMeasure } from '../indicators/measure.ts';
import type { Values } from './values.ts';

/** Key of the schema metadata that holds what the JSON document says beside its arrays. */
const METADATA = 'sozialraum';

/** Numbers that count or number something. */
const WHOLE: ReadonlySet<NumberMeasure> = new Set(['rank', 'class', 'release']);

/** The stream's bytes. */
export function encodeArrow({ head, table, columns }: Values): Uint8Array {
  const children: [name: string, column: Column<unknown>][] = [
    ['id', fromArray(table.ids, int32(), NOTHING_MISSING)],
    ['key', columnFromArray(table.keys, utf8())],
    ['name', columnFromArray(table.names, utf8())],
    ...columns.map((column): [string, Column<unknown>] => [column.name, encodeColumn(column)]),
  ];
  const schema = {
    version: Version.V5,
    endianness: Endianness.Little,
    fields: children.map(([name, { type }]) => field(name, type)),
    metadata: new Map([[METADATA, JSON.stringify(head)]]),
  };
  const encoded = tableToIPC(
    new Table(
      schema,
      children.map(([, column]) => column),
    ),
    { format: 'stream' },
  );
  return encoded!;
}

/** Which cells hold nothing. */
interface Missing {
  nullCount: number;
  /** A bit per cell, the lowest of a byte first; 1 where there is something. Without bytes all cells hold something. */
  validity: Uint8Array;
}

const NOTHING_MISSING: Missing = { nullCount: 0, validity: new Uint8Array(0) };

function encodeColumn(column: JoinedColumn): Column<unknown> {
  if (column.kind === 'text') return encodeTexts(column);
  const { values } = column;
  const missing = findMissing(values.length, (i) => Number.isNaN(values[i]));
  return WHOLE.has(column.measure)
    ? fromArray(Int32Array.from(values), int32(), missing)
    : fromArray(values, float64(), missing);
}

/** Texts as positions in a dictionary of the different ones; a null is not in it. */
function encodeTexts({ codes, texts }: TextColumn): Column<unknown> {
  const words = texts.filter((text) => text !== null);
  const places = Int32Array.from(texts, (text) => (text === null ? 0 : words.indexOf(text)));
  // The dictionary is found by this very object.
  const word = utf8();
  const type = dictionary(word, int32());
  const batch = new (batchType(type))({
    ...findMissing(codes.length, (i) => texts[codes[i]!] === null),
    length: codes.length,
    type,
    values: Int32Array.from(codes, (code) => places[code]!),
  });
  // A dictionary needs an entry, used or not.
  const entries = words.length > 0 ? words : [''];
  return new Column([batch.setDictionary(columnFromArray(entries, word))]);
}

function fromArray(values: Float64Array | Int32Array, type: DataType, missing: Missing): Column<unknown> {
  return new Column([new (batchType(type))({ ...missing, length: values.length, type, values })]);
}

function findMissing(n: number, isMissing: (i: number) => boolean): Missing {
  const validity = new Uint8Array(Math.ceil(n / 8));
  let nullCount = 0;
  for (let i = 0; i < n; i++) {
    if (isMissing(i)) nullCount++;
    else validity[i >> 3]! |= 1 << (i & 7);
  }
  return nullCount === 0 ? NOTHING_MISSING : { nullCount, validity };
}
