import type { RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import t from 'tap';
import { type CallbackOptions, startCallbacks } from '../../src/jobs/callbacks.ts';
import type { Callback, Computation, Job } from '../../src/jobs/job.ts';
import { openQueue } from '../../src/jobs/queue.ts';
import { createServerDatabase, serverUrl, testDatabase, testFolder } from '../support/database.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { startService } from '../support/run-command.ts';

t.setTimeout(240_000);

const { db } = await testDatabase(t);
const queue = openQueue(db, () => {});
const BASE = 'http://town.example/v1';

type Scope = Pick<typeof t, 'teardown'>;

let made = 0;

/** Stores a job that will tell the receiver of these events. */
async function submit(origin: string, ...events: Callback['event'][]): Promise<Job> {
  const computation: Computation = {
    address: (made++).toString(16).padStart(64, 'a'),
    processId: 'test',
    inputs: '{}',
    language: 'en',
    release: 1,
    day: '2025-01-15',
  };
  return await queue.submit(
    computation,
    { outputs: null, references: [], response: 'raw' },
    events.map((event) => ({ event, address: `${origin}/${event}?token=secret`, base: BASE })),
  );
}

/** Puts a job's computation into a state, as a runner does. */
async function set(job: Job, status: string): Promise<void> {
  await sql`update computation set status = ${status} where id = (select computation_id from job where id = ${job.id}::uuid)`.execute(
    db,
  );
}

async function callbackOf(job: Job) {
  return await db
    .selectFrom('callback')
    .where('job_id', '=', job.id)
    .select(['event', 'attempts', 'delivered_at', 'due_at'])
    .orderBy('event')
    .execute();
}

/** Starts calling; stopped with the test. */
function start(scope: Scope, origins: string[], errors: string[] = []): () => Promise<void> {
  const write: CallbackOptions['write'] = async ({ event, jobId }) => ({
    body: Buffer.from(JSON.stringify({ event, jobId })),
    type: 'application/json',
  });
  const stop = startCallbacks(db, { origins, write, onError: (error) => errors.push(String(error)) });
  scope.teardown(stop);
  return stop;
}

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await reached())) await pause(50);
}

const answering =
  (...statuses: number[]): RequestListener =>
  (_request, response) => {
    const status = statuses.length > 1 ? statuses.shift()! : statuses[0]!;
    response.writeHead(status, { location: '/elsewhere' }).end();
  };

const pathsOf = ({ received }: Receiver): string[] => received.map(({ path }) => path);

t.test('each event of a job is told once, while the job is in that state', async (t) => {
  const receiver = await startReceiver(t, answering(204));
  const job = await submit(receiver.origin, 'running', 'successful', 'failed');
  start(t, [receiver.origin]);
  start(t, [receiver.origin]);
  await pause(1500);
  t.strictSame(receiver.received, [], 'it waits');
  await set(job, 'running');
  await until(() => receiver.received.length >= 1);
  await set(job, 'successful');
  await until(() => receiver.received.length >= 2);
  await pause(1500);
  t.strictSame(pathsOf(receiver), ['/running?token=secret', '/successful?token=secret']);
  const [first] = receiver.received;
  t.match(first, { method: 'POST', body: JSON.stringify({ event: 'running', jobId: job.id }) });
  t.match(first!.headers, {
    'content-type': 'application/json',
    link: `<${BASE}/jobs/${job.id}>; rel="monitor"`,
    'user-agent': /^sozialraum\//,
  });
  t.match(await callbackOf(job), [
    { event: 'failed', attempts: 0, delivered_at: null },
    { event: 'running', attempts: 1, delivered_at: Date },
    { event: 'successful', attempts: 1, delivered_at: Date },
  ]);
});

t.test('what is not answered with 2xx is called again, ever later; redirects are not followed', async (t) => {
  const receiver = await startReceiver(t, answering(500, 302, 200));
  const errors: string[] = [];
  const job = await submit(receiver.origin, 'successful');
  await set(job, 'successful');
  const stop = start(t, [receiver.origin], errors);
  await until(() => errors.length >= 2);
  await stop();
  const [waiting] = await callbackOf(job);
  t.equal(waiting!.attempts, 2);
  t.ok(waiting!.due_at.getTime() - receiver.received[1]!.at >= 4000, 'four seconds after the second');
  start(t, [receiver.origin], errors);
  await until(() => receiver.received.length >= 3);
  await until(async () => (await callbackOf(job))[0]!.delivered_at !== null);
  t.strictSame([...new Set(pathsOf(receiver))], ['/successful?token=secret']);
  t.strictSame(
    errors,
    ['call 1: answered 500', 'call 2: answered 302'].map(
      (what) =>
        `Error: Callback (successful) of job ${job.id} to ${receiver.origin}, ${what}; tried again later.`,
    ),
    'neither path nor token is told',
  );
});

