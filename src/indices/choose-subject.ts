/** Which index, collection, boundary version and period a request means. */
import { type Catalog, type Geography, listed } from '../catalog/catalog.ts';
import { chooseGeography } from '../catalog/choose-geography.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { parsePeriod } from '../indicators/period.ts';
import { textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import {
  type CombinedMethod,
  type CompositeMethod,
  compareVersions,
  type VersionedIndex,
} from './index-method.ts';
import {
  findPeriods,
  type IndexPeriod,
  type IndexPlan,
  type NotApplicable,
  planIndex,
} from './plan-index.ts';
import { COMBINED_PRESETS, COMPOSITE_PRESETS } from './presets.ts';

/** All versions of all indices by id, in the order of the ids; of each the newest version first. */
export type IndexList = ReadonlyMap<string, readonly VersionedIndex[]>;

/** What is to be computed. */
export type IndexSubject =
  | { kind: 'composite'; index: CompositeMethod; plan: IndexPlan }
  | { kind: 'combination'; index: CombinedMethod; status: IndexPlan; dynamics: IndexPlan };

/** Parameters of a request. */
export interface SubjectParameters {
  collection?: string | undefined;
  /** One period or `latest`. */
  period?: string | undefined;
  datetime?: string | undefined;
}

/** The built-in indices and the defined ones. */
export function listIndices(defined: readonly CompositeMethod[]): IndexList {
  const groups = new Map<string, VersionedIndex[]>();
  for (const index of [...COMPOSITE_PRESETS, ...COMBINED_PRESETS, ...defined]) {
    const { id } = index.definition;
    groups.set(id, [...(groups.get(id) ?? []), index]);
  }
  for (const versions of groups.values()) {
    versions.sort((a, b) => compareVersions(b.definition.version, a.definition.version));
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws Problem not_found for an unknown index or version */
export function requireIndex(indices: IndexList, id: string, version: string | undefined): VersionedIndex {
  const versions = indices.get(id);
  if (!versions) {
    throw new Problem('not_found', `There is no index ${id}.`, [
      { code: 'unknown_index', field: 'indexId', got: id, expected: listed(indices.keys()) },
    ]);
  }
  const found =
    version === undefined ? versions[0] : versions.find((one) => one.definition.version === version);
  if (found) return found;
  const expected = listed(versions.map((one) => one.definition.version));
  throw new Problem('not_found', `The index ${id} has no version ${version}.`, [
    { code: 'unknown_version', field: 'version', got: String(version), expected },
  ]);
}

/** Where an index can be computed in a collection. */
export interface Application {
  periods: IndexPeriod[];
  /** The newest plan, or those of both parts; empty where there is none. */
  plans: IndexPlan[];
  /** Why there is no period. */
  missing: NotApplicable | null;
}

/** Definitions are kept as long as a catalogue is, so that what they are found by is the same object for each request. */
const applications = new WeakMap<Catalog, WeakMap<VersionedIndex, Map<string, Application>>>();

/** Periods of a collection that an index can be computed for; found once for each state of the catalogue. */
export function findApplication(
  catalog: Catalog,
  indices: IndexList,
  index: VersionedIndex,
  geography: Geography,
): Application {
  const ofCatalog = applications.get(catalog) ?? new WeakMap<VersionedIndex, Map<string, Application>>();
  applications.set(catalog, ofCatalog);
  const ofIndex = ofCatalog.get(index) ?? new Map<string, Application>();
  ofCatalog.set(index, ofIndex);
  const known = ofIndex.get(geography.collection);
  if (known) return known;
  const found = searchApplication(catalog, indices, index, geography);
  ofIndex.set(geography.collection, found);
  return found;
}

function searchApplication(
  catalog: Catalog,
  indices: IndexList,
  index: VersionedIndex,
  geography: Geography,
): Application {
  if (index.kind === 'composite') {
    const { periods, plan, missing } = findPeriods(catalog, index, geography);
    return { periods, plans: plan ? [plan] : [], missing };
  }
  const [status, dynamics] = partsOf(indices, index).map((part) => findPeriods(catalog, part, geography));
  const periods = status!.periods.filter(({ period, version }) =>
    dynamics!.periods.some((other) => other.period === period && other.version === version),
  );
  const missing = status!.missing ?? dynamics!.missing;
  if (missing || periods.length > 0) {
    return { periods, plans: missing ? [] : [status!.plan!, dynamics!.plan!], missing };
  }
  const reason = { de: 'Kein Zeitraum hat beide Teile.', en: 'No period has both parts.' };
  return { periods, plans: [], missing: { reason, absent: [] } };
}

/** Status and dynamics of a combination: built in as it is. */
function partsOf(indices: IndexList, { definition }: CombinedMethod): [CompositeMethod, CompositeMethod] {
  const find = (id: string): CompositeMethod => {
    const index = requireIndex(indices, id, undefined);
    if (index.kind !== 'composite')
      throw new RangeError(`Got the combination ${id}, expected a composite index.`);
    return index;
  };
  return [find(definition.status), find(definition.dynamics)];
}

/**
 * Finds what a request means.
 * @param today ISO date; chooses the boundary version where the period is on several
 * @throws Problem invalid_request for an unknown collection or period, one that the index cannot be computed for, or where
 * several collections are possible and none is named
 */
export function chooseSubject(
  catalog: Catalog,
  indices: IndexList,
  index: VersionedIndex,
  parameters: SubjectParameters,
  today: string,
): IndexSubject {
  const geography = chooseGeography(
    catalog,
    parameters.collection,
    'the index needs',
    (one) => findApplication(catalog, indices, index, one).periods.length > 0,
    () => refuseIndex(index, 'no collection', 'a collection with the indicators of the index'),
  );
  const { periods, missing } = findApplication(catalog, indices, index, geography);
  if (periods.length === 0) throw refuseIndex(index, geography.collection, textOf(missing!.reason, 'en'));
  const { id } = index.definition;
  return toSubject(
    catalog,
    indices,
    index,
    geography,
    choosePeriod(geography, id, periods, parameters, today),
  );
}

/**
 * An index for one period of its application.
 * @param at one of the periods that `findApplication` found
 */
export function toSubject(
  catalog: Catalog,
  indices: IndexList,
  index: VersionedIndex,
  geography: Geography,
  { period, version }: IndexPeriod,
): IndexSubject {
  const planned = (method: CompositeMethod): IndexPlan =>
    planIndex(catalog, method, geography, version, period) as IndexPlan;
  if (index.kind === 'composite') return { kind: 'composite', index, plan: planned(index) };
  const [status, dynamics] = partsOf(indices, index);
  return { kind: 'combination', index, status: planned(status), dynamics: planned(dynamics) };
}

function refuseIndex({ definition }: VersionedIndex, got: string, expected: string): Problem {
  return new Problem('invalid_request', `${definition.id} cannot be computed here.`, [
    { code: 'index_not_applicable', field: 'collection', got, expected },
  ]);
}

/**
 * The period that a request means, on the boundary version that it means.
 * @param what named where nothing fits
 * @param periods what there is, oldest first
 * @throws Problem invalid_request where nothing fits
 */
export function choosePeriod(
  geography: Geography,
  what: string,
  periods: readonly IndexPeriod[],
  { period = 'latest', datetime }: SubjectParameters,
  today: string,
): IndexPeriod {
  if (period !== 'latest' && !parsePeriod(period)) {
    throw new Problem('invalid_request', 'period is not a period or latest.', [
      {
        code: 'period_invalid',
        field: 'period',
        got: period,
        expected: 'a period (2021, 2023-S1) or latest',
      },
    ]);
  }
  const preferred = resolveBoundary(geography, datetime, today);
  const possible = datetime === undefined ? periods : periods.filter(({ version }) => version === preferred);
  const wanted = period === 'latest' ? possible.at(-1)?.period : period;
  const found = possible.filter((one) => one.period === wanted);
  const chosen = found.find(({ version }) => version === preferred) ?? found.at(-1);
  if (chosen) return chosen;
  const names = [...new Set(possible.map((one) => one.period))];
  const elsewhere = periods.filter((one) => one.period === period).map(({ version }) => version.validFrom);
  const hint = elsewhere.map((date) => `datetime=${date}`).join(' or ');
  throw new Problem('invalid_request', `${what}: no period ${period} in ${geography.collection}.`, [
    {
      code: 'unknown_period',
      field: 'period',
      got: period,
      expected: `${listed(names)}${hint ? `; or another boundary version with ${hint}` : ''}`,
    },
  ]);
}
