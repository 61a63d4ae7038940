import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import t from 'tap';
import { openWorkerPool } from '../../src/analyses/worker-pool.ts';
import type { Db } from '../../src/db/database.ts';
import type { Computation, Job } from '../../src/jobs/job.ts';
import { type JobQueue, openQueue } from '../../src/jobs/queue.ts';
import { type Compute, startRunner } from '../../src/jobs/runner.ts';
import { Problem } from '../../src/problem.ts';
import type { Death } from '../analyses/dying-task.ts';
import { testDatabase } from '../support/database.ts';

t.setTimeout(240_000);

const { db } = await testDatabase(t);
const ALL = { outputs: null, references: [], response: 'raw' } as const;

let made = 0;

/** A computation that no other one equals. */
function computation(inputs: object = {}): Computation {
  const address = (made++).toString(16).padStart(64, '0');
  return {
    address,
    processId: 'test',
    inputs: JSON.stringify(inputs),
    language: 'de',
    release: 1,
    day: '2025-01-15',
  };
}

/** Starts a runner; stopped with the test. */
function run(scope: Pick<typeof t, 'teardown'>, compute: Compute, atOnce = 1, errors: unknown[] = []) {
  const runner = startRunner(db, {
    compute,
    atOnce,
    release: () => 1,
    onError: (error) => errors.push(error),
  });
  scope.teardown(() => runner.close());
  return runner;
}

async function ended(queue: JobQueue, id: string): Promise<Job> {
  for (;;) {
    const job = await queue.find(id);
    if (!['accepted', 'running'].includes(job.status)) return job;
    await pause(50);
  }
}

async function stateOf(db: Db, address: string) {
  return await db
    .selectFrom('computation')
    .where('address', '=', address)
    .select(['status', 'attempts', 'result'])
    .execute();
}

t.test('equal requests are one computation, whatever their number and the runners', async (t) => {
  let runs = 0;
  const compute: Compute = async (work) => {
    runs++;
    await pause(200);
    return Buffer.from(work.inputs);
  };
  const queue = openQueue(db, () => {});
  const wanted = computation({ a: 1 });
  run(t, compute, 2);
  run(t, compute, 2);
  const jobs = await Promise.all(Array.from({ length: 100 }, () => queue.submit(wanted, ALL)));
  t.equal(new Set(jobs.map(({ id }) => id)).size, 100, 'each request has a job of its own');
  const all = await Promise.all(jobs.map(({ id }) => ended(queue, id)));
  t.strictSame([...new Set(all.map(({ status }) => status))], ['successful']);
  t.equal(runs, 1);
  const late = await queue.submit(wanted, ALL);
  t.equal(late.status, 'successful', 'a request after the end is answered by the same computation');
  t.ok(late.finished! >= late.created, 'and took no time');
  t.equal(Buffer.from((await queue.result(late.id)).result).toString(), '{"a":1}');
  t.equal(Buffer.from((await queue.kept(wanted.address))!).toString(), '{"a":1}');
  t.equal(runs, 1);
});

t.test('different computations are done once each, by several runners', async (t) => {
  const runs = new Map<string, number>();
  const compute: Compute = async ({ address }) => {
    runs.set(address, (runs.get(address) ?? 0) + 1);
    await pause(5);
    return Buffer.from('{}');
  };
  const queue = openQueue(db, () => {});
  const jobs = await Promise.all(Array.from({ length: 20 }, () => queue.submit(computation(), ALL)));
  run(t, compute, 2);
  run(t, compute, 2);
  for (const { id } of jobs) t.equal((await ended(queue, id)).status, 'successful');
  t.strictSame([...runs.values()], new Array(20).fill(1));
});

