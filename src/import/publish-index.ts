/** Use case: one index definition from a request becomes one release, or nothing. */
import { type Db, withTransaction } from '../db/database.ts';
import { defineIndex } from '../indices/define-index.ts';
import type { IndexDefinition } from '../indices/index-method.ts';
import { Problem } from '../problem.ts';
import { insertRelease, lockImports, nextRelease } from './release.ts';

/** Ends the transaction without a trace: the same definition was there. */
class Unchanged extends Error {}

/**
 * Publishes a definition.
 * @param authority one that has published something
 * @returns whether it is new; false where the same definition was there already
 * @throws Problem invalid_request with what is wrong; then nothing was written
 */
export async function publishIndex(db: Db, authority: string, definition: IndexDefinition): Promise<boolean> {
  try {
    await withTransaction(db, async (trx) => {
      await lockImports(trx);
      const known = await trx.selectFrom('authority').select('id').orderBy('id').execute();
      if (!known.some(({ id }) => id === authority)) {
        const expected = `one of ${known.map(({ id }) => id).join(', ') || 'nothing yet'}`;
        throw new Problem('invalid_request', `There is no authority ${authority}.`, [
          { code: 'unknown_authority', field: '/body/authority', got: authority, expected },
        ]);
      }
      const release = await nextRelease(trx);
      const { id, version, label } = definition;
      const name = `index-${id}-${version}`;
      await insertRelease(trx, release, { authority, name, title: label.de, files: [] });
      const { added, items } = await defineIndex(trx, definition, authority, release, '/body/definition');
      if (items.length > 0)
        throw new Problem('invalid_request', `${id} ${version} cannot be defined.`, items);
      if (!added) throw new Unchanged();
    });
    return true;
  } catch (error) {
    if (error instanceof Unchanged) return false;
    throw error;
  }
}
