import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import t from 'tap';
import { type OpenOptions, openDatabase } from '../../../src/db/database.ts';
import { type Scope, testFolder, writeMigrations } from '../../support/database.ts';

function optionsFor(t: Scope, files: Record<string, string> = {}): OpenOptions {
  const migrations = writeMigrations(t, files);
  return { databaseUrl: null, dataDir: testFolder(t), statementTimeoutMs: 30_000, migrations };
}

t.test('a folder in use is refused at once, a closed one is free', async (t) => {
  const options = optionsFor(t);
  const first = await openDatabase(options);
  t.teardown(first.close);
  await t.rejects(openDatabase(options), { code: 'database_busy', message: /is in use by process \d+ on / });
  await first.close();
  const second = await openDatabase(options);
  await second.close();
});

t.test('a folder is free again when its migrations fail', async (t) => {
  const options = optionsFor(t, { '0001_wrong.sql': 'create tabel x();' });
  await t.rejects(openDatabase(options), { code: 'invalid_migration' });
  const repaired = await openDatabase({ ...options, migrations: writeMigrations(t, {}) });
  await repaired.close();
});

t.test('a copy that was cut off is made again', async (t) => {
  const options = optionsFor(t);
  const left = join(options.dataDir, 'pgdata.copying');
  mkdirSync(left);
  writeFileSync(join(left, 'half'), 'half');
  const { close } = await openDatabase(options);
  await close();
  t.notOk(existsSync(left));
  t.strictSame(readdirSync(options.dataDir).sort(), ['lock.sqlite', 'pgdata']);
});

t.test('a program that forgets to close still ends', async (t) => {
  const options = optionsFor(t);
  const program = `
    import { sql } from 'kysely';
    import { openDatabase } from ${JSON.stringify(import.meta.resolve('../../../src/db/database.ts'))};
    const { db } = await openDatabase(${JSON.stringify(options)});
    await sql\`create table note (id integer)\`.execute(db);
    console.log('done');`;
  const forgetful = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  t.match(forgetful, { status: 0, signal: null, stdout: 'done\n', stderr: '' });
  const { db, close } = await openDatabase(options);
  t.teardown(close);
  t.strictSame(
    (await sql`select count(*) from note`.execute(db)).rows,
    [{ count: 0 }],
    'what it wrote is there',
  );
});
