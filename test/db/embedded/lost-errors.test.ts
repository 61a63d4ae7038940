import { sql } from 'kysely';
import t from 'tap';
import { type Db, openDatabase, withTransaction } from '../../../src/db/database.ts';
import { testFolder, writeMigrations } from '../../support/database.ts';

//   (0,2) ╲╱ (2,2)
//         ╱╲            a bow-tie: its ring crosses itself
//   (0,0) ──── (2,0)
const BOW_TIE = "'POLYGON((0 0,2 2,0 2,2 0,0 0))'::geometry";
const BOX = "'POLYGON((0 0,3 0,3 1,0 1,0 0))'::geometry";
const LOST = `ST_Intersection(${BOW_TIE}, ${BOX})`;

const MIGRATION = `
  create table note (id integer primary key);
  create function intersect_box(shape geometry) returns geometry language plpgsql as $$
    begin return ST_Intersection(shape, ${BOX}); end $$;
  create function count_points(shape geometry) returns integer language sql as $$
    select ST_NPoints(ST_Intersection(shape, ${BOX})) $$;`;

const run = async (db: Db, text: string): Promise<unknown[]> => (await sql.raw(text).execute(db)).rows;

t.test('PGlite loses errors of GEOS; the guard finds them', async (t) => {
  const migrations = writeMigrations(t, { '0001_note.sql': MIGRATION });
  const options = { databaseUrl: null, dataDir: testFolder(t), statementTimeoutMs: 30_000, migrations };
  const { db, close } = await openDatabase(options);
  t.teardown(close);
  t.beforeEach(async () => void (await run(db, 'truncate note')));

  const statements = [
    `select ${LOST}`,
    `select ST_Union(shape) from (values (${BOW_TIE}), (${BOX})) shapes (shape)`,
    `insert into note select i from generate_series(1, 9) i where i < 5 or ST_NPoints(ST_Intersection(ST_Translate(${BOW_TIE}, 0 * i, 0), ${BOX})) > 0`,
    `select intersect_box(${BOW_TIE})`,
    `select count_points(${BOW_TIE})`,
    `do $$ begin insert into note values (1); perform ${LOST}; insert into note values (2); end $$`,
    `do $$ begin perform ${LOST}; insert into note values (3); exception when others then null; end $$`,
  ];
  for (const statement of statements) {
    t.test(statement.slice(0, 60).replaceAll(/[^\w ,()]/g, ''), async (t) => {
      await t.rejects(run(db, statement), { code: 'database_error', cause: { code: 'XX000' } });
      t.strictSame(await run(db, 'select count(*) from note'), [{ count: 0 }], 'nothing was written');
    });
  }

  t.test('with parameters', async (t) => {
    const bowTie = 'POLYGON((0 0,2 2,0 2,2 0,0 0))';
    const statement = sql`select ST_Intersection(${bowTie}::geometry, ${sql.raw(BOX)})`.execute(db);
    await t.rejects(statement, { code: 'database_error', cause: { code: 'XX000' } });
  });

  t.test('the transaction rolls back', async (t) => {
    const work = withTransaction(db, async (trx) => {
      await sql`insert into note values (1)`.execute(trx);
      await sql.raw(`select ${LOST}`).execute(trx);
    });
    await t.rejects(work, { code: 'database_error', cause: { code: 'XX000' } });
    t.strictSame(await run(db, 'select count(*) from note'), [{ count: 0 }]);
  });

  t.test('the transaction rolls back even when the error is overlooked', async (t) => {
    const work = withTransaction(db, async (trx) => {
      await sql`insert into note values (1)`.execute(trx);
      await sql
        .raw(`select ${LOST}`)
        .execute(trx)
        .catch(() => null);
      await sql`insert into note values (2)`.execute(trx);
    });
    await t.rejects(work, { cause: { code: '25P02' } }, 'as on a server: current transaction is aborted');
    t.strictSame(await run(db, 'select count(*) from note'), [{ count: 0 }]);
  });

  t.test('a savepoint brings the transaction back', async (t) => {
    await withTransaction(db, async (trx) => {
      await sql`savepoint before`.execute(trx);
      await t.rejects(sql.raw(`select ${LOST}`).execute(trx), { cause: { code: 'XX000' } });
      await sql`rollback to before`.execute(trx);
      await sql`insert into note values (7)`.execute(trx);
    });
    t.strictSame(await run(db, 'select id from note'), [{ id: 7 }]);
  });

  t.test('statements without rows are no lost errors', async (t) => {
    const harmless = [
      'create table other (id integer)',
      'set work_mem = 8192',
      'insert into note values (1)',
      'select * from note where id = 2',
      'update note set id = 3 where id = 9',
      'delete from note',
      'truncate note',
      'vacuum note',
      "do $$ begin raise notice 'hello'; end $$",
      "select pg_notify('a', 'b')",
      `select ST_IsValidReason(${BOW_TIE})`,
      `select ST_Intersection(ST_MakeValid(${BOW_TIE}), ${BOX})`,
      'do $$ begin perform 1/0; exception when division_by_zero then null; end $$',
      '',
      'drop table other',
    ];
    for (const statement of harmless) await t.resolves(run(db, statement), statement);
  });
});

t.test('a migration that loses an error is not applied', async (t) => {
  const migrations = writeMigrations(t, { '0001_lost.sql': `create table note (id int); select ${LOST};` });
  const options = { databaseUrl: null, dataDir: testFolder(t), statementTimeoutMs: 30_000, migrations };
  await t.rejects(openDatabase(options), { code: 'invalid_migration', items: [{ code: 'XX000' }] });
});
