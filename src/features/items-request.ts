/** A request for features of a subject, read without loading anything: selection of properties, page. */
import { type BoundaryVersion, type Catalog, type Geography, requireGeography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { findStatistics } from '../catalog/statistics.ts';
import { type Crs, requireCrs } from '../districts/crs.ts';
import type { JoinParameters } from '../indicators/join.ts';
import type { Reader } from '../reader.ts';
import { toArea } from './box.ts';
import { type Cursor, decodeCursor, refuseCursor } from './cursor.ts';
import { districtSubject } from './district-subject.ts';
import { type FreeParameters, readEqualValues } from './equal-values.ts';
import { type FilterParameters, readFilter } from './filter.ts';
import { type Selection, selectProperties } from './property.ts';
import type { PageRequest } from './read-items.ts';
import { readSortKeys } from './sorting.ts';
import { statisticsSubject } from './statistics-subject.ts';
import type { Subject } from './subject.ts';

/** Parameters that say what is asked for. */
export interface SubjectParameters extends JoinParameters {
  datetime?: string | undefined;
  cursor?: string | undefined;
}

/** Parameters that items and one item have in common. */
export interface FeatureParameters {
  crs?: string | undefined;
  properties?: string[] | undefined;
  'exclude-properties'?: string[] | undefined;
  skipGeometry?: boolean | undefined;
}

/** Parameters of items. */
export interface ItemsParameters extends FeatureParameters, FilterParameters {
  period?: string[] | undefined;
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

/** How features are shown. */
export interface FeatureRequest {
  selection: Selection;
  crs: Crs;
}

/**
 * Finds what a request is about.
 * @param today ISO date
 * @param after the request's cursor, read; null at the start
 * @throws Problem not_found for an unknown collection; invalid_request for parameters that do not fit the catalogue
 */
export function findSubject(
  reader: Reader,
  catalog: Catalog,
  collection: string,
  query: SubjectParameters,
  today: string,
  after: Cursor | null,
): Subject {
  const statistics = findStatistics(catalog, collection);
  if (statistics) {
    if (after && after.validFrom !== '') throw refuseCursor(query.cursor!);
    return statisticsSubject(reader, catalog, statistics, query);
  }
  const geography = requireGeography(catalog, collection);
  const version = after
    ? requireVersion(geography, after, query.cursor!)
    : resolveBoundary(geography, query.datetime, today);
  return districtSubject(reader, catalog, geography, version, query);
}

/** A page goes on in the boundary version in which it began, whatever became the newest meanwhile. */
function requireVersion(geography: Geography, { validFrom }: Cursor, cursor: string): BoundaryVersion {
  const version = geography.boundaryVersions.find((entry) => entry.validFrom === validFrom);
  if (version) return version;
  throw refuseCursor(cursor);
}

/** @throws Problem invalid_request for a text that is no cursor of such a request */
export function readCursor({ cursor, sortby }: Pick<ItemsParameters, 'cursor' | 'sortby'>): Cursor | null {
  return cursor === undefined ? null : decodeCursor(cursor, sortby?.length ?? 0);
}

/** @throws Problem invalid_request for a property or system that there is not */
export function readFeatureRequest({ properties }: Subject, query: FeatureParameters): FeatureRequest {
  return { selection: selectProperties(properties, query), crs: requireCrs(query.crs, 'crs') };
}

/**
 * @param free parameters that the contract does not name
 * @throws Problem invalid_request for whatever does not fit the subject
 */
export function readItemsRequest(
  subject: Subject,
  query: ItemsParameters,
  after: Cursor | null,
  free: FreeParameters,
): FeatureRequest & { page: PageRequest } {
  const request = readFeatureRequest(subject, query);
  const boxCrs = requireCrs(query['bbox-crs'], 'bbox-crs');
  return {
    ...request,
    page: {
      area: query.bbox === undefined ? null : toArea(query.bbox, boxCrs),
      equals: readEqualValues(subject, query, free),
      filter: readFilter(subject.queryables, query),
      sort: readSortKeys(subject.properties, query.sortby),
      limit: Math.min(query.limit, subject.mostRows),
      offset: after ? 0 : (query.offset ?? 0),
      after,
    },
  };
}
