/**
 * Query parameters that name a queryable and its value (Features Part 3, /req/queryables-query-parameters/parameters): what has a
 * simple value without a join. Attributes of a published analysis are among them, and only the served contract knows their names.
 */
import type { Cell } from '../indicators/joined-column.ts';
import { isDate } from '../indicators/period.ts';
import { Problem } from '../problem.ts';
import { SIMPLE } from './queryables.ts';
import type { FreeName, Subject } from './subject.ts';

/** A property, or what stands beside them, with the value that it must have. */
export interface EqualValue {
  name: string;
  value: Cell;
}

/** Parameters with fixed names. */
type NamedParameters = { [name in (typeof SIMPLE)[number]]?: string | undefined } & {
  /** Of a published analysis, to which nothing is joined, an attribute like others. */
  period?: readonly string[] | undefined;
};

/** Parameters that the contract does not name. */
export interface FreeParameters {
  values: Readonly<Record<string, string>>;
  /** Names that it does know, for a refusal. */
  known: readonly string[];
}

/**
 * Reads them.
 * @throws Problem invalid_request for a name that is no attribute, or a value that is none of its type
 */
export function readEqualValues(
  { geography, free: names }: Subject,
  query: NamedParameters,
  free: FreeParameters,
): EqualValue[] {
  const period = geography.publication ? query.period?.join() : undefined;
  const asked = { ...free.values, ...(period === undefined ? {} : { period }) };
  return [
    ...SIMPLE.flatMap((name) => {
      const value = query[name];
      return value === undefined ? [] : [{ name, value }];
    }),
    ...Object.entries(asked).map(([name, text]) => {
      const own = names.find((each) => each.name === name);
      if (!own) throw refuseName(name, [...free.known, ...names.map((each) => each.name)]);
      return { name, value: readValue(own, text) };
    }),
  ];
}

const NUMBER = /^-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/i;

function readValue({ name, type, format, values }: FreeName, text: string): Cell {
  const value = type !== 'string' && NUMBER.test(text) ? Number(text) : text;
  const known =
    (values === null || values.some((own) => own.value === value)) && (format !== 'date' || isDate(text));
  if (known && typeof value === (type === 'string' ? 'string' : 'number')) return value;
  const expected = values === null ? (format ?? type) : `one of ${values.map((own) => own.value).join(', ')}`;
  throw new Problem('invalid_request', `The query is not valid: ${name}.`, [
    { code: 'invalid_value', field: name, got: text.slice(0, 100), expected },
  ]);
}

function refuseName(name: string, known: readonly string[]): Problem {
  return new Problem('invalid_request', `The query is not valid: ${name}.`, [
    { code: 'unknown_parameter', field: name, got: name, expected: `one of ${known.join(', ')}` },
  ]);
}
