/**
 * Takes computations from the database and runs them, beside the requests. Whatever ends this process, the lease runs out and the
 * next process begins anew: results are functions of their inputs, so nothing is lost but time.
 *
 *     accepted ──claim──▶ running ──▶ successful
 *        ▲                  ├──▶ failed      a coded error, or the third attempt
 *        └── other error, ──┘
 *            lease ran out
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from '../db/database.ts';
import { Problem } from '../problem.ts';
import type { Claimed, Failure } from './job.ts';
import { claim, fail, postpone, prolong, release, succeed, tidy } from './store.ts';

/**
 * Computes a result.
 * @param signal stops it
 * @param report told the progress in percent
 * @throws Problem what the request should know; anything else is tried again
 */
export type Compute = (
  work: Claimed,
  signal: AbortSignal,
  report: (percent: number) => void,
) => Promise<Uint8Array>;

/** A running runner. */
export interface Runner {
  /** Looks for work now instead of within a second. */
  wake(): void;
  /** Stops; what runs is given back. */
  close(): Promise<void>;
}

/** Instances hear of each other's jobs by asking; one indexed row a second costs nothing. */
const POLL_MS = 1000;
/** Well below the lease. */
const HEARTBEAT_MS = 2000;
const TIDY_MS = 60_000;

const GAVE_UP: Failure = {
  code: 'computation_failed',
  message: 'The computation ended without a result several times.',
  items: [],
};

/** What a runner works with. */
export interface RunnerOptions {
  compute: Compute;
  /** Computations at the same time; 0 runs none. */
  atOnce: number;
  /** Newest release that can be read; jobs on a newer one are left to others. */
  release: () => number;
  /** Told what is wrong with the database or a computation. */
  onError: (error: unknown) => void;
}

/** Starts a runner. */
export function startRunner(db: Db, { compute, atOnce, release: known, onError }: RunnerOptions): Runner {
  const worker = randomUUID();
  const closing = new AbortController();
  const held = new Set<number>();
  let sleeper = new AbortController();

  async function run(work: Claimed): Promise<void> {
    let progress = 0;
    const stopping = new AbortController();
    const signal = AbortSignal.any([stopping.signal, closing.signal]);
    const heartbeat = setInterval(() => {
      prolong(db, worker, work.id, progress)
        .then((ours) => ours || stopping.abort())
        .catch(onError);
    }, HEARTBEAT_MS);
    try {
      const result = await compute(work, signal, (percent) => {
        progress = Math.max(progress, Math.min(99, Math.floor(percent)));
      });
      await succeed(db, worker, work.id, result);
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (closing.signal.aborted) return await release(db, worker, work.id);
      if (error instanceof Problem && !RETRIED.has(error.code)) {
        const { code, message, items } = error;
        return await fail(db, worker, work.id, { code, message, items });
      }
      onError(error);
      await postpone(db, worker, work.id);
      await tidy(db, GAVE_UP);
    } finally {
      clearInterval(heartbeat);
    }
  }

  async function work(): Promise<void> {
    let tidied = Number.NEGATIVE_INFINITY;
    while (!closing.signal.aborted) {
      try {
        if (performance.now() - tidied > TIDY_MS) {
          tidied = performance.now();
          await tidy(db, GAVE_UP);
        }
        const claimed = await claim(db, worker, [...held], known());
        if (claimed) {
          held.add(claimed.id);
          await run(claimed).finally(() => held.delete(claimed.id));
          continue;
        }
      } catch (error) {
        if (closing.signal.aborted) return;
        onError(error);
      }
      await pause(POLL_MS, undefined, {
        ref: false,
        signal: AbortSignal.any([sleeper.signal, closing.signal]),
      }).catch(() => {});
    }
  }

  const workers = Array.from({ length: atOnce }, work);
  return {
    wake() {
      sleeper.abort();
      sleeper = new AbortController();
    },
    async close() {
      closing.abort();
      await Promise.all(workers);
    },
  };
}

/** Of these the next attempt may be spared. */
const RETRIED = new Set(['database_busy', 'database_error', 'statement_timeout', 'too_busy', 'internal']);
