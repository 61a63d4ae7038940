/** Brings delivered shapes into a temporary table and checks them with PostGIS. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { Problem } from '../problem.ts';
import type { BoundaryCandidate, DistrictCandidate, GeographyEntry } from './candidate.ts';
import { DESCRIPTOR_FILE } from './descriptor.ts';
import type { Findings } from './findings.ts';

type Trx = Transaction<Tables>;

/** Shapes sent in one statement: 100 districts of some 10 KiB. */
const BATCH = 100;

/**
 * Fills the temporary table `incoming_shape` with the shapes of all boundary versions: as delivered in their CRS, and
 * the valid MultiPolygon in longitude and latitude derived from each. The table goes with the transaction.
 *
 * Notes crs_unknown, crs_mismatch, geometry_invalid, geometry_empty and outside_extent.
 */
export async function stageShapes(
  trx: Trx,
  boundaries: readonly BoundaryCandidate[],
  geographies: readonly GeographyEntry[],
  findings: Findings,
  progress: (message: string) => void,
): Promise<void> {
  await sql`create temporary table incoming_shape (
    boundary int, line int, key text, name text, delivered geometry, geom geometry,
    primary key (boundary, key)) on commit drop`.execute(trx);
  for (const [index, boundary] of boundaries.entries()) {
    const { geography, validFrom, districts } = boundary;
    progress(`${geography} from ${validFrom}: checking ${districts.length} shapes`);
    if (!(await isKnownCrs(trx, boundary, findings))) continue;
    for (let from = 0; from < districts.length; from += BATCH) {
      await insertShapes(trx, index, boundary, districts.slice(from, from + BATCH), findings);
    }
    // In a wrong system every shape lies in a wrong place: that would bury the one finding that tells why.
    if (!(await fitsProjectionFile(trx, index, boundary, findings))) continue;
    const { extent } = geographies.find(({ id }) => id === geography)!;
    await checkShapes(trx, index, boundary, extent, findings);
  }
}

async function isKnownCrs(trx: Trx, boundary: BoundaryCandidate, findings: Findings): Promise<boolean> {
  const { rows } = await sql`select from spatial_ref_sys where srid = ${boundary.srid}::int`.execute(trx);
  if (rows.length > 0) return true;
  findings.add({
    code: 'crs_unknown',
    file: DESCRIPTOR_FILE,
    field: `${boundary.geography} from ${boundary.validFrom}`,
    got: `EPSG:${boundary.srid}`,
    expected: 'the EPSG code of a reference system that PostGIS knows',
  });
  return false;
}

async function insertShapes(
  trx: Trx,
  index: number,
  boundary: BoundaryCandidate,
  districts: readonly DistrictCandidate[],
  findings: Findings,
): Promise<void> {
  const insert = sql`
    insert into incoming_shape (boundary, line, key, name, delivered, geom)
    select ${index}::int, line, key, name, delivered,
      st_multi(st_collectionextract(st_makevalid(st_transform(delivered, 4326)), 3))
    from unnest(
      ${districts.map(({ line }) => line)}::int[],
      ${districts.map(({ key }) => key)}::text[],
      ${districts.map(({ name }) => name)}::text[],
      ${districts.map(({ geometry }) => JSON.stringify(geometry))}::text[]) as s (line, key, name, shape),
      lateral (select st_setsrid(st_geomfromgeojson(shape), ${boundary.srid}::int) as delivered) as d`;
  const failure = await attempt(trx, async () => void (await insert.execute(trx)));
  if (failure === null) return;
  const [first] = districts;
  if (districts.length > 1) {
    for (const district of districts) await insertShapes(trx, index, boundary, [district], findings);
  } else if (first) {
    findings.add({
      code: 'geometry_invalid',
      file: boundary.file,
      line: first.line,
      field: first.key,
      got: failure.message,
      expected: `a polygon in coordinates of EPSG:${boundary.srid}`,
    });
  }
}

/** How far a corner may lie apart when read by the .prj and by the declared CRS: less than any datum shift, in metres. */
const CRS_TOLERANCE = 0.5;

async function fitsProjectionFile(
  trx: Trx,
  index: number,
  boundary: BoundaryCandidate,
  findings: Findings,
): Promise<boolean> {
  const { prj } = boundary;
  if (prj === null) return true;
  let distance = 0;
  const failure = await attempt(trx, async () => {
    const { rows } = await sql<{ distance: number | null }>`
      select st_distancesphere(
        st_transform(corner, 4326),
        st_transform(st_setsrid(corner, 0), ${prj.wkt}::text, 4326)) as distance
      from (select st_pointn(st_exteriorring(st_geometryn(delivered, 1)), 1) as corner
        from incoming_shape where boundary = ${index}::int order by line limit 1) as s`.execute(trx);
    distance = rows[0]?.distance ?? 0;
  });
  if (failure === null && distance <= CRS_TOLERANCE) return true;
  const name = /^\s*\w+\s*\[\s*"([^"]*)"/.exec(prj.wkt)?.[1] ?? prj.wkt.slice(0, 80);
  findings.add({
    code: 'crs_mismatch',
    file: prj.path,
    line: 1,
    got: failure ? `${name}, which cannot be read` : `${name} (${distance.toFixed(0)} m apart)`,
    expected: `EPSG:${boundary.srid}`,
  });
  return false;
}

async function checkShapes(
  trx: Trx,
  index: number,
  boundary: BoundaryCandidate,
  [west, south, east, north]: readonly [number, number, number, number],
  findings: Findings,
): Promise<void> {
  const { rows } = await sql<{
    line: number;
    key: string;
    /** What is wrong with the delivered shape, where that is to be refused. */
    fault: string | null;
    empty: boolean;
    box: number[];
  }>`
    select * from (
      select line, key,
        case when ${boundary.invalidGeometry}::text = 'refuse' and not st_isvalid(delivered)
          then st_isvalidreason(delivered) end as fault,
        st_isempty(geom) as empty,
        array[st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)] as box
      from incoming_shape where boundary = ${index}::int) as s
    where fault is not null or empty or box[1] < ${west}::float8 or box[2] < ${south}::float8
      or box[3] > ${east}::float8 or box[4] > ${north}::float8
    order by line`.execute(trx);
  for (const { line, key, fault, empty, box } of rows) {
    const place = { file: boundary.file, line, field: key };
    if (fault !== null) {
      const expected = 'a valid polygon, or "invalidGeometry": "repair" in the package';
      findings.add({ code: 'geometry_invalid', ...place, got: fault, expected });
    } else if (empty) {
      findings.add({ code: 'geometry_empty', ...place, got: 'a shape without area', expected: 'a polygon' });
    } else {
      findings.add({
        code: 'outside_extent',
        ...place,
        got: box.map((degrees) => degrees.toFixed(4)).join(','),
        expected: `within ${[west, south, east, north].join(',')}`,
      });
    }
  }
}

/** Runs statements that may fail without losing the transaction; returns the database's error, null when all went well. */
async function attempt(trx: Trx, work: () => Promise<void>): Promise<Problem | null> {
  await sql`savepoint attempt`.execute(trx);
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'database_error')) throw error;
    await sql`rollback to savepoint attempt`.execute(trx);
    return error;
  }
  await sql`release savepoint attempt`.execute(trx);
  return null;
}
