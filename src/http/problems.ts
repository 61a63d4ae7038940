/** The one error table: which HTTP status and title a coded error has, and how it becomes RFC 9457. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { components } from '../../openapi/generated/types.ts';
import { Problem, type ProblemCode, type ProblemItem } from '../problem.ts';

type ProblemDocument = components['schemas']['Problem'];

/** Where the types of errors begin that OGC API Processes names. */
const OGC_TYPE = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0';

/** Status, title and, where a standard names it, type of every code. A code without a row does not compile. */
export const PROBLEMS: Record<ProblemCode, { status: number; title: string; type?: string }> = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  not_allowed: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  withdrawn: { status: 410, title: 'Withdrawn' },
  no_such_process: { status: 404, title: 'No such process', type: `${OGC_TYPE}/no-such-process` },
  no_such_job: { status: 404, title: 'No such job', type: `${OGC_TYPE}/no-such-job` },
  result_not_ready: { status: 404, title: 'The result is not ready', type: `${OGC_TYPE}/result-not-ready` },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  not_acceptable: { status: 406, title: 'No acceptable format' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  headers_too_large: { status: 431, title: 'The address or the headers are too long' },
  range_not_satisfiable: { status: 416, title: 'No such range of bytes' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  invalid_package: { status: 422, title: 'The data package is not valid' },
  invalid_configuration: { status: 500, title: 'The configuration is not valid' },
  invalid_migration: { status: 500, title: 'The database does not fit this version' },
  database_busy: { status: 503, title: 'The database is busy' },
  database_error: { status: 500, title: 'The database reported an error' },
  statement_timeout: { status: 503, title: 'The query took too long' },
  analysis_timeout: { status: 503, title: 'The analysis took too long' },
  computation_failed: { status: 500, title: 'The computation ended without a result several times' },
  too_busy: { status: 503, title: 'Too much at once' },
  nested_transaction: { status: 500, title: 'Internal error' },
  internal: { status: 500, title: 'Internal error' },
};

/** Errors whose message may name files, SQL or addresses: the client gets the title only, the log gets all. */
const PRIVATE = 500;

/**
 * Makes the problem document of an error.
 * @param error what was thrown
 * @param instance the path that was asked for
 */
export function toProblemDocument(error: unknown, instance: string): ProblemDocument {
  const problem = toProblem(error);
  const { status, title, type } = PROBLEMS[problem.code];
  const open = status < PRIVATE;
  return {
    type: type ?? `/docs#${problem.code}`,
    title,
    status,
    detail: open ? problem.message : `${title}. The log of the service says more.`,
    instance,
    errors: open ? problem.items.map((item) => ({ ...item })) : [],
  };
}

const FASTIFY_CODES: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
};

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return new Problem('internal', String(error));
  const known = FASTIFY_CODES[(error as FastifyError).code];
  if (known) return new Problem(known, error.message, [], { cause: error });
  const status = (error as FastifyError).statusCode;
  const code: ProblemCode =
    status !== undefined && status >= 400 && status < 500 ? 'invalid_request' : 'internal';
  return new Problem(code, error.message, [], { cause: error });
}

/** Seconds after which a busy service is worth another try. */
const RETRY_AFTER_S = 5;

/** Sends an error as problem document and logs what is our fault. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  type = 'application/problem+json',
): FastifyReply {
  const document = toProblemDocument(error, request.url.split('?', 1)[0] ?? '/');
  // Work that a client takes back by leaving is nobody's fault, and nobody reads the answer.
  if (document.status >= 500 && error !== request.signal.reason)
    request.log.error({ err: error }, 'request failed');
  // Set for the success that did not come about.
  for (const header of ['etag', 'vary', 'link', 'content-crs', 'content-disposition', 'content-length'])
    reply.removeHeader(header);
  if (document.status === 503) reply.header('retry-after', RETRY_AFTER_S);
  return reply
    .code(document.status)
    .header('cache-control', 'no-store')
    .type(type)
    .send(JSON.stringify(document));
}

/** Makes every error of an app a problem document: thrown, unknown routes, malformed addresses and requests. */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, new Problem('not_found', `Nothing is at ${request.url.split('?', 1)[0]}.`)),
  );
}

/** A filter may have 10,000 characters, and most of those of a polygon are escaped by three. */
export const MOST_HEADER_BYTES = 64 * 1024;

/** The answer to what is not HTTP; no request object exists yet. */
export function malformedRequest({ code, message }: { code?: string; message: string }): ProblemDocument {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return toProblemDocument(
      new Problem('headers_too_large', `Address and headers have at most ${MOST_HEADER_BYTES} bytes.`),
      '/',
    );
  }
  const item: ProblemItem = { code: 'malformed', got: message, expected: 'a well-formed HTTP request' };
  return toProblemDocument(new Problem('invalid_request', 'The request is malformed.', [item]), '/');
}
