/**
 * Reads the texts of path and query parameters as the contract types them. Strictly: `1e2`, `0x10` or ` 5` are no integers;
 * what cannot be read stays text, and the validator says what was expected.
 */
import type { FastifyRequest } from 'fastify';

interface ParameterSchema {
  type?: string;
  items?: { type?: string };
  maximum?: number;
  'x-lowered-to-maximum'?: boolean;
}

type Schema = { properties?: Record<string, ParameterSchema> } | undefined;

/** Operations with this mark in the contract take parameters whose names the data decide. */
const FREE = 'x-free-parameters';

const free = new WeakMap<FastifyRequest, Record<string, string>>();

/**
 * Parameters that the contract does not name, of an operation that takes such, and the names that it knows. The handler refuses
 * those that mean nothing.
 */
export function freeParameters(request: FastifyRequest): {
  values: Readonly<Record<string, string>>;
  known: string[];
} {
  const query = request.routeOptions.schema?.querystring as Schema;
  return { values: free.get(request) ?? {}, known: Object.keys(query?.properties ?? {}) };
}

/**
 * Replaces texts by numbers, truth values and lists, in place.
 * @param isFixed whether a collection has no parameters but the contract's: then the validator names what is wrong at once
 */
export function readParameters(request: FastifyRequest, isFixed: (collectionId: string) => boolean): void {
  const schema = request.routeOptions.schema;
  const { collectionId = '' } = request.params as { collectionId?: string };
  if ((schema as Record<string, unknown> | undefined)?.[FREE] && !isFixed(collectionId)) takeFree(request);
  readGroup(request.params as Record<string, unknown>, schema?.params as Schema);
  readGroup(request.query as Record<string, unknown>, schema?.querystring as Schema);
}

/** Takes out what the validator would refuse; what is there twice is left to it. */
function takeFree(request: FastifyRequest): void {
  const query = request.query as Record<string, unknown>;
  const named = (request.routeOptions.schema?.querystring as Schema)?.properties ?? {};
  const taken: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (Object.hasOwn(named, name) || typeof value !== 'string') continue;
    taken[name] = value;
    delete query[name];
  }
  free.set(request, taken);
}

function readGroup(values: Record<string, unknown>, schema: Schema): void {
  for (const [name, value] of Object.entries(values)) {
    const parameter = schema?.properties?.[name];
    if (parameter && typeof value === 'string') values[name] = readValue(value, parameter);
  }
}

/** Lists are separated by commas (style form, explode false). */
function readValue(text: string, schema: ParameterSchema): unknown {
  if (schema.type === 'array') return text.split(',').map((part) => readScalar(part, schema.items?.type));
  const value = readScalar(text, schema.type);
  // OGC API: a limit above the maximum is lowered to it, not refused.
  if (schema['x-lowered-to-maximum'] && typeof value === 'number') return Math.min(value, schema.maximum!);
  return value;
}

const INTEGER = /^-?\d{1,20}$/;
const NUMBER = /^-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/i;

function readScalar(text: string, type: string | undefined): string | number | boolean {
  if (type === 'integer' && INTEGER.test(text)) return Number(text);
  if (type === 'number' && NUMBER.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
