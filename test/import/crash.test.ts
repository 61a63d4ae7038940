import { sql } from 'kysely';
import t from 'tap';
import { readCatalog } from '../../src/catalog/store.ts';
import type { Database } from '../../src/db/database.ts';
import { openRandom } from '../../src/demo/random.ts';
import { createServerDatabase, open, type Scope, serverUrl, testFolder } from '../support/database.ts';
import { runCommand, startCommand, startService } from '../support/run-command.ts';
import { countRows, writeTown } from './imported.ts';

const SEED = 20_211_231;
const KILLS = 20;

/** So many of the kills come when the release is announced, while the database is being closed. */
const LATE_KILLS = 3;

/** Months of figures: so many that writing them takes about a second. */
const MONTHS = 240;

/** A package in which every name and every figure tells which variant it is. */
function writeVariant(t: Scope, variant: number): Promise<string> {
  return writeTown(t, {
    package: (pkg) => {
      for (const { properties } of pkg.quarterFeatures) properties.name = `Variant ${variant}`;
      pkg.lines = ['quarter;year;residents;unemployed'];
      for (let month = 0; month < MONTHS; month++) {
        const period = `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
        for (const { properties } of pkg.quarterFeatures) {
          pkg.lines.push(`${properties.id};${period};${1000 + variant};${1 + variant}`);
        }
      }
    },
  });
}

/** Which variants the database holds, by table, as rows that stand now. */
async function readState({ db }: Database) {
  const { rows: names } = await sql<{ name: string; count: number }>`
    select v.name, count(*) as count from district_version v join district d on d.id = v.district_id
    join geography g on g.id = d.geography_id
    where upper_inf(v.known) and g.collection = 'klein-quarter' group by 1`.execute(db);
  const { rows: figures } = await sql<{ variant: number; count: number }>`
    select variant, count(*) as count from (
      select distinct on (o.indicator_id, o.period, o.district_id)
        case i.code when 'residents' then o.value - 1000 else o.numerator - 1 end as variant
      from observation o join indicator i on i.id = o.indicator_id
      order by o.indicator_id, o.period, o.district_id, o.release desc) as newest
    group by 1`.execute(db);
  const { release } = await readCatalog(db);
  const { release: releases } = await countRows(db);
  return {
    names: names.map(({ name, count }) => `${count} × ${name}`),
    figures: figures.map(({ variant, count }) => `${count} × Variant ${variant}`),
    release,
    releases,
  };
}

/** What the database holds after so many releases, the newest being a variant. */
function wholeState(variant: number, release: number) {
  return {
    names: [`6 × Variant ${variant}`],
    figures: [`${2 * 6 * MONTHS} × Variant ${variant}`],
    release,
    releases: release,
  };
}

/** Waits until the server has noticed that the client is gone. */
async function waitForEnd({ db, kind }: Database): Promise<void> {
  if (kind === 'embedded') return;
  for (;;) {
    const { rows } = await sql<{ others: number }>`
      select count(*) as others from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`.execute(
      db,
    );
    if (rows[0]!.others === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function passTime(ms: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return `${ms.toFixed(0)} ms after the first statement`;
}

t.setTimeout(300_000);

t.test('kill -9 during an import leaves the whole release or nothing', async (t) => {
  const dataDir = testFolder(t);
  const databaseUrl = serverUrl === null ? null : await createServerDatabase(t, serverUrl);
  const environment = { DATA_DIR: dataDir, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) };

  t.match(await runCommand(t, ['import', await writeVariant(t, 0)], environment), { code: 0 });
  // The second one, a correction like those to be killed, tells how long the writing takes.
  const measured = startCommand(t, ['import', await writeVariant(t, 1)], environment);
  await measured.says(/checking 6 shapes/);
  const began = performance.now();
  await measured.says(/klein: release 2;/);
  const duration = performance.now() - began;
  t.match(await measured.ended, { code: 0 });

  const random = openRandom(SEED);
  t.comment(`seed ${SEED}; writing takes ${duration.toFixed(0)} ms`);
  let [variant, release] = [1, 2];
  const outcomes = { killed: 0, whole: 0, nothing: 0 };
  const early = KILLS - LATE_KILLS;
  for (let kill = 0; kill < KILLS; kill++) {
    const next = kill + 2;
    const command = startCommand(t, ['import', await writeVariant(t, next)], environment);
    const announced = command.says(/klein: release/).then(() => 'at the announcement');
    // One moment in each part of the time from the first statement to a little after the end.
    const delay = ((kill + random.uniform()) / early) * duration * 1.1;
    const moment = command.says(/checking 6 shapes/).then(() => passTime(delay));
    const place = await (kill < early ? Promise.race([moment, announced]) : announced);
    command.child.kill('SIGKILL');
    const { signal, stdout } = await command.ended;

    const database = await open(t, { dataDir, databaseUrl });
    await waitForEnd(database);
    const state = await readState(database);
    await database.close();
    const whole = state.release > release;
    outcomes[whole ? 'whole' : 'nothing']++;
    if (signal === 'SIGKILL') outcomes.killed++;
    if (whole) [variant, release] = [next, release + 1];
    t.strictSame(state, wholeState(variant, release), `${place}: ${whole ? 'the whole release' : 'nothing'}`);
    t.ok(whole || !stdout.includes('release'), 'what was announced is there');
  }
  t.comment(JSON.stringify(outcomes));
  t.ok(outcomes.nothing > 0 && outcomes.whole >= LATE_KILLS, 'kills came before and after the commit');
  t.ok(outcomes.killed > KILLS / 2, 'few processes were faster than their kill');

  const last = await runCommand(t, ['import', await writeVariant(t, KILLS + 2)], environment);
  t.match(last, { code: 0, stdout: new RegExp(`klein: release ${release + 1};`) });
  const service = await startService(t, environment);
  t.match(await (await fetch(`${service.url}/healthz`)).json(), { release: release + 1 });
  service.child.kill('SIGTERM');
  t.match(await service.ended, { code: 0 });
});
