/** Regions of similar districts. */
import { REGION_METHODS } from '../../analyses/find-regions.ts';
import { Problem } from '../../problem.ts';
import { columnsOfPeriod } from '../choose-columns.ts';
import { COLUMNS, type ColumnsInputs, SEED } from '../common-inputs.ts';
import { districtProcess } from '../district-process.ts';
import type { RegionaliseInput } from '../tasks/regionalise-task.ts';

interface Inputs extends ColumnsInputs, Omit<RegionaliseInput, 'units' | 'regions'> {
  regions?: number;
}

export const regionalise = districtProcess<RegionaliseInput, Inputs>({
  id: 'regionalise',
  version: '1.1.0',
  title: { de: 'Regionen bilden', en: 'Regionalisation' },
  description: {
    de: 'Fasst benachbarte, einander ähnliche Gebiete zu zusammenhängenden Regionen zusammen.',
    en: 'Joins adjacent districts that are alike into connected regions.',
  },
  keywords: ['SKATER', 'REDCAP', 'Ward', 'AZP', 'max-p', 'regions'],
  inputs: {
    ...COLUMNS,
    method: {
      title: { de: 'Verfahren', en: 'Method' },
      description: {
        de: 'skater, redcap, ward, azp oder max-p (so viele Regionen, wie die Mindestgröße zulässt).',
        en: 'skater, redcap, ward, azp or max-p (as many regions as the minimum size allows).',
      },
      schema: { type: 'string', enum: Object.keys(REGION_METHODS), default: 'skater' },
      optional: true,
    },
    regions: {
      title: { de: 'Zahl der Regionen', en: 'Number of regions' },
      description: {
        de: 'Gewünschte Zahl der Regionen; außer bei max-p nötig.',
        en: 'Wanted number of regions; needed but for max-p.',
      },
      schema: { type: 'integer', minimum: 1, maximum: 1000 },
      optional: true,
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
  taskInput({ method, regions, minimumSize, seed }) {
    checkNumber(method, regions, minimumSize);
    return { method, regions: regions ?? null, minimumSize, seed };
  },
  milliseconds({ keys: { length: n } }, { method, regions = n, indicators }) {
    const steps = REGION_METHODS[method].seeded
      ? 200 * n * Math.min(regions, 100)
      : method === 'skater'
        ? n * regions
        : n * n;
    return steps * indicators.length * 1e-4;
  },
});

/** Max-p finds the number of regions by a minimum; the others are told it. */
function checkNumber(method: Inputs['method'], regions: number | undefined, minimumSize: number): void {
  const refuse = (code: string, name: string, got: unknown, expected: string): Problem =>
    new Problem('invalid_request', `${method} needs other inputs.`, [
      { code, field: `/body/inputs/${name}`, got: String(got), expected },
    ]);
  if (method !== 'max-p') {
    if (regions === undefined) throw refuse('missing', 'regions', 'nothing', 'a number of regions');
    return;
  }
  if (regions !== undefined)
    throw refuse('input_not_used', 'regions', regions, 'nothing: max-p finds the number of regions');
  if (minimumSize < 2) throw refuse('invalid_value', 'minimumSize', minimumSize, '2 or more for max-p');
}
