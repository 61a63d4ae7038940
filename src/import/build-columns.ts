/** Makes columns of a table: one per indicator and period, with a status for every cell. */
import { parsePeriod } from '../indicators/period.ts';
import { hasValue } from '../indicators/status.ts';
import { makeKeyReader } from './build-boundary.ts';
import type { ColumnCandidate } from './candidate.ts';
import type { ColumnRule, MissingRule, ObservationResource } from './descriptor.ts';
import { type Findings, show } from './findings.ts';
import { makeCellReader, makeNumberReader, missingCell } from './read-cell.ts';
import type { Table } from './read-csv.ts';

/** What the rest of the package says about a table's keys and values. */
interface TableContext {
  /** Keys of the boundary version that the table belongs to; null where the package does not hold it. */
  districts: ReadonlySet<string> | null;
  /** Values of the classes of each classified indicator. */
  categories: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Builds all columns of a table; cells and rows that are not right are findings. */
export function buildColumns(
  resource: ObservationResource,
  table: Table,
  context: TableContext,
  findings: Findings,
): ColumnCandidate[] {
  const periods = groupByPeriod(resource, table, context.districts, findings);
  return [...periods].flatMap(([period, rows]) =>
    resource.sozialraum.columns.map((rule) => {
      const categories = context.categories.get(rule.indicator) ?? null;
      return buildColumn(rule, period, rows, resource, table, categories, findings);
    }),
  );
}

/** A row with its key and, where a row rule is for it, the reason why it has no values. */
interface KeyedRow {
  cells: readonly string[];
  line: number;
  key: string;
  missing: MissingRule | null;
}

function groupByPeriod(
  resource: ObservationResource,
  table: Table,
  districts: ReadonlySet<string> | null,
  findings: Findings,
): Map<string, KeyedRow[]> {
  const rule = resource.sozialraum;
  const file = resource.path;
  const keyColumn = table.columns.get(rule.key.field) as number;
  const readKey = makeKeyReader(rule.key, file, findings);
  const readPeriod = makePeriodReader(resource, table, findings);
  const findRule = makeRowRules(resource, table, findings);
  const groups = new Map<string, { rows: KeyedRow[]; lines: Map<string, number> }>();
  for (const [index, cells] of table.rows.entries()) {
    const line = table.lines[index] as number;
    const key = readKey(cells[keyColumn], line);
    const period = readPeriod(cells, line);
    if (key === null || period === null) continue;
    const place = { field: rule.key.field, file, line };
    if (districts && !districts.has(key)) {
      const expected = `a district of ${rule.geography} valid from ${rule.boundary}`;
      findings.add({ code: 'unknown_district', got: key, expected, ...place });
      continue;
    }
    const group = groups.get(period) ?? { rows: [], lines: new Map<string, number>() };
    groups.set(period, group);
    const first = group.lines.get(key);
    if (first !== undefined) {
      const got = `${key} in line ${first} and ${line}`;
      findings.add({ code: 'duplicate_key', got, expected: `each key once in ${period}`, ...place });
      continue;
    }
    group.lines.set(key, line);
    group.rows.push({ cells, line, key, missing: findRule(cells, key, line) });
  }
  noteUnusedKeys(resource, groups, findings);
  return new Map([...groups].map(([period, { rows }]) => [period, rows]));
}

function makePeriodReader(
  resource: ObservationResource,
  table: Table,
  findings: Findings,
): (cells: readonly string[], line: number) => string | null {
  const { period } = resource.sozialraum;
  if (typeof period === 'string') return () => period;
  const column = table.columns.get(period.field) as number;
  return (cells, line) => {
    const id = cells[column] as string;
    if (parsePeriod(id)) return id;
    const expected = 'a period such as 2023, 2023-S1, 2023-Q4, 2023-06 or 2023-12-31';
    findings.add({
      code: 'period_invalid',
      got: show(id),
      expected,
      field: period.field,
      file: resource.path,
      line,
    });
    return null;
  };
}

/** Makes a function that finds the first row rule for a row. */
function makeRowRules(
  resource: ObservationResource,
  table: Table,
  findings: Findings,
): (cells: readonly string[], key: string, line: number) => MissingRule | null {
  const rules = (resource.sozialraum.rows ?? []).map(({ when, status, reason }) => {
    const missing = { status, reason };
    if ('key' in when) {
      const keys = new Set(when.key);
      return { missing, applies: (_cells: readonly string[], key: string) => keys.has(key) };
    }
    if ('equals' in when) {
      const column = table.columns.get(when.field) as number;
      const texts = new Set(when.equals);
      return { missing, applies: (cells: readonly string[]) => texts.has(cells[column] as string) };
    }
    // An empty cell is not below anything, whatever else it means.
    const blank = { '': missing, ...resource.sozialraum.missing };
    const read = makeNumberReader(when.field, blank, resource, table, findings);
    const applies = (cells: readonly string[], _key: string, line: number): boolean => {
      const value = read(cells, line);
      return typeof value === 'number' && value < when.below;
    };
    return { missing, applies };
  });
  return (cells, key, line) => rules.find(({ applies }) => applies(cells, key, line))?.missing ?? null;
}

/** A listed key that the file does not have is a misspelling that would let a value through. */
function noteUnusedKeys(
  resource: ObservationResource,
  groups: ReadonlyMap<string, { lines: ReadonlyMap<string, number> }>,
  findings: Findings,
): void {
  for (const { when } of resource.sozialraum.rows ?? []) {
    if (!('key' in when)) continue;
    for (const key of when.key) {
      if ([...groups.values()].some(({ lines }) => lines.has(key))) continue;
      const got = `a rule for ${key}, which has no row`;
      findings.add({ code: 'rule_no_match', got, expected: 'keys that the file has', file: resource.path });
    }
  }
}

function buildColumn(
  rule: ColumnRule,
  period: string,
  rows: readonly KeyedRow[],
  resource: ObservationResource,
  table: Table,
  categories: ReadonlySet<number> | null,
  findings: Findings,
): ColumnCandidate {
  const { geography, boundary, referenceDate = null, provisional } = resource.sozialraum;
  const read = makeCellReader(rule, resource, table, categories, findings);
  const cells = rows.flatMap((row) => {
    const cell = row.missing ? missingCell(row.missing) : read(row.cells, row.line);
    return cell ? [{ ...cell, key: row.key, line: row.line }] : [];
  });
  const counted = !('field' in rule);
  return {
    geography,
    boundary,
    indicator: rule.indicator,
    period,
    keys: cells.map(({ key }) => key),
    referenceDates: cells.map(() => referenceDate),
    provisional: cells.map(() => provisional),
    files: cells.map(() => resource.path),
    lines: Int32Array.from(cells, ({ line }) => line),
    values: Float64Array.from(cells, ({ value, status }) => (hasValue(status) ? value : NaN)),
    numerators: counted ? Float64Array.from(cells, ({ numerator }) => numerator) : null,
    denominators: counted ? Float64Array.from(cells, ({ denominator }) => denominator) : null,
    status: cells.map(({ status }) => status),
    reasons: cells.map(({ reason }) => reason),
  };
}
