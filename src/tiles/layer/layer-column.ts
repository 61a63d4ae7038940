/** The columns that a tile layer carries, as the splice needs them: one number or one code per district. */

/** Numbers by district; NaN where there is none. */
export interface NumberColumn {
  kind: 'number';
  name: string;
  values: Float64Array;
}

/** Texts by district, as an index into the texts; null stands for no text. */
export interface TextColumn {
  kind: 'text';
  name: string;
  codes: Uint8Array | Uint32Array;
  texts: readonly (string | null)[];
}

/** A column that is spliced into a tile. */
export type LayerColumn = NumberColumn | TextColumn;

/**
 * What a template knows of a column: what most districts carry. Numbers are expected unless the whole column is empty;
 * of texts the most frequent one is expected.
 */
export interface ExpectedColumn {
  name: string;
  kind: LayerColumn['kind'];
  /** For numbers: whether they are there; for texts: the code of the most frequent one. */
  expected: boolean | number;
  /** The expected text, or null where districts are expected to carry none. */
  text: string | null;
}

/** A column with its exceptions. */
export interface PreparedColumn {
  column: LayerColumn;
  expected: ExpectedColumn;
  /** 1 where the district differs from what is expected; null where none does. */
  exceptions: Uint8Array | null;
  /** Positions of those districts, ascending; the same array for columns with the same exceptions. */
  exceptional: Uint32Array;
  /** Bytes that all texts beside the expected one can take in a layer. */
  textBytes: number;
}

interface Habit extends Pick<ExpectedColumn, 'expected'>, Pick<PreparedColumn, 'exceptions' | 'exceptional'> {
  /** Codes beside the expected one. */
  others: readonly number[];
}

const habits = new WeakMap<ArrayLike<number>, Habit>();

/** Finds what most districts of a column carry; remembered for as long as its numbers or codes live. */
export function prepareColumn(column: LayerColumn): PreparedColumn {
  const source = column.kind === 'number' ? column.values : column.codes;
  let habit = habits.get(source);
  if (habit === undefined) {
    habit = column.kind === 'number' ? habitOfNumbers(column.values) : habitOfCodes(column.codes);
    habits.set(source, habit);
  }
  const { expected, exceptions, exceptional, others } = habit;
  const textOf = (code: number): string | null =>
    column.kind === 'text' ? (column.texts[code] ?? null) : null;
  return {
    column,
    expected: { name: column.name, kind: column.kind, expected, text: textOf(Number(expected)) },
    exceptions,
    exceptional,
    textBytes: others.reduce(
      (sum, code) => sum + LONGEST_CHARACTER * (textOf(code)?.length ?? 0) + TEXT_HEAD,
      0,
    ),
  };
}

/** Bytes of a text's character, and of what stands before it, at most. */
const LONGEST_CHARACTER = 3;
const TEXT_HEAD = 12;

function habitOfNumbers(values: Float64Array): Habit {
  const exceptions = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
  const expected = exceptions.includes(0);
  return { expected, others: [], ...keepExceptions(expected ? exceptions : NONE) };
}

function habitOfCodes(codes: Uint8Array | Uint32Array): Habit {
  const counts: number[] = [];
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  let expected = 0;
  counts.forEach((count, code) => {
    if (count > (counts[expected] ?? 0)) expected = code;
  });
  const exceptions = Uint8Array.from(codes, (code) => (code === expected ? 0 : 1));
  const others = counts.flatMap((_, code) => (code === expected ? [] : [code]));
  return { expected, others, ...keepExceptions(exceptions) };
}

const NONE = new Uint8Array(0);
const NO_POSITIONS = new Uint32Array(0);

/** Of the last exceptions: a column and its status usually have the same ones, one after the other. */
let last: { exceptions: Uint8Array; exceptional: Uint32Array } = {
  exceptions: NONE,
  exceptional: NO_POSITIONS,
};

function keepExceptions(exceptions: Uint8Array): Pick<PreparedColumn, 'exceptions' | 'exceptional'> {
  if (!exceptions.includes(1)) return { exceptions: null, exceptional: NO_POSITIONS };
  if (Buffer.compare(exceptions, last.exceptions) === 0) return last;
  const positions: number[] = [];
  exceptions.forEach((is, position) => {
    if (is) positions.push(position);
  });
  last = { exceptions, exceptional: Uint32Array.from(positions) };
  return last;
}
