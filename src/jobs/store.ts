/**
 * SQL of jobs. Workers of any number of instances take computations by `for update skip locked` and hold them by a lease, all by the
 * database's clock; every statement is a transaction of its own, since the embedded database has one connection.
 */
import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { type Db, withTransaction } from '../db/database.ts';
import type { Language } from '../label.ts';
import type {
  Callback,
  Claimed,
  Computation,
  Delivery,
  DueCallback,
  Failure,
  Job,
  JobFilter,
  JobStatus,
} from './job.ts';

/** Times that a computation is begun before it counts as failed. */
const MOST_ATTEMPTS = 3;
/** A worker that did not prolong its lease for so long is taken for dead. */
const LEASE = sql`interval '10 seconds'`;
/** Jobs and results are kept for so long. */
const KEPT = sql`interval '7 days'`;

/** Number of computations that wait or run. */
export async function countOpen(db: Db): Promise<number> {
  const row = await db
    .selectFrom('computation')
    .where('status', 'in', ['accepted', 'running'])
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .executeTakeFirstOrThrow();
  return Number(row.open);
}

/**
 * Stores a job, and its computation unless an equal one waits, runs or has succeeded.
 * @param callbacks who is told of it
 * @param result where it is known already; whoever computes it meanwhile loses the lease
 */
export async function insertJob(
  db: Db,
  computation: Computation,
  delivery: Delivery,
  { callbacks, result }: { callbacks: readonly Callback[]; result?: Uint8Array },
): Promise<string> {
  const id = randomUUID();
  const { address, processId, inputs, language, release, day } = computation;
  await withTransaction(db, async (trx) => {
    const { rows } = await sql<{ id: number }>`
      insert into computation (address, process_id, inputs, language, release, day)
      values (${address}, ${processId}, ${inputs}, ${language}, ${release}, ${day})
      on conflict (address) where status not in ('failed', 'dismissed') do update set address = excluded.address
      returning id`.execute(trx);
    const computationId = rows[0]!.id;
    if (result)
      await sql`
        update computation set status = 'successful', progress = 100, result = ${Buffer.from(result)}, updated_at = now(),
          started_at = coalesce(started_at, now()), finished_at = now()
        where id = ${computationId} and status <> 'successful'`.execute(trx);
    await trx
      .insertInto('job')
      .values({
        id,
        computation_id: computationId,
        outputs: delivery.outputs === null ? null : JSON.stringify(delivery.outputs),
        by_reference: JSON.stringify(delivery.references),
        response: delivery.response,
      })
      .execute();
    if (callbacks.length > 0)
      await trx
        .insertInto('callback')
        .values(callbacks.map((one) => ({ ...one, job_id: id, origin: new URL(one.address).origin })))
        .execute();
  });
  return id;
}

/** The result of an equal computation that has succeeded; null where there is none. */
export async function findResult(db: Db, address: string): Promise<Buffer | null> {
  const row = await db
    .selectFrom('computation')
    .where('address', '=', address)
    .where('status', '=', 'successful')
    .select('result')
    .executeTakeFirst();
  return row?.result ?? null;
}

/** A computation that was done before a job was created took no time for it. */
const JOBS = sql`(
  select j.id, c.process_id, j.outputs, j.by_reference, j.response, c.progress, c.failure, j.created_at as created,
    case when j.dismissed_at is not null then 'dismissed' else c.status end as status,
    case when c.started_at is not null then greatest(c.started_at, j.created_at) end as started,
    coalesce(j.dismissed_at, case when c.finished_at is not null then greatest(c.finished_at, j.created_at) end) as finished,
    greatest(coalesce(j.dismissed_at, c.updated_at), j.created_at) as updated
  from job as j join computation as c on c.id = j.computation_id
)`;

interface JobRow {
  id: string;
  process_id: string;
  outputs: string[] | null;
  by_reference: string[];
  response: 'raw' | 'document';
  status: JobStatus;
  progress: number;
  failure: Failure | null;
  created: Date;
  started: Date | null;
  finished: Date | null;
  updated: Date;
}

/** A job; null where there is none. @param id a UUID */
export async function readJob(db: Db, id: string): Promise<Job | null> {
  const { rows } = await sql<JobRow>`select * from ${JOBS} as jobs where id = ${id}::uuid`.execute(db);
  return rows[0] ? toJob(rows[0]) : null;
}

