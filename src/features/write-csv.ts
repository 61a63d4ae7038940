/** Features as CSV: the properties, without shapes. */
import { csvLine } from '../http/csv.ts';
import type { Batch } from './batches.ts';
import type { FileColumn } from './tabular.ts';

/** A header line, then a chunk per batch. */
export async function* writeCsv(
  columns: readonly FileColumn[],
  batches: AsyncIterable<Batch>,
): AsyncGenerator<string> {
  yield csvLine(columns.map(({ name }) => name));
  for await (const { positions } of batches) {
    yield positions.map((i) => csvLine(columns.map(({ values }) => values(i)))).join('');
  }
}
