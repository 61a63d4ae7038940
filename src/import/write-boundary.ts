/** Writes the shapes, names and parents of one boundary version; only what differs from the newest knowledge. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { Problem } from '../problem.ts';
import type { BoundaryCandidate, Candidate } from './candidate.ts';
import { stageShapes } from './stage-shapes.ts';

type Trx = Transaction<Tables>;

/** Numbers of districts of boundary versions. */
export interface BoundaryChanges {
  added: number;
  changed: number;
  removed: number;
}

/**
 * Checks and writes one boundary version.
 * @throws Problem invalid_package for shapes that cannot be accepted or a version that overlaps another
 */
export async function writeBoundary(
  trx: Trx,
  candidate: Candidate,
  boundary: BoundaryCandidate,
  release: number,
): Promise<BoundaryChanges> {
  const geography = candidate.geographies.find((entry) => entry.id === boundary.geography)!;
  await stageShapes(trx, boundary, geography.extent);
  const version = await writeVersion(trx, boundary, release);
  await sql`
    insert into district (geography_id, key)
    select ${version.geographyId}::int, key from incoming_shape order by line
    on conflict (geography_id, key) do nothing`.execute(trx);
  const changes = await writeShapes(trx, version, release);
  const relations = await writeParents(trx, boundary, version, release);
  const touched = changes.added + changes.changed + changes.removed + relations;
  if (touched > 0) {
    await trx.updateTable('boundary_version').set({ release }).where('id', '=', version.id).execute();
  }
  await sql`drop table incoming_shape`.execute(trx);
  return relations > 0 && touched === relations ? { ...changes, changed: relations } : changes;
}

interface Version {
  id: number;
  geographyId: number;
  /** As a daterange literal. */
  valid: string;
}

async function writeVersion(trx: Trx, boundary: BoundaryCandidate, release: number): Promise<Version> {
  const { id: geographyId } = await trx
    .selectFrom('geography')
    .where('collection', '=', boundary.geography)
    .select('id')
    .executeTakeFirstOrThrow();
  const valid = `[${boundary.validFrom},${boundary.validUntil ?? ''})`;
  const row = {
    geography_id: geographyId,
    valid,
    label_de: boundary.label.de,
    label_en: boundary.label.en ?? null,
    srid: boundary.srid,
    source: boundary.source.text,
    licence: boundary.source.licence,
    attribution: boundary.source.attribution,
    url: boundary.source.url,
  };
  const versions = await trx
    .selectFrom('boundary_version')
    .where('geography_id', '=', geographyId)
    .selectAll()
    .select([sql<string>`lower(valid)`.as('from'), sql<boolean>`valid && ${valid}::daterange`.as('overlaps')])
    .execute();
  const old = versions.find((version) => version.from === boundary.validFrom);
  const other = versions.find((version) => version.overlaps && version !== old);
  if (other) throw overlapping(boundary, other.valid);
  if (!old) {
    const { id } = await trx
      .insertInto('boundary_version')
      .values({ ...row, release })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { id, geographyId, valid };
  }
  const same = (Object.keys(row) as (keyof typeof row)[]).every((column) => old[column] === row[column]);
  if (!same) {
    await trx
      .updateTable('boundary_version')
      .set({ ...row, release })
      .where('id', '=', old.id)
      .execute();
    for (const table of ['district_version', 'district_parent'] as const) {
      await trx.updateTable(table).set({ valid }).where('boundary_version_id', '=', old.id).execute();
    }
  }
  return { id: old.id, geographyId, valid };
}

function overlapping(boundary: BoundaryCandidate, other: string): Problem {
  const own = `[${boundary.validFrom},${boundary.validUntil ?? ''})`;
  return new Problem('invalid_package', `Two boundary versions of ${boundary.geography} are valid at once.`, [
    {
      code: 'boundary_overlap',
      file: 'datapackage.json',
      field: boundary.geography,
      got: own,
      expected: `dates outside ${other}, or a validUntil for the older version`,
    },
  ]);
}

