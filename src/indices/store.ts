/** SQL of index methods. */
import { sql, type Transaction } from 'kysely';
import type { Db } from '../db/database.ts';
import type { Tables } from '../db/schema.ts';
import type { CompositeMethod, IndexDefinition } from './index-method.ts';

/** Methods that authorities have defined up to a release, by id and version. */
export async function readIndexMethods(db: Db, release: number): Promise<CompositeMethod[]> {
  const rows = await db
    .selectFrom('index_method')
    .where('release', '<=', release)
    .select(['authority_id', 'definition'])
    .orderBy(sql`index_id collate "C"`)
    .orderBy(sql`version collate "C"`)
    .execute();
  return rows.map((row) => ({
    kind: 'composite',
    authority: row.authority_id,
    definition: row.definition as IndexDefinition,
  }));
}

/** Versions of one index with who defined them. */
export async function readVersions(
  trx: Transaction<Tables>,
  id: string,
): Promise<{ authority: string; definition: IndexDefinition }[]> {
  const rows = await trx
    .selectFrom('index_method')
    .where('index_id', '=', id)
    .select(['authority_id', 'definition'])
    .execute();
  return rows.map((row) => ({
    authority: row.authority_id,
    definition: row.definition as IndexDefinition,
  }));
}

/** Polarity of the indicators that there are among these. */
export async function readPolarities(
  trx: Transaction<Tables>,
  codes: readonly string[],
): Promise<Map<string, number>> {
  const rows = await trx
    .selectFrom('indicator')
    .where('code', 'in', codes)
    .select(['code', 'polarity'])
    .execute();
  return new Map(rows.map((row) => [row.code, row.polarity]));
}

/** Adds a version. */
export async function insertMethod(
  trx: Transaction<Tables>,
  definition: IndexDefinition,
  authority: string,
  release: number,
): Promise<void> {
  await trx
    .insertInto('index_method')
    .values({
      index_id: definition.id,
      version: definition.version,
      authority_id: authority,
      definition: JSON.stringify(definition),
      release,
    })
    .execute();
}
