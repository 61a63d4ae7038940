/** Writes indicators, which all authorities share, and each authority's source of them. */
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { IndicatorEntry } from './candidate.ts';
import { DESCRIPTOR_FILE } from './descriptor.ts';
import { type Findings, show } from './findings.ts';
import { differs, labelColumns, listDifferences } from './stored-row.ts';

type Trx = Transaction<Tables>;

/**
 * Writes a definition and this authority's source, each where it differs.
 *
 * Notes indicator_conflict for every part of a definition that another authority uses with another content.
 * @returns number of definitions and sources added or changed
 */
export async function writeIndicator(
  trx: Trx,
  indicator: IndicatorEntry,
  authority: string,
  release: number,
  findings: Findings,
): Promise<number> {
  const row = {
    code: indicator.id,
    ...labelColumns(indicator.label),
    description_de: indicator.description?.de ?? null,
    description_en: indicator.description?.en ?? null,
    unit: indicator.unit,
    decimals: indicator.decimals,
    numerator_de: indicator.numerator?.de ?? null,
    numerator_en: indicator.numerator?.en ?? null,
    denominator_de: indicator.denominator?.de ?? null,
    denominator_en: indicator.denominator?.en ?? null,
    aggregation: indicator.aggregation,
    polarity: indicator.polarity,
    theme: indicator.theme,
    target_groups: indicator.targetGroups,
    life_cycle: indicator.lifeCycle,
    protection_class: indicator.protectionClass,
    categories: indicator.categories,
  };
  const stored = await trx
    .selectFrom('indicator')
    .where('code', '=', indicator.id)
    .selectAll()
    .executeTakeFirst();
  if (stored && !differs(stored, row)) return writeSource(trx, indicator, stored.id, authority, release);
  const user = { id: indicator.id, authority };
  if (stored && (await isContradiction(trx, stored, row, user, findings))) return 0;
  const written = { ...row, categories: JSON.stringify(row.categories), release };
  const { id } = await trx
    .insertInto('indicator')
    .values(written)
    .onConflict((conflict) => conflict.column('code').doUpdateSet(written))
    .returning('id')
    .executeTakeFirstOrThrow();
  return 1 + (await writeSource(trx, indicator, id, authority, release));
}

/**
 * What authorities share, none of them changes alone, neither meaning nor words: the next import of the other one
 * would change it back.
 */
async function isContradiction(
  trx: Trx,
  stored: { id: number },
  row: Record<string, unknown>,
  { id, authority }: { id: string; authority: string },
  findings: Findings,
): Promise<boolean> {
  const other = await trx
    .selectFrom('indicator_source')
    .where('indicator_id', '=', stored.id)
    .where('authority_id', '<>', authority)
    .select('authority_id')
    .orderBy('authority_id')
    .executeTakeFirst();
  if (!other) return false;
  for (const { column, was, wanted } of listDifferences(stored, row)) {
    findings.add({
      code: 'indicator_conflict',
      file: DESCRIPTOR_FILE,
      field: `${id}.${nameMember(column)}`,
      got: describe(wanted),
      expected: `${describe(was)}, as ${other.authority_id} uses it`,
    });
  }
  return true;
}

/** Member of the package that a column is written from: `label_de` is label.de, `life_cycle` is lifeCycle. */
function nameMember(column: string): string {
  return column
    .replace(/_(de|en)$/, '.$1')
    .replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : show(value);
}

async function writeSource(
  trx: Trx,
  { source: { text, licence, attribution, url } }: IndicatorEntry,
  indicator: number,
  authority: string,
  release: number,
): Promise<number> {
  const row = { indicator_id: indicator, authority_id: authority, source: text, licence, attribution, url };
  const stored = await trx
    .selectFrom('indicator_source')
    .where('indicator_id', '=', indicator)
    .where('authority_id', '=', authority)
    .selectAll()
    .executeTakeFirst();
  if (!differs(stored, row)) return 0;
  await trx
    .insertInto('indicator_source')
    .values({ ...row, release })
    .onConflict((conflict) =>
      conflict.columns(['indicator_id', 'authority_id']).doUpdateSet({ ...row, release }),
    )
    .execute();
  return 1;
}
