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

/** Replaces texts by numbers, truth values and lists, in place. */
export function readParameters(request: FastifyRequest): void {
  const schema = request.routeOptions.schema;
  readGroup(request.params as Record<string, unknown>, schema?.params as Schema);
  readGroup(request.query as Record<string, unknown>, schema?.querystring as Schema);
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
