/** The contract as clients of one deployment read it: absolute address, a path for every concrete collection. */
import type { Contract, ContractOperation } from '../http/contract.ts';

const COLLECTION = '{collectionId}';

/**
 * Adds concrete paths beside those with `{collectionId}` and sets the server's address.
 * @param collections ids of the collections there are
 * @param base address of the API without a slash at the end
 */
export function expandContract(contract: Contract, collections: readonly string[], base: string): Contract {
  const paths: Contract['paths'] = {};
  for (const [path, operations] of Object.entries(contract.paths)) {
    paths[path] = operations;
    if (!path.includes(COLLECTION)) continue;
    for (const id of collections) paths[path.replace(COLLECTION, id)] = concrete(operations, id);
  }
  return { ...contract, servers: [{ url: base, description: contract.info.title }], paths };
}

function concrete(operations: Contract['paths'][string], id: string): Contract['paths'][string] {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [
      method,
      {
        ...operation,
        operationId: `${id}.${operation.operationId}`,
        parameters: operation.parameters.filter((parameter) => !isCollectionId(parameter)),
      } satisfies ContractOperation,
    ]),
  );
}

function isCollectionId(parameter: ContractOperation['parameters'][number]): boolean {
  return '$ref' in parameter ? parameter.$ref.endsWith('/collectionId') : parameter.name === 'collectionId';
}
