/** Everything needed to judge and repeat clusters. */
import type { components } from '../../openapi/generated/types.ts';
import { REGION_METHODS } from '../analyses/find-regions.ts';
import {
  CORRECTION,
  describeWeights,
  MODIFIABLE_AREAS,
  P_OF_DRAWS,
  REFERENCES,
  warnOfFew,
  warnOfFewPermutations,
  warnOfRegions,
  warnOfSeed,
  warnOfTies,
} from '../analyses/statement.ts';
import { type Language, textOf } from '../label.ts';
import { describeFindings, warnOfSituations } from '../situations/describe-situations.ts';
import { AREA_ROLES } from '../stats/clusters/flagged-clusters.ts';
import { NO_GROUP } from '../stats/graph/group-labels.ts';
import { RANDOM_GENERATOR } from '../stats/inference/random.ts';
import { findSeedSensitive } from '../stats/inference/seed-stability.ts';
import { TESTED } from '../stats/local/local-result.ts';
import { VERSION } from '../version.ts';
import { type ClusterMethod, isRegional } from './cluster-definition.ts';
import type { ClusterFindings } from './find-clusters.ts';
import { wordMethod } from './word-clusters.ts';

type Statement = components['schemas']['ClusterStatement'];

/** Version of the method; a change of any figure or id raises it. */
export const CLUSTERS_VERSION = '1.1.0';

/** Sources of the method that makes districts stand out. */
function referencesOf(method: ClusterMethod): string[] {
  if (isRegional(method)) return [REGION_METHODS[method].reference];
  if (method === 'contiguity') return [];
  const own = method === 'local-moran' ? REFERENCES.localMoran : REFERENCES.getisOrd;
  return [own, REFERENCES.benjaminiHochberg];
}

const OF_BIOGRAPHIES = [
  'Spiliopoulou, Ntoutsi, Theodoridis & Schult 2006, doi:10.1145/1150402.1150491',
  'Kuhn 1955, doi:10.1002/nav.3800020109',
];

/** The statement of one period of the findings. */
export function describeStatement(findings: ClusterFindings, period: number, language: Language): Statement {
  const { series, table, srid, neighbours, periods, traced, snapshot, release } = findings;
  const { parameters } = series;
  const own = periods[period]!;
  const { collection, boundaryVersion, situations, notApplicable } = describeFindings(own.found, language);
  const { summary, joinedByTolerance } = neighbours;
  const excluded = table.keys.flatMap((key, i) => (own.lacks[i] ? [{ key, ...own.lacks[i] }] : []));
  const { roles, sizes } = traced.found[period]!;
  const { islands, ...weights } = describeWeights(
    {
      type: parameters.contiguity,
      style: own.test ? 'W' : 'B',
      tolerance: parameters.tolerance,
      crs: `EPSG:${srid}`,
    },
    summary,
    table.keys,
    null,
    joinedByTolerance,
  );
  const seedSensitive = findSensitive(findings, period);
  const count = (role: (typeof AREA_ROLES)[number]): number =>
    roles.filter((one) => AREA_ROLES[one] === role).length;
  const population = series.periods[period]!.population;
  return {
    process: 'problem-clusters',
    version: CLUSTERS_VERSION,
    definition: series.definition,
    method: wordMethod(parameters, situations.length, language),
    reference: [...referencesOf(parameters.method), ...OF_BIOGRAPHIES],
    collection,
    boundaryVersion,
    period: own.found.plan.period,
    release,
    snapshot,
    engineVersion: VERSION,
    parameters,
    situations,
    notApplicable,
    populationIndicator: population && {
      indicator: series.population!.code,
      period: population.period,
    },
    series: {
      periods: series.periods.map(({ plan }) => plan.period),
      start: series.start,
      end: series.end,
      matching: 'greatest total number of shared districts between successive periods (Hungarian method)',
    },
    n: table.n - excluded.length,
    districts: table.n,
    excluded,
    islands,
    weights,
    test: describeTest(findings, period),
    regions: describeRegions(findings, period, language),
    seedSensitive,
    counts: {
      clusters: sizes.length,
      members: count('flagged'),
      bridges: count('bridge'),
      belowMinimum: count('dropped'),
    },
    warnings: warningsOf(findings, period, excluded.length, seedSensitive),
  };
}

