/** HTTP of processes and jobs. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, selfHref } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { sendProblem } from '../http/problems.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import type { Inputs } from './check-inputs.ts';
import { type DeliveryRequest, deliver, readDelivery } from './deliver.ts';
import { describeJob } from './describe-job.ts';
import { describeProcess, summariseProcess } from './describe-process.ts';
import { describeComputation, type ExecuteNow } from './execute-process.ts';
import { readInstants } from './read-instants.ts';
import { PROCESSES, requireProcess } from './registry.ts';

type Operation =
  | 'getProcesses'
  | 'getProcessDescription'
  | 'execute'
  | 'executeLocalMoran'
  | 'getJobs'
  | 'getStatus'
  | 'dismiss'
  | 'getResult';

interface ExecuteBody extends DeliveryRequest {
  inputs?: Inputs;
  subscriber?: { successUri: string };
}

/**
 * Handlers of the processes slice.
 * @param executeNow executes while the request waits
 * @param today ISO date of today
 */
export function processHandlers(
  reader: Reader,
  queue: JobQueue,
  executeNow: ExecuteNow,
  today: () => string,
): Pick<Handlers, Operation> {
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    processId: string,
    body: ExecuteBody,
  ): Promise<FastifyReply> {
    const process = requireProcess(processId);
    refuseSubscriber(body);
    const delivery = readDelivery(process, body);
    const language = languageOf(request);
    const computation = describeComputation(process, body.inputs ?? {}, reader.catalog(), today(), language);
    reply.header('vary', 'Accept-Language, Prefer').header('cache-control', 'no-store');
    if (prefersAsync(request)) {
      const job = await queue.submit(computation, delivery);
      const document = describeJob(job, language, apiBase(request));
      return reply
        .code(201)
        .header('location', `${apiBase(request)}/jobs/${job.id}`)
        .header('preference-applied', 'respond-async')
        .type(MEDIA.json)
        .send(JSON.stringify(document));
    }
    const { body: bytes, type } = deliver(process, await executeNow(computation), delivery);
    return reply.type(type).send(bytes);
  }

  return {
    async getProcesses(request, reply) {
      const language = languageOf(request);
      if (isFresh(request, reply, [language])) return reply.code(304).send();
      const { limit, offset = 0 } = request.query;
      const shown = [...PROCESSES.values()].slice(offset, offset + limit);
      return {
        processes: shown.map((process) => summariseProcess(process, language, apiBase(request))),
        links: pageLinks(request, offset, limit, offset + limit < PROCESSES.size),
      };
    },

    async getProcessDescription(request, reply) {
      const process = requireProcess(request.params.processId);
      const language = languageOf(request);
      if (isFresh(request, reply, [language])) return reply.code(304).send();
      return describeProcess(process, language, apiBase(request));
    },

    async execute(request, reply) {
      try {
        return await answer(request, reply, request.params.processId, request.body);
      } catch (error) {
        // OGC's test suite accepts nothing but this type, and takes nothing else.
        if (!(error instanceof Problem) || request.headers.accept !== MEDIA.json) throw error;
        return sendProblem(request, reply, error, MEDIA.json);
      }
    },

    executeLocalMoran: async (request, reply) => await answer(request, reply, 'local-moran', request.body),

    async getJobs(request, reply) {
      const { query } = request;
      const { limit, offset = 0 } = query;
      const { minDuration, maxDuration } = query;
      const instants = query.datetime === undefined ? {} : readInstants(query.datetime);
      const filter = {
        processes: query.processID,
        statuses: query.status,
        ...instants,
        minDuration,
        maxDuration,
      };
      const jobs = await queue.list(filter, limit + 1, offset);
      const language = languageOf(request);
      reply.header('vary', 'Accept-Language').header('cache-control', 'no-store');
      return {
        jobs: jobs.slice(0, limit).map((job) => describeJob(job, language, apiBase(request))),
        links: pageLinks(request, offset, limit, jobs.length > limit),
      };
    },

    async getStatus(request, reply) {
      const job = await queue.find(request.params.jobId);
      reply.header('vary', 'Accept-Language').header('cache-control', 'no-store');
      return describeJob(job, languageOf(request), apiBase(request));
    },

    async dismiss(request, reply) {
      const job = await queue.dismiss(request.params.jobId);
      reply.header('vary', 'Accept-Language').header('cache-control', 'no-store');
      return describeJob(job, languageOf(request), apiBase(request));
    },

    async getResult(request, reply) {
      const { job, address, result } = await queue.result(request.params.jobId);
      if (isFresh(request, reply, [address, JSON.stringify([job.outputs, job.response])]))
        return reply.code(304).send();
      const { body, type } = deliver(requireProcess(job.processId), result, job);
      return reply.type(type).send(body);
    },
  };
}

/** Whether a preference of RFC 7240 asks for a job. */
function prefersAsync(request: FastifyRequest): boolean {
  const preferences = [request.headers.prefer ?? ''].flat().join(',').split(/[,;]/);
  return preferences.some((preference) => preference.trim().toLowerCase() === 'respond-async');
}

/** A server that posts wherever it is told can be turned against its own network. */
function refuseSubscriber({ subscriber }: ExecuteBody): void {
  if (!subscriber) return;
  throw new Problem('invalid_request', 'This service calls no addresses that requests name.', [
    {
      code: 'subscriber_refused',
      field: '/body/subscriber/successUri',
      got: subscriber.successUri.slice(0, 100),
      expected: 'no subscriber: ask for the status of the job',
    },
  ]);
}

function pageLinks(request: FastifyRequest, offset: number, limit: number, more: boolean): Link[] {
  const at = (from: number): string => hrefWith(request, { offset: from === 0 ? null : String(from) });
  return [
    { href: selfHref(request), rel: 'self', type: MEDIA.json },
    ...(more ? [{ href: at(offset + limit), rel: 'next', type: MEDIA.json }] : []),
    ...(offset > 0 ? [{ href: at(Math.max(0, offset - limit)), rel: 'prev', type: MEDIA.json }] : []),
  ];
}
