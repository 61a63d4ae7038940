/** Clusters and districts as documents. */
import type { components } from '../../openapi/generated/types.ts';
import { MEDIA } from '../http/links.ts';
import { numberAt } from '../indicators/column.ts';
import type { Language } from '../label.ts';
import { labelOfSituation } from '../situations/situation.ts';
import { AREA_ROLES } from '../stats/clusters/flagged-clusters.ts';
import { NO_GROUP } from '../stats/graph/group-labels.ts';
import { LOCAL_CLASSES } from '../stats/local/local-classes.ts';
import { UNIT_STATUSES } from '../stats/local/local-result.ts';
import type { ClusterParameters } from './cluster-definition.ts';
import { type AssessedPeriod, type ClusterFindings, placesOf } from './find-clusters.ts';
import { districts, tellBiography } from './tell-biography.ts';

type Schemas = components['schemas'];

/** Address of a cluster by its id. */
export type AddressOf = (id: string) => string;

/** Ids of the clusters of a period, largest first. */
export function listClusters({ traced }: ClusterFindings, period: number): number[] {
  const { labels, sizes } = traced.found[period]!;
  return Array.from(sizes, (_, label) => traced.biographies.ids[period]![labels.indexOf(label)]!);
}

/** One cluster in one period. */
export function describeCluster(
  findings: ClusterFindings,
  period: number,
  id: number,
  language: Language,
  addressOf: AddressOf,
): Schemas['ClusterProperties'] {
  const { table, traced, names, series, periods } = findings;
  const { found, counts, residents } = periods[period]!;
  const { roles } = traced.found[period]!;
  const places = placesOf(findings, period, id);
  const members = places.filter((i) => AREA_ROLES[roles[i]!] === 'flagged');
  const bridges = places.filter((i) => AREA_ROLES[roles[i]!] === 'bridge');
  const most = Math.max(...members.map((i) => counts[i]!));
  const severity = members.reduce((sum, i) => sum + counts[i]!, 0) / members.length;
  const known = members.filter((i) => !Number.isNaN(residents[i]!));
  const born = traced.biographies.first[id]!;
  const head = table.names[members.find((i) => counts[i] === most)!]!;
  const since = series.periods[born]!.plan.period;
  const at = series.periods[period]!.plan.period;
  return {
    id: names[id]!,
    period: at,
    label: language === 'de' ? `Auffällig: um ${head}` : `Stands out: around ${head}`,
    districts: places.length,
    members: members.map((i) => table.keys[i]!),
    bridges: bridges.map((i) => table.keys[i]!),
    severity,
    mostSituations: most,
    situations: countSituations(periods[period]!, members, language),
    targetGroups: countGroups(periods[period]!, members),
    actionFields: fieldsOf(periods[period]!, members),
    population: known.length > 0 ? known.reduce((sum, i) => sum + residents[i]!, 0) : null,
    populationUnknown: members.length - known.length,
    since,
    sinceStart: born === 0,
    biography: tellBiography(findings, id, period, language),
    sentence: wordCluster(
      { period: at, head, members: members.length, severity, since, sinceStart: born === 0 },
      found.situations.length,
      language,
    ),
    method: wordMethod(series.parameters, found.situations.length, language),
    links: [{ href: addressOf(names[id]!), rel: 'self', type: MEDIA.geojson }],
  };
}

function countSituations(
  { found }: AssessedPeriod,
  members: readonly number[],
  language: Language,
): Schemas['ClusterProperties']['situations'] {
  return found.situations
    .map(({ situation, states }) => ({
      situation: situation.id,
      label: labelOfSituation(situation, language),
      districts: members.filter((i) => states[i] === 'present').length,
      notAssessed: members.filter((i) => states[i] === 'not_assessed').length,
    }))
    .sort((a, b) => b.districts - a.districts || (a.situation < b.situation ? -1 : 1));
}

function countGroups(
  { found }: AssessedPeriod,
  members: readonly number[],
): Schemas['ClusterProperties']['targetGroups'] {
  const groups = [...new Set(found.situations.flatMap(({ situation }) => situation.targetGroups))];
  return groups
    .map((targetGroup) => {
      const own = found.situations.filter(({ situation }) => situation.targetGroups.includes(targetGroup));
      const touched = members.filter((i) => own.some(({ states }) => states[i] === 'present'));
      return { targetGroup, districts: touched.length };
    })
    .filter((group) => group.districts > 0)
    .sort((a, b) => b.districts - a.districts || (a.targetGroup < b.targetGroup ? -1 : 1));
}

function fieldsOf({ found }: AssessedPeriod, members: readonly number[]): string[] {
  const present = found.situations.filter(({ states }) => members.some((i) => states[i] === 'present'));
  return [...new Set(present.flatMap(({ situation }) => situation.actionFields))].sort();
}

