/** A task that takes its thread with it, in one way or another. */
import { setTimeout as pause } from 'node:timers/promises';

export interface Death {
  way: 'exit' | 'error' | 'memory' | 'none';
  /** Before a task that does not die has its answer. */
  milliseconds?: number;
}

/** @returns `alive` unless it dies */
export default async function live({ way, milliseconds = 0 }: Death): Promise<string> {
  if (way === 'exit') process.exit(1);
  if (way === 'error')
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
  const hoard: string[][] = [];
  while (way === 'memory') hoard.push(new Array(100_000).fill(String(hoard.length)));
  await pause(milliseconds);
  return 'alive';
}
