import { Kysely, PostgresDialect, sql } from 'kysely';
import { Client, type ClientConfig } from 'pg';
import t from 'tap';
import { openEmbedded } from '../../src/db/embedded/open.ts';
import { createPool } from '../../src/db/pool.ts';
import { connectServer } from '../../src/db/server.ts';
import { type Scope, serverUrl, testFolder } from '../support/database.ts';

/** How to connect to a database of the kind that is tested. */
async function findClient(t: Scope): Promise<ClientConfig> {
  if (serverUrl) return connectServer(serverUrl, 0);
  const embedded = await openEmbedded(testFolder(t), () => {});
  t.teardown(() => embedded.close());
  // The first connection starts the worker, which takes longer than the waits of these tests.
  const client = new Client(embedded.connect(0));
  await client.connect();
  await client.end();
  return embedded.connect(0);
}

t.test('waiting for the only connection ends', async (t) => {
  const pool = createPool({ size: 1, waitMs: 500, client: await findClient(t) });
  const db = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) });
  t.teardown(() => db.destroy());
  await sql`select 1`.execute(db);
  const expected = { code: 'database_busy', message: 'No database connection became free within 500 ms.' };
  await db.connection().execute(async () => {
    // Not withTransaction: nobody notices that this waits for itself.
    await t.rejects(sql`select 1`.execute(db), expected);
  });
  t.strictSame((await sql`select 1 as one`.execute(db)).rows, [{ one: 1 }], 'afterwards it is free again');
});

t.test('a session begins clean, whatever the one before left', async (t) => {
  const client = await findClient(t);
  const open = () =>
    new Kysely<Record<never, never>>({
      dialect: new PostgresDialect({ pool: createPool({ size: 1, waitMs: 5000, client }) }),
    });
  const first = open();
  await first.connection().execute(async (connection) => {
    await sql`set work_mem = '7MB'`.execute(connection);
    await sql`create temporary table left_over (id integer)`.execute(connection);
    await sql`begin`.execute(connection);
    await sql`create table public.uncommitted (id integer)`.execute(connection);
  });
  await first.destroy();
  const second = open();
  t.teardown(() => second.destroy());
  const { rows } = await sql`select current_setting('work_mem') as memory,
    to_regclass('left_over') as temporary, to_regclass('public.uncommitted') as uncommitted,
    replace(current_setting('search_path'), ' ', '') as path`.execute(second);
  t.strictSame(rows, [{ memory: '4MB', temporary: null, uncommitted: null, path: 'sozialraum,public' }]);
});
