/** Jobs as documents. */
import type { components } from '../../openapi/generated/types.ts';
import { MEDIA, OGC_REL } from '../http/links.ts';
import { toProblemDocument } from '../http/problems.ts';
import type { Failure, Job, JobStatus } from '../jobs/job.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { Problem } from '../problem.ts';

type StatusInfo = components['schemas']['StatusInfo'];

const MESSAGES: Record<JobStatus, Label> = {
  accepted: { de: 'wartet', en: 'waits' },
  running: { de: 'wird berechnet', en: 'is being computed' },
  successful: { de: 'fertig', en: 'done' },
  failed: { de: 'fehlgeschlagen', en: 'failed' },
  dismissed: { de: 'verworfen', en: 'dismissed' },
};

/** Status of a job. @param base address of the API */
export function describeJob(job: Job, language: Language, base: string): StatusInfo {
  const href = `${base}/jobs/${job.id}`;
  const message = textOf(MESSAGES[job.status], language);
  return {
    jobID: job.id,
    type: 'process',
    processID: job.processId,
    status: job.status,
    message: job.failure && job.status === 'failed' ? `${message}: ${describeFailure(job.failure)}` : message,
    created: job.created.toISOString(),
    ...(job.started && { started: job.started.toISOString() }),
    ...(job.finished && { finished: job.finished.toISOString() }),
    updated: job.updated.toISOString(),
    progress: job.status === 'successful' ? 100 : job.progress,
    links: [
      { href, rel: 'self', type: MEDIA.json },
      ...(job.status === 'successful'
        ? [{ href: `${href}/results`, rel: `${OGC_REL}/results`, type: MEDIA.json, title: 'Results' }]
        : []),
    ],
  };
}

/** As the results of the job say it, so that nothing private is told. */
function describeFailure({ code, message, items }: Failure): string {
  return toProblemDocument(new Problem(code, message, items), '').detail;
}