/** The district at position i. */
export function describeClusterDistrict(
  findings: ClusterFindings,
  period: number,
  i: number,
  language: Language,
): Schemas['ClusterDistrict'] {
  const { table, traced, names, periods } = findings;
  const { found, counts, unknown, assessed } = periods[period]!;
  const id = traced.biographies.ids[period]![i]!;
  const role = ROLES[traced.found[period]!.roles[i]!]!;
  return {
    district: table.keys[i]!,
    districtName: table.names[i]!,
    status: assessed[i] ? 'ok' : 'not_assessed',
    reason: assessed[i] ? null : (lackOf(periods[period]!, i).reason ?? null),
    count: unknown[i] === found.situations.length ? null : counts[i]!,
    complete: unknown[i] === 0,
    cluster: id === NO_GROUP ? null : names[id]!,
    role,
    test: describeTest(findings, period, i),
    label: LABELS[assessed[i] || role === 'bridge' ? role : 'not_assessed'][language],
  };
}

/** In the order of AREA_ROLES. */
const ROLES = ['none', 'member', 'bridge', 'below_minimum'] as const;

const LABELS: Record<(typeof ROLES)[number] | 'not_assessed', Record<Language, string>> = {
  none: { de: 'nicht auffällig', en: 'does not stand out' },
  member: { de: 'auffällig', en: 'stands out' },
  bridge: { de: 'schließt eine Lücke', en: 'closes a gap' },
  below_minimum: { de: 'auffällig, aber unter der Mindestgröße', en: 'stands out, but below the minimum' },
  not_assessed: { de: 'nicht bewertet', en: 'not assessed' },
};

/** Status and reason of the first figure that is missing. */
export function lackOf({ found }: AssessedPeriod, i: number): { status: string; reason: string | null } {
  for (const { states, conditions } of found.situations) {
    if (states[i] !== 'not_assessed') continue;
    const lacking = conditions.map(({ evidence }) => evidence[i]!).find(({ met }) => met === null);
    if (lacking) return { status: lacking.status, reason: lacking.reason };
  }
  return { status: 'not_assessed', reason: null };
}

function describeTest(
  { periods, series }: ClusterFindings,
  period: number,
  i: number,
): Schemas['ClusterDistrict']['test'] {
  const { test } = periods[period]!;
  if (!test || UNIT_STATUSES[test.result.unitStatus[i]!] !== 'tested') return null;
  const { result } = test;
  const q = result.adjusted.bh!;
  return {
    statistic: numberAt(result.figure, i),
    expectation: numberAt(result.expectation, i),
    variance: numberAt(result.variance, i),
    z: numberAt(result.z, i),
    analyticP: numberAt(result.analyticP, i),
    ge: result.greaterOrEqual[i]!,
    le: result.lessOrEqual[i]!,
    draws: result.draws[i]!,
    p: numberAt(result.p, i),
    pStandardError: numberAt(result.standardError, i),
    q: numberAt(q, i),
    significant: q[i]! <= series.parameters.alpha!,
    class: LOCAL_CLASSES[result.class[i]!]!,
  };
}

function wordCluster(
  cluster: {
    period: string;
    head: string;
    members: number;
    severity: number;
    since: string;
    sinceStart: boolean;
  },
  situations: number,
  language: Language,
): string {
  const { period, head, members, severity, since, sinceStart } = cluster;
  const mean = severity.toFixed(1);
  if (language === 'de') {
    return `Um ${head} ${members === 1 ? 'ist' : 'sind'} ${period} ${districts(members, 'de')} auffällig, mit im Mittel ${mean.replace('.', ',')} von ${situations} Problemlagen, ${sinceStart ? 'mindestens seit' : 'seit'} ${since}.`;
  }
  return `Around ${head} ${districts(members, 'en')} ${members === 1 ? 'stands' : 'stand'} out in ${period}, with ${mean} of ${situations} problem situations on average, since ${since}${sinceStart ? ' at least' : ''}.`;
}

/** The method in one sentence. */
export function wordMethod(
  { method, minSituations, contiguity, gap, minDistricts, minPopulation, alpha }: ClusterParameters,
  situations: number,
  language: Language,
): string {
  const german = language === 'de';
  const stand = {
    contiguity: german
      ? `mindestens ${minSituations} von ${situations} Problemlagen`
      : `at least ${minSituations} of ${situations} problem situations`,
    'local-moran': german
      ? `lokales Moran-I der Zahl der Problemlagen: hoch unter hohen, Falscherkennungsrate ${alpha}`
      : `local Moran's I of the count of problem situations: high among high, false discovery rate ${alpha}`,
    'getis-ord': german
      ? `Getis-Ord Gi* der Zahl der Problemlagen: hoch, Falscherkennungsrate ${alpha}`
      : `Getis-Ord Gi* of the count of problem situations: high, false discovery rate ${alpha}`,
  }[method];
  const touch =
    contiguity === 'queen'
      ? german
        ? 'gemeinsamer Punkt'
        : 'a common point'
      : german
        ? 'gemeinsame Grenze'
        : 'a common border';
  const bridged =
    gap > 0 ? (german ? ', Lücken von einem Gebiet überbrückt' : ', gaps of one district bridged') : '';
  const least =
    minDistricts > 1 || minPopulation > 0
      ? german
        ? `, mindestens ${districts(minDistricts, 'de')} und ${minPopulation} Einwohner`
        : `, at least ${districts(minDistricts, 'en')} and ${minPopulation} residents`
      : '';
  return german
    ? `Benachbarte auffällige Gebiete (${touch}); auffällig: ${stand}${bridged}${least}.`
    : `Neighbouring districts that stand out (${touch}); standing out: ${stand}${bridged}${least}.`;
}
