/** What a filter may name: the properties of the request's features, their shape, and the time of their boundary version. */
import type { PropertyType } from '../filter/check.ts';
import { GEOMETRY, type Property, STORED, type StoredName } from './property.ts';

/** What can be named beside the properties: the shape, and when the boundary version is valid. */
export type Beside = typeof GEOMETRY | 'valid_from' | 'valid_until';

/** Names with a simple value that every feature has without a join. */
type SimpleName = StoredName | Exclude<Beside, typeof GEOMETRY>;

/** Each is a query parameter, too (Features Part 3, /req/queryables-query-parameters/parameters). */
export const SIMPLE: readonly SimpleName[] = [...STORED, 'valid_from', 'valid_until'];

/** One name that a filter may use. */
export interface Queryable {
  name: string;
  type: PropertyType;
  /** Whether the database compares it; what is joined is compared in memory. */
  stored: boolean;
}

/**
 * All names that a request may filter by, in the order of the queryables document.
 * @param isStored whether the database compares a property; what stands beside them it does
 */
export function queryablesOf(
  properties: readonly Property[],
  beside: readonly Beside[],
  isStored: (property: Property) => boolean,
): Queryable[] {
  return [
    ...properties.map((property) => ({
      name: property.name,
      type: property.format ?? property.type,
      stored: isStored(property),
    })),
    ...beside.map((name) => ({
      name,
      type: name === GEOMETRY ? ('geometry' as const) : ('date' as const),
      stored: true,
    })),
  ];
}
