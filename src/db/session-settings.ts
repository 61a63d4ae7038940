/** What every session starts with, whatever the server, the database or its user have as defaults. */
import { SCHEMA } from './namespace.ts';

/** Settings by name. Values without spaces: they are also written as `-c name=value`. */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  // Where unqualified names are looked up.
  search_path: `${SCHEMA},public`,
  // Dates are compared as text with those of a package, and src/db/values.ts reads bytes as hexadecimal.
  datestyle: 'ISO,YMD',
  timezone: 'UTC',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
};
