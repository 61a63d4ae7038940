/** Joined items as tests look at them: rows and columns. */
import type t from 'tap';
import type { Service } from './service.ts';

/** Properties of a district. */
export type Row = Record<string, string | number | null>;

/** Breaks and counts of a classified column. */
export interface Classes {
  method: string;
  periods: string[];
  status: string;
  ties: string;
  minimum: number | null;
  maximum: number | null;
  breaks: number[];
  counts: number[];
  colours: string[];
}

/** A described column. */
export interface Column {
  name: string;
  measure: string;
  unit: string;
  release: number | null;
  classification?: Classes;
  changeFrom?: string | null;
}

/** All items of a collection. */
export interface Items {
  rows: Row[];
  columns: Column[];
}

/** Reads all items of a collection with a join. */
export function readerOf({ get }: Service, collection: string): (query: string) => Promise<Items> {
  return async (query) => {
    const body = (await get(`/collections/${collection}/items?limit=10000&${query}`)).json();
    const rows = (body.features as { properties: Row }[]).map((feature) => feature.properties);
    return { rows, columns: body.columns };
  };
}

/** The numbers of a column, without those missing. */
export function numbersOf(rows: readonly Row[], name: string): number[] {
  return rows.map((row) => row[name]).filter((value) => typeof value === 'number');
}

/** How a column was classified. */
export function classesOf(columns: readonly Column[], name: string): Classes {
  return columns.find((column) => column.name === name)!.classification!;
}

/** Class by counting the breaks below: a value equal to a break is in the class below it. */
function classOf(value: number, breaks: readonly number[]): number {
  return 1 + breaks.filter((limit) => value > limit).length;
}

/** Fails unless each district is in the class of its value, and the counts are theirs. */
export function checkClasses(t: Tap, rows: readonly Row[], value: string, classes: Classes): void {
  const { breaks, counts, ties } = classes;
  t.equal(ties, 'below');
  const wrong = rows.filter((row) => {
    const number = row[value];
    return row[`${value}_class`] !== (typeof number === 'number' ? classOf(number, breaks) : null);
  });
  t.strictSame(wrong, [], `every ${value} is in the class of its value`);
  const found = breaks.concat(0).map((_, i) => rows.filter((row) => row[`${value}_class`] === i + 1).length);
  t.strictSame(counts, classes.status === 'no_values' ? [] : found, 'counts are of the districts');
}

type Tap = Pick<typeof t, 'equal' | 'strictSame' | 'ok'>;
