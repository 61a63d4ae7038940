/**
 * DBSCAN: where do points lie closer together than a given density?
 */

import { type GroupLabels, NO_GROUP, orderGroups } from '../graph/group-labels.ts';
import { indexPoints } from '../weights/point-index.ts'; // points within a radius

export interface DbscanOptions {
  /** Radius in metres, inclusive. */
  eps: number;
  /** Points within the radius that make a core, the point itself counted. */
  minPoints: number;
}

/** Clusters of points; NO_GROUP is noise. */
export interface PointClusters extends GroupLabels {
  /** 1: a core point. */
  cores: Uint8Array;
}

/**
 * Density-based clusters (Ester, Kriegel, Sander & Xu 1996; Schubert et al. 2017, doi:10.1145/3068335). A core has at least
 * minPoints points within eps, itself included; cores within eps of each other are one cluster; a point within eps of a core
 * is a border point of its cluster, and of the cluster whose first core comes first in the order of points where there are
 * several. All else is noise. Time about O(n log n) while few points lie within eps.
 *
 * @param points x0, y0, x1, y1 ... in metres (projected, not degrees)
 * @throws RangeError for an odd length, coordinates that are not finite, eps not above 0, or minPoints below 1
 */
export function dbscan(points: Float64Array, { eps, minPoints }: DbscanOptions): PointClusters {
  if (!(eps > 0 && Number.isFinite(eps))) throw new RangeError(`Got eps ${eps} m, expected above 0.`);
  checkMinPoints(minPoints, 1);
  const index = indexPoints(points);
  const n = index.n;
  const cores = new Uint8Array(n);
  for (let i = 0; i < n; i++) if (index.findWithin(i, eps).length + 1 >= minPoints) cores[i] = 1;

  // Clusters are found in the order of their first core, so a border point goes to the first that reaches it.
  const marks = new Int32Array(n).fill(NO_GROUP);
  for (let first = 0; first < n; first++) {
    if (!cores[first] || marks[first] !== NO_GROUP) continue;
    marks[first] = first;
    const open = [first];
    while (open.length > 0) {
      for (const j of index.findWithin(open.pop()!, eps)) {
        if (marks[j] !== NO_GROUP) continue;
        marks[j] = first;
        if (cores[j]) open.push(j);
      }
    }
  }
  return { ...orderGroups(marks), cores };
}

/**
 * @throws RangeError unless minPoints is a whole number of at least `least`
 */
export function checkMinPoints(minPoints: number, least: number): void {
  if (!Number.isInteger(minPoints) || minPoints < least) {
    throw new RangeError(`Got minPoints ${minPoints}, expected a whole number of ${least} or more.`);
  }
}
