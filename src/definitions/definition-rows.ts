/** SQL of what authorities define in versions: index methods and problem situations have a table each, of one form. */
import { sql, type Transaction } from 'kysely';
import type { Db } from '../db/database.ts';
import type { Tables } from '../db/schema.ts';

/** What every definition has. */
export interface Versioned {
  id: string;
  version: string;
}

/** A definition with who made it. */
export interface Defined<Definition> {
  authority: string;
  definition: Definition;
}

/** A table of definitions: append-only, one row for each version. */
const TABLES = {
  index: { name: 'index_method', id: 'index_id' },
  situation: { name: 'problem_situation', id: 'situation_id' },
} as const;
export type DefinitionKind = keyof typeof TABLES;

/** All versions up to a release, by id and version. */
export async function readDefinitions<Definition>(
  db: Db,
  kind: DefinitionKind,
  release: number,
): Promise<Defined<Definition>[]> {
  const { name, id } = TABLES[kind];
  const rows = await db
    .selectFrom(tableOf(name))
    .where('release', '<=', release)
    .select(['authority_id', 'definition'])
    .orderBy(sql`${sql.ref(id)} collate "C"`)
    .orderBy(sql`version collate "C"`)
    .execute();
  return rows.map(toDefined<Definition>);
}

/** All versions of one id. */
export async function readVersions<Definition>(
  trx: Transaction<Tables>,
  kind: DefinitionKind,
  id: string,
): Promise<Defined<Definition>[]> {
  const { name, id: column } = TABLES[kind];
  const rows = await trx
    .selectFrom(tableOf(name))
    .where(sql.ref<string>(column), '=', id)
    .select(['authority_id', 'definition'])
    .execute();
  return rows.map(toDefined<Definition>);
}

/** Adds a version. */
export async function insertVersion(
  trx: Transaction<Tables>,
  kind: DefinitionKind,
  definition: Versioned,
  authority: string,
  release: number,
): Promise<void> {
  const { id, version } = definition;
  const row = { version, authority_id: authority, definition: JSON.stringify(definition), release };
  if (kind === 'index')
    await trx
      .insertInto('index_method')
      .values({ index_id: id, ...row })
      .execute();
  else
    await trx
      .insertInto('problem_situation')
      .values({ situation_id: id, ...row })
      .execute();
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

/** The tables differ in the column of the id only; for types one stands for both. */
function tableOf(name: (typeof TABLES)[DefinitionKind]['name']): 'index_method' {
  return name as 'index_method';
}

function toDefined<Definition>(row: { authority_id: string; definition: unknown }): Defined<Definition> {
  return { authority: row.authority_id, definition: row.definition as Definition };
}
