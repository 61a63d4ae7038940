/** Global statistics of one variable, in a worker thread. */

import type { GlobalG } from '../../stats/global/global-g.ts';
import { globalG } from '../../stats/global/global-g.ts';
import { globalGeary } from '../../stats/global/global-geary.ts';
import { globalMoran } from '../../stats/global/global-moran.ts';
import type { Autocorrelation } from '../../stats/global/global-test.ts';
import { RANDOM_GENERATOR } from '../../stats/inference/random.ts';
import {
  commonWarnings,
  describeInputs,
  findNeighbourhood,
  type Task,
  type Units,
  writeJson,
} from './units.ts';

/** Input of the task. */
export interface GlobalInput {
  units: Units;
  permutations: number;
  seed: number;
}

const STATISTICS = [
  { name: 'moran', style: 'W', run: globalMoran, reference: 'Moran 1950, doi:10.1093/biomet/37.1-2.17' },
  { name: 'geary', style: 'W', run: globalGeary, reference: 'Geary 1954, doi:10.2307/2986645' },
  {
    name: 'general-g',
    style: 'B',
    run: globalG,
    reference: 'Getis & Ord 1992, doi:10.1111/j.1538-4632.1992.tb00261.x',
  },
] as const;

/** Runs the tests. @returns JSON of `statistics` and `analysis` */
export default function runGlobal({ input }: Task<GlobalInput>): Uint8Array {
  const { units, permutations, seed } = input;
  const neighbourhood = findNeighbourhood(units, 'W', units.columns);
  const values = units.columns[0]!.values;
  const statistics = STATISTICS.map(({ name, style, run, reference }) => ({
    statistic: name,
    reference,
    style,
    ...describeTest(run(values, neighbourhood.neighbours, { style, permutations, seed })),
  }));
  return writeJson({
    statistics,
    analysis: {
      ...describeInputs(units, neighbourhood),
      method: "Moran's I, Geary's C and Getis and Ord's general G, normal approximation and full shuffles",
      reference: STATISTICS.map(({ reference }) => reference),
      permutations,
      seed,
      randomGenerator: RANDOM_GENERATOR,
      pDefinition: 'two-sided: min(1, 2 min(ge + 1, le + 1) / (permutations + 1))',
      warnings: commonWarnings(units, neighbourhood),
    },
  });
}

function describeTest(test: Autocorrelation | GlobalG): object {
  if (test.status !== 'ok') return { status: test.status, n: test.n, value: null, p: null };
  const { permutation, randomisation } = test;
  return {
    status: 'ok',
    n: test.n,
    value: test.statistic,
    expectation: test.expectation,
    variance: randomisation.variance,
    z: randomisation.z,
    analyticP: randomisation.p,
    p: permutation?.p ?? null,
    pStandardError: permutation?.standardError ?? null,
    ge: permutation?.greaterOrEqual ?? null,
    le: permutation?.lessOrEqual ?? null,
  };
}
