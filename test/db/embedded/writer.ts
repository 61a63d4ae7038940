/**
 * Child process of crash.test.ts: opens the database, says what it finds, then writes pairs of rows, each
 * pair in one transaction, and says which pair is committed.
 */
import { writeSync } from 'node:fs';
import { sql } from 'kysely';
import { openDatabase, withTransaction } from '../../../src/db/database.ts';

const [dataDir, migrations] = process.argv.slice(2) as [string, string];
const { db } = await openDatabase({ databaseUrl: null, dataDir, migrations, statementTimeoutMs: 30_000 });
const { rows } = await sql<{ last: number; halves: number }>`
  select coalesce(max(pair), 0) as last, count(*) as halves from entry`.execute(db);
// Written at once and without a buffer: what was said before a kill has arrived.
const say = (message: object): void => void writeSync(1, `${JSON.stringify(message)}\n`);
say({ found: rows[0] });

for (let pair = rows[0]!.last + 1; ; pair += 1) {
  await withTransaction(db, async (trx) => {
    await sql`insert into entry (pair, half) values (${pair}, 1)`.execute(trx);
    await sql`insert into entry (pair, half) values (${pair}, 2)`.execute(trx);
  });
  say({ committed: pair });
}
