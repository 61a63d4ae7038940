/** SQL of publications. */
import { sql, type Transaction } from 'kysely';
import type { Source } from '../catalog/catalog.ts';
import type { Db } from '../db/database.ts';
import type { Tables } from '../db/schema.ts';
import type { Label } from '../label.ts';
import type { MappedFeature } from './mapped-result.ts';
import type { ResultPeriod } from './publication.ts';

type Trx = Transaction<Tables>;

/** What stands under an id. */
export interface StoredCollection {
  kind: 'districts' | 'analysis';
  id: number;
  authority: string;
  /** Hash of what was published; null for districts of a level. */
  content: string | null;
  withdrawn: boolean;
}

/** Finds a collection; null where the id is free. */
export async function findCollection(trx: Trx, collection: string): Promise<StoredCollection | null> {
  const row = await trx
    .selectFrom('geography as g')
    .leftJoin('publication as u', 'u.geography_id', 'g.id')
    .leftJoin('withdrawal as w', 'w.geography_id', 'g.id')
    .where('g.collection', '=', collection)
    .select(['g.id', 'g.kind', 'g.authority_id as authority', 'u.content', 'w.release as withdrawn'])
    .executeTakeFirst();
  if (!row) return null;
  return { ...row, kind: row.kind as StoredCollection['kind'], withdrawn: row.withdrawn !== null };
}

/** Adds a collection of the kind analysis. @returns its id */
export async function insertCollection(
  trx: Trx,
  collection: string,
  authority: string,
  title: Label,
  release: number,
): Promise<number> {
  const { id } = await trx
    .insertInto('geography')
    .values({
      collection,
      authority_id: authority,
      label_de: title.de,
      label_en: title.en ?? null,
      release,
      kind: 'analysis',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Where the outlines of features come from. */
export interface Shapes {
  /** Boundary version that was analysed. */
  boundaryVersion: number;
  /** Release at which it was read. */
  release: number;
  /** EPSG code of its coordinates. */
  srid: number;
}

/**
 * Adds the features of a period. A feature of one district has its shape as it is; one of several has the union of theirs.
 * @returns number of features that found all their districts
 */
export async function insertPeriod(
  trx: Trx,
  geography: number,
  period: ResultPeriod,
  label: Label,
  source: Source,
  shapes: Shapes,
  features: readonly MappedFeature[],
  release: number,
): Promise<number> {
  const valid = `[${period.validFrom},${period.validUntil})`;
  const { id } = await trx
    .insertInto('boundary_version')
    .values({
      geography_id: geography,
      valid,
      label_de: label.de,
      label_en: label.en ?? null,
      srid: shapes.srid,
      source: source.text,
      licence: source.licence,
      attribution: source.attribution,
      url: source.url,
      release,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`
    insert into district (geography_id, key) select ${geography}::int, key
    from unnest(${features.map(({ key }) => key)}::text[]) with ordinality as f (key, position) order by position
    on conflict (geography_id, key) do nothing`.execute(trx);
  const members = features.flatMap((feature, f) => feature.members.map((key) => ({ f, key })));
  const { numAffectedRows } = await sql`
    with feature as (
      select * from unnest(
        ${features.map((_, f) => f)}::int[],
        ${features.map(({ key }) => key)}::text[],
        ${features.map(({ name }) => name)}::text[],
        ${features.map((own) => own.members.length)}::int[],
        ${features.map(({ cells }) => JSON.stringify(cells))}::text[]) as f (f, key, name, members, attributes)),
    outline as (
      select m.f, count(*) as members, (array_agg(v.geom_delivered))[1] as delivered,
        case when count(*) = 1 then (array_agg(v.geom))[1] else st_multi(st_union(v.geom order by m.key)) end as geom
      from unnest(${members.map(({ f }) => f)}::int[], ${members.map(({ key }) => key)}::text[]) as m (f, key)
      join district s on s.key = m.key
      join district_version v on v.district_id = s.id
        and v.boundary_version_id = ${shapes.boundaryVersion}::int and v.known @> ${shapes.release}::int
      group by m.f)
    insert into district_version
      (district_id, boundary_version_id, name, valid, known, geom_delivered, geom, attributes)
    select d.id, ${id}::int, f.name, ${valid}::daterange, int4range(${release}::int, null),
      case when o.members = 1 then o.delivered else st_transform(o.geom, ${shapes.srid}::int) end,
      o.geom, f.attributes::jsonb
    from feature f
    join outline o on o.f = f.f and o.members = f.members
    join district d on d.geography_id = ${geography}::int and d.key = f.key
    order by f.f`.execute(trx);
  return Number(numAffectedRows ?? 0);
}

/** Keeps what is known of a publication. */
export async function insertPublication(
  trx: Trx,
  geography: number,
  of: { content: string; description: object; statements: readonly object[] },
  release: number,
): Promise<void> {
  await trx
    .insertInto('publication')
    .values({
      geography_id: geography,
      content: of.content,
      description: JSON.stringify(of.description),
      statement: JSON.stringify(of.statements),
      release,
    })
    .execute();
}

/** Ends a publication: from the release on nothing of it is known any more. */
export async function insertWithdrawal(
  trx: Trx,
  geography: number,
  reason: string,
  release: number,
): Promise<void> {
  await trx.insertInto('withdrawal').values({ geography_id: geography, reason, release }).execute();
  await sql`
    update district_version set known = int4range(lower(known), ${release}::int)
    where upper_inf(known) and boundary_version_id in
      (select id from boundary_version where geography_id = ${geography}::int)`.execute(trx);
  await trx.updateTable('boundary_version').set({ release }).where('geography_id', '=', geography).execute();
}

/** Statements of method of a publication, one for each result. */
export async function readStatements(db: Db, collection: string): Promise<readonly object[]> {
  const row = await db
    .selectFrom('publication as u')
    .innerJoin('geography as g', 'g.id', 'u.geography_id')
    .where('g.collection', '=', collection)
    .select('u.statement')
    .executeTakeFirst();
  return (row?.statement ?? []) as readonly object[];
}
