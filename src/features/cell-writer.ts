/** Cells as texts of a format. */
import type { Cell } from '../indicators/joined-column.ts';
import type { Property } from './property.ts';
import type { Rows } from './rows.ts';

/**
 * How to write the cell of a loaded property of the row at position i: a text of a joined column, of which there are few, is
 * written once, and a number is the same in every format.
 * @param write one cell in the format
 */
export function cellWriter(
  { name }: Property,
  rows: Rows,
  write: (cell: Cell) => string,
): (i: number) => string {
  const column = rows.column(name);
  if (!column) {
    const values = rows.values(name);
    return (i) => write(values(i));
  }
  if (column.kind === 'text') {
    const { codes } = column;
    const texts = column.texts.map(write);
    return (i) => texts[codes[i]!]!;
  }
  const { values } = column;
  const nothing = write(null);
  return (i) => {
    const value = values[i]!;
    return Number.isNaN(value) ? nothing : `${value}`;
  };
}
