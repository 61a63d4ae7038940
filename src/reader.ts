/**
 * Reading access that slices share: the live catalogue, district tables, shapes and columns, loaded on demand and cached
 * by size. What is read is what the catalogue's release knows, and keys carry that release: an import that finishes
 * meanwhile changes neither.
 */
import type { MultiPolygon } from 'geojson';
import { LRUCache } from 'lru-cache';
import type { BoundaryVersion, Catalog, ColumnEntry, Geography } from './catalog/catalog.ts';
import type { LiveCatalog } from './catalog/live-catalog.ts';
import type { Db } from './db/database.ts';
import type { Crs } from './districts/crs.ts';
import type { DistrictTable } from './districts/district-table.ts';
import type { Shape } from './districts/shape.ts';
import {
  findInBox,
  findMatching,
  readDistrictTable,
  readGeometries,
  readMetricShapes,
  readShapes,
  readWkt,
} from './districts/store.ts';
import type { Expression } from './filter/expression.ts';
import { type Column, columnBytes, emptyColumn, type MissingReason } from './indicators/column.ts';
import type { Status } from './indicators/status.ts';
import { readColumn, readCoverage } from './indicators/store.ts';
import type { CompositeMethod } from './indices/index-method.ts';
import { readIndexMethods } from './indices/store.ts';
import { readStatements } from './publications/store.ts';
import type { SituationDefinition } from './situations/situation.ts';
import { readDefinedSituations } from './situations/store.ts';

/** A catalogue, and the day whose boundary versions are valid where a request names none. */
export interface ReadState {
  catalog: Catalog;
  /** ISO date. */
  day: string;
}

/** What handlers read with. */
export interface Reader {
  catalog(): Catalog;
  /**
   * What a request reads: the newest state as of today, or that of a release as of the day it was published, which never changes.
   * @param today ISO date
   * @throws Problem invalid_request for a release that is not published yet
   */
  stateAt(release: number | undefined, today: string): Promise<ReadState>;
  /** The districts of a boundary version, in column order. */
  districts(geography: Geography, version: BoundaryVersion): Promise<DistrictTable>;
  /** A column. */
  column(geography: Geography, version: BoundaryVersion, entry: ColumnEntry): Promise<Column>;
  /** A column without values. */
  noColumn(geography: Geography, version: BoundaryVersion, reason: MissingReason): Promise<Column>;
  /** Number of cells by status of each column. */
  coverage(entries: readonly ColumnEntry[]): Promise<Map<ColumnEntry, Record<Status, number>>>;
  /** Index methods that authorities have defined, as that catalogue's release knows them. */
  indexMethods(catalog: Catalog): Promise<readonly CompositeMethod[]>;
  /** Problem situations that authorities have defined, all versions, as that catalogue's release knows them. */
  definedSituations(catalog: Catalog): Promise<readonly SituationDefinition[]>;
  /** Statements of method of a published analysis, also of a withdrawn one. */
  statements(catalog: Catalog, collection: string): Promise<readonly object[]>;
  /** Shapes in longitude and latitude, in the order of the district ids given. */
  shapes(version: BoundaryVersion, ids: readonly number[]): Promise<Shape[]>;
  /** Shapes in a projected CRS with metres, in the order of the district ids given. */
  metricShapes(version: BoundaryVersion, srid: number, ids: readonly number[]): Promise<MultiPolygon[]>;
  /**
   * Shapes as GeoJSON geometries in a reference system, in UTF-8 so that an answer only copies them, in the order of the district
   * ids given.
   */
  geometries(version: BoundaryVersion, crs: GeometryCrs, ids: readonly number[]): Promise<Buffer[]>;
  /** Text of a reference system (WKT 1). */
  wkt(epsg: number): Promise<string>;
  /** Ids of the districts that intersect a box (least x, least y, greatest x, greatest y in the system `srid`). */
  inBox(
    version: BoundaryVersion,
    box: readonly [number, number, number, number],
    srid?: number,
  ): Promise<Set<number>>;
  /** Ids of the districts for which each condition of a filter is true; `srid` is its geometries' reference system. */
  matching(
    geography: Geography,
    version: BoundaryVersion,
    conditions: readonly Expression[],
    srid: number,
  ): Promise<Set<number>[]>;
}

/** What of a reference system decides a geometry's text. */
export type GeometryCrs = Pick<Crs, 'srid' | 'latitudeFirst' | 'decimals'>;

/** Bounds of the caches. */
export interface CacheLimits {
  /** Bytes of columns. */
  columns: number;
  /** Districts in tables; as many again among the results of filters. */
  districts: number;
  /** Districts whose shapes are kept, and again as texts; some 10 KiB each. */
  shapes: number;
}

const LIMITS: CacheLimits = { columns: 256 * 1024 * 1024, districts: 500_000, shapes: 20_000 };

/** Requests of the release before the newest may still run. */
const KEPT_RELEASES = 2;

/** Some 100 KiB each. */
const KEPT_STATEMENTS = 50;

/** A load that others evict meanwhile still answers the request that waits for it. */
const KEEP_LOADING = { ignoreFetchAbort: true } as const;

