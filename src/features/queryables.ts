/**
 * What a filter may name: the properties of the request's features, the joined columns among them, their shape, and the
 * time for which the boundary version is valid.
 */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { PropertyType } from '../filter/check.ts';
import type { JoinPlan } from '../indicators/join.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import {
  GEOMETRY,
  type Property,
  propertiesOf,
  STORED,
  type StoredName,
  type Values,
  valuesOf,
} from './property.ts';

/** First day of the boundary version, and the day after its last; null while it is open. */
const VALIDITY = { valid_from: 'validFrom', valid_until: 'validUntil' } as const;

/** Names with a simple value that every district has without a join. */
type SimpleName = StoredName | keyof typeof VALIDITY;

/** Each is a query parameter, too (Features Part 3, /req/queryables-query-parameters/parameters). */
export const SIMPLE: readonly SimpleName[] = [...STORED, 'valid_from', 'valid_until'];

/** One name that a filter may use. */
export interface Queryable {
  name: string;
  type: PropertyType;
  /** The property of the features; null for the shape and the time, which are no properties. */
  property: Property | null;
}

/** All names that a request may filter by, in the order of the queryables document. */
export function queryablesOf(geography: Geography, plan: JoinPlan): Queryable[] {
  return [
    ...propertiesOf(geography, plan).map((property) => ({
      name: property.name,
      type: property.type,
      property,
    })),
    { name: GEOMETRY, type: 'geometry', property: null },
    ...Object.keys(VALIDITY).map((name) => ({ name, type: 'date' as const, property: null })),
  ];
}

/** True for what the database has itself. */
export function isStored({ property }: Queryable): boolean {
  return property === null || property.column === null;
}

/** How to read the values of a queryable by position of the district table. */
export function queryableValues(
  { name, property }: Queryable,
  version: BoundaryVersion,
  table: DistrictTable,
  columns: readonly JoinedColumn[],
): Values {
  if (property) return valuesOf(property, table, columns);
  // Every district has a shape: only that counts where it is not compared with another.
  const value = Object.hasOwn(VALIDITY, name) ? version[VALIDITY[name as keyof typeof VALIDITY]] : GEOMETRY;
  return () => value;
}
