/** Which collection a request means that may leave it out. */
import { Problem } from '../problem.ts';
import { type Catalog, type Geography, listed } from './catalog.ts';

/**
 * The collection that is named, or the only one that has what is needed.
 * @param what needs it, in an error: `the index needs`
 * @param applies whether a collection has what is needed
 * @param none what to throw where none has it
 * @throws Problem invalid_request for an unknown collection, and where several are possible and none is named
 */
export function chooseGeography(
  catalog: Catalog,
  collection: string | undefined,
  what: string,
  applies: (geography: Geography) => boolean,
  none: () => Problem,
): Geography {
  if (collection !== undefined) {
    const geography = catalog.geographies.get(collection);
    if (geography) return geography;
    throw new Problem('invalid_request', `There is no collection ${collection}.`, [
      {
        code: 'unknown_collection',
        field: 'collection',
        got: collection,
        expected: listed(catalog.geographies.keys()),
      },
    ]);
  }
  const possible = [...catalog.geographies.values()].filter(applies);
  if (possible.length === 1) return possible[0]!;
  if (possible.length === 0) throw none();
  throw new Problem('invalid_request', `Several collections have what ${what}.`, [
    {
      code: 'missing',
      field: 'collection',
      got: 'nothing',
      expected: listed(possible.map((geography) => geography.collection)),
    },
  ]);
}
