import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import t from 'tap';
import { openDatabase } from '../../src/db/database.ts';
import { describeServer } from '../../src/db/server.ts';
import { createServerDatabase, serverUrl, testFolder, writeMigrations } from '../support/database.ts';

const SECRET = 'geheim-4711';

t.test('a server is described without user and password', async (t) => {
  const table: [url: string, description: string][] = [
    [`postgres://user:${SECRET}@db.example:5433/stadt?sslmode=require`, 'db.example:5433/stadt'],
    ['postgres://db.example/stadt', 'db.example/stadt'],
    ['postgres:///stadt?host=/run/postgresql', '/run/postgresql/stadt'],
    [`nonsense ${SECRET}`, 'the database server'],
  ];
  for (const [url, description] of table) t.equal(describeServer(url), description);
});

t.test('a server that cannot be reached is named, its password is not', async (t) => {
  const databaseUrl = `postgres://user:${SECRET}@127.0.0.1:1/stadt`;
  const opening = openDatabase({ databaseUrl, dataDir: '', statementTimeoutMs: 1000 });
  const error = await opening.catch((problem: unknown) => problem);
  t.match(error, { code: 'invalid_configuration', message: /127\.0\.0\.1:1\/stadt/ });
  t.notMatch(JSON.stringify(error) + String(error), new RegExp(SECRET));
});

if (serverUrl) testServer(serverUrl);
else t.comment('TEST_DATABASE_URL is not set: what needs a server is not tested');

function testServer(server: string): void {
  t.test('a user who may not install PostGIS is told what to do', async (t) => {
    const databaseUrl = await createServerDatabase(t, server);
    const user = `test_${randomUUID().replaceAll('-', '')}`;
    const admin = new Client(server);
    await admin.connect();
    await admin.query(`create role ${user} login password '${SECRET}'`);
    t.teardown(async () => {
      await admin.query(`drop role ${user}`);
      await admin.end();
    });
    const address = new URL(databaseUrl);
    address.username = user;
    address.password = SECRET;
    const options = { databaseUrl: address.href, dataDir: testFolder(t), statementTimeoutMs: 1000 };
    const error = await openDatabase(options).catch((problem: unknown) => problem);
    t.match(error, { code: 'invalid_configuration', message: /permission denied.*an administrator/ });
    t.notMatch(JSON.stringify(error), new RegExp(SECRET));
  });

  t.test('a lost connection is an error, and the next query gets a new one', async (t) => {
    const databaseUrl = await createServerDatabase(t, server);
    const migrations = writeMigrations(t, {});
    const { db, close } = await openDatabase({
      databaseUrl,
      dataDir: '',
      statementTimeoutMs: 5000,
      migrations,
    });
    t.teardown(close);
    const killed = sql`select pg_terminate_backend(pg_backend_pid())`.execute(db);
    await t.rejects(killed, { code: 'database_error', cause: { code: '57P01' } });
    t.strictSame((await sql`select 1 as one`.execute(db)).rows, [{ one: 1 }]);
  });
}
