/** SQL of problem situations. */
import type { Db } from '../db/database.ts';
import { readDefinitions } from '../definitions/definition-rows.ts';
import type { SituationDefinition } from './situation.ts';

/** Rules that authorities have defined up to a release, by id and version. */
export async function readDefinedSituations(db: Db, release: number): Promise<SituationDefinition[]> {
  const all = await readDefinitions<SituationDefinition>(db, 'situation', release);
  return all.map(({ definition }) => definition);
}