/** Jobs, newest first. */
export async function readJobs(db: Db, filter: JobFilter, limit: number, offset: number): Promise<Job[]> {
  const duration = sql`extract(epoch from coalesce(finished, now()) - started)`;
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (filter.processes) conditions.push(sql`process_id = any(${[...filter.processes]}::text[])`);
  if (filter.statuses) conditions.push(sql`status = any(${[...filter.statuses]}::text[])`);
  if (filter.from !== undefined) conditions.push(sql`created >= ${filter.from}::timestamptz`);
  if (filter.until !== undefined) conditions.push(sql`created < ${filter.until}::timestamptz`);
  if (filter.minDuration !== undefined) conditions.push(sql`${duration} >= ${filter.minDuration}::float8`);
  if (filter.maxDuration !== undefined) conditions.push(sql`${duration} <= ${filter.maxDuration}::float8`);
  const { rows } = await sql<JobRow>`
    select * from ${JOBS} as jobs where ${sql.join(conditions, sql` and `)}
    order by created desc, id limit ${limit}::int offset ${offset}::int`.execute(db);
  return rows.map(toJob);
}

function toJob({ process_id, by_reference, ...row }: JobRow): Job {
  return { ...row, processId: process_id, references: by_reference };
}

/** Result of a job that has succeeded, with its computation's address; null for any other. */
export async function readResult(db: Db, id: string): Promise<{ address: string; result: Buffer } | null> {
  const row = await db
    .selectFrom('job as j')
    .innerJoin('computation as c', 'c.id', 'j.computation_id')
    .where('j.id', '=', id)
    .where('j.dismissed_at', 'is', null)
    .where('c.status', '=', 'successful')
    .select(['c.address', 'c.result'])
    .executeTakeFirst();
  return row?.result ? { address: row.address, result: row.result } : null;
}

/** What a job computes. @param id of a job that is there */
export async function readComputation(db: Db, id: string): Promise<Computation> {
  return await db
    .selectFrom('job as j')
    .innerJoin('computation as c', 'c.id', 'j.computation_id')
    .where('j.id', '=', id)
    .select(['c.address', 'c.process_id as processId', 'c.inputs', 'c.release', 'c.day'])
    .select(sql<Language>`c.language`.as('language'))
    .executeTakeFirstOrThrow();
}

/** Dismisses a job, and its computation and result when no other job wants them. */
export async function dismissJob(db: Db, id: string): Promise<void> {
  await withTransaction(db, async (trx) => {
    const { rows } = await sql<{ computation_id: number }>`
      update job set dismissed_at = now() where id = ${id}::uuid and dismissed_at is null
      returning computation_id`.execute(trx);
    if (!rows[0]) return;
    await sql`
      update computation as c set status = 'dismissed', result = null, updated_at = now(), finished_at = coalesce(finished_at, now())
      where id = ${rows[0].computation_id} and status <> 'failed'
        and not exists (select from job where computation_id = c.id and dismissed_at is null)`.execute(trx);
  });
}

/**
 * Takes the oldest computation that waits, or whose worker is dead.
 * @param worker name of the one who takes it
 * @param own computations that this process holds already
 * @param release the newest that this process knows: an instance may learn of a release later than of its jobs
 */
export async function claim(
  db: Db,
  worker: string,
  own: readonly number[],
  release: number,
): Promise<Claimed | null> {
  const { rows } = await sql<Omit<Claimed, 'processId'> & { process_id: string }>`
    update computation set status = 'running', worker = ${worker}, lease_until = now() + ${LEASE}, attempts = attempts + 1,
      started_at = coalesce(started_at, now()), updated_at = now()
    where id = (
      select id from computation
      where status in ('accepted', 'running') and coalesce(lease_until, '-infinity') < now() and attempts < ${MOST_ATTEMPTS}
        and id <> all(${[...own]}::bigint[]) and release <= ${release}::int
      order by created_at, id for update skip locked limit 1)
    returning id, address, process_id, inputs, language, release, day, attempts`.execute(db);
  if (!rows[0]) return null;
  const { process_id, ...claimed } = rows[0];
  return { ...claimed, processId: process_id };
}

