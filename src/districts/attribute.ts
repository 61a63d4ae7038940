/** What is stored of the features of a published analysis beside key, name and shape. */
import type { Status } from '../indicators/status.ts';
import type { Label } from '../label.ts';

/** One of the values that an attribute can have. */
export interface AttributeValue {
  value: string | number;
  title: Label;
  /** How maps draw it, #rrggbb; null where the attribute is no class. */
  colour: string | null;
  /** Whose pattern lies on the colour, where the value says that there is no result. */
  pattern: Exclude<Status, 'ok' | 'estimated'> | null;
}

/** An attribute as its collection declares it. */
export interface Attribute {
  /** Matches `[a-z][a-z0-9_]*`, as filters can name it. */
  name: string;
  type: 'string' | 'number' | 'integer';
  title: Label;
  /** Null where it is no quantity. */
  unit: string | null;
  /** `class` is what maps colour by, `status` says why there is no value. */
  role: 'class' | 'status' | 'reason' | 'period' | null;
  /** All values that it can have; null where these are not few. */
  values: AttributeValue[] | null;
}

/** Numbers by district; NaN where there is none. */
export interface NumberAttribute {
  kind: 'number';
  name: string;
  values: Float64Array;
}

/** Texts by district, as an index into the texts; null stands for none. */
export interface TextAttribute {
  kind: 'text';
  name: string;
  codes: Uint32Array;
  texts: readonly (string | null)[];
}

/** The cells of an attribute, in the order of the district table. */
export type AttributeColumn = NumberAttribute | TextAttribute;

/** Lays the cells of an attribute side by side. @param cells null where a district has none */
export function makeAttributeColumn({ name, type }: Attribute, cells: readonly unknown[]): AttributeColumn {
  if (type !== 'string') {
    const numbers = cells.map((cell) => (typeof cell === 'number' ? cell : Number.NaN));
    return { kind: 'number', name, values: Float64Array.from(numbers) };
  }
  const codeOf = new Map<string | null, number>();
  const codes = Uint32Array.from(cells, (cell) => {
    const text = typeof cell === 'string' ? cell : null;
    const code = codeOf.get(text) ?? codeOf.size;
    codeOf.set(text, code);
    return code;
  });
  return { kind: 'text', name, codes, texts: [...codeOf.keys()] };
}

/** The cell of the district at position i. */
export function attributeAt(column: AttributeColumn, i: number): number | string | null {
  if (column.kind === 'text') return column.texts[column.codes[i]!]!;
  const value = column.values[i]!;
  return Number.isNaN(value) ? null : value;
}
