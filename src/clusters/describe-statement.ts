/** Everything needed to judge and repeat clusters. */
import type { components } from '../../openapi/generated/types.ts';
import type { Language } from '../label.ts';
import { describeFindings } from '../situations/describe-situations.ts';
import { AREA_ROLES } from '../stats/clusters/flagged-clusters.ts';
import { RANDOM_GENERATOR } from '../stats/inference/random.ts';
import { TESTED } from '../stats/local/local-result.ts';
import { VERSION } from '../version.ts';
import { lackOf, wordMethod } from './describe-clusters.ts';
import type { ClusterFindings } from './find-clusters.ts';

type Statement = components['schemas']['ClusterStatement'];

/** Version of the method; a change of any figure or id raises it. */
const METHOD_VERSION = '1.0.0';

const REFERENCES = {
  contiguity: [],
  'local-moran': [
    'Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x',
    'Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x',
  ],
  'getis-ord': [
    'Ord & Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x',
    'Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x',
  ],
};
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
  const excluded = table.keys.flatMap((key, i) => (own.assessed[i] ? [] : [{ key, ...lackOf(own, i) }]));
  const { roles, sizes } = traced.found[period]!;
  const count = (role: (typeof AREA_ROLES)[number]): number =>
    roles.filter((one) => AREA_ROLES[one] === role).length;
  const population = series.periods[period]!.population;
  return {
    process: 'problem-clusters',
    version: METHOD_VERSION,
    definition: series.definition,
    method: wordMethod(parameters, situations.length, language),
    reference: [...REFERENCES[parameters.method], ...OF_BIOGRAPHIES],
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
    islands: [...summary.islands].map((i) => table.keys[i]!),
    weights: {
      type: parameters.contiguity,
      style: parameters.method === 'contiguity' ? 'B' : 'W',
      tolerance: parameters.tolerance,
      crs: `EPSG:${srid}`,
      links: summary.links,
      components: summary.components,
      minimum: summary.neighbours.least,
      mean: summary.neighbours.mean,
      maximum: summary.neighbours.most,
      joinedByTolerance: Array.from({ length: joinedByTolerance.length / 2 }, (_, p) => [
        table.keys[joinedByTolerance[2 * p]!]!,
        table.keys[joinedByTolerance[2 * p + 1]!]!,
      ]),
      hash: summary.hash,
    },
    test: describeTest(findings, period),
    counts: {
      clusters: sizes.length,
      members: count('flagged'),
      bridges: count('bridge'),
      belowMinimum: count('dropped'),
    },
    warnings: warningsOf(findings, period, excluded.length),
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
    pDefinition: 'two-sided: min(1, 2 min(ge + 1, le + 1) / (permutations + 1))',
    correction: 'Benjamini-Hochberg over the tested districts',
    alpha: series.parameters.alpha!,
    tests: countTests(test.result.unitStatus),
  };
}

function countTests(unitStatus: Uint8Array): number {
  return unitStatus.filter((status) => status === TESTED).length;
}

function warningsOf(
  { periods, series, neighbours, table }: ClusterFindings,
  period: number,
  excluded: number,
): string[] {
  const { found, test, counts, assessed, residents, flags } = periods[period]!;
  const warnings = describeFindings(found, 'en').warnings;
  if (excluded > 0) {
    warnings.push(`${excluded} districts were not assessed; clusters may go on in them.`);
  }
  if (neighbours.summary.islands.length > 0)
    warnings.push(`${neighbours.summary.islands.length} districts have no neighbours.`);
  if (table.n < 30) warnings.push(`Only ${table.n} districts; results for so few are unstable.`);
  const unknown = residents.filter((value, i) => flags[i] === 1 && Number.isNaN(value)).length;
  if (series.parameters.minPopulation > 0 && unknown > 0)
    warnings.push(`Residents of ${unknown} districts that stand out are not known and count 0.`);
  if (test) warnings.push(...warnOfTest(series.parameters.alpha!, test));
  if (test && 1 - new Set(counts.filter((_, i) => assessed[i])).size / (table.n - excluded) > 0.2)
    warnings.push('More than 20 % of the values are ties.');
  warnings.push('The result depends on how the districts are drawn (modifiable areal unit problem).');
  return warnings;
}

function warnOfTest(
  alpha: number,
  { permutations, result }: NonNullable<ClusterFindings['periods'][number]['test']>,
): string[] {
  const tests = countTests(result.unitStatus);
  if (result.status !== 'ok' || tests === 0) return ['Nothing was tested.'];
  const warnings =
    tests < 30 ? [`Only ${tests} districts were tested; results for so few are unstable.`] : [];
  const least = 2 / (permutations + 1);
  if (least > alpha / tests) {
    warnings.push(
      `Too few permutations for the correction: the smallest possible p is ${least}, but ${alpha / tests} can be needed.`,
    );
  }
  return warnings;
}
