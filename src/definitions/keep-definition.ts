/** Use case: keep a definition, within the transaction of a release. A version that is there already is never changed. */
import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { ProblemItem } from '../problem.ts';
import { type DefinitionKind, insertVersion, readVersions, type Versioned } from './definition-rows.ts';

/** What became of a definition. */
export interface Kept {
  /** False where the same definition was there already, or something is wrong with it. */
  added: boolean;
  /** What is wrong; nothing was kept then. */
  items: ProblemItem[];
}

/**
 * Keeps a definition unless something is wrong with it.
 * @param found what is wrong with it by itself
 * @param reserved whether an id is taken by something built in
 * @param pointer where it stands in the document, in front of every field of an item
 */
export async function keepDefinition(
  trx: Transaction<Tables>,
  kind: DefinitionKind,
  definition: Versioned,
  authority: string,
  release: number,
  found: readonly ProblemItem[],
  reserved: (id: string) => boolean,
  pointer: string,
): Promise<Kept> {
  const { id, version } = definition;
  const refuse = (code: string, field: string, got: string, expected: string): Kept => ({
    added: false,
    items: [...found, { code: `${kind}_${code}`, field: `${pointer}/${field}`, got, expected }],
  });
  if (reserved(id)) return refuse('reserved', 'id', id, `an id that no built-in ${kind} has`);
  const versions = await readVersions<Versioned>(trx, kind, id);
  const owner = versions.find((one) => one.authority !== authority)?.authority;
  if (owner) return refuse('taken', 'id', `${id} of ${authority}`, `an id that ${owner} does not use`);
  const same = versions.find((one) => one.definition.version === version);
  if (same && !isDeepStrictEqual(same.definition, definition)) {
    const others = versions.map((one) => one.definition.version).join(', ');
    return refuse(
      'changed',
      'version',
      `another definition of ${id} ${version}`,
      `the same one, or a new version beside ${others}: a version never changes`,
    );
  }
  if (found.length > 0 || same) return { added: false, items: [...found] };
  await insertVersion(trx, kind, definition, authority, release);
  return { added: true, items: [] };
}

/** Refuses an indicator that is context: it is never a problem. @param field where it stands */
export function refuseContext(indicator: string, field: string): ProblemItem {
  return {
    code: 'indicator_is_context',
    field,
    got: `${indicator}, which is context`,
    expected: 'an indicator with polarity -1 or 1: context is never a problem',
  };
}