/** Makes a reader with empty caches. @param live gives the current catalogue and earlier ones */
export function makeReader(
  db: Db,
  live: Pick<LiveCatalog, 'current' | 'at'>,
  limits: CacheLimits = LIMITS,
): Reader {
  const tables = new LRUCache<string, DistrictTable, [Geography, BoundaryVersion]>({
    ...KEEP_LOADING,
    maxSize: limits.districts,
    sizeCalculation: (table) => table.n + 1,
    fetchMethod: async (_key, _stale, { context: [geography, version] }) =>
      await readDistrictTable(db, geography, version),
  });
  const columns = new LRUCache<string, Column, [Geography, BoundaryVersion, ColumnEntry | MissingReason]>({
    ...KEEP_LOADING,
    maxSize: limits.columns,
    sizeCalculation: columnBytes,
    fetchMethod: async (_key, _stale, { context: [geography, version, entry] }) => {
      const table = await districts(geography, version);
      if (typeof entry === 'string') return emptyColumn(table.n, entry);
      return await readColumn(db, entry, table.positions, table.n);
    },
  });
  const allShapes = new LRUCache<string, Map<number, Shape>, BoundaryVersion>({
    ...KEEP_LOADING,
    maxSize: limits.shapes,
    sizeCalculation: (shapes) => shapes.size + 1,
    fetchMethod: async (_key, _stale, { context: version }) =>
      new Map((await readShapes(db, version, null)).map((shape) => [shape.districtId, shape])),
  });
  const allTexts = new LRUCache<string, Map<number, Buffer>, [BoundaryVersion, GeometryCrs]>({
    ...KEEP_LOADING,
    maxSize: limits.shapes,
    sizeCalculation: (texts) => texts.size + 1,
    fetchMethod: async (_key, _stale, { context: [version, crs] }) =>
      new Map(
        (await readGeometries(db, version, crs, null)).map(({ districtId, geometry }) => [
          districtId,
          Buffer.from(geometry),
        ]),
      ),
  });
  const situations = new LRUCache<string, readonly SituationDefinition[], number>({
    ...KEEP_LOADING,
    max: KEPT_RELEASES,
    fetchMethod: async (_key, _stale, { context: release }) => await readDefinedSituations(db, release),
  });
  const methods = new LRUCache<string, readonly CompositeMethod[], number>({
    ...KEEP_LOADING,
    max: KEPT_RELEASES,
    fetchMethod: async (_key, _stale, { context: release }) => await readIndexMethods(db, release),
  });
  // Immutable; the time tells apart equal ids of databases that were replaced.
  const statements = new LRUCache<string, readonly object[], string>({
    ...KEEP_LOADING,
    max: KEPT_STATEMENTS,
    fetchMethod: async (_key, _stale, { context: collection }) => await readStatements(db, collection),
  });
  // The pages of a filtered answer, and the views of one map, ask for the same.
  const matches = new LRUCache<string, Set<number>[], Parameters<Reader['matching']>>({
    ...KEEP_LOADING,
    maxSize: limits.districts,
    sizeCalculation: (sets, key) => sets.reduce((sum, set) => sum + set.size, 1 + key.length),
    fetchMethod: async (_key, _stale, { context }) => await findMatching(db, ...context),
  });
  const districts = async (geography: Geography, version: BoundaryVersion): Promise<DistrictTable> => {
    const key = `${keyOf(version)}/${geography.definitionRelease}`;
    return await tables.forceFetch(key, { context: [geography, version] });
  };
  return {
    catalog: () => live.current(),
    async stateAt(release, today) {
      if (release === undefined) return { catalog: live.current(), day: today };
      const catalog = await live.at(release);
      return { catalog, day: catalog.published.get(release)?.slice(0, 10) ?? today };
    },
    districts,
    async column(geography, version, entry) {
      const key = `${keyOf(version)}/${entry.indicator}/${entry.period}@${entry.release}`;
      return await columns.forceFetch(key, { context: [geography, version, entry] });
    },
    async noColumn(geography, version, reason) {
      const key = `${keyOf(version)}/${reason}`;
      return await columns.forceFetch(key, { context: [geography, version, reason] });
    },
    coverage: async (entries) => await readCoverage(db, entries),
    definedSituations: async ({ release, published }) =>
      await situations.forceFetch(`${release}/${published.get(release) ?? ''}`, { context: release }),
    indexMethods: async ({ release, published }) =>
      await methods.forceFetch(`${release}/${published.get(release) ?? ''}`, { context: release }),
    async statements({ geographies, withdrawn, published }, collection) {
      const release =
        geographies.get(collection)?.definitionRelease ?? withdrawn.get(collection)?.release ?? 0;
      return await statements.forceFetch(`${collection}@${published.get(release)}`, { context: collection });
    },
    async shapes(version, ids) {
      // A country's shapes do not fit; its pages are read one by one.
      if (version.districts >= limits.shapes) return await readShapes(db, version, ids);
      const shapes = await allShapes.forceFetch(keyOf(version), { context: version });
      return ids.map((id) => shapes.get(id)!);
    },
    metricShapes: async (version, srid, ids) => await readMetricShapes(db, version, srid, ids),
    async geometries(version, crs, ids) {
      if (version.districts >= limits.shapes) {
        return (await readGeometries(db, version, crs, ids)).map(({ geometry }) => Buffer.from(geometry));
      }
      const key = `${keyOf(version)}/${crs.srid}/${crs.latitudeFirst ? 'yx' : 'xy'}`;
      const texts = await allTexts.forceFetch(key, { context: [version, crs] });
      return ids.map((id) => texts.get(id)!);
    },
    wkt: async (epsg) => await readWkt(db, epsg),
    inBox: async (version, box, srid = 4326) => await findInBox(db, version, box, srid),
    async matching(geography, version, conditions, srid) {
      if (conditions.length === 0) return [];
      const state = `${keyOf(version)}/${geography.definitionRelease}/${version.validUntil}`;
      const key = `${state}/${srid}/${JSON.stringify(conditions)}`;
      return await matches.forceFetch(key, { context: [geography, version, conditions, srid] });
    },
  };
}

function keyOf(version: BoundaryVersion): string {
  return `${version.id}@${version.release}`;
}
