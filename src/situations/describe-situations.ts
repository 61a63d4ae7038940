/** Problem situations as documents. */
import type { components } from '../../openapi/generated/types.ts';
import { MODIFIABLE_AREAS } from '../analyses/statement.ts';
import type { Catalog, Geography } from '../catalog/catalog.ts';
import { MEDIA } from '../http/links.ts';
import { sequentialRamp } from '../indicators/ramps.ts';
import type { IndexList } from '../indices/choose-subject.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { VERSION } from '../version.ts';
import {
  type Evidence,
  type FoundCondition,
  type FoundSituation,
  type FoundSituations,
  lackAt,
} from './find-situations.ts';
import { findSituationPeriods } from './plan-situations.ts';
import { labelOfSituation, type SituationDefinition, type State, wordRule } from './situation.ts';

type Schemas = components['schemas'];

/** Version of the method; a change of any state raises it. */
const SITUATIONS_VERSION = '1.0.0';
const METHOD =
  'Each rule looked at in every district: values, standard scores (population deviation over the districts of the period), changes and classes beyond a limit on the worse side; a missing figure is never an absent situation';

/** A rule with where it can be looked at. @param base address of the API */
export function describeSituation(
  catalog: Catalog,
  indices: IndexList,
  situation: SituationDefinition,
  geographies: readonly Geography[],
  language: Language,
  base: string,
): Schemas['Situation'] {
  const { id, version, targetGroups, actionFields } = situation;
  return {
    id,
    version,
    label: labelOfSituation(situation, language),
    targetGroups,
    actionFields,
    definition: situation,
    applications: geographies.map((geography) => {
      const periods = findSituationPeriods(catalog, indices, [situation], geography);
      return {
        collection: geography.collection,
        applicable: periods.length > 0,
        reason: periods.length > 0 ? null : noneOf(situation, language),
        periods: periods.map(({ period, version: at }) => ({ period, boundaryVersion: at.validFrom })),
      };
    }),
    links: [{ href: `${base}/problem-situations/${id}`, rel: 'self', type: MEDIA.json }],
  };
}

function noneOf({ conditions }: SituationDefinition, language: Language): string {
  const names = conditions
    .flatMap(({ indicators = [], indices = [] }) => [...indicators, ...indices])
    .join(', ');
  return language === 'de' ? `Hier gibt es nichts von: ${names}` : `There is none of: ${names}`;
}

/** The findings of the district at position i. */
export function describeDistrict(
  catalog: Catalog,
  found: FoundSituations,
  i: number,
  language: Language,
): Schemas['SituationDistrict'] {
  const { table, situations, plan } = found;
  const named = (state: State): string[] =>
    situations.filter(({ states }) => states[i] === state).map(({ situation }) => situation.id);
  const [present, absent, notAssessed] = [named('present'), named('absent'), named('not_assessed')];
  const assessed = present.length + absent.length;
  const labels = situations
    .filter(({ states }) => states[i] === 'present')
    .map(({ situation }) => labelOfSituation(situation, language));
  return {
    district: table.keys[i]!,
    districtName: table.names[i]!,
    status: assessed > 0 ? 'ok' : 'not_assessed',
    count: assessed > 0 ? present.length : null,
    complete: notAssessed.length === 0,
    present,
    absent,
    notAssessed,
    findings: situations.map((one) => describeFinding(catalog, one, i, language)),
    sentence: tell(
      `${table.names[i]!} (${table.keys[i]!})`,
      plan.period,
      labels,
      assessed,
      notAssessed.length,
      language,
    ),
  };
}

function describeFinding(
  catalog: Catalog,
  { situation, conditions, states }: FoundSituation,
  i: number,
  language: Language,
): Schemas['SituationFinding'] {
  return {
    situation: situation.id,
    label: labelOfSituation(situation, language),
    state: states[i]!,
    evidence: conditions.map((condition) =>
      describeEvidence(catalog, condition, condition.evidence[i]!, language),
    ),
  };
}

