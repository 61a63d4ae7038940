/** The contract as clients of one deployment read it: absolute address, a path for every concrete collection. */
import type { Attribute } from '../districts/attribute.ts';
import type { Contract, ContractOperation, ContractParameter } from '../http/contract.ts';

const COLLECTION = '{collectionId}';

/** Stands before ids of operations that are for any collection or for all of them. */
const ANY = 'districts';

/** A collection there is, with what of the contract there is for it. */
export interface ConcreteCollection {
  id: string;
  /** Whether a path below `/collections/{collectionId}` (empty for itself) is there. */
  hasPath(path: string): boolean;
  /** Whether a query parameter of such a path makes sense. */
  takes(parameter: string): boolean;
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
    const below = path.slice(path.indexOf(COLLECTION) + COLLECTION.length);
    for (const collection of collections.filter(({ hasPath }) => hasPath(below))) {
      paths[path.replace(COLLECTION, collection.id)] = concrete(operations, collection);
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

function concrete(operations: Operations, { id, attributes, takes }: ConcreteCollection): Operations {
  return mapOperations(operations, ({ 'x-free-parameters': takesAttributes, ...operation }) => ({
    ...operation,
    operationId: `${id}.${operation.operationId}`,
    parameters: [
      ...operation.parameters.filter((parameter) => {
        const name = nameOf(parameter);
        return name !== 'collectionId' && takes(name);
      }),
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

/** Name in `components`, which for path parameters and those of joins is the name in requests. */
function nameOf(parameter: ContractOperation['parameters'][number]): string {
  return '$ref' in parameter ? parameter.$ref.slice(parameter.$ref.lastIndexOf('/') + 1) : parameter.name;
}