/** Prolongs a lease and notes progress. @returns whether the computation is still this worker's */
export async function prolong(db: Db, worker: string, id: number, progress: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update computation set lease_until = now() + ${LEASE}, progress = ${progress}::int, updated_at = now()
    where id = ${id} and worker = ${worker} and status = 'running'`.execute(db);
  return numAffectedRows === 1n;
}

/** Stores a result, unless the computation is no longer this worker's. */
export async function succeed(db: Db, worker: string, id: number, result: Uint8Array): Promise<void> {
  await sql`
    update computation set status = 'successful', progress = 100, result = ${Buffer.from(result)}, finished_at = now(), updated_at = now()
    where id = ${id} and worker = ${worker} and status = 'running'`.execute(db);
}

/** Notes that a computation cannot succeed, unless it is no longer this worker's. */
export async function fail(db: Db, worker: string, id: number, failure: Failure): Promise<void> {
  await sql`
    update computation set status = 'failed', failure = ${JSON.stringify(failure)}::jsonb, finished_at = now(), updated_at = now()
    where id = ${id} and worker = ${worker} and status = 'running'`.execute(db);
}

/** Gives a computation back as if it had not been begun: the service ends. */
export async function release(db: Db, worker: string, id: number): Promise<void> {
  await sql`
    update computation set status = 'accepted', worker = null, lease_until = null, updated_at = now(), attempts = attempts - 1
    where id = ${id} and worker = ${worker} and status = 'running'`.execute(db);
}

/** Gives a computation back for another attempt, a second after the first, four after the second. */
export async function postpone(db: Db, worker: string, id: number): Promise<void> {
  await sql`
    update computation set status = 'accepted', worker = null, lease_until = now() + attempts * attempts * interval '1 second',
      updated_at = now()
    where id = ${id} and worker = ${worker} and status = 'running'`.execute(db);
}

/** Fails computations that were begun too often, and removes what is too old. */
export async function tidy(db: Db, failure: Failure): Promise<void> {
  await sql`
    update computation set status = 'failed', failure = ${JSON.stringify(failure)}::jsonb, finished_at = now(), updated_at = now()
    where attempts >= ${MOST_ATTEMPTS} and (status = 'accepted' or (status = 'running' and lease_until < now()))`.execute(
    db,
  );
  await sql`delete from job where created_at < now() - ${KEPT}`.execute(db);
  await sql`
    delete from computation as c where created_at < now() - ${KEPT} and status not in ('accepted', 'running')
      and not exists (select from job where computation_id = c.id)`.execute(db);
}

/** Times that an address is called: over six hours, see `postponeCallback`. */
export const MOST_CALLS = 9;
/** Longer than a call may take: whoever made it is dead. */
const CALL_LEASE = sql`interval '1 minute'`;

/**
 * Takes callbacks that are due: their job is in the state, and nobody calls them now.
 * @param origins that the operator allows
 */
export async function claimCallbacks(
  db: Db,
  origins: readonly string[],
  most: number,
): Promise<DueCallback[]> {
  const { rows } = await sql<Omit<DueCallback, 'jobId'> & { job_id: string }>`
    update callback as b set attempts = b.attempts + 1, due_at = now() + ${CALL_LEASE}
    from job as j join computation as c on c.id = j.computation_id
    where j.id = b.job_id and b.id in (
      select waiting.id from callback as waiting
      join job as j on j.id = waiting.job_id join computation as c on c.id = j.computation_id
      where waiting.delivered_at is null and waiting.due_at <= now() and waiting.attempts < ${MOST_CALLS}
        and waiting.origin = any(${[...origins]}::text[]) and j.dismissed_at is null and c.status = waiting.event
      order by waiting.due_at, waiting.id for update of waiting skip locked limit ${most}::int)
    returning b.id, b.job_id, b.event, b.address, b.base, b.attempts, c.language`.execute(db);
  return rows.map(({ job_id, ...row }) => ({ ...row, jobId: job_id }));
}

/** Notes that an address has been told. */
export async function closeCallback(db: Db, id: number): Promise<void> {
  await sql`update callback set delivered_at = now() where id = ${id}`.execute(db);
}

/** Lets the next call wait: 1 s after the first, then 4 s, 16 s … 4.5 hours. */
export async function postponeCallback(db: Db, id: number): Promise<void> {
  await sql`
    update callback set due_at = now() + power(4, attempts - 1) * interval '1 second' where id = ${id}`.execute(
    db,
  );
}
