/** Features as GeoJSON. Geometries are bytes already, and are copied as they are. */
import type { components } from '../../openapi/generated/types.ts';
import type { Batch } from './batches.ts';
import { cellWriter } from './cell-writer.ts';
import type { Property } from './property.ts';
import type { Rows } from './rows.ts';

type FeatureCollection = components['schemas']['FeatureCollection'];

/** What stands beside the features. */
export type CollectionHead = Omit<FeatureCollection, 'type' | 'features'>;

/** Writes what stands around the geometry of the feature at position i. */
export interface FeatureWriter {
  before(i: number): string;
  after(i: number): string;
}

/** Writes features with these properties, which are loaded. */
export function featureWriter(rows: Rows, properties: readonly Property[]): FeatureWriter {
  const members = properties.map((property, p) => ({
    label: `${p === 0 ? '' : ','}${JSON.stringify(property.name)}:`,
    write: cellWriter(property, rows, (cell) => JSON.stringify(cell)),
  }));
  return {
    before: (i) => `{"type":"Feature","id":${JSON.stringify(rows.idOf(i))},"geometry":`,
    after(i) {
      let text = ',"properties":{';
      for (const { label, write } of members) text += label + write(i);
      return `${text}}}`;
    },
  };
}

const NO_GEOMETRY = Buffer.from('null');

/** Writes a collection: the head first, so that a reader knows what comes, then the features, a chunk per batch. */
export async function* writeCollection(
  head: CollectionHead,
  batches: AsyncIterable<Batch>,
  { before, after }: FeatureWriter,
): AsyncGenerator<Uint8Array> {
  let text = `{"type":"FeatureCollection",${JSON.stringify(head).slice(1, -1)},"features":[`;
  let separator = '';
  for await (const { positions, geometries } of batches) {
    const parts: Buffer[] = [];
    for (const [p, i] of positions.entries()) {
      parts.push(Buffer.from(text + separator + before(i)), geometries?.[p] ?? NO_GEOMETRY);
      text = after(i);
      separator = ',';
    }
    yield Buffer.concat(parts);
  }
  yield Buffer.from(`${text}]}`);
}
