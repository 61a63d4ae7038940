/** The filter of a request for items: read against what the request joins, then turned into a test of districts. */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { requireCrs } from '../districts/crs.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import { checkFilter } from '../filter/check.ts';
import { parseFilterJson } from '../filter/parse-json.ts';
import { parseFilterText } from '../filter/parse-text.ts';
import { placeGeometries } from '../filter/place-geometries.ts';
import { type FilterPlan, planFilter, planTest } from '../filter/plan.ts';
import type { JoinPlan } from '../indicators/join.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import type { Reader } from '../reader.ts';
import { isStored, type Queryable, queryablesOf, queryableValues } from './queryables.ts';

/** Parameters of a filter. */
export interface FilterParameters {
  filter?: string | undefined;
  /** Text where it is absent. */
  'filter-lang'?: 'cql2-text' | 'cql2-json' | 'cql-text' | undefined;
  'filter-crs'?: string | undefined;
}

/** A filter that is known to fit the request. */
export interface DistrictFilter {
  plan: FilterPlan;
  queryables: ReadonlyMap<string, Queryable>;
  /** Reference system of the geometry literals. */
  srid: number;
}

/**
 * Reads the filter of a request.
 * @param join null where no boundary version is valid: then there is nothing to name, only the syntax counts
 * @returns null for a request without filter
 * @throws Problem invalid_request with the place of what is wrong
 */
export function readFilter(
  geography: Geography,
  join: JoinPlan | null,
  query: FilterParameters,
): DistrictFilter | null {
  const crs = requireCrs(query['filter-crs'], 'filter-crs');
  if (query.filter === undefined) return null;
  const parsed =
    query['filter-lang'] === 'cql2-json' ? parseFilterJson(query.filter) : parseFilterText(query.filter);
  if (join === null) return null;
  const queryables = new Map(queryablesOf(geography, join).map((queryable) => [queryable.name, queryable]));
  const types = new Map([...queryables].map(([name, { type }]) => [name, type]));
  const expression = placeGeometries(checkFilter(parsed, types), parsed, crs);
  const plan = planFilter(expression, (name) => isStored(queryables.get(name)!));
  return { plan, queryables, srid: crs.srid };
}

/** Makes the test whether the district at a position passes; the database tells what is stored. */
export async function filterTest(
  { plan, queryables, srid }: DistrictFilter,
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  table: DistrictTable,
  columns: readonly JoinedColumn[],
): Promise<(i: number) => boolean> {
  const sets = await reader.matching(geography, version, plan.stored, srid);
  return planTest(plan, {
    types: new Map([...queryables].map(([name, { type }]) => [name, type])),
    property: (name) => queryableValues(queryables.get(name)!, version, table, columns),
    isIn: (set, i) => sets[set]!.has(table.ids[i]!),
  });
}
