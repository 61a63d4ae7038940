/** Writes why values may be missing. The words of a reason are shared by all cells that give it, whoever published them. */
import type { Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { ReasonEntry } from './candidate.ts';
import { DESCRIPTOR_FILE } from './descriptor.ts';
import type { Findings } from './findings.ts';
import { BUILT_IN_REASONS } from './reasons.ts';
import { listDifferences } from './stored-row.ts';

type Trx = Transaction<Tables>;

/**
 * Writes a reason where it differs. The same German without English leaves the stored English as it is.
 *
 * Notes reason_conflict for other words of a built-in reason, or of one that another authority's cells give.
 * @returns number of reasons added or changed
 */
export async function writeReason(
  trx: Trx,
  { code, label }: ReasonEntry,
  authority: string,
  findings: Findings,
): Promise<number> {
  const stored = await trx.selectFrom('reason').where('code', '=', code).selectAll().executeTakeFirst();
  const unsaid = stored?.label_de === label.de ? stored.label_en : label.de;
  const row = { code, label_de: label.de, label_en: label.en ?? unsaid };
  const differences = stored ? listDifferences(stored, row) : [];
  if (stored && differences.length === 0) return 0;
  const keeper = stored ? await findKeeper(trx, code, authority) : null;
  if (keeper !== null) {
    for (const { column, was, wanted } of differences) {
      findings.add({
        code: 'reason_conflict',
        file: DESCRIPTOR_FILE,
        field: `${code}.${column.replace('_', '.')}`,
        got: String(wanted),
        expected: `${String(was)}, as ${keeper} says, or a code of your own`,
      });
    }
    return 0;
  }
  await trx
    .insertInto('reason')
    .values(row)
    .onConflict((conflict) => conflict.column('code').doUpdateSet(row))
    .execute();
  return 1;
}

/** Who else means something by a reason: the service itself, or an authority with cells that give it. */
async function findKeeper(trx: Trx, code: string, authority: string): Promise<string | null> {
  if (BUILT_IN_REASONS.includes(code)) return 'the service';
  const other = await trx
    .selectFrom('observation as o')
    .innerJoin('geography as g', 'g.id', 'o.geography_id')
    .where('o.reason', '=', code)
    .where('g.authority_id', '<>', authority)
    .select('g.authority_id')
    .orderBy('g.authority_id')
    .limit(1)
    .executeTakeFirst();
  return other?.authority_id ?? null;
}
