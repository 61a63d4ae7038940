import type { Contract, ContractOperation, ContractParameter } from '../http/contract.ts';

/** What this service reads of a schema object. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  nullable?: boolean;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: Schema[];
}

/** Follows a reference within the contract. */
export function resolve<T extends object>(contract: Contract, value: T | { $ref: string }): T {
  if (!('$ref' in value) || typeof value.$ref !== 'string') return value as T;
  let target: unknown = contract;
  for (const step of value.$ref.slice(2).split('/')) target = (target as Record<string, unknown>)[step];
  return target as T;
}

/**
 * A call of an operation to paste into a shell: required parameters only, with the first example that their
 * description gives (``e.g. `berlin-plr` ``).
 *
 * @param base address of the API without a slash at the end
 */
export function exampleRequest(
  contract: Contract,
  base: string,
  { method, path, operation }: { method: string; path: string; operation: ContractOperation },
): string {
  const parameters = operation.parameters.map((parameter) => resolve<ContractParameter>(contract, parameter));
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((each) => each.name === name && each.in === 'path');
    return String(exampleOf(contract, name, { ...parameter?.schema, ...pick(parameter) }));
  });
  if (method === 'get') return `curl '${base}${url}'`;
  const schema = operation.requestBody?.content['application/json']?.schema as Schema | undefined;
  const call = `curl -X ${method.toUpperCase()} '${base}${url}'`;
  if (schema === undefined) return call;
  const body = JSON.stringify(exampleOf(contract, 'body', schema));
  return `${call} \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`;
}

function pick(parameter: ContractParameter | undefined): Schema {
  return parameter?.description ? { description: parameter.description } : {};
}

function exampleOf(contract: Contract, name: string, schema: Schema): unknown {
  const { properties, required = [], ...rest } = resolve<Schema>(contract, schema);
  if (properties) {
    return Object.fromEntries(required.map((key) => [key, exampleOf(contract, key, properties[key] ?? {})]));
  }
  const given = /e\.g\. `([^`]+)`/.exec(rest.description ?? '')?.[1];
  if (given) return given;
  if (rest.enum) return rest.enum[0];
  if (rest.type === 'integer' || rest.type === 'number' || name === 'tileMatrix') return rest.minimum ?? 0;
  return `{${name}}`;
}
