/** Use case: the results that a request names, of jobs or executed now, as features. */
import type { components } from '../../openapi/generated/types.ts';
import { listIndices } from '../indices/choose-subject.ts';
import type { Computation } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { Problem, type ProblemItem } from '../problem.ts';
import { describeComputation, type ExecuteNow } from '../processes/execute-process.ts';
import type { Process } from '../processes/process.ts';
import { requireProcess } from '../processes/registry.ts';
import type { Reader } from '../reader.ts';
import type { PublishRequest } from './publish-analysis.ts';
import { requirePublishable } from './publishable.ts';

type Wanted = components['schemas']['PublicationRequest']['results'][number];

/** What results are obtained with. */
export interface ResultMeans {
  reader: Reader;
  queue: JobQueue;
  executeNow: ExecuteNow;
}

/** Requests have no language of their own, so that the same request is the same publication. */
const LANGUAGE = 'de';

/**
 * Obtains the results.
 * @param today ISO date
 * @throws Problem invalid_request for wrong inputs, what takes too long, jobs that are not done, or several processes; no_such_job,
 *   no_such_process
 */
export async function obtainResults(
  means: ResultMeans,
  wanted: readonly Wanted[],
  today: string,
): Promise<Pick<PublishRequest, 'process' | 'results'>> {
  const results: PublishRequest['results'][number][] = [];
  let process: Process | null = null;
  for (const [r, one] of wanted.entries()) {
    const field = `/body/results/${r}`;
    const { computation, bytes, job } = await obtain(means, one, field, today).catch(relocate(field));
    const own = requireProcess(computation.processId);
    if (process && own !== process) throw refuseMixture(field, own.id, process.id);
    process = own;
    const map = requirePublishable(own.id, field);
    const { catalog } = await means.reader.stateAt(computation.release, computation.day);
    const inputs = JSON.parse(computation.inputs) as Record<string, unknown>;
    const indices = listIndices(await means.reader.indexMethods(catalog));
    const mapped = map(JSON.parse(bytes.toString()) as never, { catalog, indices, inputs });
    results.push({ mapped, catalog, inputs, job, language: computation.language });
  }
  return { process: process!, results };
}

interface Obtained {
  computation: Computation;
  bytes: Buffer;
  job: string | null;
}

async function obtain(
  { reader, queue, executeNow }: ResultMeans,
  { job, process, inputs }: Wanted,
  field: string,
  today: string,
): Promise<Obtained> {
  if ((job === undefined) === (process === undefined) || (job !== undefined && inputs !== undefined)) {
    throw refuse(
      field,
      'result_unclear',
      Object.keys({ job, process, inputs }).join(),
      'either job, or process and inputs',
    );
  }
  if (job !== undefined) {
    const { result } = await queue.result(job);
    const computation = await queue.computation(job);
    return { computation, bytes: toBuffer(result), job };
  }
  const own = requireProcess(process!);
  requirePublishable(own.id, field);
  const computation = describeComputation(own, inputs ?? {}, reader.catalog(), today, LANGUAGE);
  return { computation, bytes: toBuffer(await executeNow(computation)), job: null };
}

function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Says where in this request something stands that the process refuses. */
function relocate(field: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Problem) || error.code !== 'invalid_request') throw error;
    const items = error.items.map((item): ProblemItem => {
      if (item.code === 'too_long')
        return { ...item, field, expected: 'the job of an execution with respond-async' };
      return item.field?.startsWith('/body/inputs')
        ? { ...item, field: item.field.replace('/body', field) }
        : item;
    });
    throw new Problem(error.code, error.message, items, { cause: error });
  };
}

function refuseMixture(field: string, got: string, expected: string): Problem {
  return refuse(field, 'several_processes', `a result of ${got}`, `results of ${expected} like the first`);
}

function refuse(field: string, code: string, got: string, expected: string): Problem {
  return new Problem('invalid_request', 'These results cannot be published.', [
    { code, field, got, expected },
  ]);
}
