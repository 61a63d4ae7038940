/** SQL of districts and their shapes. */
import type { MultiPolygon } from 'geojson';
import { sql } from 'kysely';
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import type { Db } from '../db/database.ts';
import { type Expression, type GeometryLiteral, geometriesIn } from '../filter/expression.ts';
import { filterFault } from '../filter/fault.ts';
import { Problem } from '../problem.ts';
import type { Attribute } from './attribute.ts';
import { compileFilter, type FilterColumns } from './compile-filter.ts';
import type { Crs } from './crs.ts';
import { type DistrictTable, makeDistrictTable } from './district-table.ts';
import { findProjection } from './project-metres.ts';
import type { Shape } from './shape.ts';

/** Keys sort by code point on every database, whatever its collation. */
const BY_KEY = sql`d.key collate "C"`;

/** Reads the districts of a boundary version, without shapes. */
export async function readDistrictTable(
  db: Db,
  geography: Geography,
  version: BoundaryVersion,
): Promise<DistrictTable> {
  const { publication } = geography;
  const rows = await selectDistricts(db, geography, version)
    .select(['d.id', 'd.key', 'v.name', 'up.parent'])
    .select(publication === null ? sql<null>`null`.as('attributes') : 'v.attributes')
    .orderBy(BY_KEY)
    .execute();
  return makeDistrictTable(
    rows.map((row) => ({ ...row, attributes: row.attributes as Record<string, unknown> | null })),
    publication?.attributes,
  );
}

/** What the catalogue's release knows of a boundary version's districts (`v`, `d`) and their parents (`up`). */
function selectDistricts(db: Db, geography: Geography, version: BoundaryVersion) {
  return db
    .selectFrom('district_version as v')
    .innerJoin('district as d', 'd.id', 'v.district_id')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('district_parent as r')
          .innerJoin('geography as g', 'g.id', 'r.parent_geography_id')
          .innerJoin('district as p', 'p.id', 'r.parent_id')
          .where('r.boundary_version_id', '=', version.id)
          .where('g.collection', '=', geography.parent ?? '')
          .where(sql<boolean>`r.known @> ${version.release}::int`)
          .select(['r.district_id', 'p.key as parent'])
          .as('up'),
      (join) => join.onRef('up.district_id', '=', 'd.id'),
    )
    .where('v.boundary_version_id', '=', version.id)
    .where(sql<boolean>`v.known @> ${version.release}::int`);
}

/** What filters may use of `selectDistricts`, by the name of the queryable. */
function filterColumns(
  { publication }: Geography,
  { validFrom, validUntil }: BoundaryVersion,
): FilterColumns {
  return {
    ...Object.fromEntries((publication?.attributes ?? []).map((own) => [own.name, attributeColumn(own)])),
    key: { type: 'string', sql: sql.ref('d.key') },
    name: { type: 'string', sql: sql.ref('v.name') },
    parent: { type: 'string', sql: sql.ref('up.parent') },
    geometry: { type: 'geometry', sql: sql.ref('v.geom') },
    valid_from: { type: 'date', sql: sql`${validFrom}::date` },
    valid_until: { type: 'date', sql: sql`${validUntil}::date` },
  };
}

/** An attribute as its type says; null where a district has none. */
function attributeColumn({ name, type }: Attribute): FilterColumns[string] {
  const text = sql`(v.attributes ->> ${name}::text)`;
  return type === 'string' ? { type, sql: text } : { type, sql: sql`${text}::float8` };
}

/**
 * Ids of the districts for which each condition is true, by one query for all.
 * @param conditions the stored parts of a filter, their geometries placed
 * @param srid reference system of the geometries
 * @throws Problem invalid_request for a line or an area that is none
 */
export async function findMatching(
  db: Db,
  geography: Geography,
  version: BoundaryVersion,
  conditions: readonly Expression[],
  srid: number,
): Promise<Set<number>[]> {
  await requireValidGeometries(db, conditions.flatMap(geometriesIn));
  const columns = filterColumns(geography, version);
  const compiled = conditions.map((condition) => compileFilter(condition, columns, srid));
  const rows = await selectDistricts(db, geography, version)
    .where((eb) => eb.or(compiled))
    .select('v.district_id')
    // The one condition of most filters is true in every row that comes.
    .select(compiled.length === 1 ? [] : compiled.map((condition, c) => condition.as(`c${c}`)))
    .execute();
  return compiled.map((_, c) => {
    const passing =
      compiled.length === 1 ? rows : rows.filter((row) => (row as Record<string, unknown>)[`c${c}`]);
    return new Set(passing.map((row) => row.district_id));
  });
}

/** Predicates on a polygon that crosses itself would be true or false by chance. */
async function requireValidGeometries(db: Db, geometries: readonly GeometryLiteral[]): Promise<void> {
  const texts = geometries.filter(({ type }) => !type.endsWith('Point')).map((each) => JSON.stringify(each));
  if (texts.length === 0) return;
  const { rows } = await sql<{ reason: string }>`
    select st_isvalidreason(st_geomfromgeojson(text)) as reason from unnest(${texts}::text[]) as text
    where not st_isvalid(st_geomfromgeojson(text))`.execute(db);
  if (rows[0]) throw filterFault('', `a geometry with ${rows[0].reason}`, 'a valid one', 'invalid_geometry');
}

