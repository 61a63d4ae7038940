/** The contract as clients of one deployment read it: absolute address, a path for every concrete collection. */
import type { Attribute } from '../districts/attribute.ts';
import type { Contract, ContractOperation, ContractParameter } from '../http/contract.ts';

const COLLECTION = '{collectionId}';

/** Stands before ids of operations that are for any collection or for all of them. */
const ANY = 'districts';

/** A collection there is. */
export interface ConcreteCollection {
  id: string;
  /** Attributes of its features that are query parameters. */
  attributes: readonly Attribute[];
}

/**
 * Adds concrete paths beside those with `{collectionId}` and sets the server's address.
 * @param base address of the API without a slash at the end
 */
export function expandContract(
  contract: Contract,
  collections: readonly ConcreteCollection[],
  base: string,
): Contract {
  const paths: Contract['paths'] = {};
  for (const [path, operations] of Object.entries(contract.paths)) {
    paths[path] = renamed(operations, ANY);
    if (!path.includes(COLLECTION)) continue;
    for (const { id, attributes } of collections) {
      paths[path.replace(COLLECTION, id)] = concrete(operations, id, attributes);
    }
  }
  return { ...contract, servers: [{ url: base, description: contract.info.title }], paths };
}

type Operations = Contract['paths'][string];

/** OGC API Tiles knows its operations by the ends of their ids (`.collection.vector.getTile`), after a name of one's own. */
function renamed(operations: Operations, id: string): Operations {
  return mapOperations(operations, (operation) => {
    const { operationId } = operation;
    return operationId.includes('.') ? { ...operation, operationId: `${id}.${operationId}` } : operation;
  });
}

function mapOperations(
  operations: Operations,
  change: (operation: ContractOperation) => ContractOperation,
): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [method, change(operation)]),
  );
}

function concrete(operations: Operations, id: string, attributes: readonly Attribute[]): Operations {
  return mapOperations(operations, ({ 'x-free-parameters': takesAttributes, ...operation }) => ({
    ...operation,
    operationId: `${id}.${operation.operationId}`,
    parameters: [
      ...operation.parameters.filter((parameter) => !isCollectionId(parameter)),
      ...(takesAttributes ? attributes.filter(({ role }) => role !== 'period').map(toParameter) : []),
    ],
  }));
}

/** An attribute as a parameter; the period has a parameter already. */
function toParameter({ name, type, title, values }: Attribute): ContractParameter {
  return {
    name,
    in: 'query',
    description: title.en ?? title.de,
    required: false,
    style: 'form',
    explode: false,
    schema: { type, ...(values && { enum: values.map(({ value }) => value) }) },
  };
}

function isCollectionId(parameter: ContractOperation['parameters'][number]): boolean {
  return '$ref' in parameter ? parameter.$ref.endsWith('/collectionId') : parameter.name === 'collectionId';
}
