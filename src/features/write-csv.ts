/** Features as CSV: the properties, without shapes. */
import { csvCell, csvLine } from '../http/csv.ts';
import type { Batch } from './batches.ts';
import { cellWriter } from './cell-writer.ts';
import type { Property } from './property.ts';
import type { Rows } from './rows.ts';

/** A header line, then a chunk per batch. */
export async function* writeCsv(
  rows: Rows,
  properties: readonly Property[],
  batches: AsyncIterable<Batch>,
): AsyncGenerator<string> {
  yield csvLine(properties.map(({ name }) => name));
  const writers = properties.map((property) => cellWriter(property, rows, csvCell));
  for await (const { positions } of batches) {
    let lines = '';
    for (const i of positions) {
      for (let w = 0; w < writers.length; w++) lines += w === 0 ? writers[w]!(i) : `,${writers[w]!(i)}`;
      lines += '\r\n';
    }
    yield lines;
  }
}
