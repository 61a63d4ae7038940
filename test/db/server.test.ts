import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import t from 'tap';
import { openDatabase } from '../../src/db/database.ts';
import { describeServer } from '../../src/db/server.ts';
import {
  createServerDatabase,
  open,
  type Scope,
  serverUrl,
  testFolder,
  writeMigrations,
} from '../support/database.ts';

const SECRET = 'geheim-4711';

const NOTE = { '0001_note.sql': 'create table note (id integer);' };
const NEWER = { ...NOTE, '0002_more.sql': 'create table more (id integer);' };

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
    const { databaseUrl } = await createUser(t, server, await createServerDatabase(t, server));
    const options = { databaseUrl, dataDir: testFolder(t), statementTimeoutMs: 1000 };
    const error = await openDatabase(options).catch((problem: unknown) => problem);
    t.match(error, { code: 'invalid_configuration', message: /permission denied.*an administrator/ });
    t.notMatch(JSON.stringify(error), new RegExp(SECRET));
  });

  t.test('defaults of the database do not change how values look', async (t) => {
    const databaseUrl = await createServerDatabase(t, server);
    const defaults = {
      datestyle: 'German, DMY',
      timezone: "'Asia/Tokyo'",
      bytea_output: 'escape',
      standard_conforming_strings: 'off',
    };
    for (const [name, value] of Object.entries(defaults)) await setDefault(databaseUrl, name, value);
    t.match(await askServer(databaseUrl, "select (date '2024-02-29')::text as date"), [
      { date: '29.02.2024' },
    ]);
    const { db } = await open(t, { databaseUrl, migrations: writeMigrations(t, {}) });
    const { rows } = await sql`select date '2024-02-29' as date, daterange('2024-01-02', null) as range,
      timestamptz '2024-02-29 12:00Z' as time, (timestamptz '2024-02-29 12:00Z')::text as text,
      '\\x00ff'::bytea as bytes`.execute(db);
    t.strictSame(rows, [
      {
        date: '2024-02-29',
        range: '[2024-01-02,)',
        time: new Date('2024-02-29T12:00:00Z'),
        text: '2024-02-29 12:00:00+00',
        bytes: Buffer.from([0, 255]),
      },
    ]);
  });

  t.test('options of the address hold beside ours, which come last', async (t) => {
    const plain = await createServerDatabase(t, server);
    const own = '-c work_mem=7MB -c search_path=public';
    const table: [name: string, query: string, memory: string][] = [
      ['alone', `?options=${encodeURIComponent(own)}`, '7MB'],
      ['between others', `?application_name=a&options=${own.replaceAll(' ', '+')}&keepalives=1`, '7MB'],
      ['twice: the last one', `?options=-c%20work_mem=9MB&options=${encodeURIComponent(own)}`, '7MB'],
      ['none', '?application_name=options', '4MB'],
    ];
    for (const [name, query, memory] of table) {
      const { db, close } = await open(t, {
        databaseUrl: `${plain}${query}`,
        migrations: writeMigrations(t, NOTE),
      });
      const { rows } = await sql`select current_setting('work_mem') as memory,
        current_setting('search_path') as path, (select count(*) from note) as notes`.execute(db);
      t.strictSame(rows, [{ memory, path: 'sozialraum,public', notes: 0 }], name);
      await close();
    }
  });

  t.test('a user who may only read and write the tables opens what is up to date', async (t) => {
    const owned = await createServerDatabase(t, server);
    const migrations = writeMigrations(t, NOTE);
    await (await open(t, { databaseUrl: owned, migrations })).close();
    const { user, databaseUrl } = await createUser(t, server, owned);

    const unread = await open(t, { databaseUrl, migrations }).catch((problem: unknown) => problem);
    t.match(unread, {
      code: 'invalid_configuration',
      message: /permission denied for schema sozialraum.*to read sozialraum\.schema_migration/,
      items: [{ code: '42501', field: 'DATABASE_URL' }],
    });

    await askServer(
      owned,
      `grant usage on schema sozialraum to ${user};
      grant select, insert, update, delete on all tables in schema sozialraum to ${user}`,
    );
    const { db, close } = await open(t, { databaseUrl, migrations });
    await sql`insert into note values (1)`.execute(db);
    t.strictSame((await sql`select id from note`.execute(db)).rows, [{ id: 1 }]);
    await close();

    const behind = await open(t, { databaseUrl, migrations: writeMigrations(t, NEWER) }).catch(
      (problem: unknown) => problem,
    );
    t.match(behind, {
      code: 'invalid_configuration',
      message: /permission denied for schema sozialraum.*`sozialraum migrate`/,
      items: [{ code: '42501', field: 'DATABASE_URL', file: '0002_more.sql' }],
    });
    t.notMatch(JSON.stringify([unread, behind]), new RegExp(SECRET));
  });

  t.test(
    'who may not create in an empty database is told so, who owns the schema needs no more',
    async (t) => {
      const owned = await createServerDatabase(t, server);
      await askServer(owned, 'create extension postgis; create extension btree_gist');
      const { user, databaseUrl } = await createUser(t, server, owned);
      const options = { databaseUrl, migrations: writeMigrations(t, NOTE) };
      await t.rejects(open(t, options), {
        code: 'invalid_configuration',
        message: /permission denied for database .*`sozialraum migrate`/,
        items: [{ code: '42501', field: 'DATABASE_URL' }],
      });
      await askServer(owned, `create schema sozialraum authorization ${user}`);
      const { db } = await open(t, options);
      t.strictSame((await sql`select count(*) from note`.execute(db)).rows, [{ count: 0 }]);
    },
  );

  t.test('a read-only database opens when it is up to date', async (t) => {
    const databaseUrl = await createServerDatabase(t, server);
    const migrations = writeMigrations(t, NOTE);
    await (await open(t, { databaseUrl, migrations })).close();
    await setDefault(databaseUrl, 'default_transaction_read_only', 'on');
    const { db } = await open(t, { databaseUrl, migrations });
    t.strictSame((await sql`select count(*) from note`.execute(db)).rows, [{ count: 0 }]);
    await t.rejects(sql`insert into note values (1)`.execute(db), { cause: { code: '25006' } });
    await t.rejects(open(t, { databaseUrl, migrations: writeMigrations(t, NEWER) }), {
      code: 'invalid_configuration',
      items: [{ code: '25006', file: '0002_more.sql', got: /read-only transaction/ }],
    });
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

/** Runs SQL with the default settings of whoever the address names. */
async function askServer(databaseUrl: string, text: string): Promise<unknown[]> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Changes what sessions of a database start with. */
async function setDefault(databaseUrl: string, name: string, value: string): Promise<void> {
  const database = new URL(databaseUrl).pathname.slice(1);
  await askServer(databaseUrl, `alter database ${database} set ${name} = ${value}`);
}

/** Creates a user without rights, with the address as which they open a database; removed when the test ends. */
async function createUser(t: Scope, server: string, database: string) {
  const user = `test_${randomUUID().replaceAll('-', '')}`;
  await askServer(server, `create role ${user} login password '${SECRET}'`);
  t.teardown(async () => {
    await askServer(database, `drop owned by ${user} cascade`);
    await askServer(server, `drop role ${user}`);
  });
  const address = new URL(database);
  address.username = user;
  address.password = SECRET;
  return { user, databaseUrl: address.href };
}
