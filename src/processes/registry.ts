/** The table of processes: one entry for each. */
import { listed } from '../catalog/catalog.ts';
import { Problem } from '../problem.ts';
import { arealInterpolation } from './entries/areal-interpolation.ts';
import { compositeIndex } from './entries/composite-index.ts';
import { dbscan } from './entries/dbscan.ts';
import { echo } from './entries/echo.ts';
import { emergingHotSpots } from './entries/emerging-hot-spots.ts';
import { getisOrd } from './entries/getis-ord.ts';
import { globalAutocorrelation } from './entries/global-autocorrelation.ts';
import { lisaMarkov } from './entries/lisa-markov.ts';
import { localGeary } from './entries/local-geary.ts';
import { localMoran } from './entries/local-moran.ts';
import { problemClusters } from './entries/problem-clusters.ts';
import { regionalise } from './entries/regionalise.ts';
import type { Process } from './process.ts';

/** All processes by id, in the order of the ids. */
export const PROCESSES: ReadonlyMap<string, Process> = new Map(
  [
    arealInterpolation,
    compositeIndex,
    dbscan,
    echo,
    emergingHotSpots,
    getisOrd,
    globalAutocorrelation,
    lisaMarkov,
    localGeary,
    localMoran,
    problemClusters,
    regionalise,
  ].map((process) => [process.id, process]),
);

/** @throws Problem no_such_process */
export function requireProcess(id: string): Process {
  const process = PROCESSES.get(id);
  if (process) return process;
  throw new Problem('no_such_process', `There is no process ${id}.`, [
    { code: 'no_such_process', field: 'processId', got: id, expected: listed(PROCESSES.keys()) },
  ]);
}
