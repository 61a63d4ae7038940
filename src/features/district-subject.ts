/** A request for the districts of a boundary version, joined with indicators. */
import type { BoundaryVersion, Catalog, Geography } from '../catalog/catalog.ts';
import { type JoinParameters, type JoinPlan, NO_JOIN, planJoin } from '../indicators/join.ts';
import { joinRelease, joinVersion } from '../indicators/load-join.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { openDistrictRows } from './district-rows.ts';
import { GEOMETRY, propertiesOf } from './property.ts';
import { type Queryable, queryablesOf } from './queryables.ts';
import { NO_ROWS } from './rows.ts';
import type { Subject } from './subject.ts';

const BESIDE = [GEOMETRY, 'valid_from', 'valid_until'] as const;

/**
 * @param version null where none is valid at the time asked for
 * @throws Problem invalid_request for a join that does not fit the catalogue
 */
export function districtSubject(
  reader: Reader,
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion | null,
  join: JoinParameters,
): Subject {
  // Nothing is joined to a published analysis: its period is an attribute.
  const asked = geography.publication ? { ...join, period: undefined } : join;
  const plan = version ? planJoin(catalog, geography, version, asked) : NO_JOIN;
  const properties = propertiesOf(geography, plan);
  return {
    collection: geography.collection,
    title: geography.label,
    geography,
    version,
    properties,
    beside: BESIDE,
    queryables: version && districtQueryables(geography, plan),
    free: geography.publication?.attributes ?? [],
    mostRows: Number.POSITIVE_INFINITY,
    release: joinRelease(geography, version, plan),
    state: (language) => joinVersion(catalog, geography, version, plan, language),
    unknown: (id) => noDistrict(geography, version, id),
    open: async () => (version ? await openDistrictRows(reader, geography, version, plan) : NO_ROWS),
  };
}

/** What filters may name of districts with a join. */
export function districtQueryables(geography: Geography, plan: JoinPlan): Queryable[] {
  return queryablesOf(propertiesOf(geography, plan), BESIDE, ({ column }) => column === null);
}

function noDistrict(geography: Geography, version: BoundaryVersion | null, key: string): Problem {
  const when = version ? `on the boundary version of ${version.validFrom}` : 'at that time';
  const others = geography.boundaryVersions
    .filter((other) => other !== version)
    .map((other) => other.validFrom);
  return new Problem('not_found', `${geography.collection} has no district ${key} ${when}.`, [
    {
      code: 'unknown_district',
      field: 'featureId',
      got: key,
      expected:
        others.length > 0
          ? `a key of that version, or datetime=${others.join(' or ')}`
          : 'a key of that version',
    },
  ]);
}
