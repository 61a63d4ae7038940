/** Global statistics of one column. */
import { MEDIA } from '../../http/links.ts';
import { columnsOfOne } from '../choose-columns.ts';
import { COLUMN, type ColumnInputs, PERMUTATIONS, SEED, type TestInputs } from '../common-inputs.ts';
import { districtProcess } from '../district-process.ts';
import type { GlobalInput } from '../tasks/global-task.ts';

/** Full shuffles of three statistics; per arrangement and district. */
const MS_PER_SHUFFLED = 6e-5;

export const globalAutocorrelation = districtProcess<GlobalInput, ColumnInputs & Omit<TestInputs, 'alpha'>>({
  id: 'global-autocorrelation',
  version: '1.1.0',
  title: { de: 'Globale räumliche Autokorrelation', en: 'Global spatial autocorrelation' },
  description: {
    de: 'Liegen auf der ganzen Karte ähnliche Werte beieinander? Moran-I, Geary-C und allgemeines G.',
    en: "Do similar values lie together on the whole map? Moran's I, Geary's C and general G.",
  },
  keywords: ['Moran', 'Geary', 'Getis-Ord'],
  inputs: {
    ...COLUMN,
    permutations: {
      ...PERMUTATIONS,
      schema: { type: 'integer', minimum: 99, maximum: 999_999, default: 9_999 },
    },
    seed: SEED,
  },
  outputs: {
    result: {
      title: { de: 'Ergebnis', en: 'Result' },
      description: { de: 'Drei Statistiken mit Tests.', en: 'Three statistics with tests.' },
      schema: {
        type: 'object',
        required: ['statistics', 'analysis'],
        properties: {
          statistics: { type: 'array', items: { type: 'object' } },
          analysis: { type: 'object' },
        },
      },
    },
  },
  mediaType: MEDIA.json,
  columns: columnsOfOne,
  task: 'global',
  taskInput: ({ permutations, seed }) => ({ permutations, seed }),
  milliseconds: (units, { permutations }) => units.keys.length * permutations * MS_PER_SHUFFLED,
});
