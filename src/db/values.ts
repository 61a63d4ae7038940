/** How values of the database become JavaScript values, the same for both kinds of database. */
import { types } from 'pg';

type Parser = (text: string) => unknown;

/** The numbers that PostgreSQL gives its types: `select oid, typname from pg_type`. */
const OID = { bytea: 17, int8: 20, date: 1082, int8Array: 1016, dateArray: 1182, textArray: 1009 } as const;

const getDefault = types.getTypeParser as (oid: number, format?: 'text' | 'binary') => Parser;
const parseTextArray = getDefault(OID.textArray) as (text: string) => (string | null)[];

/** A bigint as a number where that is exact, else as its digits. */
export function parseInteger(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

const PARSERS = new Map<number, Parser>([
  [OID.bytea, (text) => Buffer.from(text.slice(2), 'hex')],
  [OID.int8, parseInteger],
  // A date has no time zone: as a JS Date it would move to the day before or after.
  [OID.date, (text) => text],
  [OID.int8Array, (text) => parseTextArray(text).map((item) => (item === null ? null : parseInteger(item)))],
  [OID.dateArray, parseTextArray],
]);

/** Parsers for the `types` option of `pg`: bytea → Buffer, bigint → number, date → text, else as `pg` does. */
export const valueTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parser {
    const own = format === 'binary' ? undefined : PARSERS.get(oid);
    return own ?? getDefault(oid, format);
  },
};
