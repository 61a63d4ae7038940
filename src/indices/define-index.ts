/** Use case: keep a definition, within the transaction of a release. A version that is there already is never changed. */
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { readPolarities } from '../definitions/definition-rows.ts';
import { type Kept, keepDefinition, refuseContext } from '../definitions/keep-definition.ts';
import type { ProblemItem } from '../problem.ts';
import { checkDefinition } from './check-definition.ts';
import type { IndexDefinition } from './index-method.ts';
import { COMBINED_PRESETS, COMPOSITE_PRESETS } from './presets.ts';

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
): Promise<Kept> {
  const found = [
    ...checkDefinition(definition, pointer),
    ...(await checkIndicators(trx, definition, pointer)),
  ];
  const reserved = (id: string): boolean => BUILT_IN.has(id);
  return await keepDefinition(trx, 'index', definition, authority, release, found, reserved, pointer);
}

const BUILT_IN = new Set([...COMPOSITE_PRESETS, ...COMBINED_PRESETS].map(({ definition }) => definition.id));

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
      items.push(refuseContext(indicator, `${field}/indicator`));
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
