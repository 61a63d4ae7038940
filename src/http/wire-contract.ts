/**
 * Turns the contract and its handlers into routes. Validation is strict: unknown parameters and wrong values are a 400
 * that names them with got and expected.
 */
import { Ajv, type ErrorObject, type Options } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import glue from 'fastify-openapi-glue';
import { Problem, type ProblemItem } from '../problem.ts';
import type { Contract, Handlers } from './contract.ts';
import { sendProblem } from './problems.ts';

interface ObjectSchema {
  type: 'object';
  properties: Record<string, { type?: string; maximum?: number; 'x-lowered-to-maximum'?: boolean }>;
}

/**
 * Registers a route below `prefix` for every operation.
 * @param app the Fastify instance
 * @param contract the bundled contract
 * @param handlers one handler for each operationId
 * @param prefix e.g. `/v1`
 */
export async function wireContract(
  app: FastifyInstance,
  contract: Contract,
  handlers: Handlers,
  prefix: string,
): Promise<void> {
  const parameters = makeAjv({ coerceTypes: 'array', useDefaults: true });
  const bodies = makeAjv({ coerceTypes: false, useDefaults: true });
  app.setValidatorCompiler(({ schema, httpPart }) => {
    if (httpPart === 'body') return bodies.compile(schema as object);
    return parameters.compile({ ...(schema as object), additionalProperties: false });
  });
  app.setSchemaErrorFormatter((errors, part) => toValidationProblem(errors as ErrorObject[], part));
  app.setSerializerCompiler(() => (body: unknown) => JSON.stringify(body));
  // Fastify reads plain text unasked, and no body has that form: without a parser it is a 415.
  app.removeContentTypeParser('text/plain');
  app.addHook('preValidation', async (request) => requireBody(request));
  app.addHook('preValidation', async (request) => prepareQuery(request));
  const lowered = loweredToMaximum(contract);
  app.addHook('preValidation', async (request) => lowerToMaximum(request, lowered));
  await app.register(glue, {
    specification: withoutResponses(contract),
    operationResolver: (operationId: string) => handlers[operationId as keyof Handlers] as never,
    prefix,
  });
  refuseOtherMethods(app, contract, prefix);
}

/** Responses are checked in tests; here they would only make Fastify compile serializers that we do not use. */
function withoutResponses(contract: Contract): object {
  const copy = structuredClone(contract);
  for (const operations of Object.values(copy.paths)) {
    for (const operation of Object.values(operations))
      operation.responses = { '200': { description: 'checked in tests' } };
  }
  return copy;
}

function makeAjv(options: Options): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, removeAdditional: false, ...options });
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

/** Comma lists of array parameters become arrays (style form, explode false). */
function prepareQuery(request: FastifyRequest): void {
  const properties = querySchema(request.routeOptions.schema)?.properties ?? {};
  const query = request.query as Record<string, unknown>;
  for (const [name, value] of Object.entries(query)) {
    if (properties[name]?.type === 'array' && typeof value === 'string') query[name] = value.split(',');
  }
}

function querySchema(schema: FastifySchema | undefined): ObjectSchema | undefined {
  return schema?.querystring as ObjectSchema | undefined;
}

/** OGC API: a limit above the maximum is lowered to it, not refused. */
function lowerToMaximum(request: FastifyRequest, lowered: Map<string, Map<string, number>>): void {
  const maxima = lowered.get((request.routeOptions.schema as { operationId?: string })?.operationId ?? '');
  if (!maxima) return;
  const query = request.query as Record<string, unknown>;
  for (const [name, maximum] of maxima) {
    const value = query[name];
    if (typeof value === 'string' && /^\d+$/.test(value) && Number(value) > maximum) query[name] = maximum;
  }
}

function loweredToMaximum(contract: Contract): Map<string, Map<string, number>> {
  const lowered = new Map<string, Map<string, number>>();
  for (const operations of Object.values(contract.paths)) {
    for (const operation of Object.values(operations)) {
      const maxima = new Map<string, number>();
      for (const entry of operation.parameters) {
        const parameter =
          '$ref' in entry ? contract.components.parameters[entry.$ref.split('/').at(-1)!]! : entry;
        if (parameter['x-lowered-to-maximum']) maxima.set(parameter.name, parameter.schema.maximum as number);
      }
      if (maxima.size > 0) lowered.set(operation.operationId, maxima);
    }
  }
  return lowered;
}

const PLACES: Record<string, string> = {
  querystring: 'query',
  params: 'path',
  body: 'body',
  headers: 'header',
};

/** One item per finding, each with what was found and what would be right. */
function toValidationProblem(errors: ErrorObject[], part: string): Problem {
  const place = PLACES[part] ?? part;
  const items = errors
    .filter((error) => error.keyword !== 'if' && error.keyword !== 'oneOf')
    .map((error) => toItem(error, place));
  const named = [...new Set(items.map((item) => item.field))].join(', ');
  return new Problem('invalid_request', `The ${place} is not valid: ${named}.`, items);
}

function toItem(error: ErrorObject, place: string): ProblemItem {
  const pointer = error.instancePath;
  const field = place === 'body' ? `/body${pointer}` : pointer.slice(1).replaceAll('/', '.');
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params.additionalProperty);
    const known = Object.keys((error.parentSchema as ObjectSchema | undefined)?.properties ?? {});
    return {
      code: place === 'query' ? 'unknown_parameter' : 'unknown_property',
      field: place === 'body' ? `${field}/${name}` : name,
      got: name,
      expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no parameters',
    };
  }
  if (error.keyword === 'required') {
    const name = String(error.params.missingProperty);
    return {
      code: 'missing',
      field: place === 'body' ? `${field}/${name}` : name,
      got: 'nothing',
      expected: name,
    };
  }
  return { code: 'invalid_value', field, got: show(error.data), expected: expectation(error) };
}

function expectation(error: ErrorObject): string {
  const limit = String(error.params.limit);
  switch (error.keyword) {
    case 'enum':
      return `one of ${(error.params.allowedValues as unknown[]).join(', ')}`;
    case 'type':
      return String(error.params.type);
    case 'pattern':
      return `text of the form ${error.params.pattern}`;
    case 'minimum':
    case 'minItems':
      return `at least ${limit}${error.keyword === 'minItems' ? ' entries' : ''}`;
    case 'maximum':
    case 'maxItems':
      return `at most ${limit}${error.keyword === 'maxItems' ? ' entries' : ''}`;
    case 'minLength':
      return `at least ${limit} characters`;
    case 'maxLength':
      return `at most ${limit} characters`;
    case 'uniqueItems':
      return 'no entry twice';
    default:
      return (error.message ?? 'a valid value').replace(/^must /, '');
  }
}

/** What was sent, shortened so that an answer never echoes more than a line. */
function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** A known path asked with another method is a 405 that says what is allowed. */
function refuseOtherMethods(app: FastifyInstance, contract: Contract, prefix: string): void {
  for (const [path, operations] of Object.entries(contract.paths)) {
    const allowed = Object.keys(operations).map((method) => method.toUpperCase());
    if (allowed.includes('GET')) allowed.push('HEAD');
    const url = prefix + path.replace(/{(\w+)}/g, ':$1');
    app.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !allowed.includes(method)),
      url,
      schema: { hide: true } as FastifySchema,
      handler: async (request, reply) => {
        reply.header('allow', allowed.join(', '));
        const item = { code: 'method_not_allowed', got: request.method, expected: allowed.join(', ') };
        return sendProblem(
          request,
          reply,
          new Problem('method_not_allowed', `${request.method} is not possible here.`, [item]),
        );
      },
    });
  }
}
