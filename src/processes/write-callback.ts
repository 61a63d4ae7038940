/** What is posted to the subscribers of a job. */
import { MEDIA } from '../http/links.ts';
import type { DueCallback } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { deliver } from './deliver.ts';
import { describeJob } from './describe-job.ts';
import { requireProcess } from './registry.ts';

/**
 * The body of a call: results as `/jobs/{jobId}/results` answers them, of any other event the status.
 * @returns null where the job is in another state by now
 */
export async function writeCallback(
  queue: JobQueue,
  { jobId, event, base, language }: DueCallback,
): Promise<{ body: Buffer; type: string } | null> {
  const job = await queue.find(jobId);
  if (job.status !== event) return null;
  if (event !== 'successful')
    return { body: Buffer.from(JSON.stringify(describeJob(job, language, base))), type: MEDIA.json };
  const { result } = await queue.result(jobId);
  const process = requireProcess(job.processId);
  const hrefOf = (output: string): string => `${base}/jobs/${jobId}/results/${output}`;
  // Without a body a call would tell nothing.
  return (
    deliver(process, result, job, hrefOf).content ??
    deliver(process, result, { ...job, response: 'document' }, hrefOf).content
  );
}
