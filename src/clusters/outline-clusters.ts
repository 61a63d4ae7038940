/** Clusters with their dissolved outlines, as features. */
import type { components } from '../../openapi/generated/types.ts';
import { type ClusterFindings, type ClusterResults, placesOf } from './find-clusters.ts';

type Geometry = components['schemas']['Geometry'];

/** A cluster in one period. */
export interface ShownCluster {
  /** Position of the period in the series. */
  period: number;
  /** Number of the cluster in the traced biographies. */
  id: number;
}

/**
 * A feature for each cluster.
 * @param properties of each cluster shown
 * @throws Problem as `ClusterResults.outline`
 */
export async function outlineClusters<Properties extends { id: string }>(
  results: ClusterResults,
  findings: ClusterFindings,
  shown: readonly ShownCluster[],
  properties: readonly Properties[],
): Promise<{ type: 'Feature'; id: string; geometry: Geometry; properties: Properties }[]> {
  const { version } = findings.series.periods[findings.series.at]!.plan;
  const groups = shown.map(({ period, id }) => placesOf(findings, period, id));
  const outlines = await results.outline(version, findings.table, groups);
  return properties.map((own, k) => ({
    type: 'Feature',
    id: own.id,
    geometry: outlines[k]! as Geometry,
    properties: own,
  }));
}
