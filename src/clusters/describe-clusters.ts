/** Clusters and districts as documents. */
import type { components } from '../../openapi/generated/types.ts';
import { numberAt } from '../indicators/column.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { labelOfSituation } from '../situations/situation.ts';
import { AREA_ROLES } from '../stats/clusters/flagged-clusters.ts';
import { NO_GROUP } from '../stats/graph/group-labels.ts';
import { LOCAL_CLASSES } from '../stats/local/local-classes.ts';
import { UNIT_STATUSES } from '../stats/local/local-result.ts';
import { computeMoments } from '../stats/standardise.ts';
import type { AssessedPeriod } from './assess-period.ts';
import { isRegional } from './cluster-definition.ts';
import { type ClusterFindings, placesOf } from './find-clusters.ts';
import { tellBiography } from './tell-biography.ts';
import { wordCluster, wordMethod } from './word-clusters.ts';

type Schemas = components['schemas'];

/** What is known of a cluster, wherever it is read. */
export type DescribedCluster = Omit<Schemas['ClusterProperties'], 'links'>;

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
): DescribedCluster {
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
    profile: describeProfile(findings, period, members, language),
    population: known.length > 0 ? known.reduce((sum, i) => sum + residents[i]!, 0) : null,
    populationUnknown: members.length - known.length,
    since,
    sinceStart: born === 0,
    biography: tellBiography(findings, id, period, language),
    sentence: wordCluster(
      { period: at, head, members: members.length, severity, since, sinceStart: born === 0 },
      isRegional(series.parameters.method),
      found.situations.length,
      language,
    ),
    method: wordMethod(series.parameters, found.situations.length, language),
  };
}

/** What the districts of a region have in common. */
function describeProfile(
  { series, periods }: ClusterFindings,
  period: number,
  members: readonly number[],
  language: Language,
): Schemas['ClusterProperties']['profile'] {
  const columns = periods[period]!.regions?.columns ?? [];
  return columns.map(({ values }, k) => ({
    indicator: series.indicators[k]!.code,
    label: textOf(series.indicators[k]!.label, language),
    unit: series.indicators[k]!.unit,
    mean: meanOf(Float64Array.from(members, (i) => values[i]!)),
    meanOfAll: meanOf(values),
  }));
}

function meanOf(values: Float64Array): number | null {
  const { n, mean } = computeMoments(values);
  return n > 0 ? mean : null;
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
  const { found, counts, unknown, lacks, regions } = periods[period]!;
  const id = traced.biographies.ids[period]![i]!;
  const role = ROLES[traced.found[period]!.roles[i]!]!;
  return {
    district: table.keys[i]!,
    districtName: table.names[i]!,
    status: lacks[i] ? 'not_assessed' : 'ok',
    reason: lacks[i]?.reason ?? null,
    count: unknown[i] === found.situations.length ? null : counts[i]!,
    complete: unknown[i] === 0,
    cluster: id === NO_GROUP ? null : names[id]!,
    region: regions && regions.labels[i] !== NO_GROUP ? regions.labels[i]! + 1 : null,
    role,
    test: describeTest(findings, period, i),
    label: (regions ? LABELS_OF_REGIONS : LABELS)[lacks[i] && role !== 'bridge' ? 'not_assessed' : role][
      language
    ],
  };
}

/** In the order of AREA_ROLES. */
const ROLES = ['none', 'member', 'bridge', 'below_minimum'] as const;

type Labels = Record<(typeof ROLES)[number] | 'not_assessed', Label & { en: string }>;

const LABELS: Labels = {
  none: { de: 'nicht auffällig', en: 'does not stand out' },
  member: { de: 'auffällig', en: 'stands out' },
  bridge: { de: 'schließt eine Lücke', en: 'closes a gap' },
  below_minimum: { de: 'auffällig, aber unter der Mindestgröße', en: 'stands out, but below the minimum' },
  not_assessed: { de: 'nicht bewertet', en: 'not assessed' },
};

/** A region stands out as a whole; that says little of one of its districts. */
const LABELS_OF_REGIONS: Labels = {
  ...LABELS,
  none: { de: 'in einer Region, die nicht auffällig ist', en: 'in a region that does not stand out' },
  member: { de: 'in einer auffälligen Region', en: 'in a region that stands out' },
};

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
