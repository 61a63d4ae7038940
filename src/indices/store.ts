/** SQL of index methods. */
import type { Db } from '../db/database.ts';
import { readDefinitions } from '../definitions/definition-rows.ts';
import type { CompositeMethod, IndexDefinition } from './index-method.ts';

/** Methods that authorities have defined up to a release, by id and version. */
export async function readIndexMethods(db: Db, release: number): Promise<CompositeMethod[]> {
  const all = await readDefinitions<IndexDefinition>(db, 'index', release);
  return all.map((one) => ({ kind: 'composite', ...one }));
}
