/** The rows of a page in batches, so that an answer begins before its end is made. */
import type { GeometryCrs } from '../reader.ts';
import type { Page } from './read-items.ts';

/** Some of a page's rows. */
export interface Batch {
  positions: number[];
  /** GeoJSON geometries, one per position, as UTF-8; null where they are not wanted. */
  geometries: Buffer[] | null;
}

/** Rows per batch: about a megabyte of GeoJSON, or some hundred kilobytes without shapes. */
const BATCH = 100;
const SHAPELESS_BATCH = 2000;

/** @param crs of the geometries; null to leave them out */
export async function* inBatches({ rows, positions }: Page, crs: GeometryCrs | null): AsyncGenerator<Batch> {
  const size = crs === null ? SHAPELESS_BATCH : BATCH;
  for (let from = 0; from < positions.length; from += size) {
    const some = positions.slice(from, from + size);
    yield { positions: some, geometries: crs === null ? null : await rows.geometries(some, crs) };
  }
}
