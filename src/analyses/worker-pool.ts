/** A warm worker for heavy statistics, so that requests never wait for an analysis. */
import { Piscina } from 'piscina';
import { Problem } from '../problem.ts';
import type { LocalMoranOutcome, LocalMoranTask } from './local-moran-task.ts';

/** Runs analyses off the event loop. */
export interface WorkerPool {
  /** @throws Problem statement_timeout when the time budget is used up */
  localMoran(task: LocalMoranTask): Promise<LocalMoranOutcome>;
  close(): Promise<void>;
}

/** A synchronous request has this long; longer ones will be jobs. */
const TIME_BUDGET_MS = 60_000;

/** Makes the pool; threads start with the first task. */
export function openWorkerPool(): WorkerPool {
  const pool = new Piscina({
    filename: new URL('./local-moran-task.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 60_000,
    maxQueue: 100,
  });
  return {
    async localMoran(task) {
      const signal = AbortSignal.timeout(TIME_BUDGET_MS);
      try {
        return (await pool.run(task, { signal })) as LocalMoranOutcome;
      } catch (error) {
        if (!signal.aborted) throw error;
        throw new Problem('statement_timeout', 'The analysis took too long.', [], { cause: error });
      }
    },
    close: async () => {
      await pool.destroy();
    },
  };
}
