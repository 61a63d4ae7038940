/** Writes who publishes, which geographies and indicators there are, and why values may be missing. */
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { Problem, type ProblemItem } from '../problem.ts';
import type { Candidate, IndicatorEntry, Label } from './candidate.ts';

type Trx = Transaction<Tables>;

/**
 * Removes all made-up data with everything that hangs on it.
 * @returns number of authorities removed
 */
export async function removeSynthetic(trx: Trx): Promise<number> {
  const made = await trx.selectFrom('authority').where('synthetic', '=', true).select('id').execute();
  if (made.length === 0) return 0;
  await trx.deleteFrom('authority').where('synthetic', '=', true).execute();
  return made.length;
}

/**
 * Writes what differs from the database.
 * @param publish inserts the release row, once the authority is there
 * @returns number of definitions added or changed
 * @throws Problem invalid_package where an id belongs to another authority or contradicts a definition in use
 */
export async function writeDefinitions(
  trx: Trx,
  candidate: Candidate,
  release: number,
  publish: () => Promise<void>,
): Promise<number> {
  const { authority } = candidate;
  let changes = await writeAuthorities(trx, candidate);
  await publish();
  for (const reason of candidate.reasons) {
    const row = {
      code: reason.code,
      label_de: reason.label.de,
      label_en: reason.label.en ?? reason.label.de,
    };
    const old = await trx.selectFrom('reason').where('code', '=', reason.code).selectAll().executeTakeFirst();
    if (!differs(old, row)) continue;
    changes++;
    await trx
      .insertInto('reason')
      .values(row)
      .onConflict((conflict) => conflict.column('code').doUpdateSet(row))
      .execute();
  }
  for (const geography of byParent(candidate.geographies)) {
    const parent = geography.parent ? await findGeography(trx, geography.parent) : undefined;
    const old = await findGeography(trx, geography.id);
    if (old && old.authority_id !== authority.id) throw taken('geography', geography.id, old.authority_id);
    const row = {
      collection: geography.id,
      authority_id: authority.id,
      ...labels(geography.label),
      parent_id: parent?.id ?? null,
    };
    if (!differs(old, row)) continue;
    changes++;
    if (old)
      await trx
        .updateTable('geography')
        .set({ ...row, release })
        .where('id', '=', old.id)
        .execute();
    else
      await trx
        .insertInto('geography')
        .values({ ...row, release })
        .execute();
  }
  for (const indicator of candidate.indicators) {
    changes += await writeIndicator(trx, indicator, authority.id, release);
  }
  return changes;
}

async function writeAuthorities(trx: Trx, { authority }: Candidate): Promise<number> {
  const members = authority.members.map((member) => ({
    id: member.id,
    kind: 'municipality',
    ...labels(member.label),
    synthetic: authority.synthetic,
  }));
  const own = {
    id: authority.id,
    kind: authority.kind,
    ...labels(authority.label),
    synthetic: authority.synthetic,
  };
  let changes = 0;
  for (const row of [own, ...members]) {
    const old = await trx.selectFrom('authority').where('id', '=', row.id).selectAll().executeTakeFirst();
    if (!differs(old, row)) continue;
    changes++;
    await trx
      .insertInto('authority')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }
  const inserted = await Promise.all(
    members.map((member) =>
      trx
        .insertInto('authority_member')
        .values({ authority_id: authority.id, member_id: member.id })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst(),
    ),
  );
  return changes + inserted.filter((result) => (result.numInsertedOrUpdatedRows ?? 0n) > 0n).length;
}

async function writeIndicator(
  trx: Trx,
  indicator: IndicatorEntry,
  authority: string,
  release: number,
): Promise<number> {
  const row = {
    code: indicator.id,
    ...labels(indicator.label),
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
  const old = await trx
    .selectFrom('indicator')
    .where('code', '=', indicator.id)
    .selectAll()
    .executeTakeFirst();
  let changes = 0;
  let id = old?.id;
  if (differs(old, row)) {
    if (old) await refuseContradiction(trx, indicator, old, authority);
    changes++;
    const stored = { ...row, categories: JSON.stringify(row.categories), release };
    const written = await trx
      .insertInto('indicator')
      .values(stored)
      .onConflict((conflict) => conflict.column('code').doUpdateSet(stored))
      .returning('id')
      .executeTakeFirstOrThrow();
    id = written.id;
  }
  const { text, licence, attribution, url } = indicator.source;
  const source = { indicator_id: id!, authority_id: authority, source: text, licence, attribution, url };
  const known = await trx
    .selectFrom('indicator_source')
    .where('indicator_id', '=', id!)
    .where('authority_id', '=', authority)
    .selectAll()
    .executeTakeFirst();
  if (!differs(known, source)) return changes;
  await trx
    .insertInto('indicator_source')
    .values({ ...source, release })
    .onConflict((conflict) =>
      conflict.columns(['indicator_id', 'authority_id']).doUpdateSet({ ...source, release }),
    )
    .execute();
  return changes + 1;
}

/** What an indicator means may not change under an authority that uses it too; labels may. */
async function refuseContradiction(
  trx: Trx,
  indicator: IndicatorEntry,
  old: Record<'unit' | 'aggregation' | 'polarity', unknown>,
  authority: string,
): Promise<void> {
  const others = await trx
    .selectFrom('indicator_source as s')
    .innerJoin('indicator as i', 'i.id', 's.indicator_id')
    .where('i.code', '=', indicator.id)
    .where('s.authority_id', '<>', authority)
    .select('s.authority_id')
    .execute();
  if (others.length === 0) return;
  const items = (['unit', 'aggregation', 'polarity'] as const)
    .filter((field) => indicator[field] !== old[field])
    .map(
      (field): ProblemItem => ({
        code: 'indicator_conflict',
        file: 'datapackage.json',
        field: `${indicator.id}.${field}`,
        got: String(indicator[field]),
        expected: `${old[field]}, as ${others[0]!.authority_id} uses it`,
      }),
    );
  if (items.length > 0) {
    throw new Problem('invalid_package', `Indicator ${indicator.id} means something else already.`, items);
  }
}

function findGeography(trx: Trx, collection: string) {
  return trx.selectFrom('geography').where('collection', '=', collection).selectAll().executeTakeFirst();
}

/** Parents before children. */
function byParent<G extends { id: string; parent: string | null }>(geographies: readonly G[]): G[] {
  const sorted: G[] = [];
  const visit = (geography: G): void => {
    if (sorted.includes(geography)) return;
    const parent = geographies.find((other) => other.id === geography.parent);
    if (parent && parent !== geography) visit(parent);
    sorted.push(geography);
  };
  geographies.forEach(visit);
  return sorted;
}

function labels(label: Label): { label_de: string; label_en: string | null } {
  return { label_de: label.de, label_en: label.en ?? null };
}

/** Whether a stored row lacks or contradicts any of the wanted columns. */
function differs(old: object | undefined, wanted: Record<string, unknown>): boolean {
  if (!old) return true;
  const stored = old as Record<string, unknown>;
  return Object.entries(wanted).some(([column, value]) => canonical(stored[column]) !== canonical(value));
}

/** JSON with sorted keys, since jsonb does not keep the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function taken(kind: string, id: string, owner: string): Problem {
  return new Problem('invalid_package', `The ${kind} ${id} belongs to ${owner}.`, [
    {
      code: `${kind}_taken`,
      file: 'datapackage.json',
      field: id,
      got: id,
      expected: `an id that ${owner} does not use`,
    },
  ]);
}
