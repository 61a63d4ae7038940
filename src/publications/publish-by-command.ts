/**
 * Publishing and withdrawing as operators do it by command: through the API, so that checks and messages are its own.
 *
 *     publish   execute as jobs ──▶ wait ──▶ POST /publications with the jobs
 *     withdraw  DELETE /publications/{id}
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { components } from '../../openapi/generated/types.ts';
import { type AskApi, refuseProblem } from '../bundles/ask-api.ts';
import type { Label } from '../label.ts';
import { Problem } from '../problem.ts';

type Document = components['schemas']['Publication'];

/** What the command line says. */
export interface PublishCommand {
  id: string;
  title: Label;
  description: string | undefined;
  licence: string | undefined;
  /** Jobs that succeeded; undefined to execute the process. */
  jobs: readonly string[] | undefined;
  process: string | undefined;
  /** JSON: inputs of one execution, or an array of them. */
  inputs: string | undefined;
  /** Told in one line about each step. */
  onProgress: (message: string) => void;
}

/** How often a job is looked at. */
const LOOK_MS = 200;

/**
 * Publishes.
 * @returns the publication, and whether it is new
 * @throws Problem as the API
 */
export async function publishByCommand(
  ask: AskApi,
  command: PublishCommand,
): Promise<{ publication: Document; added: boolean }> {
  const { id, title, licence, onProgress } = command;
  const jobs = command.jobs ?? (await executeJobs(ask, command));
  const description = command.description === undefined ? undefined : { de: command.description };
  const body = { id, title, description, licence, results: jobs.map((job) => ({ job })) };
  onProgress('The results are published …');
  const answer = await ask('/v1/publications', { method: 'POST', body });
  refuseProblem(answer);
  return { publication: JSON.parse(answer.body.toString()) as Document, added: answer.status === 201 };
}

/** Withdraws. @throws Problem as the API, also for what is withdrawn already */
export async function withdrawByCommand(ask: AskApi, id: string, reason: string): Promise<Document> {
  const query = new URLSearchParams({ reason });
  const answer = await ask(`/v1/publications/${encodeURIComponent(id)}?${query}`, { method: 'DELETE' });
  refuseProblem(answer);
  return JSON.parse(answer.body.toString()) as Document;
}

async function executeJobs(ask: AskApi, { process, inputs, onProgress }: PublishCommand): Promise<string[]> {
  const jobs: string[] = [];
  for (const one of readInputs(inputs ?? '{}')) {
    const created = await ask(`/v1/processes/${encodeURIComponent(process!)}/execution`, {
      method: 'POST',
      headers: { prefer: 'respond-async' },
      body: { inputs: one },
    });
    refuseProblem(created);
    const { jobID } = JSON.parse(created.body.toString()) as { jobID: string };
    onProgress(`Job ${jobID} executes ${process} …`);
    await settle(ask, jobID);
    jobs.push(jobID);
  }
  return jobs;
}

async function settle(ask: AskApi, job: string): Promise<void> {
  for (;;) {
    const answer = await ask(`/v1/jobs/${job}`);
    refuseProblem(answer);
    const { status } = JSON.parse(answer.body.toString()) as { status: string };
    if (status === 'successful') return;
    // The results of a job that failed are the problem that made it fail.
    if (status !== 'accepted' && status !== 'running') refuseProblem(await ask(`/v1/jobs/${job}/results`));
    await pause(LOOK_MS);
  }
}

function readInputs(text: string): unknown[] {
  try {
    const inputs: unknown = JSON.parse(text);
    return Array.isArray(inputs) ? inputs : [inputs];
  } catch {
    throw new Problem('invalid_request', 'The inputs are no JSON.', [
      {
        code: 'invalid_value',
        field: '--inputs',
        got: text.slice(0, 100),
        expected: 'an object, or an array of objects',
      },
    ]);
  }
}
