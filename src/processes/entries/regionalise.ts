/** Regions of similar districts. */
import { columnsOfPeriod } from '../choose-columns.ts';
import { COLUMNS, type ColumnsInputs, SEED } from '../common-inputs.ts';
import { districtProcess } from '../district-process.ts';
import type { RegionaliseInput } from '../tasks/regionalise-task.ts';

type Inputs = ColumnsInputs & Omit<RegionaliseInput, 'units'>;

export const regionalise = districtProcess<RegionaliseInput, Inputs>({
  id: 'regionalise',
  version: '1.1.0',
  title: { de: 'Regionen bilden', en: 'Regionalisation' },
  description: {
    de: 'Fasst benachbarte, einander ähnliche Gebiete zu zusammenhängenden Regionen zusammen.',
    en: 'Joins adjacent districts that are alike into connected regions.',
  },
  keywords: ['SKATER', 'REDCAP', 'AZP', 'regions'],
  inputs: {
    ...COLUMNS,
    method: {
      title: { de: 'Verfahren', en: 'Method' },
      description: { de: 'skater, redcap oder azp.', en: 'skater, redcap or azp.' },
      schema: { type: 'string', enum: ['skater', 'redcap', 'azp'], default: 'skater' },
      optional: true,
    },
    regions: {
      title: { de: 'Zahl der Regionen', en: 'Number of regions' },
      description: { de: 'Gewünschte Zahl der Regionen.', en: 'Wanted number of regions.' },
      schema: { type: 'integer', minimum: 1, maximum: 1000 },
    },
    minimumSize: {
      title: { de: 'Mindestgröße', en: 'Minimum size' },
      description: { de: 'Gebiete je Region mindestens.', en: 'Least number of districts in a region.' },
      schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 1 },
      optional: true,
    },
    seed: SEED,
  },
  columns: columnsOfPeriod,
  task: 'regionalise',
  taskInput: ({ method, regions, minimumSize, seed }) => ({ method, regions, minimumSize, seed }),
  milliseconds({ keys: { length: n } }, { method, regions, indicators }) {
    const steps = method === 'skater' ? n * regions : method === 'redcap' ? n * n : 200 * n * regions;
    return steps * indicators.length * 1e-4;
  },
});