function describeEvidence(
  catalog: Catalog,
  { planned: { kind, condition }, source, label, mean }: FoundCondition,
  { classLabel, reasonLabel, ...evidence }: Evidence,
  language: Language,
): Schemas['SituationEvidence'] {
  const words: Label | undefined =
    reasonLabel ?? (evidence.reason === null ? undefined : catalog.reasons.get(evidence.reason));
  return {
    ...evidence,
    source,
    label: textOf(label, language),
    measure: kind === 'index' ? 'class' : (condition.measure ?? 'z'),
    limit: kind === 'index' ? null : (condition.limit ?? 0),
    mean,
    classLabel: classLabel ? textOf(classLabel, language) : null,
    reasonLabel: words ? textOf(words, language) : null,
  };
}

/** Plain words; missing figures are told, and nothing says why. */
function tell(
  district: string,
  period: string,
  labels: readonly string[],
  assessed: number,
  missing: number,
  language: Language,
): string {
  if (language === 'de') {
    if (assessed === 0) return `${district} ist ${period} nicht bewertet: die Angaben fehlen.`;
    const rest = missing > 0 ? ` Zu ${missing} weiteren fehlen die Angaben.` : '';
    if (labels.length === 0)
      return `${district} ist ${period} in keiner von ${assessed} bewerteten Problemlagen auffällig.${rest}`;
    return `${district} ist ${period} in ${labels.length} von ${assessed} bewerteten Problemlagen auffällig: ${labels.join(', ')}.${rest}`;
  }
  if (assessed === 0) return `${district} is not assessed for ${period}: the figures are missing.`;
  const rest = missing > 0 ? ` Figures are missing for ${missing} more.` : '';
  if (labels.length === 0)
    return `${district} stands out in none of ${assessed} problem situations assessed for ${period}.${rest}`;
  return `${district} stands out in ${labels.length} of ${assessed} problem situations assessed for ${period}: ${labels.join(', ')}.${rest}`;
}

/** Everything needed to judge and repeat the findings. */
export function describeFindings(found: FoundSituations, language: Language): Schemas['SituationStatement'] {
  const { plan, table, situations, snapshot, release } = found;
  const counted = table.keys.map((_, i) => {
    const own = situations.map(({ states }) => states[i]!);
    return own.every((state) => state === 'not_assessed')
      ? null
      : own.filter((state) => state === 'present').length;
  });
  const n = counted.filter((count) => count !== null).length;
  return {
    version: SITUATIONS_VERSION,
    method: METHOD,
    reference: [],
    collection: plan.geography.collection,
    boundaryVersion: plan.version.validFrom,
    period: plan.period,
    release,
    snapshot,
    engineVersion: VERSION,
    situations: situations.map((one) => describeUse(one, language)),
    notApplicable: plan.missing.map(({ situation, reason }) => ({
      situation: situation.id,
      reason: textOf(reason, language),
    })),
    n,
    districts: table.n,
    excluded: table.keys.flatMap((district, i) =>
      counted[i] === null ? [{ district, ...lackAt(found, i) }] : [],
    ),
    counts: Array.from(
      { length: situations.length + 1 },
      (_, k) => counted.filter((count) => count === k).length,
    ),
    colours: sequentialRamp(situations.length + 1, -1),
    warnings: [...warnOfSituations(found), MODIFIABLE_AREAS],
  };
}

function describeUse(
  { situation, conditions, states, release }: FoundSituation,
  language: Language,
): Schemas['SituationUse'] {
  const count = (state: State): number => states.filter((one) => one === state).length;
  return {
    situation: situation.id,
    version: situation.version,
    label: labelOfSituation(situation, language),
    targetGroups: situation.targetGroups,
    actionFields: situation.actionFields,
    rule: wordRule(situation, language),
    sources: conditions.map(({ source }) => source),
    release,
    present: count('present'),
    absent: count('absent'),
    notAssessed: count('not_assessed'),
  };
}

/** What to bear in mind with these findings. */
export function warnOfSituations({ situations, table }: FoundSituations): string[] {
  const relative = situations.some(({ conditions }) =>
    conditions.some(({ planned: { kind, condition } }) => kind === 'index' || condition.measure !== 'value'),
  );
  const without = table.keys.filter((_, i) =>
    situations.every(({ states }) => states[i] === 'not_assessed'),
  ).length;
  return [
    ...(relative
      ? ['Limits are relative to the districts of this period; a change of all districts does not show.']
      : []),
    ...(without > 0 ? [`${without} districts could not be looked at.`] : []),
  ];
}
