/** The districts of one boundary version, in the order that columns follow: by key. */
import { type Attribute, type AttributeColumn, makeAttributeColumn } from './attribute.ts';

/** Parallel arrays, one entry per district. */
export interface DistrictTable {
  n: number;
  /** Stable numeric ids, e.g. for tiles. */
  ids: Int32Array;
  keys: string[];
  names: string[];
  /** Key of the parent district in the geography's parent collection, or null. */
  parents: (string | null)[];
  /** What else is stored of them, in the order of the declaration; only features of a published analysis have some. */
  attributes: readonly AttributeColumn[];
  /** Position by numeric id. */
  positions: Map<number, number>;
  /** Position by key. */
  byKey: Map<string, number>;
}

/** A district as it is read. */
interface DistrictRow {
  id: number;
  key: string;
  name: string;
  parent: string | null;
  /** Cells by name of the attribute. */
  attributes?: Record<string, unknown> | null;
}

/** Builds the table from rows that are ordered by key. @param attributes that the collection declares */
export function makeDistrictTable(
  rows: readonly DistrictRow[],
  attributes: readonly Attribute[] = [],
): DistrictTable {
  return {
    n: rows.length,
    ids: Int32Array.from(rows, (row) => row.id),
    keys: rows.map((row) => row.key),
    names: rows.map((row) => row.name),
    parents: rows.map((row) => row.parent),
    attributes: attributes.map((attribute) =>
      makeAttributeColumn(
        attribute,
        rows.map((row) => row.attributes?.[attribute.name] ?? null),
      ),
    ),
    positions: new Map(rows.map((row, i) => [row.id, i])),
    byKey: new Map(rows.map((row, i) => [row.key, i])),
  };
}
