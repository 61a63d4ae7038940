/** Which situations, collection, boundary version and period a request means. */
import { type Catalog, type Geography, listed } from '../catalog/catalog.ts';
import { choosePeriod, type IndexList, type SubjectParameters } from '../indices/choose-subject.ts';
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

/** @throws Problem not_found for an unknown situation */
export function requireSituation(id: string): SituationDefinition {
  const found = SITUATIONS.find((situation) => situation.id === id);
  if (found) return found;
  throw new Problem('not_found', `There is no problem situation ${id}.`, [
    {
      code: 'unknown_situation',
      field: 'situationId',
      got: id,
      expected: listed(SITUATIONS.map((one) => one.id)),
    },
  ]);
}

/**
 * The situations that a request asks for, by id.
 * @throws Problem invalid_request for an unknown situation, target group or action field
 */
export function chooseSituations({
  situations,
  targetGroup,
  actionField,
}: SituationParameters): SituationDefinition[] {
  refuseUnknown(
    'situations',
    situations ?? [],
    SITUATIONS.map(({ id }) => id),
  );
  refuseUnknown('targetGroup', targetGroup === undefined ? [] : [targetGroup], listGroups());
  refuseUnknown('actionField', actionField === undefined ? [] : [actionField], listFields());
  return SITUATIONS.filter(
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
export function listGroups(): string[] {
  return [...new Set(SITUATIONS.flatMap(({ targetGroups }) => targetGroups))].sort();
}

/** All action fields that any situation has. */
export function listFields(): string[] {
  return [...new Set(SITUATIONS.flatMap(({ actionFields }) => actionFields))].sort();
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
  parameters: SituationParameters,
  today: string,
): SituationPlan {
  const situations = chooseSituations(parameters);
  const periodsOf = (geography: Geography) => findSituationPeriods(catalog, indices, situations, geography);
  const geography = chooseGeography(catalog, parameters.collection, (one) => periodsOf(one).length > 0);
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

function chooseGeography(
  catalog: Catalog,
  collection: string | undefined,
  applies: (geography: Geography) => boolean,
): Geography {
  if (collection !== undefined) {
    const geography = catalog.geographies.get(collection);
    if (geography) return geography;
    throw new Problem('invalid_request', `There is no collection ${collection}.`, [
      {
        code: 'unknown_collection',
        field: 'collection',
        got: collection,
        expected: listed(catalog.geographies.keys()),
      },
    ]);
  }
  const possible = [...catalog.geographies.values()].filter(applies);
  if (possible.length === 1) return possible[0]!;
  if (possible.length === 0) throw refuse('no collection');
  throw new Problem('invalid_request', 'Several collections have what the situations need.', [
    {
      code: 'missing',
      field: 'collection',
      got: 'nothing',
      expected: listed(possible.map((geography) => geography.collection)),
    },
  ]);
}
