/** Use case: keep a rule, within the transaction of a release. A version that is there already is never changed. */
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { readPolarities } from '../definitions/definition-rows.ts';
import { type Kept, keepDefinition, refuseContext } from '../definitions/keep-definition.ts';
import type { ProblemItem } from '../problem.ts';
import { SITUATIONS } from './presets.ts';
import type { SituationCondition, SituationDefinition } from './situation.ts';

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
): Promise<Kept> {
  const found = [
    ...definition.conditions.flatMap((condition, k) =>
      checkCondition(condition, `${pointer}/conditions/${k}`),
    ),
    ...(await checkContext(trx, definition, pointer)),
  ];
  const reserved = (id: string): boolean => id === RESERVED || SITUATIONS.some((one) => one.id === id);
  return await keepDefinition(trx, 'situation', definition, authority, release, found, reserved, pointer);
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
      polarities.get(code) === 0 ? [refuseContext(code, `${pointer}/conditions/${k}/indicators/${j}`)] : [],
    ),
  );
}
