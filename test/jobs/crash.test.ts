import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import t from 'tap';
import { createServerDatabase, open, serverUrl, testFolder } from '../support/database.ts';
import { startService } from '../support/run-command.ts';

t.setTimeout(240_000);

interface Status {
  status: string;
  progress: number;
}

/** Asks for an echo as a job. @returns path of the job */
async function post(base: string, text: string, seconds: number): Promise<string> {
  const response = await fetch(`${base}/v1/processes/echo/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ inputs: { text, pause: seconds } }),
  });
  if (response.status !== 201) throw new Error(`A job was answered with ${response.status}.`);
  return new URL(response.headers.get('location')!).pathname;
}

async function ask<T = Status>(base: string, path: string): Promise<T> {
  return (await (await fetch(base + path)).json()) as T;
}

async function waitFor(base: string, path: string, wanted: (status: string) => boolean): Promise<Status> {
  for (;;) {
    const status = await ask(base, path);
    if (wanted(status.status)) return status;
    await pause(50);
  }
}

const isRunning = (status: string): boolean => status === 'running';
const hasEnded = (status: string): boolean => !['accepted', 'running'].includes(status);

t.test('kill -9 of the service during a job: the next one finishes it', async (t) => {
  const environment = {
    DATA_DIR: testFolder(t),
    ...(serverUrl !== null && { DATABASE_URL: await createServerDatabase(t, serverUrl) }),
  };
  const first = await startService(t, environment);
  const running = await post(first.url, 'running', 3);
  const waiting = await post(first.url, 'waiting', 0);
  await waitFor(first.url, running, isRunning);
  t.equal((await ask(first.url, waiting)).status, 'accepted');
  first.child.kill('SIGKILL');
  t.equal((await first.ended).signal, 'SIGKILL');

  const second = await startService(t, environment);
  for (const [path, text] of [
    [running, 'running'],
    [waiting, 'waiting'],
  ] as const) {
    t.match(await waitFor(second.url, path, hasEnded), { status: 'successful', progress: 100 });
    t.strictSame(await ask(second.url, `${path}/results`), { text });
  }
});

if (serverUrl) testInstances(serverUrl);
else t.comment('TEST_DATABASE_URL is not set: several instances on one database are not tested');

function testInstances(server: string): void {
  t.test('several instances on one database', async (t) => {
    const databaseUrl = await createServerDatabase(t, server);
    const start = (jobs: number) =>
      startService(t, { DATA_DIR: testFolder(t), DATABASE_URL: databaseUrl, JOBS_AT_ONCE: String(jobs) });
    const web = await start(0);
    const [first, second] = await Promise.all([start(1), start(1)]);
    const { db } = await open(t, { databaseUrl });
    const computations = async (text: string) =>
      await db
        .selectFrom('computation')
        .where(sql`inputs::jsonb ->> 'text'`, 'like', text)
        .select(['attempts', 'worker', 'status'])
        .execute();

    await t.test('100 equal requests at once to two of them are one computation', async (t) => {
      const paths = await Promise.all(
        Array.from({ length: 100 }, (_, i) => post([first, second][i % 2]!.url, 'equal', 1)),
      );
      t.equal(new Set(paths).size, 100);
      const ends = await Promise.all(paths.map((path) => waitFor(web.url, path, hasEnded)));
      t.strictSame([...new Set(ends.map(({ status }) => status))], ['successful']);
      t.match(await computations('equal'), [{ attempts: 1, status: 'successful' }]);
      t.equal((await computations('equal')).length, 1);
    });

    await t.test('different jobs are computed once each, by both', async (t) => {
      const paths = await Promise.all(
        Array.from({ length: 6 }, (_, i) => post(web.url, `different ${i}`, 1)),
      );
      for (const path of paths) t.equal((await waitFor(web.url, path, hasEnded)).status, 'successful');
      const done = await computations('different %');
      t.strictSame(
        done.map(({ attempts }) => attempts),
        new Array(6).fill(1),
      );
      t.equal(new Set(done.map(({ worker }) => worker)).size, 2);
    });

    await t.test('what one runs is dismissed at another, and its thread is free again', async (t) => {
      const [gone, stays] = [await post(web.url, 'gone', 60), await post(web.url, 'stays', 60)];
      await Promise.all([gone, stays].map((path) => waitFor(web.url, path, isRunning)));
      const next = await post(web.url, 'next', 0);
      t.equal((await ask(web.url, next)).status, 'accepted', 'both are busy');
      await fetch(web.url + gone, { method: 'DELETE' });
      t.equal((await waitFor(web.url, next, hasEnded)).status, 'successful');
      t.equal((await ask(web.url, gone)).status, 'dismissed');
      t.equal((await ask(web.url, stays)).status, 'running');
      await fetch(web.url + stays, { method: 'DELETE' });
    });

    await t.test('kill -9 of the one that runs a job: the other one finishes it', async (t) => {
      second.child.kill('SIGTERM');
      await second.ended;
      const path = await post(web.url, 'killed', 4);
      await waitFor(web.url, path, isRunning);
      first.child.kill('SIGKILL');
      await first.ended;
      t.equal((await ask(web.url, path)).status, 'running', 'the dead is not known to be dead yet');
      await start(1);
      t.match(await waitFor(web.url, path, hasEnded), { status: 'successful', progress: 100 });
      t.strictSame(await ask(web.url, `${path}/results`), { text: 'killed' });
      t.match(await computations('killed'), [{ attempts: 2 }]);
    });
  });
}
