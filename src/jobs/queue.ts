/** Jobs: what requests are told at once and answered later. */
import type { Db } from '../db/database.ts';
import { Problem } from '../problem.ts';
import type { Callback, Computation, Delivery, Job, JobFilter } from './job.ts';
import {
  countOpen,
  dismissJob,
  findResult,
  insertJob,
  readComputation,
  readJob,
  readJobs,
  readResult,
} from './store.ts';

/** Access to jobs. */
export interface JobQueue {
  /**
   * Stores a job and who is told of it; when this resolves they survive the end of the process.
   * @throws Problem too_busy when too many wait
   */
  submit(computation: Computation, delivery: Delivery, callbacks?: readonly Callback[]): Promise<Job>;
  /** Stores a job that is done already, so that its results have addresses. */
  file(computation: Computation, delivery: Delivery, result: Uint8Array): Promise<Job>;
  /** @throws Problem no_such_job */
  find(id: string): Promise<Job>;
  /** Newest first. */
  list(filter: JobFilter, limit: number, offset: number): Promise<Job[]>;
  /** @throws Problem no_such_job */
  dismiss(id: string): Promise<Job>;
  /**
   * @returns the bytes of the result and the address that names them
   * @throws Problem no_such_job, result_not_ready, or that which made the job fail
   */
  result(id: string): Promise<{ job: Job; address: string; result: Uint8Array }>;
  /** What a job computes, and on which state of the data. @throws Problem no_such_job */
  computation(id: string): Promise<Computation>;
  /** The result of an equal computation that is kept; null where there is none. */
  kept(address: string): Promise<Uint8Array | null>;
}

/** A queue that is longer would not be done before its jobs are removed. */
const MOST_OPEN = 1000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Opens the queue. @param onSubmit told that there may be work */
export function openQueue(db: Db, onSubmit: () => void): JobQueue {
  const find = async (id: string): Promise<Job> => {
    const job = UUID.test(id) ? await readJob(db, id) : null;
    if (job) return job;
    throw new Problem('no_such_job', `There is no job ${id}.`, [
      { code: 'no_such_job', field: 'jobId', got: id, expected: 'a job of the last seven days' },
    ]);
  };
  return {
    find,
    async submit(computation, delivery, callbacks = []) {
      if ((await countOpen(db)) >= MOST_OPEN)
        throw new Problem('too_busy', 'Too many jobs are waiting; ask again later.');
      const id = await insertJob(db, computation, delivery, { callbacks });
      onSubmit();
      return await find(id);
    },
    file: async (computation, delivery, result) =>
      await find(await insertJob(db, computation, delivery, { callbacks: [], result })),
    list: async (filter, limit, offset) => await readJobs(db, filter, limit, offset),
    async dismiss(id) {
      await find(id);
      await dismissJob(db, id);
      return await find(id);
    },
    async result(id) {
      const job = await find(id);
      if (job.failure && job.status === 'failed') {
        throw new Problem(job.failure.code, job.failure.message, job.failure.items);
      }
      const found = job.status === 'successful' ? await readResult(db, id) : null;
      if (found) return { job, ...found };
      throw new Problem('result_not_ready', `The job is ${job.status}: it has no results.`, [
        { code: 'result_not_ready', field: 'jobId', got: job.status, expected: 'successful' },
      ]);
    },
    async computation(id) {
      await find(id);
      return await readComputation(db, id);
    },
    kept: async (address) => await findResult(db, address),
  };
}
