/** Cells as texts of a format. */
import type { DistrictTable } from '../districts/district-table.ts';
import type { Cell, JoinedColumn } from '../indicators/joined-column.ts';
import { type Property, valuesOf } from './property.ts';

/**
 * How to write the cell of a property of the district at position i: a text of a joined column, of which there are few, is
 * written once, and a number is the same in every format.
 * @param columns the loaded columns of the plan
 * @param write one cell in the format
 */
export function cellWriter(
  property: Property,
  table: DistrictTable,
  columns: readonly JoinedColumn[],
  write: (cell: Cell) => string,
): (i: number) => string {
  const column = property.column && columns.find(({ name }) => name === property.name)!;
  if (!column) {
    const values = valuesOf(property, table, columns);
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
