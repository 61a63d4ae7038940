/** Values as JSON, written column by column: no object for a row or cell. */
import type { JoinedColumn } from '../indicators/joined-column.ts';
import type { Values } from './values.ts';

/** The document as text. */
export function writeJson({ head, table, columns }: Values): string {
  const own = { ids: [...table.ids], keys: table.keys, names: table.names };
  const values = columns.map((column) => `${JSON.stringify(column.name)}:[${writeCells(column)}]`);
  return `${open(head)},${open(own).slice(1)},"values":{${values.join()}}}`;
}

/** An object without its closing brace. */
function open(object: object): string {
  return JSON.stringify(object).slice(0, -1);
}

function writeCells(column: JoinedColumn): string {
  if (column.kind === 'number') {
    let cells = '';
    for (const value of column.values) cells += Number.isFinite(value) ? `,${value}` : ',null';
    return cells.slice(1);
  }
  const texts = column.texts.map((text) => `,${JSON.stringify(text)}`);
  let cells = '';
  for (const code of column.codes) cells += texts[code]!;
  return cells.slice(1);
}
