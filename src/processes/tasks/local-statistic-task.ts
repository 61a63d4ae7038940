/** One local statistic of one or several variables, in a worker thread. */
import { CORRECTION, P_OF_COUNTS, warnOfFewPermutations, warnOfSeed } from '../../analyses/statement.ts';
import { RANDOM_GENERATOR } from '../../stats/inference/random.ts';
import { findSeedSensitive } from '../../stats/inference/seed-stability.ts';
import { analyseLocal } from '../../stats/local/local-analysis.ts';
import { LOCAL_CLASSES } from '../../stats/local/local-classes.ts';
import { COUNTING_METHODS, type LocalStatistic } from '../../stats/local/local-plan.ts';
import { UNIT_STATUSES } from '../../stats/local/local-result.ts';
import { labelOfClass } from './class-labels.ts';
import {
  commonWarnings,
  describeInputs,
  findNeighbourhood,
  orNull,
  type Task,
  type Units,
  valuesAt,
  writeFeatures,
} from './units.ts';

/** Input of the task. */
export interface LocalStatisticInput {
  units: Units;
  statistic: LocalStatistic;
  style: 'B' | 'W';
  method: string;
  reference: readonly string[];
  permutations: number;
  seed: number;
  alpha: number;
}

/** Runs the analysis. @returns GeoJSON with `analysis` */
export default function runLocalStatistic({ input }: Task<LocalStatisticInput>): Uint8Array {
  const { units, statistic, style, permutations, seed, alpha, method, reference } = input;
  const neighbourhood = findNeighbourhood(units, style, units.columns);
  const analysis = analyseLocal({
    variables: units.columns.map(({ values }) => values),
    weights: neighbourhood.neighbours,
    statistics: [statistic],
    style,
    permutations,
    seed,
    corrections: ['bh'],
  });
  const result = analysis.results[0]!;
  const q = result.adjusted.bh!;
  const counts: Record<string, number> = {};
  let tests = 0;
  const { neighbours } = neighbourhood;
  const rows = units.keys.map((_, i) => {
    const status = UNIT_STATUSES[result.unitStatus[i]!]!;
    const tested = status === 'tested';
    const own = (values: ArrayLike<number>): number | null => (tested ? orNull(values[i]!) : null);
    const name = LOCAL_CLASSES[result.class[i]!]!;
    const significant = tested ? q[i]! <= alpha : null;
    if (tested) tests++;
    if (significant) counts[name] = (counts[name] ?? 0) + 1;
    return {
      values: valuesAt(units, i),
      status,
      statistic: own(result.figure),
      expectation: own(result.expectation),
      variance: own(result.variance),
      zScore: own(result.z),
      analyticP: own(result.analyticP),
      ge: own(result.greaterOrEqual),
      le: own(result.lessOrEqual),
      draws: own(result.draws),
      counting: tested ? COUNTING_METHODS[analysis.method[i]!] : null,
      p: own(result.p),
      pStandardError: own(result.standardError),
      q: own(q),
      significant,
      class: tested ? name : null,
      neighbours: neighbours.offsets[i + 1]! - neighbours.offsets[i]!,
      label: labelOfClass(name, significant, status, units.language),
    };
  });
  const sensitive = findSeedSensitive(result.p, result.standardError, q, alpha);
  const seedSensitive = Array.from(sensitive, (i) => units.keys[i]!);
  const warnings = commonWarnings(units, neighbourhood);
  if (result.status !== 'ok') warnings.unshift(`Nothing was tested: ${result.status}.`);
  warnings.push(...warnOfFewPermutations(permutations, alpha, tests), ...warnOfSeed(seedSensitive, tests));
  return writeFeatures(units, rows, {
    ...describeInputs(units, neighbourhood),
    method,
    reference,
    permutations,
    seed,
    randomGenerator: RANDOM_GENERATOR,
    pDefinition: P_OF_COUNTS,
    alpha,
    correction: CORRECTION,
    tests,
    seedSensitive,
    counts,
    warnings,
  });
}
