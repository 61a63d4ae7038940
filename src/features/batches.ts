/** The districts of a page in batches, so that an answer begins before its end is made. */
import type { BoundaryVersion } from '../catalog/catalog.ts';
import type { GeometryCrs, Reader } from '../reader.ts';
import type { Page } from './read-items.ts';

/** Some of a page's districts. */
export interface Batch {
  positions: number[];
  /** GeoJSON geometries, one per position, as UTF-8; null where they are not wanted. */
  geometries: Buffer[] | null;
}

/** Districts per batch: about a megabyte of GeoJSON, or some hundred kilobytes without shapes. */
const BATCH = 100;
const SHAPELESS_BATCH = 2000;

/** @param crs of the geometries; null to leave them out */
export async function* inBatches(
  reader: Reader,
  version: BoundaryVersion | null,
  page: Page,
  crs: GeometryCrs | null,
): AsyncGenerator<Batch> {
  const size = crs === null ? SHAPELESS_BATCH : BATCH;
  for (let from = 0; version !== null && from < page.positions.length; from += size) {
    const positions = page.positions.slice(from, from + size);
    const ids = positions.map((i) => page.table.ids[i]!);
    yield { positions, geometries: crs === null ? null : await reader.geometries(version, crs, ids) };
  }
}
