/** Which columns and indices problem situations take in a collection for a period; or why they cannot be looked at there. */
import {
  type BoundaryVersion,
  type Catalog,
  type ColumnEntry,
  columnsOf,
  compareIds,
  findColumn,
  type Geography,
  type Indicator,
  stampOf,
} from '../catalog/catalog.ts';
import { findApplication, type IndexList, type IndexSubject, toSubject } from '../indices/choose-subject.ts';
import { yearsBefore } from '../indices/index-method.ts';
import { stateOf } from '../indices/index-results.ts';
import type { IndexPeriod } from '../indices/plan-index.ts';
import type { Label } from '../label.ts';
import type { SituationCondition, SituationDefinition } from './situation.ts';

/** What one condition looks at. */
export type PlannedCondition =
  | {
      kind: 'indicator';
      condition: SituationCondition;
      indicator: Indicator;
      entry: ColumnEntry;
      /** The column that a change starts from; null for a value. */
      earlier: ColumnEntry | null;
    }
  | { kind: 'index'; condition: SituationCondition; subject: IndexSubject };

/** A situation with all that it looks at. */
export interface PlannedSituation {
  situation: SituationDefinition;
  conditions: PlannedCondition[];
}

/** What is to be loaded. */
export interface SituationPlan {
  geography: Geography;
  version: BoundaryVersion;
  period: string;
  situations: PlannedSituation[];
  /** Situations that cannot be looked at here. */
  missing: { situation: SituationDefinition; reason: Label }[];
}

/** Where something is looked for. */
interface Place {
  catalog: Catalog;
  indices: IndexList;
  geography: Geography;
  version: BoundaryVersion;
  period: string;
}

/** Plans situations for one period on one boundary version. */
export function planSituations(
  catalog: Catalog,
  indices: IndexList,
  situations: readonly SituationDefinition[],
  geography: Geography,
  { period, version }: IndexPeriod,
): SituationPlan {
  const place: Place = { catalog, indices, geography, version, period };
  const plan: SituationPlan = { geography, version, period, situations: [], missing: [] };
  for (const situation of situations) {
    const conditions = situation.conditions.flatMap((condition) => planCondition(place, condition) ?? []);
    const enough = situation.need === 'all' ? situation.conditions.length : 1;
    if (conditions.length >= enough) plan.situations.push({ situation, conditions });
    else plan.missing.push({ situation, reason: explainMissing(situation, period) });
  }
  return plan;
}

function explainMissing({ conditions }: SituationDefinition, period: string): Label {
  const names = conditions
    .flatMap(({ indicators = [], indices = [] }) => [...indicators, ...indices])
    .join(', ');
  return {
    de: `Für ${period} gibt es hier nichts von: ${names}`,
    en: `For ${period} there is none of: ${names}`,
  };
}

/** The first indicator or index that is there; context indicators are never a problem. */
function planCondition(place: Place, condition: SituationCondition): PlannedCondition | null {
  const { catalog, indices, geography, version, period } = place;
  if (condition.kind === 'index') {
    for (const id of condition.indices ?? []) {
      const index = indices.get(id)?.[0];
      if (!index) continue;
      const { periods } = findApplication(catalog, indices, index, geography);
      const at = periods.find((one) => one.period === period && one.version === version);
      if (at) return { kind: 'index', condition, subject: toSubject(catalog, indices, index, geography, at) };
    }
    return null;
  }
  for (const code of condition.indicators ?? []) {
    const indicator = catalog.indicators.get(code);
    if (!indicator || indicator.polarity === 0) continue;
    const entry = findColumn(catalog, geography, version, indicator, period);
    if (!entry) continue;
    if (condition.changeYears === undefined)
      return { kind: 'indicator', condition, indicator, entry, earlier: null };
    const before = yearsBefore(period, condition.changeYears);
    const earlier = findColumn(catalog, geography, version, indicator, before);
    if (earlier) return { kind: 'indicator', condition, indicator, entry, earlier };
  }
  return null;
}

/** All periods of a collection in which any of the situations can be looked at, oldest first. */
export function findSituationPeriods(
  catalog: Catalog,
  indices: IndexList,
  situations: readonly SituationDefinition[],
  geography: Geography,
): IndexPeriod[] {
  const periods = new Set<string>();
  for (const { conditions } of situations) {
    for (const { indicators = [], indices: ids = [] } of conditions) {
      for (const code of indicators) {
        const indicator = catalog.indicators.get(code);
        if (indicator)
          for (const entry of columnsOf(catalog, geography, indicator)) periods.add(entry.period);
      }
      for (const id of ids) {
        const index = indices.get(id)?.[0];
        if (index)
          for (const one of findApplication(catalog, indices, index, geography).periods)
            periods.add(one.period);
      }
    }
  }
  return [...periods]
    .sort(compareIds)
    .flatMap((period) =>
      geography.boundaryVersions
        .map((version) => ({ period, version }))
        .filter((at) => planSituations(catalog, indices, situations, geography, at).situations.length > 0),
    );
}

/** All that findings depend on: rules, districts, names, figures; for entity tags. */
export function stateOfPlan(catalog: Catalog, plan: SituationPlan): unknown[] {
  const { geography, version, period, situations, missing } = plan;
  const columns = situations.flatMap(({ conditions }) =>
    conditions.flatMap((one) => (one.kind === 'indicator' ? [one] : [])),
  );
  const releases = columns.flatMap(({ indicator, entry, earlier }) => [
    indicator.release,
    entry.release,
    earlier?.release ?? 0,
  ]);
  return [
    stampOf(catalog, [version.release, geography.definitionRelease, ...releases]),
    geography.collection,
    version.id,
    version.release,
    period,
    [...situations, ...missing].map(({ situation }) => situation),
    columns.map(({ indicator, entry, earlier }) => [
      indicator.code,
      entry.period,
      entry.release,
      earlier?.release ?? null,
    ]),
    situations.flatMap(({ conditions }) =>
      conditions.flatMap((one) => (one.kind === 'index' ? [stateOf(catalog, one.subject)] : [])),
    ),
    [...catalog.reasons],
  ];
}
