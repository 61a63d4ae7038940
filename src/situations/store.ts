/** SQL of problem situations. */
import { sql, type Transaction } from 'kysely';
import type { Db } from '../db/database.ts';
import type { Tables } from '../db/schema.ts';
import type { SituationDefinition } from './situation.ts';

/** Rules that authorities have defined up to a release, by id and version. */
export async function readDefinedSituations(db: Db, release: number): Promise<SituationDefinition[]> {
  const rows = await db
    .selectFrom('problem_situation')
    .where('release', '<=', release)
    .select('definition')
    .orderBy(sql`situation_id collate "C"`)
    .orderBy(sql`version collate "C"`)
    .execute();
  return rows.map((row) => row.definition as SituationDefinition);
}

/** Versions of one situation with who defined them. */
export async function readSituationVersions(
  trx: Transaction<Tables>,
  id: string,
): Promise<{ authority: string; definition: SituationDefinition }[]> {
  const rows = await trx
    .selectFrom('problem_situation')
    .where('situation_id', '=', id)
    .select(['authority_id', 'definition'])
    .execute();
  return rows.map((row) => ({
    authority: row.authority_id,
    definition: row.definition as SituationDefinition,
  }));
}

/** Polarity of the indicators that there are among these. */
export async function readPolarities(
  trx: Transaction<Tables>,
  codes: readonly string[],
): Promise<Map<string, number>> {
  if (codes.length === 0) return new Map();
  const rows = await trx
    .selectFrom('indicator')
    .where('code', 'in', codes)
    .select(['code', 'polarity'])
    .execute();
  return new Map(rows.map((row) => [row.code, row.polarity]));
}

/** Adds a version. */
export async function insertSituation(
  trx: Transaction<Tables>,
  definition: SituationDefinition,
  authority: string,
  release: number,
): Promise<void> {
  await trx
    .insertInto('problem_situation')
    .values({
      situation_id: definition.id,
      version: definition.version,
      authority_id: authority,
      definition: JSON.stringify(definition),
      release,
    })
    .execute();
}
