/** Writes who publishes. Made-up and real authorities never stand in one database. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { AuthorityEntry } from './candidate.ts';
import { DESCRIPTOR_FILE } from './descriptor.ts';
import type { Findings } from './findings.ts';
import { BUILT_IN_REASONS } from './reasons.ts';
import { differs, labelColumns } from './stored-row.ts';

type Trx = Transaction<Tables>;

/**
 * Before a real authority publishes, all made-up data go, with everything that hangs on them.
 * @returns whether there were any
 */
export async function removeSynthetic(trx: Trx): Promise<boolean> {
  const removed = await trx.deleteFrom('authority').where('synthetic', '=', true).returning('id').execute();
  if (removed.length === 0) return false;
  // These belong to nobody, so nothing takes them along.
  await sql`delete from period where id not in (select period from observation)`.execute(trx);
  await trx
    .deleteFrom('reason')
    .where('code', 'not in', [...BUILT_IN_REASONS])
    .where(sql<boolean>`code not in (select reason from observation where reason is not null)`)
    .execute();
  return true;
}

/**
 * Writes the authority and its members where they differ from the database. The label of a member that publishes
 * itself is its own business.
 *
 * Notes synthetic_refused for a made-up authority beside real ones, and members that cannot be.
 * @returns number of authorities and memberships added, changed or removed
 */
export async function writeAuthorities(
  trx: Trx,
  authority: AuthorityEntry,
  findings: Findings,
): Promise<number> {
  if (authority.synthetic && (await refuseSynthetic(trx, authority, findings))) return 0;
  checkMembers(authority, findings);
  const { id, kind, label, synthetic, members } = authority;
  let changes = await writeAuthority(trx, { id, kind, ...labelColumns(label), synthetic });
  for (const member of members) {
    const published = await trx
      .selectFrom('release')
      .where('authority_id', '=', member.id)
      .select('number')
      .limit(1)
      .executeTakeFirst();
    if (published) continue;
    const row = { id: member.id, kind: 'municipality', ...labelColumns(member.label), synthetic };
    changes += await writeAuthority(trx, row);
  }
  return changes + (await writeMemberships(trx, authority));
}

async function refuseSynthetic(trx: Trx, authority: AuthorityEntry, findings: Findings): Promise<boolean> {
  const real = await trx
    .selectFrom('authority')
    .where('synthetic', '=', false)
    .select('id')
    .orderBy('id')
    .executeTakeFirst();
  if (!real) return false;
  findings.add({
    code: 'synthetic_refused',
    file: DESCRIPTOR_FILE,
    field: '/sozialraum/authority/synthetic',
    got: `made-up data of ${authority.id}`,
    expected: `real data, as ${real.id} has published here`,
  });
  return true;
}

function checkMembers({ id, members }: AuthorityEntry, findings: Findings): void {
  const known = new Set([id]);
  for (const [index, member] of members.entries()) {
    if (known.has(member.id)) {
      const expected = 'another authority, each once';
      const field = `/sozialraum/authority/members/${index}/id`;
      findings.add({ code: 'descriptor_invalid', file: DESCRIPTOR_FILE, field, got: member.id, expected });
    }
    known.add(member.id);
  }
  findings.finish();
}

async function writeAuthority(
  trx: Trx,
  row: { id: string; kind: string; label_de: string; label_en: string | null; synthetic: boolean },
): Promise<number> {
  const stored = await trx.selectFrom('authority').where('id', '=', row.id).selectAll().executeTakeFirst();
  if (!differs(stored, row)) return 0;
  await trx
    .insertInto('authority')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  return 1;
}

async function writeMemberships(trx: Trx, { id, members }: AuthorityEntry): Promise<number> {
  const wanted = members.map((member) => member.id);
  const stored = await trx
    .selectFrom('authority_member')
    .where('authority_id', '=', id)
    .select('member_id')
    .execute();
  const left = stored.map((row) => row.member_id).filter((member) => !wanted.includes(member));
  const joined = wanted.filter((member) => !stored.some((row) => row.member_id === member));
  if (left.length > 0) {
    await trx
      .deleteFrom('authority_member')
      .where('authority_id', '=', id)
      .where('member_id', 'in', left)
      .execute();
  }
  if (joined.length > 0) {
    await trx
      .insertInto('authority_member')
      .values(joined.map((member) => ({ authority_id: id, member_id: member })))
      .execute();
  }
  return left.length + joined.length;
}
