/** The service on a prepared database, asked without a socket; every answer is checked against the contract. */
import assert from 'node:assert/strict';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type App, type AppOptions, buildApp } from '../../src/app.ts';
import type { Database } from '../../src/db/database.ts';
import { readContract } from '../../src/http/contract.ts';
import type { Scope } from './database.ts';
import { type Prepared, preparedDatabase } from './prepared.ts';

/** A service under test. */
export interface Service {
  app: App;
  database: Pick<Database, 'db'>;
  /** Asks below /v1 and checks the answer against the contract. */
  get(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** Asks with any method. */
  ask(options: InjectOptions): Promise<LightMyRequestResponse>;
}

/** What of an app tests choose. */
export type ServiceOptions = Pick<
  AppOptions,
  'indexDefinitions' | 'publications' | 'callbackOrigins' | 'inputOrigins'
>;

/** The day that tests take for today, so that the newest boundary version stays the newest. */
export const TODAY = '2025-01-15';

/** Starts the service on a copy of prepared data; ended with the test. */
export async function testService(t: Scope, name: Prepared, options: ServiceOptions = {}): Promise<Service> {
  return await serviceOn(t, await preparedDatabase(t, name), options);
}

/** Starts the service on a database. */
export async function serviceOn(
  t: Scope,
  database: Pick<Database, 'db'>,
  options: ServiceOptions = {},
): Promise<Service> {
  const app = await buildApp({ db: database.db, logLevel: 'silent', today: () => TODAY, ...options });
  t.teardown(() => app.server.close());
  const ask = async (options: InjectOptions): Promise<LightMyRequestResponse> => {
    const response = await app.server.inject(options);
    checkAnswer(options.method ?? 'GET', String(options.url), response);
    return response;
  };
  return {
    app,
    database,
    ask,
    get: (path, headers) => ask({ method: 'GET', url: `/v1${path}`, ...(headers ? { headers } : {}) }),
  };
}

const contract = readContract();
const ajv = new Ajv({ allErrors: true, strict: false });
addFormats.default(ajv);
ajv.addSchema(contract as object, 'contract');

/**
 * Fails unless the contract documents the answer: its status, its media type and the form of its body.
 * Answers outside /v1 and to paths that the contract does not know are checked as problem documents.
 */
function checkAnswer(method: string, url: string, response: LightMyRequestResponse): void {
  const [path = ''] = url.split('?', 1);
  const template = path.startsWith('/v1')
    ? findTemplate(path.slice(3).replace(/(.)\/$/, '$1') || '/')
    : undefined;
  const type = String(response.headers['content-type'] ?? '').replace(/; charset=utf-8/, '');
  const where = `${method} ${url} → ${response.statusCode} ${type}`;
  assert.ok(response.statusCode < 500, `${where}: ${response.body.slice(0, 300)}`);
  if (template === undefined) {
    if (response.statusCode >= 400) checkBody('#/components/schemas/Problem', response.json(), where);
    return;
  }
  const key = ['paths', template, method === 'HEAD' ? 'get' : method.toLowerCase()];
  const operation = contract.paths[template]?.[key[2] as 'get' | 'post'];
  if (!operation) {
    if (method === 'OPTIONS') {
      assert.equal(response.statusCode, 204, where);
      return;
    }
    assert.equal(response.statusCode, 405, where);
    checkBody('#/components/schemas/Problem', response.json(), where);
    return;
  }
  // A part of what 200 documents.
  const status = response.statusCode === 206 ? '200' : String(response.statusCode);
  assert.ok(status in operation.responses, `${where}: this status is not in the contract`);
  const answer = resolve(operation.responses[status]) as { content?: Record<string, unknown> };
  if (!answer.content) {
    assert.equal(response.body, '', `${where}: a body that the contract does not know`);
    return;
  }
  if (method === 'HEAD') return;
  const media = Object.keys(answer.content).find((name) => type === name || type.startsWith(`${name};`));
  assert.ok(media, `${where}: the contract has ${Object.keys(answer.content).join(', ')}`);
  if (!/json/.test(media)) return;
  const pointer =
    '$ref' in (operation.responses[status] as object)
      ? `${(operation.responses[status] as { $ref: string }).$ref}/content/${escapePointer(media)}/schema`
      : `#/${[...key, 'responses', status, 'content', media, 'schema'].map(escapePointer).join('/')}`;
  checkBody(pointer, response.json(), where);
}

const validators = new Map<string, ValidateFunction>();

function checkBody(pointer: string, body: unknown, where: string): void {
  let validate = validators.get(pointer);
  if (!validate) {
    validate = ajv.compile({ $ref: `contract${pointer}` });
    validators.set(pointer, validate);
  }
  if (!validate(body)) {
    const errors = ajv.errorsText(validate.errors?.slice(0, 5));
    assert.fail(`${where} breaks the contract: ${errors}`);
  }
}

function findTemplate(path: string): string | undefined {
  if (path in contract.paths) return path;
  return Object.keys(contract.paths).find((template) =>
    new RegExp(`^${template.replace(/{\w+}/g, '[^/]+')}$`).test(path),
  );
}

function resolve(value: unknown): unknown {
  const reference = (value as { $ref?: string }).$ref;
  if (reference === undefined) return value;
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part.replaceAll('~1', '/')], contract);
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
