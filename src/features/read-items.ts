/** Use case: a page of districts of a boundary version, joined with indicators. */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { type DistrictTable, makeDistrictTable } from '../districts/district-table.ts';
import type { JoinPlan } from '../indicators/join.ts';
import type { Cell, JoinedColumn } from '../indicators/joined-column.ts';
import { loadJoin } from '../indicators/load-join.ts';
import type { Reader } from '../reader.ts';
import type { Area } from './box.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import type { EqualValue } from './equal-values.ts';
import { type DistrictFilter, filterTest } from './filter.ts';
import { valuesOf } from './property.ts';
import { queryableValues } from './queryables.ts';
import { compareRows, type SortKey } from './sorting.ts';

/** Which districts, in which order, and which part of them. */
export interface PageRequest {
  /** Null for everywhere. */
  area: Area | null;
  /** Values that districts must have. */
  equals: EqualValue[];
  /** Null for all. */
  filter: DistrictFilter | null;
  sort: SortKey[];
  limit: number;
  /** Districts to skip from the start; 0 where a cursor says where to go on. */
  offset: number;
  /** The end of the page before; null at the start. */
  after: Cursor | null;
}

/** A page: positions in the district table. */
export interface Page {
  table: DistrictTable;
  columns: JoinedColumn[];
  positions: number[];
  numberMatched: number;
  /** Cursor of the next page, or null at the end. */
  next: string | null;
}

/** Reads a page in the order asked for, else in key order. */
export async function readItems(
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  plan: JoinPlan,
  request: PageRequest,
): Promise<Page> {
  const table = await reader.districts(geography, version);
  const columns = await loadJoin(reader, geography, version, plan);
  const { sort, after, offset, limit } = request;
  const sortValues = sort.map(({ property }) => valuesOf(property, table, columns));
  const rowOf = (i: number): Cell[] => sortValues.map((values) => values(i));
  const matched = orderBy(
    await matchingPositions(reader, geography, version, table, columns, request),
    sort,
    rowOf,
  );
  const isAfter = (i: number, { values, key }: Cursor): boolean => {
    const order = compareRows(sort, rowOf(i), values);
    return order > 0 || (order === 0 && table.keys[i]! > key);
  };
  const start = after === null ? offset : matched.findIndex((i) => isAfter(i, after));
  const positions = start < 0 ? [] : matched.slice(start, start + limit);
  const last = positions.at(-1);
  const more = last !== undefined && last !== matched.at(-1);
  return {
    table,
    columns,
    positions,
    numberMatched: matched.length,
    next: more
      ? encodeCursor({ validFrom: version.validFrom, values: rowOf(last), key: table.keys[last]! })
      : null,
  };
}

/** Positions come in key order, which decides where the sort keys do not. */
function orderBy(positions: number[], sort: readonly SortKey[], rowOf: (i: number) => Cell[]): number[] {
  if (sort.length === 0) return positions;
  const rows = new Map(positions.map((i) => [i, rowOf(i)]));
  return positions.sort((a, b) => compareRows(sort, rows.get(a)!, rows.get(b)!) || a - b);
}

async function matchingPositions(
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  table: DistrictTable,
  columns: readonly JoinedColumn[],
  { area, equals, filter }: PageRequest,
): Promise<number[]> {
  const tests = equals.map(({ queryable, value }) => {
    const values = queryableValues(queryable, version, table, []);
    return (i: number) => values(i) === value;
  });
  if (area !== null) {
    const found = new Set<number>();
    for (const box of area.boxes) {
      for (const id of await reader.inBox(version, box, area.srid)) found.add(id);
    }
    tests.push((i) => found.has(table.ids[i]!));
  }
  if (filter) tests.push(await filterTest(filter, reader, geography, version, table, columns));
  return Array.from({ length: table.n }, (_, i) => i).filter((i) => tests.every((test) => test(i)));
}

/** The page of a time in which no boundary version was valid. */
export function emptyPage(): Page {
  return { table: makeDistrictTable([]), columns: [], positions: [], numberMatched: 0, next: null };
}
