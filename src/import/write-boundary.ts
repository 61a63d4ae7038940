/** Writes boundary versions with the shapes and names of their districts; only what differs from the newest knowledge. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { BoundaryCandidate } from './candidate.ts';
import { DESCRIPTOR_FILE } from './descriptor.ts';
import type { Findings } from './findings.ts';
import { differs, labelColumns } from './stored-row.ts';
import { type StoredVersion, writeParents } from './write-parents.ts';

type Trx = Transaction<Tables>;

/** Numbers of districts, summed over boundary versions. */
export interface DistrictChanges {
  added: number;
  /** Districts whose name, shape, parents or time of validity differ. */
  changed: number;
  removed: number;
}

/** What differs in a boundary version: its own description, and districts by id. */
interface Differences {
  description: boolean;
  added: number[];
  changed: number[];
  removed: number[];
}

/**
 * Writes boundary versions whose shapes are staged.
 *
 * Notes boundary_overlap and parent_unknown.
 * @param boundaries in the order of staging, the oldest first: a version ends before the next one begins
 * @returns number of versions described anew, and of districts
 */
export async function writeBoundaries(
  trx: Trx,
  boundaries: readonly BoundaryCandidate[],
  release: number,
  findings: Findings,
): Promise<{ versions: number; districts: DistrictChanges }> {
  const written: { boundary: BoundaryCandidate; version: StoredVersion; differences: Differences }[] = [];
  for (const [index, boundary] of boundaries.entries()) {
    const version = await writeVersion(trx, boundary, release, findings);
    if (!version) continue;
    await sql`
      insert into district (geography_id, key)
      select ${version.geographyId}::int, key from incoming_shape where boundary = ${index}::int order by line
      on conflict (geography_id, key) do nothing`.execute(trx);
    const shapes = await writeShapes(trx, index, version, release);
    written.push({ boundary, version, differences: { description: version.described, ...shapes } });
  }
  findings.finish();
  // Only now is every parent there, whichever file comes first.
  const districts: DistrictChanges = { added: 0, changed: 0, removed: 0 };
  for (const { boundary, version, differences } of written) {
    const moved = await writeParents(trx, boundary, version, release, findings);
    const { description, added, changed, removed } = differences;
    districts.added += added.length;
    districts.changed += new Set([...changed, ...moved]).size - countIn(moved, [...added, ...removed]);
    districts.removed += removed.length;
    if (!description && added.length + changed.length + removed.length + moved.size === 0) continue;
    await trx.updateTable('boundary_version').set({ release }).where('id', '=', version.id).execute();
  }
  findings.finish();
  return { versions: written.filter(({ differences }) => differences.description).length, districts };
}

/** Returns the version and whether its description is new or changed; null where it overlaps another. */
async function writeVersion(
  trx: Trx,
  boundary: BoundaryCandidate,
  release: number,
  findings: Findings,
): Promise<(StoredVersion & { described: boolean }) | null> {
  const { id: geographyId } = await trx
    .selectFrom('geography')
    .where('collection', '=', boundary.geography)
    .select('id')
    .executeTakeFirstOrThrow();
  const valid = `[${boundary.validFrom},${boundary.validUntil ?? ''})`;
  const row = {
    geography_id: geographyId,
    valid,
    ...labelColumns(boundary.label),
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
    .orderBy(sql`lower(valid)`)
    .execute();
  const stored = versions.find((version) => version.from === boundary.validFrom);
  const other = versions.find((version) => version.overlaps && version !== stored);
  if (other) {
    findings.add({
      code: 'boundary_overlap',
      file: DESCRIPTOR_FILE,
      field: boundary.geography,
      got: valid,
      expected: `dates outside ${other.valid}, or in this package a validUntil for that version`,
    });
    return null;
  }
  if (!differs(stored, row)) return { id: stored!.id, geographyId, valid, described: false };
  if (stored) {
    await trx.updateTable('boundary_version').set(row).where('id', '=', stored.id).execute();
    return { id: stored.id, geographyId, valid, described: true };
  }
  const { id } = await trx
    .insertInto('boundary_version')
    .values({ ...row, release })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, geographyId, valid, described: true };
}

async function writeShapes(
  trx: Trx,
  index: number,
  version: StoredVersion,
  release: number,
): Promise<Omit<Differences, 'description'>> {
  // A row per district of either side, with what is known now and what arrives.
  const { rows } = await sql<{ old: number | null; district: number; arrives: boolean; same: boolean }>`
    select v.id as old, d.id as district, i.key is not null as arrives,
      coalesce(v.name = i.name and v.valid = ${version.valid}::daterange
        and st_srid(v.geom_delivered) = st_srid(i.delivered)
        and st_asbinary(v.geom_delivered) = st_asbinary(i.delivered), false) as same
    from district d
    left join incoming_shape i on i.key = d.key and i.boundary = ${index}::int
    left join district_version v
      on v.district_id = d.id and v.boundary_version_id = ${version.id}::int and upper_inf(v.known)
    where d.geography_id = ${version.geographyId}::int and (i.key is not null or v.id is not null)`.execute(
    trx,
  );
  const different = rows.filter((row) => !row.same);
  const outdated = different.flatMap(({ old }) => (old === null ? [] : [old]));
  await sql`
    update district_version set known = int4range(lower(known), ${release}::int)
    where id = any(${outdated}::int[])`.execute(trx);
  const arriving = different.flatMap(({ arrives, district }) => (arrives ? [district] : []));
  await sql`
    insert into district_version (district_id, boundary_version_id, name, valid, known, geom_delivered, geom)
    select d.id, ${version.id}::int, i.name, ${version.valid}::daterange, int4range(${release}::int, null),
      i.delivered, i.geom
    from incoming_shape i join district d on d.geography_id = ${version.geographyId}::int and d.key = i.key
    where i.boundary = ${index}::int and d.id = any(${arriving}::int[])
    order by i.line`.execute(trx);
  const pick = (is: (row: (typeof rows)[number]) => boolean): number[] =>
    different.filter(is).map(({ district }) => district);
  return {
    added: pick(({ old }) => old === null),
    changed: pick(({ old, arrives }) => old !== null && arrives),
    removed: pick(({ arrives }) => !arrives),
  };
}

function countIn(set: ReadonlySet<number>, ids: readonly number[]): number {
  return ids.filter((id) => set.has(id)).length;
}
