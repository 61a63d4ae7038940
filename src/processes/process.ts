/** What a process is: one entry of the table in registry.ts. */
import type { WorkerPool } from '../analyses/worker-pool.ts';
import type { ClusterResults } from '../clusters/find-clusters.ts';
import type { IndexResults } from '../indices/index-results.ts';
import type { Label, Language } from '../label.ts';
import type { Reader, ReadState } from '../reader.ts';

/** A JSON Schema as OpenAPI 3.0 has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** An input. */
export interface ProcessInput {
  title: Label;
  description: Label;
  schema: Schema;
  /** Whether it may be left out; a default in the schema then stands for it. */
  optional?: boolean;
  /** More than one: values come as an array; `schema` is that of one. */
  maxOccurs?: number;
}

/** An output. */
export interface ProcessOutput {
  title: Label;
  description: Label;
  schema: Schema;
}

/** What a process reads with. */
export interface ProcessContext extends ReadState {
  reader: Reader;
  indexResults: IndexResults;
  clusterResults: ClusterResults;
  language: Language;
}

/** Work that is ready to be done: all has been read. */
export interface Work {
  /** Estimate of its time in one thread; decides whether a request may wait for it. */
  milliseconds: number;
  /**
   * @param signal stops it
   * @param report told the progress in percent
   * @returns JSON: the output, or an object of outputs where a process has several
   */
  run(pool: WorkerPool, signal: AbortSignal, report: (percent: number) => void): Promise<Uint8Array>;
}

/** A process. Equal inputs on an equal state give equal bytes. */
export interface Process {
  id: string;
  /** A change of any figure raises it. */
  version: string;
  title: Label;
  description: Label;
  keywords: readonly string[];
  inputs: Readonly<Record<string, ProcessInput>>;
  outputs: Readonly<Record<string, ProcessOutput>>;
  /** Media type of a single output. */
  mediaType: string;
  /**
   * Reads what is needed, and computes nothing.
   * @param inputs checked against the schemas, defaults filled in
   * @throws Problem invalid_request for inputs that name nothing
   */
  prepare(context: ProcessContext, inputs: never): Promise<Work>;
}

/** Address of a task's file. */
export function taskFile(name: string): URL {
  return new URL(`./tasks/${name}-task.ts`, import.meta.url);
}

/** How often a thread's progress is looked at. */
const LOOK_MS = 500;

/**
 * Work that the default export of a file does in a thread, with `{ input, progress }` as its argument: `progress` is shared memory
 * of one integer, the percent done.
 */
export function workInThread(file: URL, input: unknown, milliseconds: number): Work {
  return {
    milliseconds,
    async run(pool, signal, report) {
      const progress = new Int32Array(new SharedArrayBuffer(4));
      const timer = setInterval(() => report(Atomics.load(progress, 0)), LOOK_MS);
      try {
        return (await pool.run(file.href, { input, progress }, signal)) as Uint8Array;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
