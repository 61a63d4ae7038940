/** A request for items, read against the catalogue: boundary version, join, selection, page. Nothing is loaded. */
import type { BoundaryVersion, Catalog, Geography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { type Crs, requireCrs } from '../districts/crs.ts';
import { type JoinParameters, type JoinPlan, NO_JOIN, planJoin } from '../indicators/join.ts';
import { toArea } from './box.ts';
import { type Cursor, decodeCursor, refuseCursor } from './cursor.ts';
import { type FreeParameters, readEqualValues } from './equal-values.ts';
import { type FilterParameters, readFilter } from './filter.ts';
import { propertiesOf, type Selection, selectProperties } from './property.ts';
import type { PageRequest } from './read-items.ts';
import { readSortKeys } from './sorting.ts';

/** Parameters that items and one item have in common. */
export interface FeatureParameters extends JoinParameters {
  datetime?: string | undefined;
  crs?: string | undefined;
  properties?: string[] | undefined;
  'exclude-properties'?: string[] | undefined;
  skipGeometry?: boolean | undefined;
}

/** Parameters of items. */
export interface ItemsParameters extends FeatureParameters, FilterParameters {
  bbox?: number[] | undefined;
  'bbox-crs'?: string | undefined;
  key?: string | undefined;
  name?: string | undefined;
  parent?: string | undefined;
  valid_from?: string | undefined;
  valid_until?: string | undefined;
  sortby?: string[] | undefined;
  limit: number;
  offset?: number | undefined;
  cursor?: string | undefined;
}

/** What features are made of. */
export interface FeatureRequest {
  /** Null where none is valid at the time asked for. */
  version: BoundaryVersion | null;
  plan: JoinPlan;
  selection: Selection;
  crs: Crs;
}

/** @throws Problem invalid_request for whatever does not fit the catalogue */
export function readFeatureRequest(
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion | null,
  query: FeatureParameters,
): FeatureRequest {
  const plan = version ? planJoin(catalog, geography, version, query) : NO_JOIN;
  const selection = selectProperties(propertiesOf(geography, plan), query);
  return { version, plan, selection, crs: requireCrs(query.crs, 'crs') };
}

/**
 * @param free parameters that the contract does not name
 * @throws Problem invalid_request for whatever does not fit the catalogue
 */
export function readItemsRequest(
  catalog: Catalog,
  geography: Geography,
  query: ItemsParameters,
  today: string,
  free: FreeParameters,
): FeatureRequest & { page: PageRequest } {
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor, query.sortby?.length ?? 0);
  const version = after
    ? requireVersion(geography, after, query.cursor!)
    : resolveBoundary(geography, query.datetime, today);
  const equals = readEqualValues(geography, query, free);
  // Nothing is joined to a published analysis: its period is an attribute.
  const joined = geography.publication ? { ...query, period: undefined } : query;
  const request = readFeatureRequest(catalog, geography, version, joined);
  const boxCrs = requireCrs(query['bbox-crs'], 'bbox-crs');
  return {
    ...request,
    page: {
      area: query.bbox === undefined ? null : toArea(query.bbox, boxCrs),
      equals,
      filter: readFilter(geography, version && request.plan, query),
      sort: readSortKeys(propertiesOf(geography, request.plan), query.sortby),
      limit: query.limit,
      offset: after ? 0 : (query.offset ?? 0),
      after,
    },
  };
}

/** A page goes on in the boundary version in which it began, whatever became the newest meanwhile. */
function requireVersion(geography: Geography, { validFrom }: Cursor, cursor: string): BoundaryVersion {
  const version = geography.boundaryVersions.find((entry) => entry.validFrom === validFrom);
  if (version) return version;
  throw refuseCursor(cursor);
}
