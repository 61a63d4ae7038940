/** A release: what one import publishes, with its number. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { VERSION } from '../version.ts';
import type { SourceFile } from './candidate.ts';

type Trx = Transaction<Tables>;

/** Arbitrary, but fixed: imports into one database wait for each other. */
const IMPORT_LOCK = 5_070_210;

/** Waits for a running import; a statement of an import may take longer than one of a reader. */
export async function lockImports(trx: Trx): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(trx);
  await sql`select pg_advisory_xact_lock(${IMPORT_LOCK}::bigint)`.execute(trx);
}

/** Numbers only go up, also after the synthetic town's release is gone. */
export async function nextRelease(trx: Trx): Promise<number> {
  const row = await trx
    .selectFrom('release')
    .select((eb) => eb.fn.max('number').as('number'))
    .executeTakeFirst();
  return (row?.number ?? 0) + 1;
}

/** Opens a release; its report and summary are written at the end. */
export async function insertRelease(
  trx: Trx,
  release: number,
  of: { authority: string; name: string; title: string; files: readonly SourceFile[] },
): Promise<void> {
  await trx
    .insertInto('release')
    .values({
      number: release,
      authority_id: of.authority,
      package: of.name,
      title: of.title,
      importer_version: VERSION,
      files: JSON.stringify(of.files),
      protection: '{}',
      summary: '{}',
    })
    .execute();
}