t.test('the ninth call is the last', async (t) => {
  const receiver = await startReceiver(t, answering(503));
  const errors: string[] = [];
  const job = await submit(receiver.origin, 'failed');
  await set(job, 'failed');
  await sql`update callback set attempts = 8 where job_id = ${job.id}::uuid`.execute(db);
  start(t, [receiver.origin], errors);
  await until(() => errors.length > 0);
  t.match(errors, [/call 9: answered 503; given up/]);
  await sql`update callback set due_at = now() where job_id = ${job.id}::uuid`.execute(db);
  await pause(1500);
  t.equal(receiver.received.length, 1);
});

t.test('an answer without end, a hang-up, and no answer at all', async (t) => {
  const receiver = await startReceiver(t, (_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(10_000)), 5);
    response.on('close', () => clearInterval(timer));
  });
  const closed = await startReceiver(t, (request) => request.socket.destroy());
  const errors: string[] = [];
  const silent = await startReceiver(t, () => {});
  const origins = [receiver.origin, closed.origin, silent.origin];
  const jobs = await Promise.all(origins.map((origin) => submit(origin, 'successful')));
  for (const job of jobs) await set(job, 'successful');
  start(t, origins, errors);
  await until(async () => (await callbackOf(jobs[0]!))[0]!.delivered_at !== null);
  await until(() => errors.length >= 2);
  t.match(errors.slice(0, 2), [
    /call 1: (UND_ERR_SOCKET|ECONNRESET); tried again later/,
    /call 1: no answer within 10 s/,
  ]);
  for (const { id } of jobs) await queue.dismiss(id);
});

t.test('dismissed jobs and origins that are no longer allowed are not called', async (t) => {
  const receiver = await startReceiver(t, answering(200));
  const [dismissed, forbidden, told] = [
    await submit(receiver.origin, 'successful'),
    await submit('http://127.0.0.1:1', 'successful'),
    await submit(receiver.origin, 'successful'),
  ];
  await queue.dismiss(dismissed.id);
  for (const job of [dismissed, forbidden, told]) await set(job, 'successful');
  start(t, [receiver.origin]);
  await until(() => receiver.received.length > 0);
  await pause(1500);
  t.strictSame(
    receiver.received.map(({ body }) => JSON.parse(body).jobId),
    [told.id],
  );
  t.match(await callbackOf(forbidden), [{ attempts: 0 }]);
});

t.test('a caller that is dead is replaced after a minute, and not before', async (t) => {
  const receiver = await startReceiver(t, answering(200));
  const job = await submit(receiver.origin, 'successful');
  await set(job, 'successful');
  await sql`update callback set attempts = 1, due_at = now() + interval '1 minute' where job_id = ${job.id}::uuid`.execute(
    db,
  );
  start(t, [receiver.origin]);
  await pause(1500);
  t.equal(receiver.received.length, 0);
  await sql`update callback set due_at = now() where job_id = ${job.id}::uuid`.execute(db);
  await until(() => receiver.received.length >= 1);
});

t.test('kill -9 of the service before anybody was told: the next one tells them', async (t) => {
  let up = false;
  const receiver = await startReceiver(t, (_request, response) => response.writeHead(up ? 200 : 503).end());
  const environment = {
    DATA_DIR: testFolder(t),
    CALLBACK_ORIGINS: receiver.origin,
    ...(serverUrl !== null && { DATABASE_URL: await createServerDatabase(t, serverUrl) }),
  };
  const first = await startService(t, environment);
  const response = await fetch(`${first.url}/v1/processes/echo/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({
      inputs: { text: 'told', pause: 1 },
      subscriber: {
        successUri: `${receiver.origin}/success`,
        inProgressUri: `${receiver.origin}/progress`,
        failedUri: `${receiver.origin}/failed`,
      },
    }),
  });
  t.equal(response.status, 201);
  await until(() => pathsOf(receiver).includes('/success'));
  first.child.kill('SIGKILL');
  await first.ended;
  receiver.received.length = 0;
  up = true;
  await startService(t, environment);
  await until(() => receiver.received.length > 0);
  t.match(receiver.received, [{ path: '/success', body: '{"text":"told"}' }]);
});
