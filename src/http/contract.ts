/** The contract (openapi/, bundled) and the types that handlers have by it. */
import { readFileSync } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { operations } from '../../openapi/generated/types.ts';

/** A parameter of the bundled contract. */
export interface ContractParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  required?: boolean;
  style?: string;
  explode?: boolean;
  schema: Record<string, unknown>;
}

/** One operation of the bundled contract; `$ref`s to components are kept. */
export interface ContractOperation {
  operationId: string;
  /** Takes parameters whose names the data decide. */
  'x-free-parameters'?: boolean;
  tags: string[];
  summary: string;
  description: string;
  parameters: ({ $ref: string } | ContractParameter)[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, unknown>;
}

/** The bundled OpenAPI 3.0 document. */
export interface Contract {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string; description?: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Partial<Record<'get' | 'post' | 'delete', ContractOperation>>>;
  components: { parameters: Record<string, ContractParameter> } & Record<string, Record<string, unknown>>;
}

/** Reads the bundled contract; `npm run gen` writes it. */
export function readContract(): Contract {
  const file = new URL('../../openapi/generated/openapi.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Contract;
}

/** Name of an operation in the contract. */
export type OperationId = keyof operations;

/** Query parameters that the contract gives a default, so that they are never absent. */
type Defaulted = 'limit' | 'measures' | 'measure' | 'filter-lang';

type Parameters<O extends OperationId, Place extends 'path' | 'query'> = operations[O]['parameters'] extends {
  [P in Place]?: infer V;
}
  ? NonNullable<V>
  : Record<never, never>;

type WithDefaults<Q> = Q & Required<Pick<Q, Extract<keyof Q, Defaulted>>>;

type Body<O extends OperationId> = operations[O] extends {
  requestBody: { content: { 'application/json': infer B } };
}
  ? B
  : undefined;

/** The documented body of an operation's 200 answer, of whichever media type. */
export type Ok<O extends OperationId> = operations[O]['responses'] extends { 200: { content: infer C } }
  ? C[keyof C]
  : never;

/** A request that passed the contract's validation. */
export type ApiRequest<O extends OperationId> = FastifyRequest<{
  Params: Parameters<O, 'path'>;
  Querystring: WithDefaults<Parameters<O, 'query'>>;
  Body: Body<O>;
}>;

/** Answers one operation: returns the documented body, or the reply after sending something else itself. */
export type Handler<O extends OperationId> = (
  request: ApiRequest<O>,
  reply: FastifyReply,
) => Promise<Ok<O> | FastifyReply>;

/** Exactly one handler for each operation of the contract; the type check refuses missing and surplus ones. */
export type Handlers = { [O in OperationId]: Handler<O> };
