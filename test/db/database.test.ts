import { sql } from 'kysely';
import t from 'tap';
import { type Db, withTransaction } from '../../src/db/database.ts';
import { SESSION_SETTINGS } from '../../src/db/session-settings.ts';
import {
  createServerDatabase,
  openFresh,
  serverUrl,
  testDatabase,
  testFolder,
  writeMigrations,
} from '../support/database.ts';

const run = async (db: Db, text: string): Promise<unknown[]> => (await sql.raw(text).execute(db)).rows;

const NOTES = { '0001_notes.sql': 'create table note (id integer primary key, text text);' };

t.test('a fresh database has our tables and PostGIS', async (t) => {
  const { db, kind } = await testDatabase(t);
  t.strictSame(await run(db, "select ST_X('POINT(1 2)'::geometry) as x"), [{ x: 1 }]);
  t.match(await run(db, 'select name from schema_migration order by number'), [{ name: '0001_core.sql' }]);
  t.strictSame(await run(db, 'select count(*) from release'), [{ count: 0 }]);
  t.equal(kind, serverUrl ? 'server' : 'embedded');
});

t.test('a second opening finds what the first one wrote', async (t) => {
  const migrations = writeMigrations(t, NOTES);
  const place = serverUrl
    ? { databaseUrl: await createServerDatabase(t, serverUrl) }
    : { dataDir: testFolder(t) };
  const first = await openFresh(t, { ...place, migrations });
  await run(first.db, "insert into note values (1, 'kept')");
  await first.close();
  const second = await openFresh(t, { ...place, migrations });
  t.strictSame(await run(second.db, 'select * from note'), [{ id: 1, text: 'kept' }]);
});

t.test('on one database', async (t) => {
  const { db } = await openFresh(t, { migrations: writeMigrations(t, NOTES) });
  t.beforeEach(async () => void (await run(db, 'truncate note')));

  t.test('values look alike on both kinds of database', async (t) => {
    const table: [expression: string, expected: unknown][] = [
      ['5::smallint', 5],
      ['7::bigint', 7],
      ['9007199254740993::bigint', '9007199254740993'],
      ['array[1, null]::bigint[]', [1, null]],
      ['1.50::numeric', '1.50'],
      ["'NaN'::float8", Number.NaN],
      ['0.1::float8', 0.1],
      ["date '2024-02-29'", '2024-02-29'],
      ["array[date '2024-02-29']", ['2024-02-29']],
      ["timestamptz '2024-02-29 12:00+01'", new Date('2024-02-29T11:00:00Z')],
      ["'\\x00ff'::bytea", Buffer.from([0, 255])],
      ['\'{"a": [1]}\'::jsonb', { a: [1] }],
      ["daterange('2024-01-01', null)", '[2024-01-01,)'],
      ["array['a', 'b,c']", ['a', 'b,c']],
      ['true', true],
      ['null::integer', null],
    ];
    for (const [expression, expected] of table) {
      t.strictSame(await run(db, `select ${expression} as value`), [{ value: expected }], expression);
    }
  });

  t.test('every session has the same settings', async (t) => {
    const { rows } = await sql<{ name: string; setting: string }>`select lower(name) as name, setting
      from pg_settings where lower(name) = any(${Object.keys(SESSION_SETTINGS)})`.execute(db);
    const settings = rows.map(({ name, setting }) => [name, setting.replaceAll(' ', '')]);
    t.strictSame(Object.fromEntries(settings), SESSION_SETTINGS);
  });

  t.test('parameters arrive alike on both kinds of database', async (t) => {
    const table: [type: string, value: unknown, text: string][] = [
      ['integer', 5, '5'],
      ['float8', 0.1, '0.1'],
      ['text', 'ä', 'ä'],
      ['boolean', false, 'false'],
      ['date', '2024-02-29', '2024-02-29'],
      ['float8[]', [1.5, null], '{1.5,NULL}'],
      ['text[]', ['a"b', 'c,d'], '{"a\\"b","c,d"}'],
      ['bytea', Buffer.from([0, 255]), '\\x00ff'],
      ['jsonb', { a: 1 }, '{"a": 1}'],
      ['timestamptz', new Date('2024-02-29T11:00:00Z'), '2024-02-29 11:00:00+00'],
    ];
    await withTransaction(db, async (trx) => {
      for (const [type, value, text] of table) {
        const { rows } = await sql`select (${value}::${sql.raw(type)})::text as text`.execute(trx);
        t.strictSame(rows, [{ text }], type);
      }
    });
  });

  t.test('an error of the database is a Problem that keeps the SQLSTATE', async (t) => {
    await run(db, 'insert into note values (1)');
    const table: [statement: string, sqlState: string][] = [
      ['select 1/0', '22012'],
      ['insert into note values (1)', '23505'],
      ['select nothing', '42703'],
      ['select 1; select 2', '42601'],
    ];
    for (const [statement, code] of table) {
      await t.rejects(run(db, statement), { code: 'database_error', cause: { code } }, statement);
    }
  });

  t.test('a transaction commits, and rolls back when its work fails', async (t) => {
    const count = await withTransaction(db, async (trx) => {
      await sql`insert into note values (1)`.execute(trx);
      return 1;
    });
    t.equal(count, 1);
    const failing = withTransaction(db, async (trx) => {
      await sql`insert into note values (2)`.execute(trx);
      throw new Error('changed my mind');
    });
    await t.rejects(failing, { message: 'changed my mind' });
    t.strictSame(await run(db, 'select id from note'), [{ id: 1 }]);
  });

  // Were it not refused at once, it would wait for the transaction, which waits for it.
  t.test('the outer database inside its transaction is refused at once', async (t) => {
    const nested = withTransaction(db, () => run(db, 'select 1'));
    await t.rejects(nested, { code: 'nested_transaction' });
    const twice = withTransaction(db, () => withTransaction(db, async () => 1));
    await t.rejects(twice, { code: 'nested_transaction' });
    t.strictSame(await run(db, 'select 1 as one'), [{ one: 1 }], 'afterwards it is free again');
  });
});

t.test('another database may be used inside a transaction, and the same one after it', async (t) => {
  const migrations = writeMigrations(t, NOTES);
  const one = await openFresh(t, { migrations });
  const other = await openFresh(t, { migrations });
  let later: (() => Promise<unknown>) | undefined;
  await withTransaction(one.db, async () => {
    t.strictSame(await run(other.db, 'select 1 as one'), [{ one: 1 }]);
    t.strictSame(await run(other.db, 'select 2 as two'), [{ two: 2 }]);
    const { promise, resolve } = Promise.withResolvers<void>();
    const started = promise.then(() => run(one.db, 'select 3 as three'));
    later = () => {
      resolve();
      return started;
    };
  });
  t.strictSame(await later?.(), [{ three: 3 }]);
});

t.test('closing twice is closing once, and then nothing is answered', async (t) => {
  const database = await openFresh(t, { migrations: writeMigrations(t, {}) });
  await run(database.db, 'select 1');
  await Promise.all([database.close(), database.close()]);
  await t.rejects(run(database.db, 'select 1'));
});