function describeTest({ series, periods }: ClusterFindings, period: number): Statement['test'] {
  const { test } = periods[period]!;
  if (!test) return null;
  return {
    status: test.result.status,
    statistic: series.parameters.method === 'local-moran' ? "local Moran's I" : 'Getis-Ord Gi*',
    variable:
      'count of problem situations present; districts of which one could not be looked at are left out',
    transformation: 'none',
    permutations: test.permutations,
    seed: test.seed,
    randomGenerator: RANDOM_GENERATOR,
    pDefinition: P_OF_DRAWS,
    correction: CORRECTION,
    alpha: series.parameters.alpha!,
    tests: countTests(test.result.unitStatus),
  };
}

function countTests(unitStatus: Uint8Array): number {
  return unitStatus.filter((status) => status === TESTED).length;
}

/** Keys of districts of which another seed may say otherwise. */
function findSensitive({ series, table, periods }: ClusterFindings, period: number): string[] {
  const { test, regions } = periods[period]!;
  const { p, standardError, adjusted } = test?.result ?? {};
  const found = test
    ? findSeedSensitive(p!, standardError!, adjusted!.bh!, series.parameters.alpha!)
    : (regions?.seedSensitive ?? new Uint32Array());
  return Array.from(found, (i) => table.keys[i]!);
}

function describeRegions(
  { series, periods }: ClusterFindings,
  period: number,
  language: Language,
): Statement['regions'] {
  const { regions: own, counts } = periods[period]!;
  const { method, seed, minSituations } = series.parameters;
  if (!own || !isRegional(method)) return null;
  const { regions, starts, labels, standOut } = own;
  const { total, within, between, ratio } = regions.sums;
  const present = new Float64Array(regions.k);
  labels.forEach((label, i) => {
    if (label !== NO_GROUP) present[label]! += counts[i]!;
  });
  return {
    status: regions.status,
    standsOut: `at least ${minSituations} problem situations on average over its districts`,
    indicators: series.indicators.map(({ code, label, unit }, k) => ({
      indicator: code,
      label: textOf(label, language),
      unit,
      period: series.periods[period]!.indicators[k]!.period,
      release: series.periods[period]!.indicators[k]!.release,
    })),
    transformation: 'standard scores',
    sums: { total, within, between, ratio },
    starts: starts && { within: [...starts.within], regions: [...starts.k], best: starts.best },
    seed: REGION_METHODS[method].seeded ? seed! : null,
    randomGenerator: REGION_METHODS[method].seeded ? RANDOM_GENERATOR : null,
    regions: Array.from(regions.sizes, (districts, r) => ({
      region: r + 1,
      districts,
      parts: regions.parts[r]!,
      severity: present[r]! / districts,
      standsOut: standOut[r]!,
    })),
  };
}

function warningsOf(
  { periods, series, neighbours, table }: ClusterFindings,
  period: number,
  excluded: number,
  seedSensitive: readonly string[],
): string[] {
  const { found, test, regions, counts, lacks, residents, flags } = periods[period]!;
  const { alpha, minPopulation } = series.parameters;
  const warnings = warnOfSituations(found);
  if (excluded > 0) {
    warnings.push(`${excluded} districts were not assessed; clusters may go on in them.`);
  }
  const islands = neighbours.summary.islands.length;
  if (islands > 0) warnings.push(`${islands} districts have no neighbours.`);
  warnings.push(...warnOfFew(table.n, 'are there'));
  const unknown = residents.filter((value, i) => flags[i] === 1 && Number.isNaN(value)).length;
  if (minPopulation > 0 && unknown > 0)
    warnings.push(`Residents of ${unknown} districts that stand out are not known and count 0.`);
  if (test) {
    const tests = countTests(test.result.unitStatus);
    const values = Array.from(counts, (count, i) => (lacks[i] ? Number.NaN : count));
    warnings.push(
      ...(test.result.status === 'ok' && tests > 0 ? [] : ['Nothing was tested.']),
      ...warnOfFew(tests, 'were tested'),
      ...warnOfFewPermutations(test.permutations, alpha!, tests),
      ...warnOfSeed(seedSensitive, tests),
      ...warnOfTies(values),
    );
  }
  if (regions) {
    if (regions.regions.status !== 'ok') warnings.push(`The search ended with: ${regions.regions.status}.`);
    const judged = regions.labels.filter((label) => label !== NO_GROUP).length;
    warnings.push(...warnOfRegions(seedSensitive.length, judged));
  }
  return [...warnings, MODIFIABLE_AREAS];
}
