/** The districts of one boundary version, in the order that columns follow: by key. */

/** Parallel arrays, one entry per district. */
export interface DistrictTable {
  n: number;
  /** Stable numeric ids, e.g. for tiles. */
  ids: Int32Array;
  keys: string[];
  names: string[];
  /** Key of the parent district in the geography's parent collection, or null. */
  parents: (string | null)[];
  /** Position by numeric id. */
  positions: Map<number, number>;
  /** Position by key. */
  byKey: Map<string, number>;
}

/** Builds the table from rows that are ordered by key. */
export function makeDistrictTable(
  rows: readonly { id: number; key: string; name: string; parent: string | null }[],
): DistrictTable {
  return {
    n: rows.length,
    ids: Int32Array.from(rows, (row) => row.id),
    keys: rows.map((row) => row.key),
    names: rows.map((row) => row.name),
    parents: rows.map((row) => row.parent),
    positions: new Map(rows.map((row, i) => [row.id, i])),
    byKey: new Map(rows.map((row, i) => [row.key, i])),
  };
}
