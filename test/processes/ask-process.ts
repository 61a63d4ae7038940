/** Executes processes of a service under test. */
import { setTimeout as pause } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import type { Service } from '../support/service.ts';

/** What a job says of itself. */
export interface Status {
  jobID: string;
  status: string;
  progress: number;
}

/** Executes a process. */
export async function execute(
  { ask }: Pick<Service, 'ask'>,
  id: string,
  inputs: object,
  headers: Record<string, string> = {},
  more: object = {},
): Promise<LightMyRequestResponse> {
  return await ask({
    method: 'POST',
    url: `/v1/processes/${id}/execution`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: { inputs, ...more },
  });
}

/** Waits for the end of a job that an answer names. */
export async function settle(
  { get }: Pick<Service, 'get'>,
  created: LightMyRequestResponse,
): Promise<Status> {
  for (;;) {
    const status: Status = (await get(pathOf(created))).json();
    if (!['accepted', 'running'].includes(status.status)) return status;
    await pause(100);
  }
}

/** Executes as a job and reads its results. */
export async function executeAsJob(
  service: Service,
  id: string,
  inputs: object,
  headers: Record<string, string> = {},
  more: object = {},
): Promise<LightMyRequestResponse> {
  const created = await execute(service, id, inputs, { prefer: 'respond-async', ...headers }, more);
  await settle(service, created);
  return await service.get(`${pathOf(created)}/results`);
}

/** Address of a created job below /v1. */
export function pathOf(created: LightMyRequestResponse): string {
  return new URL(String(created.headers.location)).pathname.slice('/v1'.length);
}
