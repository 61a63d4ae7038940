/** Use case: keep a definition, within the transaction of a release. A version that is there already is never changed. */
import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { ProblemItem } from '../problem.ts';
import { checkDefinition } from './check-definition.ts';
import type { IndexDefinition } from './index-method.ts';
import { COMBINED_PRESETS, COMPOSITE_PRESETS } from './presets.ts';
import { insertMethod, readPolarities, readVersions } from './store.ts';

/** What became of a definition. */
export interface Defined {
  /** False where the same definition was there already, or something is wrong with it. */
  added: boolean;
  /** What is wrong; nothing was kept then. */
  items: ProblemItem[];
}

/**
 * Keeps a definition.
 * @param definition one that the schema accepts
 * @param pointer where it stands in the document, in front of every field of an item
 */
export async function defineIndex(
  trx: Transaction<Tables>,
  definition: IndexDefinition,
  authority: string,
  release: number,
  pointer: string,
): Promise<Defined> {
  const items = checkDefinition(definition, pointer);
  const taken = await checkName(trx, definition, authority, pointer);
  items.push(...taken.items, ...(await checkIndicators(trx, definition, pointer)));
  if (items.length > 0 || taken.there) return { added: false, items };
  await insertMethod(trx, definition, authority, release);
  return { added: true, items };
}

const BUILT_IN = new Set([...COMPOSITE_PRESETS, ...COMBINED_PRESETS].map(({ definition }) => definition.id));

async function checkName(
  trx: Transaction<Tables>,
  definition: IndexDefinition,
  authority: string,
  pointer: string,
): Promise<{ items: ProblemItem[]; there: boolean }> {
  const { id, version } = definition;
  const refuse = (code: string, field: string, got: string, expected: string) => ({
    items: [{ code, field: `${pointer}/${field}`, got, expected }],
    there: false,
  });
  if (BUILT_IN.has(id)) return refuse('index_reserved', 'id', id, 'an id that no built-in index has');
  const versions = await readVersions(trx, id);
  const owner = versions.find((one) => one.authority !== authority)?.authority;
  if (owner) return refuse('index_taken', 'id', `${id} of ${authority}`, `an id that ${owner} does not use`);
  const same = versions.find((one) => one.definition.version === version);
  if (!same) return { items: [], there: false };
  if (isDeepStrictEqual(same.definition, definition)) return { items: [], there: true };
  const newest = versions.map((one) => one.definition.version).join(', ');
  return refuse(
    'index_changed',
    'version',
    `another definition of ${id} ${version}`,
    `the same one, or a new version beside ${newest}: a version never changes`,
  );
}

/** Context indicators are no problems, and a definition must not turn what is better into what is worse. */
async function checkIndicators(
  trx: Transaction<Tables>,
  { indicators, areas }: IndexDefinition,
  pointer: string,
): Promise<ProblemItem[]> {
  const rule = areas?.minimum?.indicator;
  const codes = indicators.map(({ indicator }) => indicator);
  const polarities = await readPolarities(trx, rule === undefined ? codes : [...codes, rule]);
  const items: ProblemItem[] = [];
  for (const [j, { indicator, polarity }] of indicators.entries()) {
    const known = polarities.get(indicator);
    const field = `${pointer}/indicators/${j}`;
    if (known === undefined) {
      items.push({
        code: 'indicator_unknown',
        field: `${field}/indicator`,
        got: indicator,
        expected: 'an indicator of the catalogue',
      });
    } else if (known === 0) {
      items.push({
        code: 'indicator_is_context',
        field: `${field}/indicator`,
        got: `${indicator}, which is context`,
        expected: 'an indicator with polarity -1 or 1: context is never a problem',
      });
    } else if (known !== polarity) {
      items.push({
        code: 'polarity_conflict',
        field: `${field}/polarity`,
        got: String(polarity),
        expected: `${known}, as the catalogue has it`,
      });
    }
  }
  if (rule !== undefined && !polarities.has(rule)) {
    items.push({
      code: 'indicator_unknown',
      field: `${pointer}/areas/minimum/indicator`,
      got: rule,
      expected: 'an indicator of the catalogue',
    });
  }
  return items;
}
