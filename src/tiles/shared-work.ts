/** Work that simultaneous requests share: done once for all that wait, given up when none waits any more. */

/** Runs work by key. */
export interface SharedWork<T> {
  /**
   * @param key same key, same work
   * @param signal says that this caller does not wait any more
   * @param work told by its signal that nobody waits any more
   * @throws the signal's reason when it is aborted; what the work throws
   */
  run(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Running<T> {
  result: Promise<T>;
  waiting: number;
  done: boolean;
  controller: AbortController;
}

/** Makes a place for shared work. */
export function makeSharedWork<T>(): SharedWork<T> {
  const running = new Map<string, Running<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> {
    const controller = new AbortController();
    const entry: Running<T> = { waiting: 0, done: false, controller, result: work(controller.signal) };
    running.set(key, entry);
    const forget = (): void => {
      entry.done = true;
      if (running.get(key) === entry) running.delete(key);
    };
    entry.result.then(forget, forget);
    return entry;
  }

  return {
    async run(key, signal, work) {
      signal.throwIfAborted();
      const entry = running.get(key) ?? start(key, work);
      entry.waiting++;
      const { promise: left, reject } = Promise.withResolvers<never>();
      const leave = (): void => reject(signal.reason);
      signal.addEventListener('abort', leave);
      try {
        return await Promise.race([entry.result, left]);
      } finally {
        signal.removeEventListener('abort', leave);
        entry.waiting--;
        if (entry.waiting === 0 && !entry.done) {
          // Whoever comes now starts anew instead of joining work that is given up.
          if (running.get(key) === entry) running.delete(key);
          entry.controller.abort();
        }
      }
    },
  };
}
