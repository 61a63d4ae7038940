/** Writes which geographies, indicators and index methods there are, and why values may be missing; only what differs. */
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { defineIndex } from '../indices/define-index.ts';
import { defineSituation } from '../situations/define-situation.ts';
import type { Candidate, GeographyEntry } from './candidate.ts';
import { DESCRIPTOR_FILE } from './descriptor.ts';
import type { Findings } from './findings.ts';
import { explainReserved, FREE_CODE } from './reserved-codes.ts';
import { differs, labelColumns } from './stored-row.ts';
import { writeIndicator } from './write-indicator.ts';
import { writeReason } from './write-reason.ts';

type Trx = Transaction<Tables>;

/**
 * Writes the definitions of a package under a release that is there already.
 *
 * Notes geography_taken, indicator_conflict, indicator_reserved, reason_conflict, and what is wrong with an index method.
 * @returns number of definitions added or changed
 */
export async function writeDefinitions(
  trx: Trx,
  candidate: Candidate,
  release: number,
  findings: Findings,
): Promise<number> {
  let changes = 0;
  for (const reason of candidate.reasons) {
    changes += await writeReason(trx, reason, candidate.authority.id, findings);
  }
  for (const geography of sortByParent(candidate.geographies)) {
    changes += await writeGeography(trx, geography, candidate.authority.id, release, findings);
  }
  for (const indicator of candidate.indicators) {
    changes += await writeIndicator(trx, indicator, candidate.authority.id, release, findings);
  }
  await refuseSharedNames(trx, findings);
  changes += await writeIndices(trx, candidate, release, findings);
  return changes + (await writeSituations(trx, candidate, release, findings));
}

async function writeSituations(
  trx: Trx,
  { situations, authority }: Candidate,
  release: number,
  findings: Findings,
): Promise<number> {
  let added = 0;
  for (const [position, definition] of situations.entries()) {
    const pointer = `/sozialraum/situations/${position}`;
    const defined = await defineSituation(trx, definition, authority.id, release, pointer);
    for (const item of defined.items) findings.add({ ...item, file: DESCRIPTOR_FILE });
    if (defined.added) added++;
  }
  return added;
}

/** Index methods come last: they are of indicators. */
async function writeIndices(
  trx: Trx,
  { indices, authority }: Candidate,
  release: number,
  findings: Findings,
): Promise<number> {
  let added = 0;
  for (const [position, definition] of indices.entries()) {
    const pointer = `/sozialraum/indices/${position}`;
    const defined = await defineIndex(trx, definition, authority.id, release, pointer);
    for (const item of defined.items) findings.add({ ...item, file: DESCRIPTOR_FILE });
    if (defined.added) added++;
  }
  return added;
}

/** No indicator may be called like a joined column of another, whichever package brought it. */
async function refuseSharedNames(trx: Trx, findings: Findings): Promise<void> {
  const rows = await trx.selectFrom('indicator').select('code').orderBy('code').execute();
  const codes = new Set(rows.map(({ code }) => code));
  for (const code of codes) {
    const got = explainReserved(code, codes);
    if (got === null) continue;
    findings.add({
      code: 'indicator_reserved',
      file: DESCRIPTOR_FILE,
      field: code,
      got,
      expected: FREE_CODE,
    });
  }
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
  if (stored?.kind === 'analysis') {
    findings.add({
      code: 'geography_taken',
      file: DESCRIPTOR_FILE,
      field: geography.id,
      got: `${geography.id}, a published analysis`,
      expected: 'an id that no analysis was published under',
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
