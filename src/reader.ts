/**
 * Reading access that slices share: the live catalogue, district tables and columns, loaded on demand and cached by
 * bytes. Keys carry the release, so a new release never serves an old value.
 */

import type { MultiPolygon } from 'geojson';
import { LRUCache } from 'lru-cache';
import type { BoundaryVersion, Catalog, ColumnEntry, Geography } from './catalog/catalog.ts';
import type { LiveCatalog } from './catalog/live-catalog.ts';
import type { Db } from './db/database.ts';
import type { DistrictTable } from './districts/district-table.ts';
import type { Shape } from './districts/shape.ts';
import { findInBox, readDistrictTable, readMetricShapes, readShapes } from './districts/store.ts';
import { type Column, columnBytes, emptyColumn } from './indicators/column.ts';
import { readColumn } from './indicators/store.ts';

/** What handlers read with. */
export interface Reader {
  catalog(): Catalog;
  /** The districts of a boundary version, in column order. */
  districts(geography: Geography, version: BoundaryVersion): Promise<DistrictTable>;
  /** A column, or one without values where entry is null. */
  column(geography: Geography, version: BoundaryVersion, entry: ColumnEntry | null): Promise<Column>;
  /** Shapes in longitude and latitude, in the order of the district ids given. */
  shapes(version: BoundaryVersion, ids: readonly number[]): Promise<Shape[]>;
  /** Shapes in a projected CRS with metres, in the order of the district ids given. */
  metricShapes(version: BoundaryVersion, srid: number, ids: readonly number[]): Promise<MultiPolygon[]>;
  /** Ids of the districts that intersect a box (west, south, east, north in degrees). */
  inBox(version: BoundaryVersion, box: readonly [number, number, number, number]): Promise<Set<number>>;
}

const COLUMN_CACHE_BYTES = 256 * 1024 * 1024;
const TABLE_CACHE_DISTRICTS = 500_000;

/** Makes a reader with empty caches. */
export function makeReader(db: Db, live: LiveCatalog): Reader {
  const tables = new LRUCache<string, DistrictTable, [Geography, BoundaryVersion]>({
    maxSize: TABLE_CACHE_DISTRICTS,
    sizeCalculation: (table) => table.n + 1,
    fetchMethod: async (_key, _stale, { context: [geography, version] }) =>
      await readDistrictTable(db, geography, version),
  });
  const columns = new LRUCache<string, Column, [Geography, BoundaryVersion, ColumnEntry]>({
    maxSize: COLUMN_CACHE_BYTES,
    sizeCalculation: columnBytes,
    fetchMethod: async (_key, _stale, { context: [geography, version, entry] }) => {
      const table = await districts(geography, version);
      return await readColumn(db, entry, table.positions, table.n);
    },
  });
  const districts = async (geography: Geography, version: BoundaryVersion): Promise<DistrictTable> =>
    await tables.forceFetch(`${version.id}@${version.release}`, { context: [geography, version] });
  return {
    catalog: () => live.current(),
    districts,
    column: async (geography, version, entry) => {
      if (entry === null) return emptyColumn((await districts(geography, version)).n, 'not_collected');
      const key = `${entry.geography}/${version.id}@${version.release}/${entry.indicator}/${entry.period}@${entry.release}`;
      return await columns.forceFetch(key, { context: [geography, version, entry] });
    },
    shapes: async (version, ids) => await readShapes(db, version, ids),
    metricShapes: async (version, srid, ids) => await readMetricShapes(db, version, srid, ids),
    inBox: async (version, box) => await findInBox(db, version, box),
  };
}
