/** Reads a CSV table by its declared dialect. Cells stay text; every row knows its line in the file. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Findings } from './findings.ts';

/** The part of the Frictionless table dialect that is read; others are refused by the descriptor's schema. */
export interface Dialect {
  delimiter?: string;
  quoteChar?: string;
  commentChar?: string;
}

/** A table as delivered. */
export interface Table {
  /** Position of each column by its header. */
  columns: ReadonlyMap<string, number>;
  /** Cells by row, without padding. */
  rows: string[][];
  /** Line in the file where each row begins; the first line is 1. */
  lines: Int32Array;
}

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Reads the table; notes wrong delimiters, missing or repeated columns, broken quotes and rows of wrong length.
 *
 * @param fields headers that must be there
 * @returns the table, or null when its columns cannot be told apart
 */
export function readCsv(
  text: string,
  dialect: Dialect,
  fields: readonly string[],
  file: string,
  findings: Findings,
): Table | null {
  // With one kind of newline the parser's line numbers are right also inside quotes.
  const source = text.replace(/\r\n?/g, '\n');
  const delimiter = dialect.delimiter ?? ',';
  const quote = dialect.quoteChar ?? '"';
  const comment = dialect.commentChar ?? null;
  try {
    const options = {
      delimiter,
      quote,
      comment,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    };
    const head = parse(source, { ...options, to: 1 }) as unknown as Row[];
    const columns = readHeader(head[0], delimiter, fields, file, findings);
    if (!columns) return null;
    const body = parse(source, { ...options, from: 2 }) as unknown as Row[];
    return readRows(body, columns, head[0]?.record.length ?? 0, file, findings);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    findings.add({
      code: 'csv_invalid',
      got: error.message,
      expected: `cells separated by ${JSON.stringify(delimiter)}, quoted as a whole by ${quote} or not at all`,
      file,
      ...('lines' in error && typeof error.lines === 'number' ? { line: error.lines } : {}),
    });
    return null;
  }
}

interface Row {
  record: string[];
  info: { lines: number };
}

/** The parser knows where a row ends; newlines inside its quotes lead back to where it begins. */
function firstLine(row: Row): number {
  return row.info.lines - row.record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
}

function readHeader(
  head: Row | undefined,
  delimiter: string,
  fields: readonly string[],
  file: string,
  findings: Findings,
): Map<string, number> | null {
  if (!head) {
    findings.add({
      code: 'column_missing',
      got: 'an empty file',
      expected: `a header with ${fields.join(', ')}`,
      file,
      line: 1,
    });
    return null;
  }
  const line = firstLine(head);
  const names = head.record.map((name) => name.trim());
  const missing = fields.filter((field) => !names.includes(field));
  const only = names.length === 1 ? names[0] : undefined;
  const other = DELIMITERS.find((candidate) => candidate !== delimiter && only?.includes(candidate));
  if (missing.length > 0 && other) {
    findings.add({
      code: 'delimiter_wrong',
      got: `a header in one piece that contains ${JSON.stringify(other)}`,
      expected: `columns separated by the declared delimiter ${JSON.stringify(delimiter)}`,
      file,
      line,
    });
    return null;
  }
  const columns = new Map<string, number>();
  let repeated = false;
  for (const [index, name] of names.entries()) {
    const first = columns.get(name);
    if (first === undefined) columns.set(name, index);
    // Empty headers belong to columns that nothing can refer to.
    else if (name !== '') {
      repeated = true;
      findings.add({
        code: 'duplicate_column',
        got: `"${name}" as column ${first + 1} and ${index + 1}`,
        expected: 'each column name once',
        field: name,
        file,
        line,
      });
    }
  }
  for (const field of missing) {
    findings.add({
      code: 'column_missing',
      got: `columns ${names.join(', ').slice(0, 200)}`,
      expected: `a column "${field}"`,
      field,
      file,
      line,
    });
  }
  return missing.length > 0 || repeated ? null : columns;
}

function readRows(
  body: Row[],
  columns: Map<string, number>,
  width: number,
  file: string,
  findings: Findings,
): Table {
  const rows: string[][] = [];
  const lines: number[] = [];
  if (body.length === 0) {
    findings.add({ code: 'table_empty', got: 'a header without rows', expected: 'at least one row', file });
  }
  for (const row of body) {
    const line = firstLine(row);
    if (row.record.length !== width) {
      findings.add({
        code: 'row_length',
        got: `${row.record.length} cells`,
        expected: `${width} cells as in the header`,
        file,
        line,
      });
      continue;
    }
    rows.push(row.record.map((cell) => cell.trim()));
    lines.push(line);
  }
  return { columns, rows, lines: Int32Array.from(lines) };
}
