/** Reads one value out of a row by the declared rules: missing texts, maps of text to number, rates of counts. */
import type { Status } from '../indicators/status.ts';
import type { ColumnRule, MissingRule, MissingRules, ObservationResource } from './descriptor.ts';
import { type Findings, show } from './findings.ts';
import { makeNumberParser } from './parse-number.ts';
import type { Table } from './read-csv.ts';

/** A value with its counts and status; NaN where there is none. */
interface Cell {
  value: number;
  numerator: number;
  denominator: number;
  status: Status;
  reason: string | null;
}

/** Reads the cell of a row; null where it is neither a number nor declared, which is a finding then. */
type CellReader = (row: readonly string[], line: number) => Cell | null;

/** A cell without a value. */
export function missingCell({ status, reason }: MissingRule): Cell {
  return { value: NaN, numerator: NaN, denominator: NaN, status, reason };
}

/**
 * Makes the reader of one column.
 *
 * @param categories values that the indicator's classes have; null for an indicator without classes
 */
export function makeCellReader(
  rule: ColumnRule,
  resource: ObservationResource,
  table: Table,
  categories: ReadonlySet<number> | null,
  findings: Findings,
): CellReader {
  const missing = { ...resource.sozialraum.missing, ...rule.missing };
  if ('field' in rule) {
    const read = rule.map
      ? makeMappedReader(rule.field, rule.map, missing, resource, table, findings)
      : makeNumberReader(rule.field, missing, resource, table, findings);
    return (row, line) => {
      const value = read(row, line);
      if (typeof value !== 'number') return value && missingCell(value);
      if (categories && !categories.has(value)) {
        const expected = `one of the classes ${[...categories].join(', ')} of ${rule.indicator}`;
        findings.add({
          code: 'category_unknown',
          got: String(value),
          expected,
          field: rule.field,
          file: resource.path,
          line,
        });
        return null;
      }
      return { value, numerator: NaN, denominator: NaN, status: 'ok', reason: null };
    };
  }
  const { factor } = rule;
  const readNumerator = makeNumberReader(rule.numerator, missing, resource, table, findings);
  const readDenominator = makeNumberReader(rule.denominator, missing, resource, table, findings);
  return (row, line) => {
    const numerator = readNumerator(row, line);
    const denominator = readDenominator(row, line);
    if (numerator === null || denominator === null) return null;
    if (typeof numerator === 'object') return missingCell(numerator);
    if (typeof denominator === 'object') return missingCell(denominator);
    const place = { file: resource.path, line };
    if (numerator < 0 || denominator < 0) {
      const [got, field] = numerator < 0 ? [numerator, rule.numerator] : [denominator, rule.denominator];
      findings.add({
        code: 'count_negative',
        got: String(got),
        expected: 'a count of 0 or more',
        field,
        ...place,
      });
      return null;
    }
    if (denominator === 0) {
      findings.add({
        code: 'denominator_zero',
        got: `${numerator} of 0`,
        expected: 'a denominator above 0, or a rule in "rows" that says why there is no rate',
        field: rule.denominator,
        ...place,
      });
      return null;
    }
    return { value: (factor * numerator) / denominator, numerator, denominator, status: 'ok', reason: null };
  };
}

/**
 * Makes a reader of numbers by the field's declared format.
 *
 * @returns function from a row to its number, to the rule of a missing value, or to null after a finding
 */
export function makeNumberReader(
  name: string,
  missing: MissingRules,
  resource: ObservationResource,
  table: Table,
  findings: Findings,
): (row: readonly string[], line: number) => number | MissingRule | null {
  const column = table.columns.get(name) as number;
  const field = resource.schema.fields.find((candidate) => candidate.name === name);
  const format = { decimalChar: field?.decimalChar ?? '.', groupChar: field?.groupChar ?? '' };
  const parse = makeNumberParser(format);
  const integer = field?.type === 'integer';
  return (row, line) => {
    const text = row[column] as string;
    if (Object.hasOwn(missing, text)) return missing[text] as MissingRule;
    const value = parse(text);
    if (value !== null && (!integer || Number.isInteger(value))) return value;
    const written = `decimal sign "${format.decimalChar}"${format.groupChar === '' ? '' : ` and groups by "${format.groupChar}"`}`;
    const number = integer ? 'a whole number' : `a number with ${written}`;
    findings.add({
      code: 'number_invalid',
      got: show(text),
      expected: `${number}, or a declared missing value (${list(missing)})`,
      field: name,
      file: resource.path,
      line,
    });
    return null;
  };
}

function makeMappedReader(
  name: string,
  map: Record<string, number>,
  missing: MissingRules,
  resource: ObservationResource,
  table: Table,
  findings: Findings,
): (row: readonly string[], line: number) => number | MissingRule | null {
  const column = table.columns.get(name) as number;
  return (row, line) => {
    const text = row[column] as string;
    if (Object.hasOwn(missing, text)) return missing[text] as MissingRule;
    if (Object.hasOwn(map, text)) return map[text] as number;
    findings.add({
      code: 'value_not_mapped',
      got: show(text),
      expected: `one of ${list(map)}, or a declared missing value (${list(missing)})`,
      field: name,
      file: resource.path,
      line,
    });
    return null;
  };
}

function list(texts: object): string {
  return Object.keys(texts).map(show).join(', ') || 'none declared';
}
