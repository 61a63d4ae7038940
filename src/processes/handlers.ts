/** HTTP of processes and jobs. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, originOf, selfHref } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { sendProblem } from '../http/problems.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import type { Inputs } from './check-inputs.ts';
import { type Answer, type DeliveryRequest, deliver, pickOutput, readDelivery } from './deliver.ts';
import { describeJob } from './describe-job.ts';
import { describeProcess, summariseProcess } from './describe-process.ts';
import { describeComputation, type ExecuteNow } from './execute-process.ts';
import type { Incoming } from './open-reference.ts';
import { readInstants } from './read-instants.ts';
import { readSubscriber, type Subscriber, subscriberWithoutJob } from './read-subscriber.ts';
import { PROCESSES, requireProcess } from './registry.ts';
import { resolveReferences } from './resolve-references.ts';

type Operation =
  | 'getProcesses'
  | 'getProcessDescription'
  | 'execute'
  | 'executeLocalMoran'
  | 'getJobs'
  | 'getStatus'
  | 'dismiss'
  | 'getResult'
  | 'getResultOutput';

interface ExecuteBody extends DeliveryRequest {
  inputs?: Inputs;
  subscriber?: Subscriber;
}

/** Addresses that requests may name. */
export interface OpenOrigins {
  /** Of subscribers. */
  callbacks: readonly string[];
  /** Of inputs by reference, beside this service itself. */
  inputs: readonly string[];
  /** Asks this service itself, without a socket. */
  askSelf: (path: string, headers: Record<string, string>, signal: AbortSignal) => Promise<Incoming>;
}

/**
 * Handlers of the processes slice.
 * @param executeNow executes while the request waits
 * @param today ISO date of today
 * @param open what requests may make this service open
 */
export function processHandlers(
  reader: Reader,
  queue: JobQueue,
  executeNow: ExecuteNow,
  today: () => string,
  open: OpenOrigins,
): Pick<Handlers, Operation> {
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    processId: string,
    body: ExecuteBody,
  ): Promise<FastifyReply> {
    const process = requireProcess(processId);
    const asynchronous = prefersAsync(request);
    const base = apiBase(request);
    if (body.subscriber && !asynchronous) throw subscriberWithoutJob();
    const callbacks = readSubscriber(body.subscriber, open.callbacks, base);
    const delivery = readDelivery(process, body);
    const language = languageOf(request);
    const inputs = await resolveReferences(process, body.inputs ?? {}, {
      own: originOf(request),
      origins: open.inputs,
      askSelf: (path, accept, signal) => open.askSelf(path, { accept, host: request.host }, signal),
    });
    const computation = describeComputation(process, inputs, reader.catalog(), today(), language);
    reply.header('vary', 'Accept-Language, Prefer').header('cache-control', 'no-store');
    if (asynchronous) {
      const job = await queue.submit(computation, delivery, callbacks);
      const document = describeJob(job, language, base);
      return reply
        .code(201)
        .header('location', `${base}/jobs/${job.id}`)
        .header('preference-applied', 'respond-async')
        .type(MEDIA.json)
        .send(JSON.stringify(document));
    }
    const result = await executeNow(computation);
    if (delivery.references.length === 0)
      return send(
        reply,
        deliver(process, result, delivery, () => ''),
      );
    const job = await queue.file(computation, delivery, result);
    // OGC's test suite looks for this relation without quotes.
    reply.header('link', `<${base}/jobs/${job.id}>; rel=monitor`);
    return send(reply, answerOf(request, job, result));
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
      const { outputs, references, response } = job;
      if (isFresh(request, reply, [address, JSON.stringify([outputs, references, response])]))
        return reply.code(304).send();
      return send(reply, answerOf(request, job, result));
    },

    async getResultOutput(request, reply) {
      const { job, address, result } = await queue.result(request.params.jobId);
      const { body, type } = pickOutput(requireProcess(job.processId), result, request.params.outputId);
      if (isFresh(request, reply, [address])) return reply.code(304).send();
      return reply.type(type).send(body);
    },
  };
}

function answerOf(request: FastifyRequest, job: Job, result: Uint8Array): Answer {
  const href = `${apiBase(request)}/jobs/${job.id}/results`;
  return deliver(requireProcess(job.processId), result, job, (output) => `${href}/${output}`);
}

function send(reply: FastifyReply, { content, links }: Answer): FastifyReply {
  const more = links.map(
    ({ href, rel, type, title }) => `<${href}>; rel="${rel}"; type="${type}"; title="${title}"`,
  );
  const before = [reply.getHeader('link') ?? []].flat().map(String);
  if (more.length > 0) reply.header('link', [...before, ...more].join(', '));
  return content ? reply.type(content.type).send(content.body) : reply.code(204).send();
}

/** Whether a preference of RFC 7240 asks for a job. */
function prefersAsync(request: FastifyRequest): boolean {
  const preferences = [request.headers.prefer ?? ''].flat().join(',').split(/[,;]/);
  return preferences.some((preference) => preference.trim().toLowerCase() === 'respond-async');
}

function pageLinks(request: FastifyRequest, offset: number, limit: number, more: boolean): Link[] {
  const at = (from: number): string => hrefWith(request, { offset: from === 0 ? null : String(from) });
  return [
    { href: selfHref(request), rel: 'self', type: MEDIA.json },
    ...(more ? [{ href: at(offset + limit), rel: 'next', type: MEDIA.json }] : []),
    ...(offset > 0 ? [{ href: at(Math.max(0, offset - limit)), rel: 'prev', type: MEDIA.json }] : []),
  ];
}
