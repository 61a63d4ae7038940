/** The contract as clients of one deployment read it: absolute address, a path for every concrete collection. */
import type { Contract, ContractOperation } from '../http/contract.ts';

const COLLECTION = '{collectionId}';

/** Stands before ids of operations that are for any collection or for all of them. */
const ANY = 'districts';

/**
 * Adds concrete paths beside those with `{collectionId}` and sets the server's address.
 * @param collections ids of the collections there are
 * @param base address of the API without a slash at the end
 */
export function expandContract(contract: Contract, collections: readonly string[], base: string): Contract {
  const paths: Contract['paths'] = {};
  for (const [path, operations] of Object.entries(contract.paths)) {
    paths[path] = renamed(operations, ANY);
    if (!path.includes(COLLECTION)) continue;
    for (const id of collections) paths[path.replace(COLLECTION, id)] = concrete(operations, id);
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

function concrete(operations: Operations, id: string): Operations {
  return mapOperations(operations, (operation) => ({
    ...operation,
    operationId: `${id}.${operation.operationId}`,
    parameters: operation.parameters.filter((parameter) => !isCollectionId(parameter)),
  }));
}

function isCollectionId(parameter: ContractOperation['parameters'][number]): boolean {
  return '$ref' in parameter ? parameter.$ref.endsWith('/collectionId') : parameter.name === 'collectionId';
}
