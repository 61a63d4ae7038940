/**
 * The database worker seen from the main thread: started on demand, one batch at a time, stopped when a
 * batch takes too long and started again for the next one. PostgreSQL then recovers as after a crash.
 */
import { Worker } from 'node:worker_threads';
import { Problem } from '../../problem.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import type { Bytes } from './protocol.ts';

/** Handle of the database worker. */
export interface Engine {
  /**
   * Runs one batch of protocol messages after those asked for before, and resolves to the server's bytes.
   * Starts the worker when it is not running; that time does not count.
   * @param batch goes to the worker: the caller must not use it afterwards.
   * @param timeoutMs after this time the worker is stopped; 0 means no limit.
   * @throws Problem `statement_timeout` or, when the worker died, `database_error`.
   */
  run(batch: Bytes, timeoutMs: number): Promise<Uint8Array>;
  /** Shuts PostgreSQL down cleanly; may be called again. */
  close(): Promise<void>;
}

/** How long a clean shutdown (a checkpoint) may take before the worker is stopped; the data survive both. */
const CLOSE_LIMIT_MS = 10_000;

/** Creates the handle; nothing runs before the first `run`. */
export function createEngine(options: WorkerStart): Engine {
  let worker: Promise<Worker> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | null = null;

  /** One worker at a time: the next is started when the thread of the one before has ended. */
  function start(): Promise<Worker> {
    worker ??= launch(options, () => {
      worker = null;
    });
    return worker;
  }

  async function runNow(message: ToWorker, limitMs: number): Promise<Uint8Array> {
    const thread = await start();
    const timer = limitMs > 0 ? AbortSignal.timeout(limitMs) : null;
    const answer = await exchange(thread, message, timer);
    if (answer === 'timeout') {
      await thread.terminate();
      throw buildTimeout(limitMs);
    }
    return answer.kind === 'answer' ? answer.bytes : new Uint8Array(0);
  }

  /** Appends to the queue; a failure is reported to the one who asked and does not stop those behind. */
  function enqueue<T>(job: () => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new Problem('database_error', 'The embedded database is closed.'));
    const done = last.then(job);
    last = done.catch(() => null);
    return done;
  }

  return {
    run: (batch, timeoutMs) => enqueue(() => runNow({ kind: 'run', batch }, timeoutMs)),
    close() {
      if (closed) return closed;
      const done = enqueue(async () => {
        if (!worker) return;
        await runNow({ kind: 'close' }, CLOSE_LIMIT_MS).catch(() => null);
        await (await worker)?.terminate();
      });
      closed = done;
      return done;
    },
  };
}

/** Starts the worker and waits until its database is open. */
async function launch(options: WorkerStart, onExit: () => void): Promise<Worker> {
  // Options of the main program (`--eval`, loaders of a test runner) are not for this thread.
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options, execArgv: [] });
  thread.once('exit', onExit);
  // An idle worker that dies is noticed by its exit; without a listener its error would end the process.
  thread.on('error', () => {});
  const opened = await exchange(thread, null, null);
  if (opened === 'timeout') throw new Problem('internal', 'The start of the database has no time limit.');
  return thread;
}

/** Sends a message (null: only waits, at the start) and waits for the worker's next one, its end or the time. */
function exchange(
  thread: Worker,
  message: ToWorker | null,
  timeout: AbortSignal | null,
): Promise<FromWorker | 'timeout'> {
  thread.ref();
  const { promise, resolve, reject } = Promise.withResolvers<FromWorker | 'timeout'>();
  let reason = 'its thread ended.';
  const onMessage = (answer: FromWorker): void => {
    if (answer.kind === 'failed') {
      reason = answer.message;
      // PGlite's memory is in an unknown state: recovery from the log is the safe way on.
      void thread.terminate();
    } else resolve(answer);
  };
  const onError = (error: Error): void => {
    reason = error.message.split('\n')[0]!.slice(0, 300);
  };
  const onExit = (): void =>
    reject(new Problem('database_error', `The embedded database stopped: ${reason}`));
  const onTimeout = (): void => resolve('timeout');
  thread.on('message', onMessage).on('error', onError).on('exit', onExit);
  timeout?.addEventListener('abort', onTimeout);
  if (message) thread.postMessage(message, message.kind === 'run' ? [message.batch.buffer] : []);
  return promise.finally(() => {
    thread.off('message', onMessage).off('error', onError).off('exit', onExit);
    timeout?.removeEventListener('abort', onTimeout);
    // An idle worker must not keep a finished process alive.
    thread.unref();
  });
}

const buildTimeout = (limitMs: number): Problem =>
  new Problem('statement_timeout', `The statement was stopped after ${limitMs} ms.`, [
    { code: 'statement_timeout', got: `more than ${limitMs} ms`, expected: `at most ${limitMs} ms` },
  ]);
