/** Use case: a page of features. */
import type { Cell } from '../indicators/joined-column.ts';
import type { Area } from './box.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import type { EqualValue } from './equal-values.ts';
import { filterTest, type RowFilter } from './filter.ts';
import type { Rows } from './rows.ts';
import { compareRows, type SortKey } from './sorting.ts';

/** Which rows, in which order, and which part of them. */
export interface PageRequest {
  /** Null for everywhere. */
  area: Area | null;
  /** Values that rows must have. */
  equals: EqualValue[];
  /** Null for all. */
  filter: RowFilter | null;
  sort: SortKey[];
  limit: number;
  /** Rows to skip from the start; 0 where a cursor says where to go on. */
  offset: number;
  /** The end of the page before; null at the start. */
  after: Cursor | null;
}

/** A page: positions in the rows. */
export interface Page {
  rows: Rows;
  positions: number[];
  numberMatched: number;
  /** Cursor of the next page, or null at the end. */
  next: string | null;
}

/**
 * Reads a page in the order asked for, else in the order of the ids.
 * @param shown names of the properties of the answer, to be loaded
 * @param validFrom first day of the boundary version that the next page goes on in; empty where there are several
 */
export async function readItems(
  rows: Rows,
  request: PageRequest,
  shown: readonly string[],
  validFrom: string,
): Promise<Page> {
  const { sort, after, offset, limit } = request;
  const sortNames = sort.map(({ property }) => property.name);
  await rows.load(sortNames, null);
  const sortValues = sortNames.map((name) => rows.values(name));
  const rowOf = (i: number): Cell[] => sortValues.map((values) => values(i));
  const matched = orderBy(await matchingPositions(rows, request), sort, rowOf);
  const isAfter = (i: number, { values, id }: Cursor): boolean => {
    const order = compareRows(sort, rowOf(i), values);
    return order > 0 || (order === 0 && rows.idOf(i) > id);
  };
  const start = after === null ? offset : matched.findIndex((i) => isAfter(i, after));
  const positions = start < 0 ? [] : matched.slice(start, start + limit);
  await rows.load(shown, positions);
  const last = positions.at(-1);
  const more = last !== undefined && last !== matched.at(-1);
  return {
    rows,
    positions,
    numberMatched: matched.length,
    next: more ? encodeCursor({ validFrom, values: rowOf(last), id: rows.idOf(last) }) : null,
  };
}

/** Positions come in the order of the ids, which decides where the sort keys do not. */
function orderBy(positions: number[], sort: readonly SortKey[], rowOf: (i: number) => Cell[]): number[] {
  if (sort.length === 0) return positions;
  const rows = new Map(positions.map((i) => [i, rowOf(i)]));
  return positions.sort((a, b) => compareRows(sort, rows.get(a)!, rows.get(b)!) || a - b);
}

async function matchingPositions(rows: Rows, { area, equals, filter }: PageRequest): Promise<number[]> {
  await rows.load(
    equals.map(({ name }) => name),
    null,
  );
  const tests = equals.map(({ name, value }) => {
    const values = rows.values(name);
    return (i: number) => values(i) === value;
  });
  if (area !== null) {
    const inside: ((i: number) => boolean)[] = [];
    for (const box of area.boxes) inside.push(await rows.inBox(box, area.srid));
    tests.push((i) => inside.some((test) => test(i)));
  }
  if (filter) tests.push(await filterTest(filter, rows));
  return Array.from({ length: rows.n }, (_, i) => i).filter((i) => tests.every((test) => test(i)));
}
