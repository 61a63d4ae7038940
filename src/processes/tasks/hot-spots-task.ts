/** Emerging hot spots of one indicator over its periods, in a worker thread. */
import {
  CORRECTION,
  hashInputs,
  P_OF_COUNTS,
  REFERENCES,
  warnOfFewPermutations,
  warnOfSeed,
} from '../../analyses/statement.ts';
import { RANDOM_GENERATOR } from '../../stats/inference/random.ts';
import { findSeedSensitive } from '../../stats/inference/seed-stability.ts';
import { analyseLocal } from '../../stats/local/local-analysis.ts';
import { LOCAL_CLASSES } from '../../stats/local/local-classes.ts';
import { type LocalResult, TESTED } from '../../stats/local/local-result.ts';
import {
  findEmergingHotSpots,
  HOT_SPOT_CATEGORIES,
  HOT_SPOT_UNIT_STATUSES,
  type HotSpotPanel,
} from '../../stats/time/emerging-hot-spots.ts';
import { labelOfHistory } from './class-labels.ts';
import {
  commonWarnings,
  describeColumns,
  describeNeighbourhood,
  findNeighbourhood,
  orNull,
  type Task,
  type Units,
  valuesAt,
  writeFeatures,
} from './units.ts';

/** Input of the task; columns are periods, oldest first. */
export interface HotSpotsInput {
  units: Units;
  permutations: number;
  seed: number;
  alpha: number;
}

/** Runs Gi* for each period and judges the histories. @returns GeoJSON with `analysis` */
export default function runHotSpots({ input, progress }: Task<HotSpotsInput>): Uint8Array {
  const { units, permutations, seed, alpha } = input;
  const { columns } = units;
  const neighbourhood = findNeighbourhood(units, 'B', []);
  const panel: HotSpotPanel = {
    units: units.keys.length,
    periods: columns.length,
    z: new Float64Array(units.keys.length * columns.length).fill(Number.NaN),
    significance: new Int8Array(units.keys.length * columns.length),
  };
  const periods = columns.map(({ values }, period) => {
    const result = analyseLocal({
      variables: [values],
      weights: neighbourhood.neighbours,
      statistics: [{ kind: 'gi-star', variable: 0 }],
      style: 'B',
      permutations,
      seed,
      corrections: ['bh'],
    }).results[0]!;
    for (let unit = 0; unit < panel.units; unit++) {
      const at = unit * panel.periods + period;
      const name = significantClass(result, unit, alpha);
      if (result.unitStatus[unit] === TESTED) panel.z[at] = result.z[unit]!;
      panel.significance[at] = name === 'high' ? 1 : name === 'low' ? -1 : 0;
    }
    Atomics.store(progress, 0, Math.floor((95 * (period + 1)) / columns.length));
    return result;
  });
  const tests = periods.map(({ unitStatus }) => unitStatus.filter((status) => status === TESTED).length);
  const sensitive = new Set(
    periods.flatMap(({ p, standardError, adjusted }) => [
      ...findSeedSensitive(p, standardError, adjusted.bh!, alpha),
    ]),
  );
  const seedSensitive = units.keys.filter((_, i) => sensitive.has(i));
  const found = findEmergingHotSpots(panel);
  const counts: Record<string, number> = {};
  const rows = units.keys.map((_, i) => {
    const status = HOT_SPOT_UNIT_STATUSES[found.unitStatus[i]!]!;
    const judged = status === 'judged';
    const category = HOT_SPOT_CATEGORIES[found.category[i]!]!;
    if (judged) counts[category] = (counts[category] ?? 0) + 1;
    return {
      values: valuesAt(units, i),
      status,
      category: judged ? category : null,
      tested: found.tested[i],
      hot: found.hot[i],
      cold: found.cold[i],
      trendZ: judged ? orNull(found.trendZ[i]!) : null,
      trendP: judged ? orNull(found.trendP[i]!) : null,
      periods: Object.fromEntries(
        columns.map(({ period }, at) => [period, describePeriod(periods[at]!, i, alpha)]),
      ),
      label: labelOfHistory(category, status, units.language),
    };
  });
  return writeFeatures(units, rows, {
    ...units.frame,
    method:
      'Emerging hot spots: Gi* of each period, compared with the districts of the same period, and the Mann-Kendall trend of its z',
    reference: [REFERENCES.getisOrd, 'Mann 1945, doi:10.2307/1907187', REFERENCES.benjaminiHochberg],
    indicators: describeColumns(units),
    snapshot: hashInputs(
      columns.map(({ values }) => values),
      neighbourhood.summary.hash,
    ),
    status: found.status,
    periods: columns.map(({ period }, at) => ({ period, tests: tests[at] })),
    n: rows.filter(({ tested }) => tested! > 0).length,
    excluded: excludedByPeriod(units),
    weights: describeNeighbourhood(units, neighbourhood),
    permutations,
    seed,
    randomGenerator: RANDOM_GENERATOR,
    pDefinition: P_OF_COUNTS,
    alpha,
    trendLevel: 0.05,
    correction: `${CORRECTION} of each period`,
    counts,
    seedSensitive,
    warnings: [
      ...shortSeries(found),
      ...commonWarnings(units, neighbourhood),
      ...warnOfFewPermutations(permutations, alpha, Math.max(...tests)),
      ...warnOfSeed(seedSensitive, Math.max(...tests)),
    ],
  });
}

/** Class of a unit where it is significant, else null. */
function significantClass({ unitStatus, adjusted, class: classes }: LocalResult, i: number, alpha: number) {
  return unitStatus[i] === TESTED && adjusted.bh![i]! <= alpha ? LOCAL_CLASSES[classes[i]!]! : null;
}

/** Gi* of a district in one period; null where it was not tested. */
function describePeriod(result: LocalResult, i: number, alpha: number): object | null {
  if (result.unitStatus[i] !== TESTED) return null;
  return {
    z: orNull(result.z[i]!),
    ge: result.greaterOrEqual[i],
    le: result.lessOrEqual[i],
    draws: result.draws[i],
    p: orNull(result.p[i]!),
    pStandardError: orNull(result.standardError[i]!),
    q: orNull(result.adjusted.bh![i]!),
    significant: significantClass(result, i, alpha),
  };
}

function shortSeries({ status, warnings }: ReturnType<typeof findEmergingHotSpots>): string[] {
  if (status === 'too_few_periods')
    return ['The series is too short: at least 4 periods are needed, nothing was judged.'];
  if (warnings.includes('few_periods'))
    return ['The series is short: with fewer than 10 periods trends are hard to find.'];
  return [];
}

/** Every gap in the panel with its reason. */
export function excludedByPeriod({ keys, columns }: Units): object[] {
  return columns.flatMap(({ indicator, period, values, statuses, reasons }) =>
    [...keys.keys()]
      .filter((i) => Number.isNaN(values[i]!))
      .map((i) => ({ key: keys[i], indicator, period, status: statuses[i], reason: reasons[i] ?? null })),
  );
}
