/** Finds out where in the database delivered columns belong, and refuses those that belong nowhere. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { ColumnCandidate } from './candidate.ts';
import { DESCRIPTOR_FILE } from './descriptor.ts';
import type { Findings } from './findings.ts';

type Trx = Transaction<Tables>;

/** A geography's boundary version in the database. */
interface Place {
  geographyId: number;
  versionId: number;
  /** Ids of its districts by key. */
  districts: ReadonlyMap<string, number>;
}

/** Where a column is kept. */
export interface ColumnPlace extends Place {
  indicatorId: number;
}

/** Finds the place of a column; each one that was located has one. */
export type FindPlace = (column: ColumnCandidate) => ColumnPlace;

/**
 * Looks up the boundary versions, districts and indicators of all columns.
 *
 * Notes boundary_unknown, and unknown_district with file and line.
 * @throws Problem invalid_package with these findings
 */
export async function locateColumns(
  trx: Trx,
  columns: readonly ColumnCandidate[],
  findings: Findings,
): Promise<FindPlace> {
  const places = new Map<string, Place | null>();
  for (const column of columns) {
    const name = nameOf(column);
    if (!places.has(name)) places.set(name, await readPlace(trx, column));
    const place = places.get(name);
    if (place) checkDistricts(column, place, findings);
    else noteUnknownBoundary(column, findings);
  }
  findings.finish();
  const indicators = await trx.selectFrom('indicator').select(['id', 'code']).execute();
  const ids = new Map(indicators.map(({ id, code }) => [code, id]));
  return (column) => ({ ...places.get(nameOf(column))!, indicatorId: ids.get(column.indicator)! });
}

function nameOf({ geography, boundary }: ColumnCandidate): string {
  return `${geography} ${boundary}`;
}

async function readPlace(trx: Trx, { geography, boundary }: ColumnCandidate): Promise<Place | null> {
  const version = await trx
    .selectFrom('boundary_version as b')
    .innerJoin('geography as g', 'g.id', 'b.geography_id')
    .where('g.collection', '=', geography)
    .where(sql<string>`lower(b.valid)`, '=', sql<string>`${boundary}::date`)
    .select(['b.id', 'g.id as geography'])
    .executeTakeFirst();
  if (!version) return null;
  const districts = await trx
    .selectFrom('district_version as v')
    .innerJoin('district as d', 'd.id', 'v.district_id')
    .where('v.boundary_version_id', '=', version.id)
    .where(sql<boolean>`upper_inf(v.known)`)
    .select(['d.id', 'd.key'])
    .execute();
  return {
    geographyId: version.geography,
    versionId: version.id,
    districts: new Map(districts.map(({ id, key }) => [key, id])),
  };
}

function noteUnknownBoundary({ geography, boundary, files }: ColumnCandidate, findings: Findings): void {
  for (const file of new Set(files)) {
    findings.add({
      code: 'boundary_unknown',
      file: DESCRIPTOR_FILE,
      field: `${geography} of ${file}`,
      got: boundary,
      expected: `the validFrom of a boundary version of ${geography}, in this package or imported before`,
    });
  }
}

function checkDistricts(column: ColumnCandidate, place: Place, findings: Findings): void {
  for (const [i, key] of column.keys.entries()) {
    if (place.districts.has(key)) continue;
    findings.add({
      code: 'unknown_district',
      file: column.files[i]!,
      line: column.lines[i]!,
      got: key,
      expected: `a district of ${column.geography} on the boundary version of ${column.boundary}`,
    });
  }
}