async function writeShapes(trx: Trx, version: Version, release: number): Promise<BoundaryChanges> {
  // A row per district of either side, with what is known now and what arrives.
  const { rows } = await sql<{ old: number | null; district: number; arrives: boolean; same: boolean }>`
    select v.id as old, d.id as district, i.key is not null as arrives,
      coalesce(v.name = i.name and st_srid(v.geom_delivered) = st_srid(i.delivered)
        and st_asbinary(v.geom_delivered) = st_asbinary(i.delivered), false) as same
    from district d
    left join incoming_shape i on i.key = d.key
    left join district_version v
      on v.district_id = d.id and v.boundary_version_id = ${version.id}::int and upper_inf(v.known)
    where d.geography_id = ${version.geographyId}::int and (i.key is not null or v.id is not null)`.execute(
    trx,
  );
  const outdated = rows.filter((row) => row.old !== null && !row.same).map((row) => row.old!);
  await sql`
    update district_version set known = int4range(lower(known), ${release}::int)
    where id = any(${outdated}::int[])`.execute(trx);
  const arriving = rows.filter((row) => row.arrives && !row.same).map((row) => row.district);
  await sql`
    insert into district_version (district_id, boundary_version_id, name, valid, known, geom_delivered, geom)
    select d.id, ${version.id}::int, i.name, ${version.valid}::daterange, int4range(${release}::int, null),
      i.delivered, i.geom
    from incoming_shape i join district d on d.geography_id = ${version.geographyId}::int and d.key = i.key
    where d.id = any(${arriving}::int[])
    order by i.line`.execute(trx);
  return {
    added: rows.filter((row) => row.old === null).length,
    changed: rows.filter((row) => row.old !== null && row.arrives && !row.same).length,
    removed: rows.filter((row) => !row.arrives).length,
  };
}

async function writeParents(
  trx: Trx,
  boundary: BoundaryCandidate,
  version: Version,
  release: number,
): Promise<number> {
  const relations = boundary.districts.flatMap((district) =>
    district.parents.map((parent) => ({
      key: district.key,
      geography: parent.geography,
      parentKey: parent.key,
      line: district.line,
    })),
  );
  const wanted = await sql<{
    district: number;
    geography: number | null;
    parent: number | null;
    position: number;
  }>`
    select d.id as district, g.id as geography, p.id as parent, w.position::int as position
    from unnest(
      ${relations.map((relation) => relation.key)}::text[],
      ${relations.map((relation) => relation.geography)}::text[],
      ${relations.map((relation) => relation.parentKey)}::text[]) with ordinality as w (key, collection, parent, position)
    join district d on d.geography_id = ${version.geographyId}::int and d.key = w.key
    left join geography g on g.collection = w.collection
    left join district p on p.geography_id = g.id and p.key = w.parent`.execute(trx);
  refuseMissingParents(boundary, relations, wanted.rows);
  const current = await trx
    .selectFrom('district_parent')
    .where('boundary_version_id', '=', version.id)
    .where(sql<boolean>`upper_inf(known)`)
    .select(['district_id as district', 'parent_geography_id as geography', 'parent_id as parent'])
    .execute();
  const nameOf = (row: { district: number; geography: number | null; parent: number | null }): string =>
    `${row.district}/${row.geography}/${row.parent}`;
  const [wantedNames, currentNames] = [new Set(wanted.rows.map(nameOf)), new Set(current.map(nameOf))];
  const ended = current.filter((row) => !wantedNames.has(nameOf(row)));
  const begun = wanted.rows.filter((row) => !currentNames.has(nameOf(row)));
  for (const row of ended) {
    await trx
      .updateTable('district_parent')
      .set({ known: sql`int4range(lower(known), ${release}::int)` })
      .where('boundary_version_id', '=', version.id)
      .where('district_id', '=', row.district)
      .where('parent_geography_id', '=', row.geography)
      .where(sql<boolean>`upper_inf(known)`)
      .execute();
  }
  await sql`
    insert into district_parent (district_id, parent_id, parent_geography_id, boundary_version_id, valid, known)
    select district, parent, geography, ${version.id}::int, ${version.valid}::daterange, int4range(${release}::int, null)
    from unnest(
      ${begun.map((row) => row.district)}::int[],
      ${begun.map((row) => row.parent)}::int[],
      ${begun.map((row) => row.geography)}::int[]) as b (district, parent, geography)`.execute(trx);
  return ended.length + begun.length;
}

function refuseMissingParents(
  boundary: BoundaryCandidate,
  relations: readonly { geography: string; parentKey: string; line: number }[],
  rows: readonly { parent: number | null; position: number }[],
): void {
  const missing = rows.filter((row) => row.parent === null).slice(0, 100);
  if (missing.length === 0) return;
  const items = missing.map((row) => {
    const { geography, parentKey, line } = relations[row.position - 1]!;
    return {
      code: 'parent_unknown',
      file: boundary.file,
      line,
      got: parentKey,
      expected: `a district of ${geography}`,
    };
  });
  throw new Problem('invalid_package', `Parents of ${boundary.geography} do not exist.`, items);
}
