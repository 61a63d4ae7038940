/** Regions of similar adjacent districts, in a worker thread. */

import { RANDOM_GENERATOR } from '../../stats/inference/random.ts';
import { azp } from '../../stats/regions/azp.ts';
import { packColumns, scaleColumns } from '../../stats/regions/data-matrix.ts';
import { redcap } from '../../stats/regions/redcap.ts';
import type { Regions } from '../../stats/regions/regions.ts';
import { skater } from '../../stats/regions/skater.ts';
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
  method: 'skater' | 'redcap' | 'azp';
  regions: number;
  minimumSize: number;
  seed: number;
}

const METHODS = {
  skater: {
    text: 'SKATER: minimum spanning tree of standard scores, cut where the within sum of squares falls most',
    reference: 'Assuncao et al. 2006, doi:10.1080/13658810600665111',
  },
  redcap: {
    text: 'REDCAP: full-order Ward linkage of adjacent districts, the tree cut as in SKATER',
    reference: 'Guo 2008, doi:10.1080/13658810701674970',
  },
  azp: {
    text: 'AZP: greedy moves of districts between adjacent regions, ten starts, the first being SKATER',
    reference: 'Openshaw & Rao 1995, doi:10.1068/a270425',
  },
} as const;

/** Finds regions. @returns GeoJSON with `analysis`; region 1 is the largest */
export default function runRegionalise({ input }: Task<RegionaliseInput>): Uint8Array {
  const { units, method, seed } = input;
  const neighbourhood = findNeighbourhood(units, 'B', units.columns);
  const { rated, weights } = neighbourhood;
  const columns = units.columns.map(({ values }) => Float64Array.from(rated, (i) => values[i]!));
  const found = findRegions(input, columns, weights);
  const regionOf = new Map([...rated].map((i, k) => [i, found.labels[k]! + 1]));
  const rows = units.keys.map((_, i) => ({
    values: valuesAt(units, i),
    region: regionOf.get(i) ?? null,
    size: regionOf.has(i) ? found.sizes[regionOf.get(i)! - 1] : null,
  }));
  const { text, reference } = METHODS[method];
  const warnings = commonWarnings(units, neighbourhood);
  if (found.status !== 'ok') warnings.unshift(`The search ended with: ${found.status}.`);
  return writeFeatures(units, rows, {
    ...describeInputs(units, neighbourhood),
    method: text,
    reference: [reference],
    transformation: 'standard scores',
    seed: method === 'azp' ? seed : null,
    randomGenerator: method === 'azp' ? RANDOM_GENERATOR : null,
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

function findRegions(
  { method, regions: k, minimumSize, seed }: RegionaliseInput,
  columns: readonly Float64Array[],
  weights: Parameters<typeof skater>[1],
): Regions {
  const data = scaleColumns(packColumns(columns));
  const minimum = { size: minimumSize };
  if (method === 'redcap') return redcap(data, weights, { k, linkage: 'ward', minimum });
  if (method === 'azp') return azp(data, weights, { k, minimum, seed });
  return skater(data, weights, { k, minimum });
}

function meanOf(values: Float64Array, labels: Uint32Array, region: number): number {
  const own = values.filter((_, k) => labels[k] === region);
  return own.reduce((sum, value) => sum + value, 0) / own.length;
}