/** Seven decimals of a degree are about a centimetre. */
const DECIMALS = 7;

/**
 * Shapes in longitude and latitude, outer rings counterclockwise (RFC 7946).
 * @param ids districts, in the order of the answer; null for all
 */
export async function readShapes(
  db: Db,
  version: BoundaryVersion,
  ids: readonly number[] | null,
): Promise<Shape[]> {
  const rows = await selectVersions(db, version, ids)
    .select(sql<string>`st_asgeojson(st_forcepolygonccw(v.geom), ${DECIMALS}::int)`.as('geometry'))
    .execute();
  return inOrder(rows, ids).map(({ district_id, geometry }) => ({
    districtId: district_id,
    geometry: JSON.parse(geometry) as MultiPolygon,
  }));
}

/** No `crs` member inside of geometries. */
const PLAIN_GEOJSON = 0;

/**
 * Shapes as texts of GeoJSON geometries in a reference system and its axis order; outer rings run counterclockwise on
 * the ground.
 *
 * PostGIS transforms: 542 districts (275,000 points) take 80 ms more than without, proj4 in JavaScript took 200 ms and
 * would start from rounded degrees.
 *
 * @param ids districts, in the order of the answer; null for all
 */
export async function readGeometries(
  db: Db,
  version: BoundaryVersion,
  crs: Pick<Crs, 'srid' | 'latitudeFirst' | 'decimals'>,
  ids: readonly number[] | null,
): Promise<{ districtId: number; geometry: string }[]> {
  const wound = sql`st_forcepolygonccw(v.geom)`;
  const projected = crs.srid === 4326 ? wound : sql`st_transform(${wound}, ${crs.srid}::int)`;
  const ordered = crs.latitudeFirst ? sql`st_flipcoordinates(${projected})` : projected;
  const rows = await selectVersions(db, version, ids)
    .select(sql<string>`st_asgeojson(${ordered}, ${crs.decimals}::int, ${PLAIN_GEOJSON}::int)`.as('geometry'))
    .execute();
  return inOrder(rows, ids).map(({ district_id, geometry }) => ({ districtId: district_id, geometry }));
}

/** What the catalogue's release knows of a boundary version's districts. */
function selectVersions(db: Db, version: BoundaryVersion, ids: readonly number[] | null) {
  const known = db
    .selectFrom('district_version as v')
    .where('v.boundary_version_id', '=', version.id)
    .where(sql<boolean>`v.known @> ${version.release}::int`)
    .select('v.district_id')
    .orderBy('v.district_id');
  return ids === null ? known : known.where('v.district_id', '=', sql<number>`any(${[...ids]}::int[])`);
}

/** @throws Problem not_found when a row is missing: the synthetic town went while it was read */
function inOrder<R extends { district_id: number }>(rows: R[], ids: readonly number[] | null): R[] {
  if (ids === null) return rows;
  const byId = new Map(rows.map((row) => [row.district_id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    if (row) return row;
    throw new Problem('not_found', 'These districts were removed just now.');
  });
}

/** Pieces of a projected box's side, so that its straight sides stay straight: 0.2 m over the whole of Germany. */
const PIECES = 256;

/**
 * Ids of the districts whose shape intersects a box.
 * @param box least x, least y, greatest x, greatest y in the system, within its domain
 * @param srid 4326 or a projected system with metres
 */
export async function findInBox(
  db: Db,
  version: BoundaryVersion,
  box: readonly [number, number, number, number],
  srid: number,
): Promise<Set<number>> {
  const envelope = sql`st_makeenvelope(${box[0]}::float8, ${box[1]}::float8, ${box[2]}::float8, ${box[3]}::float8, ${srid}::int)`;
  const longest = Math.max(box[2] - box[0], box[3] - box[1], 1);
  const area =
    srid === 4326
      ? envelope
      : sql`st_transform(st_segmentize(${envelope}, ${longest / PIECES}::float8), 4326)`;
  const rows = await selectVersions(db, version, null)
    .where(sql<boolean>`st_intersects(v.geom, ${area})`)
    .execute();
  return new Set(rows.map((row) => row.district_id));
}

/** Shapes in a projected CRS with metres, without rounding, in the order of the ids given. */
export async function readMetricShapes(
  db: Db,
  version: BoundaryVersion,
  srid: number,
  ids: readonly number[],
): Promise<MultiPolygon[]> {
  const project = findProjection(version.srid, srid);
  const geometry = project ? sql`v.geom_delivered` : sql`st_transform(v.geom_delivered, ${srid}::int)`;
  const rows = await selectVersions(db, version, ids)
    .select(sql<string>`st_asgeojson(st_multi(${geometry}), 15, ${PLAIN_GEOJSON}::int)`.as('geometry'))
    .execute();
  const shapes = inOrder(rows, ids).map((row) => JSON.parse(row.geometry) as MultiPolygon);
  return project ? shapes.map(project) : shapes;
}

/** Text of a reference system (WKT 1). @param epsg one that PostGIS knows */
export async function readWkt(db: Db, epsg: number): Promise<string> {
  const { rows } = await sql<{ wkt: string }>`
    select srtext as wkt from spatial_ref_sys where srid = ${epsg}::int`.execute(db);
  return rows[0]!.wkt;
}
