/** Which results can be published: one entry for each process, with how its result becomes features. */
import { listed } from '../catalog/catalog.ts';
import { Problem } from '../problem.ts';
import { mapClusters } from './map-clusters.ts';
import { mapHotSpots } from './map-hot-spots.ts';
import { mapIndex } from './map-index.ts';
import { mapInterpolation } from './map-interpolation.ts';
import { mapLisaMarkov } from './map-lisa-markov.ts';
import { mapLocalMoran, mapLocalStatistic } from './map-local.ts';
import { mapRegions } from './map-regions.ts';
import type { MapResult } from './mapped-result.ts';

const PUBLISHABLE: ReadonlyMap<string, MapResult> = new Map<string, MapResult>([
  ['areal-interpolation', mapInterpolation],
  ['composite-index', mapIndex],
  ['emerging-hot-spots', mapHotSpots],
  ['getis-ord', mapLocalStatistic],
  ['lisa-markov', mapLisaMarkov],
  ['local-geary', mapLocalStatistic],
  ['local-moran', mapLocalMoran],
  ['problem-clusters', mapClusters],
  ['regionalise', mapRegions],
]);

/**
 * How a result of a process is mapped.
 * @param field what named the process
 * @throws Problem invalid_request for a process whose results are no features
 */
export function requirePublishable(processId: string, field: string): MapResult {
  const map = PUBLISHABLE.get(processId);
  if (map) return map;
  throw new Problem('invalid_request', `Results of ${processId} cannot be published as a collection.`, [
    { code: 'not_publishable', field, got: processId, expected: `a result of ${listed(PUBLISHABLE.keys())}` },
  ]);
}
