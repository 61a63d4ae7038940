/** What is wrong with a filter: always a 400 that says where, what was found and what would be right. */
import { Problem } from '../problem.ts';

/** Longest excerpt of a filter in a message. */
const MOST_SHOWN = 60;

/**
 * Makes the problem of one fault.
 * @param place `line 1, column 8` or a JSON pointer; empty for the filter as a whole
 * @param code `invalid_filter` for syntax, else what the check found, e.g. `unknown_property`
 */
export function filterFault(
  place: string,
  got: string,
  expected: string,
  code: FaultCode = 'invalid_filter',
): Problem {
  const shown = got.length > MOST_SHOWN ? `${got.slice(0, MOST_SHOWN)}…` : got;
  const where = place === '' ? '' : ` at ${place}`;
  return new Problem(
    'invalid_request',
    `The filter is not valid${where}: got ${shown}, expected ${expected}.`,
    [{ code, field: 'filter', got: `${shown}${where}`, expected }],
  );
}

/** Codes of faults. */
export type FaultCode =
  | 'invalid_filter'
  | 'filter_too_large'
  | 'unknown_property'
  | 'unknown_function'
  | 'type_mismatch'
  | 'invalid_geometry'
  | 'unsupported_operator';
