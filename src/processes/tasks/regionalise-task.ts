/** Regions of similar adjacent districts, in a worker thread. */

import { findRegions, REGION_METHODS, type RegionMethod } from '../../analyses/find-regions.ts';
import { warnOfRegions } from '../../analyses/statement.ts';
import { RANDOM_GENERATOR } from '../../stats/inference/random.ts';
import {
  commonWarnings,
  describeInputs,
  findNeighbourhood,
  type Task,
  type Units,
  valuesAt,
  writeFeatures,
} from './units.ts';

/** Input of the task. */
export interface RegionaliseInput {
  units: Units;
  method: RegionMethod;
  /** Null for max-p. */
  regions: number | null;
  minimumSize: number;
  seed: number;
}

/** Finds regions. @returns GeoJSON with `analysis`; region 1 is the largest */
export default function runRegionalise({ input }: Task<RegionaliseInput>): Uint8Array {
  const { units, method, regions: k, minimumSize, seed } = input;
  const neighbourhood = findNeighbourhood(units, 'B', units.columns);
  const { rated, weights } = neighbourhood;
  const columns = units.columns.map(({ values }) => Float64Array.from(rated, (i) => values[i]!));
  const request = { method, k, minimum: { size: minimumSize }, seed };
  const { regions: found, starts, seedSensitive } = findRegions(columns, weights, request);
  const regionOf = new Map([...rated].map((i, k) => [i, found.labels[k]! + 1]));
  const rows = units.keys.map((_, i) => ({
    values: valuesAt(units, i),
    region: regionOf.get(i) ?? null,
    size: regionOf.has(i) ? found.sizes[regionOf.get(i)! - 1] : null,
  }));
  const { text, reference, seeded } = REGION_METHODS[method];
  const warnings = commonWarnings(units, neighbourhood);
  if (found.status !== 'ok') warnings.unshift(`The search ended with: ${found.status}.`);
  warnings.push(...warnOfRegions(seedSensitive.length, rated.length));
  return writeFeatures(units, rows, {
    ...describeInputs(units, neighbourhood),
    method: text,
    reference: [reference],
    transformation: 'standard scores',
    seed: seeded ? seed : null,
    randomGenerator: seeded ? RANDOM_GENERATOR : null,
    starts: starts && { within: [...starts.within], regions: [...starts.k], best: starts.best },
    seedSensitive: Array.from(seedSensitive, (k) => units.keys[rated[k]!]),
    status: found.status,
    sums: { ...found.sums, ofRegion: [...found.sums.ofRegion] },
    regions: [...found.sizes].map((size, r) => ({
      region: r + 1,
      districts: size,
      parts: found.parts[r],
      means: Object.fromEntries(
        units.columns.map(({ indicator }, v) => [indicator, meanOf(columns[v]!, found.labels, r)]),
      ),
    })),
    warnings,
  });
}

function meanOf(values: Float64Array, labels: Uint32Array, region: number): number {
  const own = values.filter((_, k) => labels[k] === region);
  return own.reduce((sum, value) => sum + value, 0) / own.length;
}
