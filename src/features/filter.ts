/** The filter of a request for items: read against what can be named, then turned into a test of rows. */
import { requireCrs } from '../districts/crs.ts';
import { checkFilter, type PropertyTypes } from '../filter/check.ts';
import { contains } from '../filter/expression.ts';
import { parseFilterJson } from '../filter/parse-json.ts';
import { parseFilterText } from '../filter/parse-text.ts';
import { placeGeometries } from '../filter/place-geometries.ts';
import { type FilterPlan, planFilter, planTest } from '../filter/plan.ts';
import type { Queryable } from './queryables.ts';
import type { Rows } from './rows.ts';

/** Parameters of a filter. */
export interface FilterParameters {
  filter?: string | undefined;
  /** Text where it is absent. */
  'filter-lang'?: 'cql2-text' | 'cql2-json' | 'cql-text' | undefined;
  'filter-crs'?: string | undefined;
}

/** A filter that is known to fit the request. */
export interface RowFilter {
  plan: FilterPlan;
  types: PropertyTypes;
  /** What it names. */
  names: string[];
  /** Reference system of the geometry literals. */
  srid: number;
}

/**
 * Reads the filter of a request.
 * @param queryables what can be named; null where there are no rows: then only the syntax counts
 * @returns null for a request without filter
 * @throws Problem invalid_request with the place of what is wrong
 */
export function readFilter(
  queryables: readonly Queryable[] | null,
  query: FilterParameters,
): RowFilter | null {
  const crs = requireCrs(query['filter-crs'], 'filter-crs');
  if (query.filter === undefined) return null;
  const parsed =
    query['filter-lang'] === 'cql2-json' ? parseFilterJson(query.filter) : parseFilterText(query.filter);
  if (queryables === null) return null;
  const types = new Map(queryables.map(({ name, type }) => [name, type]));
  const expression = placeGeometries(checkFilter(parsed, types), parsed, crs);
  const stored = new Set(queryables.filter((each) => each.stored).map(({ name }) => name));
  const names = [...types.keys()].filter((name) =>
    contains(expression, (node) => node.kind === 'property' && node.name === name),
  );
  return { plan: planFilter(expression, (name) => stored.has(name)), types, names, srid: crs.srid };
}

/** Makes the test whether the row at a position passes; the database tells what is stored. */
export async function filterTest(
  { plan, types, names, srid }: RowFilter,
  rows: Rows,
): Promise<(i: number) => boolean> {
  await rows.load(names, null);
  const isIn = await rows.matching(plan.stored, srid);
  return planTest(plan, { types, property: (name) => rows.values(name), isIn });
}
