/** Moves between the quadrants of the Moran plot. */
import { columnsOfSeries } from '../choose-columns.ts';
import { SERIES, type SeriesInputs } from '../common-inputs.ts';
import { districtProcess } from '../district-process.ts';
import type { LisaMarkovInput } from '../tasks/lisa-markov-task.ts';

export const lisaMarkov = districtProcess<LisaMarkovInput, SeriesInputs>({
  id: 'lisa-markov',
  version: '1.1.0',
  title: { de: 'LISA-Markow-Kette', en: 'LISA Markov chain' },
  description: {
    de: 'Wie Gebiete und ihre Umgebung zwischen den Quadranten des Moran-Diagramms wechseln.',
    en: 'How districts and their surroundings move between the quadrants of the Moran plot.',
  },
  keywords: ['Markov', 'transition', 'Moran'],
  inputs: SERIES,
  columns: columnsOfSeries,
  task: 'lisa-markov',
  taskInput: () => ({}),
  milliseconds: () => 0,
});
