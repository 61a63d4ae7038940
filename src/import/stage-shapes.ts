/** Brings delivered shapes into a temporary table and checks them with PostGIS. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { Problem, type ProblemItem } from '../problem.ts';
import type { BoundaryCandidate } from './candidate.ts';

type Trx = Transaction<Tables>;

/** Problems reported at once. */
const MOST_ITEMS = 100;

/** Shapes sent in one statement: 100 districts of some 10 KiB. */
const BATCH = 100;

/**
 * Fills the temporary table `incoming_shape (line, key, name, delivered, geom)`: the shape as delivered in its CRS, and
 * the valid MultiPolygon in longitude and latitude derived from it.
 *
 * @param extent west, south, east, north in degrees that every shape must lie in
 * @throws Problem invalid_package: crs_mismatch, geometry_invalid, geometry_empty, outside_extent
 */
export async function stageShapes(
  trx: Trx,
  boundary: BoundaryCandidate,
  extent: readonly [number, number, number, number],
): Promise<void> {
  await sql`create temporary table incoming_shape
    (line int, key text primary key, name text, delivered geometry, geom geometry) on commit drop`.execute(
    trx,
  );
  for (let from = 0; from < boundary.districts.length; from += BATCH) {
    const batch = boundary.districts.slice(from, from + BATCH);
    await sql`
      insert into incoming_shape (line, key, name, delivered)
      select line, key, name, st_setsrid(st_geomfromgeojson(shape), ${boundary.srid}::int)
      from unnest(
        ${batch.map((district) => district.line)}::int[],
        ${batch.map((district) => district.key)}::text[],
        ${batch.map((district) => district.name)}::text[],
        ${batch.map((district) => JSON.stringify(district.geometry))}::text[]) as s (line, key, name, shape)`.execute(
      trx,
    );
  }
  await checkProjectionFile(trx, boundary);
  if (boundary.invalidGeometry === 'refuse') await refuseInvalid(trx, boundary);
  await sql`
    update incoming_shape
    set geom = st_multi(st_collectionextract(st_makevalid(st_transform(delivered, 4326)), 3))`.execute(trx);
  await refuseEmpty(trx, boundary);
  await refuseOutside(trx, boundary, extent);
}

/** How far a corner may lie apart when read by the .prj and by the declared CRS: less than any datum shift, in metres. */
const CRS_TOLERANCE = 0.5;

async function checkProjectionFile(trx: Trx, boundary: BoundaryCandidate): Promise<void> {
  if (boundary.prj === null) return;
  const { rows } = await sql<{ distance: number | null }>`
    select st_distancesphere(
      st_transform(corner, 4326),
      st_transform(st_setsrid(corner, 0), ${boundary.prj}::text, 4326)) as distance
    from (select st_pointn(st_exteriorring(st_geometryn(delivered, 1)), 1) as corner
      from incoming_shape order by line limit 1) as s`.execute(trx);
  const distance = rows[0]?.distance ?? 0;
  if (distance <= CRS_TOLERANCE) return;
  const name = /^\s*\w+\s*\[\s*"([^"]*)"/.exec(boundary.prj)?.[1] ?? boundary.prj.slice(0, 100);
  refuse(boundary, 'The projection file contradicts the declared reference system.', [
    {
      code: 'crs_mismatch',
      file: boundary.file.replace(/\.shp$/i, '.prj'),
      line: 1,
      got: `${name} (${distance.toFixed(0)} m apart)`,
      expected: `EPSG:${boundary.srid}`,
    },
  ]);
}

async function refuseInvalid(trx: Trx, boundary: BoundaryCandidate): Promise<void> {
  const { rows } = await sql<{ line: number; key: string; reason: string }>`
    select line, key, st_isvalidreason(delivered) as reason from incoming_shape
    where not st_isvalid(delivered) order by line limit ${MOST_ITEMS}`.execute(trx);
  refuse(
    boundary,
    'Shapes are not valid.',
    rows.map(({ line, key, reason }) => ({
      code: 'geometry_invalid',
      line,
      field: key,
      got: reason,
      expected: 'a valid polygon, or "invalidGeometry": "repair" in the package',
    })),
  );
}

async function refuseEmpty(trx: Trx, boundary: BoundaryCandidate): Promise<void> {
  const { rows } = await sql<{ line: number; key: string }>`
    select line, key from incoming_shape
    where st_isempty(geom) or not st_isvalid(geom) order by line limit ${MOST_ITEMS}`.execute(trx);
  refuse(
    boundary,
    'Shapes have no area.',
    rows.map(({ line, key }) => ({
      code: 'geometry_empty',
      line,
      field: key,
      got: 'a shape without area',
      expected: 'a polygon',
    })),
  );
}

async function refuseOutside(
  trx: Trx,
  boundary: BoundaryCandidate,
  [west, south, east, north]: readonly [number, number, number, number],
): Promise<void> {
  const { rows } = await sql<{ line: number; key: string; box: number[] }>`
    select line, key, array[st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)] as box from incoming_shape
    where st_xmin(geom) < ${west}::float8 or st_ymin(geom) < ${south}::float8
      or st_xmax(geom) > ${east}::float8 or st_ymax(geom) > ${north}::float8
    order by line limit ${MOST_ITEMS}`.execute(trx);
  refuse(
    boundary,
    'Shapes lie outside the declared extent.',
    rows.map(({ line, key, box }) => ({
      code: 'outside_extent',
      line,
      field: key,
      got: box.map((degrees) => degrees.toFixed(4)).join(','),
      expected: `within ${west},${south},${east},${north}`,
    })),
  );
}

function refuse(boundary: BoundaryCandidate, message: string, items: ProblemItem[]): void {
  if (items.length === 0) return;
  const located = items.map((item) => ({ file: boundary.file, ...item }));
  throw new Problem('invalid_package', `${boundary.file}: ${message}`, located);
}
