/** Writes the dated relations of districts to parent districts; only what differs from the newest knowledge. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { BoundaryCandidate } from './candidate.ts';
import type { Findings } from './findings.ts';

type Trx = Transaction<Tables>;

/** A boundary version in the database. */
export interface StoredVersion {
  id: number;
  geographyId: number;
  /** As a daterange literal. */
  valid: string;
}

interface Relation {
  district: number;
  geography: number;
  parent: number;
}

/**
 * Writes the parents of a boundary version's districts.
 *
 * Notes parent_unknown for a parent without a shape in the version's time.
 * @returns ids of districts whose parents are others now
 */
export async function writeParents(
  trx: Trx,
  boundary: BoundaryCandidate,
  version: StoredVersion,
  release: number,
  findings: Findings,
): Promise<Set<number>> {
  const wanted = await findParents(trx, boundary, version, findings);
  const { rows: stored } = await sql<Relation & { same: boolean }>`
    select district_id as district, parent_geography_id as geography, parent_id as parent,
      valid = ${version.valid}::daterange as same
    from district_parent where boundary_version_id = ${version.id}::int and upper_inf(known)`.execute(trx);
  const nameOf = ({ district, geography, parent }: Relation): string => `${district} ${geography} ${parent}`;
  const wantedNames = new Set(wanted.map(nameOf));
  const kept = new Set(stored.filter((row) => row.same && wantedNames.has(nameOf(row))).map(nameOf));
  const ended = stored.filter((row) => !kept.has(nameOf(row)));
  const begun = wanted.filter((row) => !kept.has(nameOf(row)));
  await sql`
    update district_parent p set known = int4range(lower(known), ${release}::int)
    from unnest(
      ${ended.map(({ district }) => district)}::int[],
      ${ended.map(({ geography }) => geography)}::int[]) as e (district, geography)
    where p.boundary_version_id = ${version.id}::int and upper_inf(p.known)
      and p.district_id = e.district and p.parent_geography_id = e.geography`.execute(trx);
  await sql`
    insert into district_parent (district_id, parent_id, parent_geography_id, boundary_version_id, valid, known)
    select district, parent, geography, ${version.id}::int, ${version.valid}::daterange, int4range(${release}::int, null)
    from unnest(
      ${begun.map(({ district }) => district)}::int[],
      ${begun.map(({ parent }) => parent)}::int[],
      ${begun.map(({ geography }) => geography)}::int[]) as b (district, parent, geography)`.execute(trx);
  return new Set([...ended, ...begun].map(({ district }) => district));
}

async function findParents(
  trx: Trx,
  boundary: BoundaryCandidate,
  version: StoredVersion,
  findings: Findings,
): Promise<Relation[]> {
  const relations = boundary.districts.flatMap(({ key, line, parents }) =>
    parents.map((parent) => ({ key, line, geography: parent.geography, parentKey: parent.key })),
  );
  const { rows } = await sql<{
    district: number;
    geography: number;
    parent: number | null;
    position: number;
  }>`
    select d.id as district, g.id as geography, p.id as parent, w.position::int as position
    from unnest(
      ${relations.map(({ key }) => key)}::text[],
      ${relations.map(({ geography }) => geography)}::text[],
      ${relations.map(({ parentKey }) => parentKey)}::text[])
      with ordinality as w (key, collection, parent, position)
    join district d on d.geography_id = ${version.geographyId}::int and d.key = w.key
    join geography g on g.collection = w.collection
    left join district p on p.geography_id = g.id and p.key = w.parent and exists (
      select from district_version v
      where v.district_id = p.id and upper_inf(v.known) and v.valid && ${version.valid}::daterange)
    order by w.position`.execute(trx);
  return rows.flatMap(({ district, geography, parent, position }) => {
    if (parent !== null) return [{ district, geography, parent }];
    const { key, line, geography: above, parentKey } = relations[position - 1]!;
    findings.add({
      code: 'parent_unknown',
      file: boundary.file,
      line,
      field: key,
      got: `parent ${parentKey} of ${key}`,
      expected: `a district of ${above} in the time ${version.valid}`,
    });
    return [];
  });
}