t.test('a crash is tried again, at most three times; a refusal is not', async (t) => {
  let crashes = 0;
  const errors: unknown[] = [];
  const compute: Compute = async ({ inputs }) => {
    if (inputs === '{"refused":true}')
      throw new Problem('invalid_request', 'No.', [{ code: 'x', got: 'a', expected: 'b' }]);
    if (inputs === '{"once":true}' && crashes++ > 0) return Buffer.from('{}');
    throw new Error('out of memory');
  };
  const queue = openQueue(db, () => {});
  const [once, ever, refused] = [
    computation({ once: true }),
    computation({ ever: true }),
    computation({ refused: true }),
  ];
  const jobs = await Promise.all([once, ever, refused].map((work) => queue.submit(work!, ALL)));
  run(t, compute, 1, errors);
  t.equal((await ended(queue, jobs[0]!.id)).status, 'successful');
  t.match(await stateOf(db, once!.address), [{ attempts: 2 }]);
  const failed = await ended(queue, jobs[1]!.id);
  t.equal(failed.status, 'failed');
  t.match(await stateOf(db, ever!.address), [{ attempts: 3, result: null }]);
  await t.rejects(queue.result(failed.id), { code: 'computation_failed' });
  t.equal((await ended(queue, jobs[2]!.id)).status, 'failed');
  t.match(await stateOf(db, refused!.address), [{ attempts: 1 }]);
  await t.rejects(queue.result(jobs[2]!.id), { code: 'invalid_request', items: [{ got: 'a' }] });
  t.equal(errors.length, 4, 'crashes are told, refusals are not');

  const again = await queue.submit(ever!, ALL);
  t.not(again.status, 'failed', 'a new request begins anew');
  t.equal((await queue.find(failed.id)).status, 'failed', 'and changes nothing about the old one');
  await queue.dismiss(again.id);
});

t.test('a thread that dies during a job: the job is tried again and finishes', async (t) => {
  const pool = openWorkerPool({ threads: 1 });
  t.teardown(() => pool.close());
  const errors: unknown[] = [];
  const task = new URL('../analyses/dying-task.ts', import.meta.url).href;
  const compute: Compute = async ({ attempts, inputs }, signal) => {
    const way = attempts === 1 || inputs === '{"ever":true}' ? 'exit' : 'none';
    return Buffer.from(String(await pool.run(task, { way } satisfies Death, signal)));
  };
  const queue = openQueue(db, () => {});
  const [once, ever] = [computation({ dies: 'once' }), computation({ ever: true })];
  const jobs = [await queue.submit(once, ALL), await queue.submit(ever, ALL)];
  run(t, compute, 1, errors);
  t.equal((await ended(queue, jobs[0]!.id)).status, 'successful');
  t.equal(Buffer.from((await queue.result(jobs[0]!.id)).result).toString(), 'alive');
  t.match(await stateOf(db, once.address), [{ attempts: 2 }]);
  t.match(await ended(queue, jobs[1]!.id), { status: 'failed', failure: { code: 'computation_failed' } });
  t.match(await stateOf(db, ever.address), [{ attempts: 3 }]);
  t.ok(errors.every((error) => /worker exited/.test(String(error))));
});

t.test('a job that takes longer than it may has failed, and is not tried again', async (t) => {
  const pool = openWorkerPool({ threads: 1, budgetMs: 300 });
  t.teardown(() => pool.close());
  const task = new URL('../analyses/dying-task.ts', import.meta.url).href;
  const slow: Death = { way: 'none', milliseconds: 60_000 };
  const queue = openQueue(db, () => {});
  const work = computation();
  const job = await queue.submit(work, ALL);
  run(t, async (_work, signal) => Buffer.from(String(await pool.run(task, slow, signal))));
  t.match(await ended(queue, job.id), { status: 'failed', failure: { code: 'analysis_timeout' } });
  t.match(await stateOf(db, work.address), [{ attempts: 1 }]);
  await t.rejects(queue.result(job.id), { code: 'analysis_timeout' });
});

t.test('a job on a release that an instance does not know yet is left to others', async (t) => {
  let known = 1;
  const queue = openQueue(db, () => {});
  const [newer, older] = [{ ...computation(), release: 2 }, computation()];
  const jobs = [await queue.submit(newer, ALL), await queue.submit(older, ALL)];
  const runner = startRunner(db, {
    compute: async () => Buffer.from('{}'),
    atOnce: 1,
    release: () => known,
    onError: (error) => t.fail(String(error)),
  });
  t.teardown(() => runner.close());
  t.equal((await ended(queue, jobs[1]!.id)).status, 'successful');
  t.equal((await queue.find(jobs[0]!.id)).status, 'accepted');
  known = 2;
  t.equal((await ended(queue, jobs[0]!.id)).status, 'successful');
});

