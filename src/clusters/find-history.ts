/** Use case: which cluster an id means. */
import { type Catalog, listed } from '../catalog/catalog.ts';
import { parsePeriod } from '../indicators/period.ts';
import type { IndexList } from '../indices/choose-subject.ts';
import { Problem } from '../problem.ts';
import type { SituationDefinition } from '../situations/situation.ts';
import { type ClusterSeries, chooseSeries } from './choose-series.ts';
import type { ClusterQuery } from './cluster-definition.ts';
import { type ClusterFindings, SEPARATOR } from './find-clusters.ts';

/**
 * The series of a cluster.
 * @throws Problem not_found for what is no id, or that of another definition; invalid_request as `chooseSeries`
 */
export function openHistory(
  catalog: Catalog,
  indices: IndexList,
  all: readonly SituationDefinition[],
  clusterId: string,
  query: ClusterQuery,
  today: string,
): ClusterSeries {
  const [definition, period] = clusterId.split(SEPARATOR);
  if (!period || !parsePeriod(period))
    throw unknown(clusterId, 'definition, period and key, e.g. 1a2b3c4d.2019.0101');
  const series = chooseSeries(catalog, indices, all, { ...query, period }, today);
  if (series.definition === definition) return series;
  throw unknown(
    clusterId,
    `with these parameters an id of ${series.definition}${SEPARATOR}…; the link of a cluster has its parameters`,
  );
}

/** @throws Problem not_found where no cluster of the series has the id */
export function findHistory(
  { names, traced }: ClusterFindings,
  clusterId: string,
): { id: number; first: number; last: number } {
  const id = names.indexOf(clusterId);
  if (id < 0) throw unknown(clusterId, listed(names));
  return { id, first: traced.biographies.first[id]!, last: traced.biographies.last[id]! };
}

function unknown(got: string, expected: string): Problem {
  return new Problem('not_found', `There is no cluster ${got}.`, [
    { code: 'unknown_cluster', field: 'clusterId', got, expected },
  ]);
}
