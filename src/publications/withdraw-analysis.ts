/** Use case: a publication is taken back, by a release. What earlier releases showed stays readable as of them. */
import { type Db, withTransaction } from '../db/database.ts';
import { insertRelease, lockImports, nextRelease } from '../import/release.ts';
import { Problem } from '../problem.ts';
import { findCollection, insertWithdrawal } from './store.ts';

/**
 * Withdraws a publication.
 * @param reason why, in a sentence for everybody who asks for it
 * @returns whether it was there; false where it is withdrawn already
 * @throws Problem not_found where nothing was published under the id
 */
export async function withdrawAnalysis(db: Db, id: string, reason: string): Promise<boolean> {
  return await withTransaction(db, async (trx) => {
    await lockImports(trx);
    const stored = await findCollection(trx, id);
    if (stored?.kind !== 'analysis') throw noPublication(id);
    if (stored.withdrawn) return false;
    const release = await nextRelease(trx);
    const name = `withdrawal-${id}`;
    await insertRelease(trx, release, { authority: stored.authority, name, title: reason, files: [] });
    await insertWithdrawal(trx, stored.id, reason, release);
    return true;
  });
}

/** The answer where nothing was published under an id. */
export function noPublication(id: string): Problem {
  return new Problem('not_found', `No analysis was published as ${id}.`, [
    { code: 'unknown_publication', field: 'publicationId', got: id, expected: 'an id of /publications' },
  ]);
}
