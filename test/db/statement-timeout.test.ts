import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import t from 'tap';
import { type Db, withTransaction } from '../../src/db/database.ts';
import { openFresh, writeMigrations } from '../support/database.ts';

const run = async (db: Db, text: string): Promise<unknown[]> => (await sql.raw(text).execute(db)).rows;

const NOTES = { '0001_notes.sql': 'create table note (id integer primary key, text text);' };

t.test('a statement that takes too long is stopped, those behind it are served', async (t) => {
  const migrations = writeMigrations(t, NOTES);
  const { db } = await openFresh(t, { migrations, statementTimeoutMs: 400 });
  const slow = run(db, 'select pg_sleep(30)');
  const waiting = [1, 2, 3].map((id) => run(db, `select ${id} as id`));
  await t.rejects(slow, { code: 'statement_timeout' });
  t.strictSame(await Promise.all(waiting), [[{ id: 1 }], [{ id: 2 }], [{ id: 3 }]]);
  const busy = run(db, 'select count(*) from generate_series(1, 1e9)');
  await t.rejects(busy, { code: 'statement_timeout' }, 'also when it computes');
});

t.test('a timeout takes its transaction back', async (t) => {
  const migrations = writeMigrations(t, NOTES);
  const { db } = await openFresh(t, { migrations, statementTimeoutMs: 400 });
  await run(db, 'insert into note values (1)');
  const work = withTransaction(db, async (trx) => {
    await sql`insert into note values (2)`.execute(trx);
    await sql`select pg_sleep(30)`.execute(trx);
  });
  await t.rejects(work, { code: 'statement_timeout' });
  t.strictSame(await run(db, 'select id from note'), [{ id: 1 }]);
});

t.test('a migration may take longer than a statement', async (t) => {
  const migrations = writeMigrations(t, { '0001_slow.sql': 'select pg_sleep(0.6);' });
  const { db } = await openFresh(t, { migrations, statementTimeoutMs: 300 });
  t.strictSame(await run(db, 'select name from schema_migration'), [{ name: '0001_slow.sql' }]);
});

t.test('a transaction may lift the limit or set another, and it holds again afterwards', async (t) => {
  const { db } = await openFresh(t, { migrations: writeMigrations(t, {}), statementTimeoutMs: 200 });
  const expectLimit = async (name: string): Promise<void> => {
    t.strictSame(await run(db, 'show statement_timeout'), [{ statement_timeout: '200ms' }], name);
    await t.rejects(run(db, 'select pg_sleep(1)'), { code: 'statement_timeout' }, name);
  };
  const ends: [name: string, end: (trx: Db) => Promise<unknown>][] = [
    ['committed', async () => {}],
    ['rolled back', () => Promise.reject(new Error('changed my mind'))],
    ['failed', (trx) => run(trx, 'select 1/0')],
  ];
  for (const [name, end] of ends) {
    let slept: unknown = null;
    const work = withTransaction(db, async (trx) => {
      await sql`set local statement_timeout = 0`.execute(trx);
      slept = (await sql`select 1 as one from pg_sleep(1)`.execute(trx)).rows;
      await end(trx);
    });
    await work.catch(() => null);
    t.strictSame(slept, [{ one: 1 }], name);
    await expectLimit(name);
  }

  const other = withTransaction(db, async (trx) => {
    await sql`set local statement_timeout = '700ms'`.execute(trx);
    await sql`select pg_sleep(0.4)`.execute(trx);
    await sql`select pg_sleep(30)`.execute(trx);
  });
  await t.rejects(other, { code: 'statement_timeout' });
  await expectLimit('another limit');
});

t.test('a long query leaves the event loop free', async (t) => {
  const { db } = await openFresh(t, { migrations: writeMigrations(t, {}) });
  let running = true;
  const query = run(db, 'select count(*) from generate_series(1, 1e7)').finally(() => {
    running = false;
  });
  // These turns take microseconds, the query seconds: were it to hold the loop, it would be over before them.
  for (let turn = 0; turn < 100; turn++) await setImmediate();
  t.ok(running, 'a hundred turns of the loop while the query runs');
  await query;
});
