/** Features as GeoJSON text. Geometries are texts already, and are copied as they are. */
import type { components } from '../../openapi/generated/types.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import type { Batch } from './batches.ts';
import { type Property, valuesOf } from './property.ts';

type FeatureCollection = components['schemas']['FeatureCollection'];

/** What stands beside the features. */
export type CollectionHead = Omit<FeatureCollection, 'type' | 'features'>;

/** Writes the text of one feature: `(i, geometry) → {"type":"Feature",…}`. */
export function featureWriter(
  table: DistrictTable,
  columns: readonly JoinedColumn[],
  properties: readonly Property[],
): (i: number, geometry: string | null) => string {
  const members = properties.map((property) => ({
    label: `${JSON.stringify(property.name)}:`,
    values: valuesOf(property, table, columns),
  }));
  return (i, geometry) => {
    const parts = members.map(({ label, values }) => label + JSON.stringify(values(i)));
    const id = JSON.stringify(table.keys[i]);
    return `{"type":"Feature","id":${id},"geometry":${geometry ?? 'null'},"properties":{${parts.join(',')}}}`;
  };
}

/** Writes a collection: the head first, so that a reader knows what comes, then the features, a chunk per batch. */
export async function* writeCollection(
  head: CollectionHead,
  batches: AsyncIterable<Batch>,
  write: (i: number, geometry: string | null) => string,
): AsyncGenerator<string> {
  let before = `{"type":"FeatureCollection",${JSON.stringify(head).slice(1, -1)},"features":[`;
  for await (const { positions, geometries } of batches) {
    yield before + positions.map((i, p) => write(i, geometries?.[p] ?? null)).join(',');
    before = ',';
  }
  yield before === ',' ? ']}' : `${before}]}`;
}
