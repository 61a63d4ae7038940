/** Gives back what it was given, in a worker thread. */
import { type Task, writeJson } from './units.ts';

/** Waits, then echoes. @returns JSON of the outputs */
export default function runEcho({ input, progress }: Task<Record<string, unknown>>): Uint8Array {
  const { pause = 0, ...values } = input as { pause?: number };
  const still = new Int32Array(new SharedArrayBuffer(4));
  for (let second = 0; second < pause; second++) {
    Atomics.store(progress, 0, Math.floor((100 * second) / pause));
    Atomics.wait(still, 0, 0, 1000);
  }
  return writeJson(values);
}
