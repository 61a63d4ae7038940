/** Servers and clients of benchmarks in processes of their own, which talk by messages. */
import type { ChildProcess } from 'node:child_process';
import type { LoadRequest } from './load-client.ts';

/** One way to ask for something. */
export type Way = Omit<LoadRequest, 'milliseconds'>;

/** The next message of a process. */
export function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`The process ended with ${code}.`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}

/** Lets the load client ask for a while. @returns answers per second */
export async function askFor(client: ChildProcess, way: Way, milliseconds: number): Promise<number> {
  client.send({ ...way, milliseconds } satisfies LoadRequest);
  const result = (await answer(client)) as { rate: number } | { error: string };
  if ('error' in result) throw new Error(`${way.paths[0]}: ${result.error}`);
  return result.rate;
}
