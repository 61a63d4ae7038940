/** Getis and Ord's local statistics. */

import { REFERENCES } from '../../analyses/statement.ts';
import { columnsOfOne } from '../choose-columns.ts';
import { COLUMN, type ColumnInputs, TEST, type TestInputs, testOf } from '../common-inputs.ts';
import { districtProcess } from '../district-process.ts';
import { drawingTime } from '../drawing-time.ts';
import type { LocalStatisticInput } from '../tasks/local-statistic-task.ts';

interface Inputs extends ColumnInputs, TestInputs {
  statistic: 'gi' | 'gi-star';
}

export const getisOrd = districtProcess<LocalStatisticInput, Inputs>({
  id: 'getis-ord',
  version: '1.1.0',
  title: { de: 'Getis-Ord Gi und Gi*', en: 'Getis-Ord Gi and Gi*' },
  description: {
    de: 'Gebiete, um die sich hohe oder niedrige Werte häufen (Hot Spots, Cold Spots).',
    en: 'Districts around which high or low values lie together (hot spots, cold spots).',
  },
  keywords: ['hot spot', 'cold spot', 'cluster'],
  inputs: {
    ...COLUMN,
    statistic: {
      title: { de: 'Statistik', en: 'Statistic' },
      description: { de: 'gi-star zählt das Gebiet selbst mit.', en: 'gi-star counts the district itself.' },
      schema: { type: 'string', enum: ['gi-star', 'gi'], default: 'gi-star' },
      optional: true,
    },
    ...TEST,
  },
  columns: columnsOfOne,
  task: 'local-statistic',
  taskInput: (inputs) => ({
    ...testOf(inputs),
    statistic: { kind: inputs.statistic, variable: 0 },
    style: 'B',
    method: `Getis and Ord's ${inputs.statistic === 'gi' ? 'Gi' : 'Gi*'}, conditional permutation, ${inputs.weights.type} contiguity, binary weights`,
    reference: [REFERENCES.getisOrd, REFERENCES.benjaminiHochberg],
  }),
  milliseconds: drawingTime,
});
