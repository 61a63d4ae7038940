/** A number of places for work; the rest waits in order, and may leave. */
export interface Slots {
  /** Runs the work as soon as a place is free. @throws the signal's reason when it is aborted before */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Makes places. */
export function makeSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free--;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      waiting.delete(resolve);
      reject(signal.reason);
    };
    waiting.add(resolve);
    signal.addEventListener('abort', leave);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  function exit(): void {
    const [next] = waiting;
    if (!next) {
      free++;
      return;
    }
    waiting.delete(next);
    next();
  }

  return {
    async run(signal, work) {
      await enter(signal);
      try {
        return await work();
      } finally {
        exit();
      }
    },
  };
}
