import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import t from 'tap';
import { openDatabase } from '../../src/db/database.ts';
import { MIGRATIONS, readMigrations } from '../../src/db/migrate.ts';
import {
  createServerDatabase,
  type Scope,
  serverUrl,
  testFolder,
  writeMigrations,
} from '../support/database.ts';

const ONE = { '0001_one.sql': 'create table one (id integer);\ninsert into one values (1);' };
const TWO = { ...ONE, '0002_two.sql': 'create table two (id integer);' };

/** A place for one database that can be opened again and again. */
async function findPlace(t: Scope) {
  const databaseUrl = serverUrl && (await createServerDatabase(t, serverUrl));
  return { databaseUrl, dataDir: testFolder(t), statementTimeoutMs: 30_000 };
}

t.test('migrations are applied once, in order, and recorded', async (t) => {
  const place = await findPlace(t);
  const first = await openDatabase({ ...place, migrations: writeMigrations(t, ONE) });
  await first.close();
  const migrations = writeMigrations(t, TWO);
  const { db, close } = await openDatabase({ ...place, migrations });
  t.teardown(close);
  const { rows } = await sql`select number, name, sha256, applied_at <= now() as past
    from schema_migration order by number`.execute(db);
  const expected = readMigrations(migrations).map(({ number, name, sha256 }) => ({
    number,
    name,
    sha256,
    past: true,
  }));
  t.strictSame(rows, expected);
  t.strictSame((await sql`select id from one`.execute(db)).rows, [{ id: 1 }]);
  t.strictSame((await sql`select id from two`.execute(db)).rows, []);
});

t.test('files that do not fit the database are refused', async (t) => {
  const place = await findPlace(t);
  await (await openDatabase({ ...place, migrations: writeMigrations(t, TWO) })).close();
  const table: [name: string, change: (folder: string) => void, item: object][] = [
    [
      'changed',
      (folder) => writeFileSync(join(folder, '0001_one.sql'), 'create table other ();'),
      {
        code: 'migration_changed',
        file: '0001_one.sql',
        got: /^sha256 [0-9a-f]{64}$/,
        expected: /^sha256 [0-9a-f]{64}$/,
      },
    ],
    [
      'renamed',
      (folder) => renameSync(join(folder, '0002_two.sql'), join(folder, '0002_zwei.sql')),
      { code: 'migration_renamed', file: '0002_zwei.sql', expected: '0002_two.sql' },
    ],
    [
      'missing, or the database is newer than the program',
      (folder) => rmSync(join(folder, '0002_two.sql')),
      { code: 'migration_missing', file: '0002_two.sql', expected: /^at most 1 migrations/ },
    ],
    [
      'missing in the middle',
      (folder) => rmSync(join(folder, '0001_one.sql')),
      { code: 'migration_number', got: '0002_two.sql', expected: 'a file named 0001_name.sql' },
    ],
    [
      'with a gap',
      (folder) => writeFileSync(join(folder, '0004_four.sql'), ''),
      { code: 'migration_number', got: '0004_four.sql', expected: 'a file named 0003_name.sql' },
    ],
    [
      'with a number twice',
      (folder) => writeFileSync(join(folder, '0002_zwei.sql'), ''),
      { code: 'migration_number', got: '0002_zwei.sql', expected: 'a file named 0003_name.sql' },
    ],
    [
      'with a name of another form',
      (folder) => writeFileSync(join(folder, '3-three.sql'), ''),
      { code: 'migration_number', got: '3-three.sql', expected: 'a file named 0003_name.sql' },
    ],
  ];
  for (const [name, change, item] of table) {
    const migrations = writeMigrations(t, TWO);
    change(migrations);
    await t.rejects(
      openDatabase({ ...place, migrations }),
      { code: 'invalid_migration', items: [item] },
      name,
    );
  }
  const unchanged = await openDatabase({ ...place, migrations: writeMigrations(t, TWO) });
  await unchanged.close();
});

t.test('a migration that fails leaves nothing, those before it stay', async (t) => {
  const place = await findPlace(t);
  const wrong = { ...ONE, '0002_wrong.sql': 'create table two (id integer);\n\nselect nothing\nfrom one;' };
  const failing = openDatabase({ ...place, migrations: writeMigrations(t, wrong) });
  const item = { code: '42703', file: '0002_wrong.sql', line: 3, got: 'column "nothing" does not exist' };
  await t.rejects(failing, { code: 'invalid_migration', items: [item] });
  const { db, close } = await openDatabase({ ...place, migrations: writeMigrations(t, ONE) });
  t.teardown(close);
  t.strictSame(
    (await sql`select to_regclass('one') is null as one, to_regclass('two') is null as two`.execute(db)).rows,
    [{ one: false, two: true }],
  );
});

t.test('several starters at once apply each migration once', async (t) => {
  const place = await findPlace(t);
  const migrations = writeMigrations(t, { ...TWO, '0003_slow.sql': 'select pg_sleep(0.2);' });
  const starts = await Promise.allSettled([1, 2, 3, 4].map(() => openDatabase({ ...place, migrations })));
  const opened = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  t.equal(opened.length, serverUrl ? 4 : 1, 'a server takes all, a folder the first');
  const { rows } = await sql`select (select count(*) from one) as rows,
    (select count(*) from schema_migration) as migrations`.execute(opened[0]!.db);
  t.strictSame(rows, [{ rows: 1, migrations: 3 }]);
  await Promise.all(opened.map(({ close }) => close()));
});

t.test('the files of this project are numbered without gaps', async (t) => {
  t.ok(readMigrations(MIGRATIONS).length > 0);
});
