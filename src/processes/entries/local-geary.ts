/** Local Geary's C of one or several variables. */
import { REFERENCES } from '../../analyses/statement.ts';
import { columnsOfPeriod } from '../choose-columns.ts';
import { COLUMNS, type ColumnsInputs, TEST, type TestInputs, testOf } from '../common-inputs.ts';
import { districtProcess } from '../district-process.ts';
import type { LocalStatisticInput } from '../tasks/local-statistic-task.ts';

/** Projections of several variables; per arrangement and district. */
const MS_PER_PROJECTED_DRAW = 2e-5;

export const localGeary = districtProcess<LocalStatisticInput, ColumnsInputs & TestInputs>({
  id: 'local-geary',
  version: '1.1.0',
  title: { de: 'Lokales Geary-C', en: "Local Geary's C" },
  description: {
    de: 'Gebiete, die ihren Nachbarn in einer oder mehreren Kennzahlen ähnlicher oder unähnlicher sind, als der Zufall erwarten ließe.',
    en: 'Districts that are more alike or unlike their neighbours in one or several indicators than chance would have them.',
  },
  keywords: ['LISA', 'multivariate', 'cluster'],
  inputs: { ...COLUMNS, ...TEST },
  columns: columnsOfPeriod,
  task: 'local-statistic',
  taskInput(inputs) {
    const several = inputs.indicators.length > 1;
    return {
      ...testOf(inputs),
      statistic: several
        ? { kind: 'multivariate-geary', variables: inputs.indicators.map((_, v) => v) }
        : { kind: 'geary', variable: 0 },
      style: 'W',
      method: `Local Geary's C${several ? ' of several variables' : ''}, conditional permutation, ${inputs.weights.type} contiguity, row-standardised`,
      reference: [REFERENCES.localMoran, REFERENCES.localGeary, REFERENCES.benjaminiHochberg],
    };
  },
  milliseconds: (units, { permutations, indicators }) =>
    units.keys.length * permutations * MS_PER_PROJECTED_DRAW * (1 + indicators.length),
});
