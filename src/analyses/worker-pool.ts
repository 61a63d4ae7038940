/** Warm worker threads for heavy statistics, so that requests never wait for an analysis. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { Problem } from '../problem.ts';
import type { Autocorrelation } from '../stats/global/global-test.ts';
import type { ClassRobustness } from '../stats/indices/class-robustness.ts';
import { splitWork } from '../stats/local/count-local.ts';
import { estimateCost } from '../stats/local/estimate-cost.ts';
import { analyseLocal } from '../stats/local/local-analysis.ts';
import type { LocalRequest } from '../stats/local/local-plan.ts';
import type { LocalAnalysis } from '../stats/local/local-result.ts';
import runClassRobustness, { type ClassRobustnessTask } from './class-robustness-task.ts';
import runWholeMoran, {
  finishMoran,
  type LocalMoranOutcome,
  type LocalMoranTask,
  type PreparedMoran,
} from './local-moran-task.ts';

/** Runs analyses off the event loop. The number of threads never changes a result. */
export interface WorkerPool {
  /**
   * @param signal stops the threads that work on it
   * @throws Problem analysis_timeout when the time budget is used up, too_busy when too many wait; the signal's reason when
   * it is aborted
   */
  localMoran(task: LocalMoranTask, signal?: AbortSignal): Promise<LocalMoranOutcome>;
  /** Any local statistics. @throws RangeError for a bad request, else as `localMoran` */
  analyseLocal(request: LocalRequest, signal?: AbortSignal): Promise<LocalAnalysis>;
  /** How classes of an index hold. @throws RangeError for bad options, else as `localMoran` */
  classRobustness(task: ClassRobustnessTask, signal?: AbortSignal): Promise<ClassRobustness>;
  /**
   * The default export of a file, always in a thread.
   * @param file its address
   * @param input what can be cloned
   * @throws what the function throws, else as `localMoran`
   */
  run(file: string, input: unknown, signal?: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

/** Choices of a pool. */
export interface PoolOptions {
  /** Threads at most. */
  threads?: number;
  /** A synchronous request has this long; longer ones will be jobs. */
  budgetMs?: number;
  /** Requests that run or wait together; of more, the last would not be done within their time. */
  mostAtOnce?: number;
}

/** One processor is left to requests. */
export const USUAL_THREADS = Math.max(1, availableParallelism() - 1);

/** Work below this does not delay other requests noticeably, and costs less than sending it away. */
const INLINE_MS = 20;
/** A part smaller than this is not worth a thread. */
const PART_MS = 20;
/** Contiguity, per vertex; a city's districts have some 100,000. */
const MS_PER_VERTEX = 5e-4;
/** One run of an index, per district and indicator. */
const MS_PER_SCORE = 1e-4;
/** Shuffles of the global test, per district. */
const MS_PER_DISTRICT = 0.15;

/** Makes the pool; threads start with the first task that needs them, and stay. */
export function openWorkerPool({
  threads = USUAL_THREADS,
  budgetMs = 60_000,
  mostAtOnce = 16,
}: PoolOptions = {}): WorkerPool {
  let pool: Piscina | null = null;
  // With no thread as the minimum nothing replaces one that died or was stopped, and what waits for it would wait for ever.
  const open = (): Piscina => new Piscina({ minThreads: 1, maxThreads: threads, idleTimeout: Infinity });

  let running = 0;

  async function withBudget<T>(signal: AbortSignal | undefined, work: (run: Run) => Promise<T>): Promise<T> {
    if (running >= mostAtOnce)
      throw new Problem('too_busy', 'Too many analyses are waiting; ask again later.');
    running++;
    const timeout = AbortSignal.timeout(budgetMs);
    // When one part fails, the others have nothing left to work for.
    const failure = new AbortController();
    const stop = AbortSignal.any([timeout, failure.signal, ...(signal ? [signal] : [])]);
    pool ??= open();
    const opened = pool;
    const run: Run = (filename, name, input) => opened.run(input, { filename, name, signal: stop });
    try {
      signal?.throwIfAborted();
      return await work(run);
    } catch (error) {
      failure.abort();
      signal?.throwIfAborted();
      if (!timeout.aborted) throw error;
      throw new Problem('analysis_timeout', 'The analysis took too long, waiting included.', [], {
        cause: error,
      });
    } finally {
      running--;
    }
  }

  async function analyse(run: Run, request: LocalRequest): Promise<LocalAnalysis> {
    const parts = Math.min(threads, Math.floor(estimateCost(request) / PART_MS));
    if (parts < 2) return (await run(STATISTICS, 'analyse', request)) as LocalAnalysis;
    const counts = splitWork(parts).map((part) => run(STATISTICS, 'count', { request, part }));
    return (await run(STATISTICS, 'describe', {
      request,
      parts: await Promise.all(counts),
    })) as LocalAnalysis;
  }

  return {
    async localMoran(task, signal) {
      signal?.throwIfAborted();
      const districts = task.values.length;
      const cost = (task.polygons.coordinates.length / 2) * MS_PER_VERTEX + districts * MS_PER_DISTRICT;
      if (cost + task.permutations / 3000 < INLINE_MS) return runWholeMoran(task);
      return withBudget(signal, async (run) => {
        if (threads === 1) return (await run(MORAN, 'default', task)) as LocalMoranOutcome;
        const prepared = (await run(MORAN, 'prepareMoran', task)) as PreparedMoran;
        const [local, global] = await Promise.all([
          analyse(run, prepared.request),
          run(MORAN, 'testGlobally', prepared.request),
        ]);
        return finishMoran(prepared, local, global as Autocorrelation);
      });
    },
    async analyseLocal(request, signal) {
      signal?.throwIfAborted();
      if (estimateCost(request) < INLINE_MS) return analyseLocal(request);
      return withBudget(signal, (run) => analyse(run, request));
    },
    async classRobustness(task, signal) {
      signal?.throwIfAborted();
      const { noise, weights } = task.options;
      const runs = (noise?.draws ?? 0) + (weights?.draws ?? 0) + task.indicators.length;
      const scores = task.indicators.length * task.indicators[0]!.values.length;
      if (runs * scores * MS_PER_SCORE < INLINE_MS) return runClassRobustness(task);
      return withBudget(signal, async (run) => (await run(ROBUSTNESS, 'default', task)) as ClassRobustness);
    },
    run: async (file, input, signal) => await withBudget(signal, (run) => run(file, 'default', input)),
    close: async () => {
      await pool?.destroy();
    },
  };
}

/** Runs an exported function of a file in a thread. */
type Run = (filename: string, name: string, input: unknown) => Promise<unknown>;

const MORAN = new URL('./local-moran-task.ts', import.meta.url).href;
const ROBUSTNESS = new URL('./class-robustness-task.ts', import.meta.url).href;
const STATISTICS = new URL('./local-statistics-task.ts', import.meta.url).href;
