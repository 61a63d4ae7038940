/** Use case: executes a process at once or as a job, once for equal requests. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { WorkerPool } from '../analyses/worker-pool.ts';
import { type Catalog, stampOf } from '../catalog/catalog.ts';
import type { ClusterResults } from '../clusters/find-clusters.ts';
import type { IndexResults } from '../indices/index-results.ts';
import type { Computation } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Compute } from '../jobs/runner.ts';
import type { Language } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { VERSION } from '../version.ts';
import { canonicalJson, checkInputs, type Inputs } from './check-inputs.ts';
import type { Process, Work } from './process.ts';
import { requireProcess } from './registry.ts';

/** Longer work is only done as a job. */
const SYNC_MS = 10_000;
/** Bytes of results that are kept in memory, so that equal requests at once are one computation. */
const KEPT_BYTES = 32 * 1024 * 1024;

/** What an execution reads and computes with. */
export interface Means {
  reader: Reader;
  indexResults: IndexResults;
  clusterResults: ClusterResults;
  pool: WorkerPool;
}

/** Names what a request is to compute. @throws Problem invalid_request for wrong inputs */
export function describeComputation(
  process: Process,
  given: Inputs,
  catalog: Catalog,
  day: string,
  language: Language,
): Computation {
  const inputs = canonicalJson(checkInputs(process, given));
  const state = stampOf(catalog, [catalog.release]);
  const parts = [process.id, process.version, VERSION, inputs, language, state, day];
  const address = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return { address, processId: process.id, inputs, language, release: catalog.release, day };
}

/** Reads what a computation needs, on the state of the data that it was asked for. */
async function prepare({ pool: _pool, ...readers }: Means, computation: Computation): Promise<Work> {
  const { processId, inputs, language, release, day } = computation;
  const { catalog } = await readers.reader.stateAt(release, day);
  const context = { ...readers, catalog, day, language };
  return await requireProcess(processId).prepare(context, JSON.parse(inputs) as never);
}

/** What jobs do. */
export function makeCompute(means: Means): Compute {
  return async (computation, signal, report) => {
    const work = await prepare(means, computation);
    report(5);
    return await work.run(means.pool, signal, report).catch(asRefusal);
  };
}

/** The statistics refuse what schemas cannot know, such as more regions than districts. */
function asRefusal(error: unknown): never {
  if (!(error instanceof RangeError)) throw error;
  throw new Problem('invalid_request', error.message, [
    {
      code: 'invalid_value',
      field: '/body/inputs',
      got: error.message,
      expected: 'inputs that fit the data',
    },
  ]);
}

/** Executes at once. @throws Problem invalid_request, also for work that takes too long to wait for */
export type ExecuteNow = (computation: Computation) => Promise<Uint8Array>;

/** Opens the cache of results. */
export function openExecution(means: Means, queue: JobQueue): ExecuteNow {
  const results = new LRUCache<string, Uint8Array, Computation>({
    ignoreFetchAbort: true,
    maxSize: KEPT_BYTES,
    sizeCalculation: (bytes) => bytes.length + 1,
    fetchMethod: async (address, _stale, { context: computation }) => {
      const kept = await queue.kept(address);
      if (kept) return kept;
      const work = await prepare(means, computation);
      if (work.milliseconds > SYNC_MS) throw tooLong(work.milliseconds);
      return await work.run(means.pool, NEVER, () => {}).catch(asRefusal);
    },
  });
  return async (computation) => await results.forceFetch(computation.address, { context: computation });
}

const NEVER = new AbortController().signal;

function tooLong(milliseconds: number): Problem {
  return new Problem('invalid_request', 'This takes too long to wait for: ask for a job.', [
    {
      code: 'too_long',
      field: 'Prefer',
      got: `about ${Math.ceil(milliseconds / 1000)} s of work`,
      expected: 'the header Prefer: respond-async, or less work',
    },
  ]);
}