t.test('what a dead worker held is taken over when its lease has run out, and not before', async (t) => {
  const work = computation({ dead: true });
  const queue = openQueue(db, () => {});
  const job = await queue.submit(work, ALL);
  await sql`update computation set status = 'running', worker = 'dead', attempts = 1, started_at = now(),
    lease_until = now() + interval '1 hour' where address = ${work.address}`.execute(db);
  run(t, async () => Buffer.from('{"alive":true}'));
  // The runner takes what is oldest first: when it has done something younger, it has passed this by.
  const younger = await queue.submit(computation(), ALL);
  t.equal((await ended(queue, younger.id)).status, 'successful');
  t.equal((await queue.find(job.id)).status, 'running', 'the dead is not known to be dead yet');
  t.match(await stateOf(db, work.address), [{ attempts: 1 }]);
  await sql`update computation set lease_until = now() where address = ${work.address}`.execute(db);
  t.equal((await ended(queue, job.id)).status, 'successful');
  t.match(await stateOf(db, work.address), [{ attempts: 2 }]);
});

t.test('a computation that kills its workers is given up', async (t) => {
  const work = computation({ deadly: true });
  const queue = openQueue(db, () => {});
  const job = await queue.submit(work, ALL);
  await sql`update computation set status = 'running', worker = 'dead', attempts = 3,
    lease_until = now() - interval '1 second' where address = ${work.address}`.execute(db);
  run(t, async () => {
    t.fail('it is not begun again');
    return Buffer.from('{}');
  });
  t.equal((await ended(queue, job.id)).status, 'failed');
});

t.test('dismissing stops the work unless somebody else waits for it', async (t) => {
  let stopped = 0;
  const compute: Compute = (_work, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        stopped++;
        reject(signal.reason);
      });
    });
  const queue = openQueue(db, () => {});
  const work = computation();
  const [first, second] = [await queue.submit(work, ALL), await queue.submit(work, ALL)];
  run(t, compute);
  while ((await queue.find(first.id)).status !== 'running') await pause(50);
  t.equal((await queue.dismiss(first.id)).status, 'dismissed');
  // With the next heartbeat the runner hears whether anybody still waits for it.
  const lease = async () =>
    (
      await db
        .selectFrom('computation')
        .where('address', '=', work.address)
        .select('lease_until')
        .executeTakeFirstOrThrow()
    ).lease_until!;
  for (const before = await lease(); (await lease()) <= before; ) await pause(50);
  t.equal((await queue.find(second.id)).status, 'running');
  t.equal(stopped, 0);
  t.equal((await queue.dismiss(second.id)).status, 'dismissed');
  while (stopped === 0) await pause(50);
  t.match(await stateOf(db, work.address), [{ status: 'dismissed', result: null }]);
  await t.rejects(queue.result(first.id), { code: 'result_not_ready' });
  t.equal((await queue.dismiss(first.id)).status, 'dismissed', 'again');
  const third = await queue.submit(work, ALL);
  t.not(third.status, 'dismissed', 'a new request begins anew');
  await queue.dismiss(third.id);
});

t.test('a runner that closes gives back what it has, and the attempt does not count', async (t) => {
  const queue = openQueue(db, () => {});
  const work = computation();
  const job = await queue.submit(work, ALL);
  const runner = startRunner(db, {
    compute: async (_work, signal, report) => {
      report(40);
      await pause(60_000, undefined, { signal });
      return Buffer.from('{}');
    },
    atOnce: 1,
    release: () => 1,
    onError: () => {},
  });
  while ((await queue.find(job.id)).progress !== 40) await pause(50);
  await runner.close();
  t.match(await stateOf(db, work.address), [{ status: 'accepted', attempts: 0 }]);
  await queue.dismiss(job.id);
});
