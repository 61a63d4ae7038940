/** Writes which geographies and indicators there are, and why values may be missing; only what differs. */
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { Candidate, GeographyEntry, IndicatorEntry, ReasonEntry } from './candidate.ts';
import { DESCRIPTOR_FILE } from './descriptor.ts';
import type { Findings } from './findings.ts';
import { BUILT_IN_REASONS } from './reasons.ts';
import { differs, labelColumns } from './stored-row.ts';

type Trx = Transaction<Tables>;

/**
 * Writes the definitions of a package under a release that is there already.
 *
 * Notes geography_taken and indicator_conflict.
 * @returns number of definitions added or changed
 */
export async function writeDefinitions(
  trx: Trx,
  candidate: Candidate,
  release: number,
  findings: Findings,
): Promise<number> {
  let changes = 0;
  for (const reason of candidate.reasons) changes += await writeReason(trx, reason);
  for (const geography of sortByParent(candidate.geographies)) {
    changes += await writeGeography(trx, geography, candidate.authority.id, release, findings);
  }
  for (const indicator of candidate.indicators) {
    changes += await writeIndicator(trx, indicator, candidate.authority.id, release, findings);
  }
  return changes;
}

async function writeReason(trx: Trx, { code, label }: ReasonEntry): Promise<number> {
  if (BUILT_IN_REASONS.includes(code)) return 0;
  const row = { code, label_de: label.de, label_en: label.en ?? label.de };
  const stored = await trx.selectFrom('reason').where('code', '=', code).selectAll().executeTakeFirst();
  if (!differs(stored, row)) return 0;
  await trx
    .insertInto('reason')
    .values(row)
    .onConflict((conflict) => conflict.column('code').doUpdateSet(row))
    .execute();
  return 1;
}

async function writeGeography(
  trx: Trx,
  geography: GeographyEntry,
  authority: string,
  release: number,
  findings: Findings,
): Promise<number> {
  const stored = await findGeography(trx, geography.id);
  if (stored && stored.authority_id !== authority) {
    findings.add({
      code: 'geography_taken',
      file: DESCRIPTOR_FILE,
      field: geography.id,
      got: `${geography.id} of ${authority}`,
      expected: `an id that ${stored.authority_id} does not use`,
    });
    return 0;
  }
  const parent = geography.parent === null ? undefined : await findGeography(trx, geography.parent);
  const row = {
    collection: geography.id,
    authority_id: authority,
    ...labelColumns(geography.label),
    parent_id: parent?.id ?? null,
  };
  if (!differs(stored, row)) return 0;
  await trx
    .insertInto('geography')
    .values({ ...row, release })
    .onConflict((conflict) => conflict.column('collection').doUpdateSet({ ...row, release }))
    .execute();
  return 1;
}

async function writeIndicator(
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
  if (stored && (await isContradiction(trx, indicator, stored, authority, findings))) return 0;
  const written = { ...row, categories: JSON.stringify(row.categories), release };
  const { id } = await trx
    .insertInto('indicator')
    .values(written)
    .onConflict((conflict) => conflict.column('code').doUpdateSet(written))
    .returning('id')
    .executeTakeFirstOrThrow();
  return 1 + (await writeSource(trx, indicator, id, authority, release));
}

/** What an indicator means may not change under an authority that uses it too; labels may. */
async function isContradiction(
  trx: Trx,
  indicator: IndicatorEntry,
  stored: { id: number; unit: string; aggregation: string; polarity: number },
  authority: string,
  findings: Findings,
): Promise<boolean> {
  const changed = (['unit', 'aggregation', 'polarity'] as const).filter(
    (field) => indicator[field] !== stored[field],
  );
  if (changed.length === 0) return false;
  const other = await trx
    .selectFrom('indicator_source')
    .where('indicator_id', '=', stored.id)
    .where('authority_id', '<>', authority)
    .select('authority_id')
    .orderBy('authority_id')
    .executeTakeFirst();
  if (!other) return false;
  for (const field of changed) {
    findings.add({
      code: 'indicator_conflict',
      file: DESCRIPTOR_FILE,
      field: `${indicator.id}.${field}`,
      got: String(indicator[field]),
      expected: `${stored[field]}, as ${other.authority_id} uses it`,
    });
  }
  return true;
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

function findGeography(trx: Trx, collection: string) {
  return trx.selectFrom('geography').where('collection', '=', collection).selectAll().executeTakeFirst();
}

/** Parents before children; the descriptor's check has refused circles. */
function sortByParent(geographies: readonly GeographyEntry[]): GeographyEntry[] {
  const sorted = new Set<GeographyEntry>();
  const add = (geography: GeographyEntry): void => {
    const parent = geographies.find(({ id }) => id === geography.parent);
    if (parent) add(parent);
    sorted.add(geography);
  };
  geographies.forEach(add);
  return [...sorted];
}
