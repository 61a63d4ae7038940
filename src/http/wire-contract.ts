/**
 * Turns the contract and its handlers into routes. Validation is strict: unknown parameters and wrong values are a 400
 * that names them with got and expected.
 */
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import glue from 'fastify-openapi-glue';
import { Problem } from '../problem.ts';
import type { Contract, Handlers } from './contract.ts';
import { sendProblem } from './problems.ts';
import { readParameters } from './read-parameters.ts';
import { toValidationProblem } from './validation-problem.ts';

/**
 * Registers a route below `prefix` for every operation.
 * @param app the Fastify instance
 * @param contract the bundled contract
 * @param handlers one handler for each operationId; requests wait until they are there
 * @param prefix e.g. `/v1`
 * @param isFixed whether a collection has no parameters but the contract's
 */
export async function wireContract(
  app: FastifyInstance,
  contract: Contract,
  handlers: Promise<Handlers>,
  prefix: string,
  isFixed: (collectionId: string) => boolean = () => true,
): Promise<void> {
  const ajv = makeAjv();
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const strict = httpPart === 'body' ? {} : { additionalProperties: false };
    return ajv.compile({ ...(schema as object), ...strict });
  });
  app.setSchemaErrorFormatter((errors, part) => toValidationProblem(errors as ErrorObject[], part));
  app.setSerializerCompiler(() => (body: unknown) => JSON.stringify(body));
  // Fastify reads plain text unasked, and no body has that form: without a parser it is a 415.
  app.removeContentTypeParser('text/plain');
  app.addHook('preValidation', async (request) => requireBody(request));
  app.addHook('preValidation', async (request) => readParameters(request, isFixed));
  await app.register(glue, {
    specification: forRoutes(contract),
    operationResolver: (operationId: string) => async (request: FastifyRequest, reply: FastifyReply) => {
      const handle = (await handlers)[operationId as keyof Handlers] as AnyHandler;
      return await handle(request, reply);
    },
    prefix,
  });
  answerOtherMethods(app, contract, prefix);
}

/** A handler of some operation: the contract's validation stands in for the types. */
type AnyHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * The contract as routes need it. Responses are checked in tests; here they would only make Fastify compile serializers
 * that we do not use. And `[EPSG:25832]` names a reference system though it is no URI: handlers read such names.
 */
function forRoutes(contract: Contract): object {
  const copy = structuredClone(contract);
  for (const operations of Object.values(copy.paths)) {
    for (const operation of Object.values(operations))
      operation.responses = { '200': { description: 'checked in tests' } };
  }
  for (const { schema } of Object.values(copy.components.parameters)) {
    if (schema['x-safe-curie']) delete schema.format;
  }
  return copy;
}

function makeAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, useDefaults: true });
  addFormats.default(ajv);
  return ajv;
}

/** Fastify validates only a body that is there; every body of the contract is required. */
function requireBody(request: FastifyRequest): void {
  if (request.body !== undefined || request.routeOptions.schema?.body === undefined) return;
  throw new Problem('invalid_request', 'The body is missing.', [
    { code: 'missing', field: '/body', got: 'nothing', expected: 'a body of type application/json' },
  ]);
}

/** A known path says what is allowed: to OPTIONS, and with a 405 to every other method. */
function answerOtherMethods(app: FastifyInstance, contract: Contract, prefix: string): void {
  // Fastify refuses a QUERY without a type of content before it looks whether the path has one.
  app.addHttpMethod('QUERY', { hasBody: false, overrideExisting: true });
  for (const [path, operations] of Object.entries(contract.paths)) {
    const allowed = Object.keys(operations).map((method) => method.toUpperCase());
    if (allowed.includes('GET')) allowed.push('HEAD');
    allowed.push('OPTIONS');
    const url = prefix + path.replace(/{(\w+)}/g, ':$1');
    app.route({
      method: 'OPTIONS',
      url,
      schema: { hide: true } as FastifySchema,
      handler: async (request, reply) => {
        allowPreflight(request, reply, allowed);
        return reply.code(204).header('allow', allowed.join(', ')).send();
      },
    });
    app.route({
      method: app.supportedMethods.filter((method) => !allowed.includes(method)),
      url,
      schema: { hide: true } as FastifySchema,
      // Before the body, whose type would be refused first.
      onRequest: async (request, reply) => {
        reply.header('allow', allowed.join(', '));
        const item = { code: 'method_not_allowed', got: request.method, expected: allowed.join(', ') };
        return sendProblem(
          request,
          reply,
          new Problem('method_not_allowed', `${request.method} is not possible here.`, [item]),
        );
      },
      handler: async () => {},
    });
  }
}

/** Browsers ask this often, and the answer changes with a new version of the service only. */
const PREFLIGHT_SECONDS = 7200;

/** Says what pages of other origins may send; any header, since none is believed. */
function allowPreflight(request: FastifyRequest, reply: FastifyReply, allowed: readonly string[]): void {
  if (request.headers['access-control-request-method'] === undefined) return;
  const asked = request.headers['access-control-request-headers'];
  reply.headers({
    'access-control-allow-methods': allowed.join(', '),
    'access-control-max-age': PREFLIGHT_SECONDS,
    vary: 'Access-Control-Request-Headers',
    ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
  });
}
