/** The contract as OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
import type { Contract } from '../http/contract.ts';

/** The same document: `nullable` becomes a type, and that is all that this contract has to change. */
export function toOpenApi31(contract: Contract): object {
  return { ...(convert(contract) as object), openapi: '3.1.1' };
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, convert(member)] as const);
  const { nullable, ...schema } = Object.fromEntries(entries) as Record<string, unknown>;
  if (nullable !== true || typeof schema.type !== 'string') return Object.fromEntries(entries);
  const { type, enum: values } = schema;
  return {
    ...schema,
    type: [type, 'null'],
    ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
  };
}
