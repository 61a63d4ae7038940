/** Use case: keep a rule, within the transaction of a release. A version that is there already is never changed. */
import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { ProblemItem } from '../problem.ts';
import { SITUATIONS } from './presets.ts';
import type { SituationCondition, SituationDefinition } from './situation.ts';
import { insertSituation, readPolarities, readSituationVersions } from './store.ts';

/** What became of a rule. */
export interface DefinedSituation {
  /** False where the same rule was there already, or something is wrong with it. */
  added: boolean;
  /** What is wrong; nothing was kept then. */
  items: ProblemItem[];
}

/**
 * Keeps a rule.
 * @param definition one that the schema accepts
 * @param pointer where it stands in the document, in front of every field of an item
 */
export async function defineSituation(
  trx: Transaction<Tables>,
  definition: SituationDefinition,
  authority: string,
  release: number,
  pointer: string,
): Promise<DefinedSituation> {
  const items = definition.conditions.flatMap((condition, k) =>
    checkCondition(condition, `${pointer}/conditions/${k}`),
  );
  items.push(...(await checkContext(trx, definition, pointer)));
  const versions = await readSituationVersions(trx, definition.id);
  const same = versions.find((one) => one.definition.version === definition.version);
  const owner = versions.find((one) => one.authority !== authority)?.authority;
  const refuse = (code: string, field: string, got: string, expected: string): void => {
    items.push({ code, field: `${pointer}/${field}`, got, expected });
  };
  if (SITUATIONS.some(({ id }) => id === definition.id) || definition.id === RESERVED)
    refuse('situation_reserved', 'id', definition.id, 'an id that no built-in situation has');
  else if (owner)
    refuse('situation_taken', 'id', `${definition.id} of ${authority}`, `an id that ${owner} does not use`);
  else if (same && !isDeepStrictEqual(same.definition, definition))
    refuse(
      'situation_changed',
      'version',
      `another rule of ${definition.id} ${definition.version}`,
      'the same one, or a new version: a version never changes',
    );
  if (items.length > 0 || same) return { added: false, items };
  await insertSituation(trx, definition, authority, release);
  return { added: true, items };
}

/** Part of an address: /problem-situations/districts. */
const RESERVED = 'districts';

/** Each kind has its own members, and needs them. */
function checkCondition(condition: SituationCondition, pointer: string): ProblemItem[] {
  const { kind, indicators, measure, limit, changeYears, indices, classes } = condition;
  const own = kind === 'indicator' ? { indicators, measure, limit } : { indices };
  const other = kind === 'indicator' ? { indices, classes } : { indicators, measure, limit, changeYears };
  const item = (name: string, got: string, expected: string): ProblemItem => {
    return { code: 'situation_invalid', field: `${pointer}/${name}`, got, expected };
  };
  return [
    ...Object.entries(own)
      .filter(([, value]) => value === undefined)
      .map(([name]) => item(name, 'nothing', `${name} for ${kind}`)),
    ...Object.entries(other)
      .filter(([, value]) => value !== undefined)
      .map(([name]) => item(name, `${name} with ${kind}`, `no ${name}`)),
  ];
}

/** Context is never a problem. An indicator that is not there yet may come with another package. */
async function checkContext(
  trx: Transaction<Tables>,
  { conditions }: SituationDefinition,
  pointer: string,
): Promise<ProblemItem[]> {
  const codes = conditions.flatMap(({ indicators = [] }) => indicators);
  const polarities = await readPolarities(trx, codes);
  return conditions.flatMap(({ indicators = [] }, k) =>
    indicators.flatMap((code, j) =>
      polarities.get(code) === 0
        ? [
            {
              code: 'indicator_is_context',
              field: `${pointer}/conditions/${k}/indicators/${j}`,
              got: `${code}, which is context`,
              expected: 'an indicator with polarity -1 or 1: context is never a problem',
            },
          ]
        : [],
    ),
  );
}
