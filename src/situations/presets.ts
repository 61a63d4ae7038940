/** Problem situations that are built in, with the codes of the common indicator catalogue. */
import type { SituationCondition, SituationDefinition } from './situation.ts';

/** One deviation on the worse side, as the middle class of the social monitorings ends. */
const LIMIT = 1;

function beyond(indicators: string[], changeYears?: number): SituationCondition {
  const change = changeYears === undefined ? {} : { changeYears };
  return { kind: 'indicator', indicators, measure: 'z', limit: LIMIT, ...change };
}

function define(
  id: string,
  [de, en]: [string, string],
  targetGroups: string[],
  actionFields: string[],
  ...conditions: SituationCondition[]
): SituationDefinition {
  return { id, version: '1.0.0', label: { de, en }, targetGroups, actionFields, need: 'any', conditions };
}

/** All built-in situations, by id. A context indicator is part of none. */
export const SITUATIONS: readonly SituationDefinition[] = [
  define(
    'child-poverty',
    ['Kinderarmut', 'Child poverty'],
    ['children', 'families'],
    ['child_family_poverty', 'disadvantage'],
    beyond(['pov_child', 'mss_s4']),
  ),
  define(
    'falling-behind',
    ['Entwicklung schlechter als in der Gesamtstadt', 'Falling behind the city'],
    ['all'],
    ['disadvantage'],
    { kind: 'index', indices: ['mss-dynamics', 'hamburg-style-dynamics'] },
  ),
  define(
    'few-childcare-places',
    ['Wenig Kinderbetreuung', 'Little childcare'],
    ['children', 'families'],
    ['education'],
    beyond(['inf_kita_places_u3', 'edu_kita_u3']),
  ),
  define(
    'few-offers-older-people',
    ['Wenig Angebote für Ältere', 'Few offers for older people'],
    ['older'],
    ['older_participation_care'],
    beyond(['inf_meeting_older', 'inf_day_care_places']),
  ),
  define(
    'foreign-unemployment',
    ['Arbeitslosigkeit der ausländischen Bevölkerung', 'Unemployment of foreign nationals'],
    ['migrants', 'unemployed'],
    ['migration_integration', 'labour_market'],
    beyond(['lab_unempl_foreign']),
  ),
  define(
    'long-term-unemployment',
    ['Langzeitarbeitslosigkeit', 'Long-term unemployment'],
    ['unemployed'],
    ['labour_market'],
    beyond(['lab_longterm', 'mss_s2']),
  ),
  define('low-status', ['Niedriger sozialer Status', 'Low social status'], ['all'], ['disadvantage'], {
    kind: 'index',
    indices: ['mss-status', 'hamburg-style-status'],
  }),
  define(
    'old-age-poverty',
    ['Altersarmut', 'Old-age poverty'],
    ['older'],
    ['older_participation_care', 'disadvantage'],
    beyond(['pov_old_age']),
  ),
  define(
    'reduced-capacity-poverty',
    ['Armut bei Erwerbsminderung', 'Poverty with reduced earning capacity'],
    ['disability'],
    ['inclusion'],
    beyond(['pov_reduced_capacity']),
  ),
  define(
    'rising-child-poverty',
    ['Zunehmende Kinderarmut', 'Rising child poverty'],
    ['children', 'families'],
    ['child_family_poverty'],
    beyond(['pov_child'], 3),
    beyond(['mss_d4']),
  ),
  define(
    'single-parents',
    ['Viele Alleinerziehende', 'Many single parents'],
    ['families', 'children'],
    ['child_family_poverty'],
    beyond(['hh_single_parent', 'hh_children_single_parent']),
  ),
  define(
    'transfer-receipt',
    ['Transferbezug', 'Receipt of transfers'],
    ['benefit_recipients'],
    ['disadvantage'],
    beyond(['pov_sgb2_quota', 'pov_transfer_nonunempl', 'mss_s3']),
  ),
  define(
    'unemployment',
    ['Arbeitslosigkeit', 'Unemployment'],
    ['unemployed'],
    ['labour_market', 'disadvantage'],
    beyond(['lab_unempl', 'mss_s1']),
  ),
  define(
    'youth-unemployment',
    ['Jugendarbeitslosigkeit', 'Youth unemployment'],
    ['youth', 'unemployed'],
    ['labour_market'],
    beyond(['lab_unempl_u25']),
  ),
];
