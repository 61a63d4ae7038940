/** Which situations, collection, boundary version and period a request means. */
import { type Catalog, type Geography, listed } from '../catalog/catalog.ts';
import { chooseGeography } from '../catalog/choose-geography.ts';
import { choosePeriod, type IndexList, type SubjectParameters } from '../indices/choose-subject.ts';
import { compareVersions } from '../indices/index-method.ts';
import { Problem } from '../problem.ts';
import { findSituationPeriods, planSituations, type SituationPlan } from './plan-situations.ts';
import { SITUATIONS } from './presets.ts';
import type { SituationDefinition } from './situation.ts';

/** Parameters of a request. */
export interface SituationParameters extends SubjectParameters {
  situations?: string[] | undefined;
  targetGroup?: string | undefined;
  actionField?: string | undefined;
}

/** The built-in situations and the newest version of each defined one, by id. */
export function listSituations(defined: readonly SituationDefinition[]): SituationDefinition[] {
  const newest = new Map<string, SituationDefinition>();
  for (const one of [...SITUATIONS, ...defined]) {
    const known = newest.get(one.id);
    if (!known || compareVersions(known.version, one.version) < 0) newest.set(one.id, one);
  }
  return [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** @throws Problem not_found for an unknown situation */
export function requireSituation(all: readonly SituationDefinition[], id: string): SituationDefinition {
  const found = all.find((situation) => situation.id === id);
  if (found) return found;
  throw new Problem('not_found', `There is no problem situation ${id}.`, [
    {
      code: 'unknown_situation',
      field: 'situationId',
      got: id,
      expected: listed(all.map((one) => one.id)),
    },
  ]);
}

/**
 * The situations that a request asks for, by id.
 * @throws Problem invalid_request for an unknown situation, target group or action field
 */
export function chooseSituations(
  all: readonly SituationDefinition[],
  { situations, targetGroup, actionField }: SituationParameters,
): SituationDefinition[] {
  refuseUnknown(
    'situations',
    situations ?? [],
    all.map(({ id }) => id),
  );
  refuseUnknown('targetGroup', targetGroup === undefined ? [] : [targetGroup], listGroups(all));
  refuseUnknown('actionField', actionField === undefined ? [] : [actionField], listFields(all));
  return all.filter(
    (one) =>
      (situations === undefined || situations.includes(one.id)) &&
      (targetGroup === undefined || one.targetGroups.includes(targetGroup)) &&
      (actionField === undefined || one.actionFields.includes(actionField)),
  );
}

function refuseUnknown(field: string, got: readonly string[], known: readonly string[]): void {
  const unknown = got.find((one) => !known.includes(one));
  if (unknown === undefined) return;
  throw new Problem('invalid_request', `There is no ${unknown}.`, [
    { code: 'unknown_value', field, got: unknown, expected: listed(known) },
  ]);
}

/** All target groups that any situation has. */
export function listGroups(all: readonly SituationDefinition[]): string[] {
  return [...new Set(all.flatMap(({ targetGroups }) => targetGroups))].sort();
}

/** All action fields that any situation has. */
export function listFields(all: readonly SituationDefinition[]): string[] {
  return [...new Set(all.flatMap(({ actionFields }) => actionFields))].sort();
}

/**
 * Finds what a request means.
 * @param today ISO date; chooses the boundary version where the period is on several
 * @throws Problem invalid_request for an unknown collection or period, one in which none of the situations can be looked at, or
 * where several collections are possible and none is named
 */
export function chooseSituationPlan(
  catalog: Catalog,
  indices: IndexList,
  all: readonly SituationDefinition[],
  parameters: SituationParameters,
  today: string,
): SituationPlan {
  const situations = chooseSituations(all, parameters);
  const periodsOf = (geography: Geography) => findSituationPeriods(catalog, indices, situations, geography);
  const geography = chooseGeography(
    catalog,
    parameters.collection,
    'the situations need',
    (one) => periodsOf(one).length > 0,
    () => refuse('no collection'),
  );
  const periods = periodsOf(geography);
  if (periods.length === 0) throw refuse(geography.collection);
  const at = choosePeriod(geography, 'problem situations', periods, parameters, today);
  return planSituations(catalog, indices, situations, geography, at);
}

function refuse(got: string): Problem {
  return new Problem('invalid_request', 'None of the situations can be looked at here.', [
    {
      code: 'situations_not_applicable',
      field: 'collection',
      got,
      expected: 'a collection with indicators of these situations, see /problem-situations',
    },
  ]);
}
