/** Density-based clusters of points, in a worker thread. */

import proj4 from 'proj4';
import { hashInputs } from '../../analyses/statement.ts';
import { dbscan } from '../../stats/clusters/dbscan.ts';
import { type Frame, type Task, writeJson } from './units.ts';

/** Input of the task. */
export interface DbscanInput {
  frame: Omit<Frame, 'collection' | 'boundaryVersion' | 'release'>;
  /** Longitude and latitude. */
  points: readonly (readonly [number, number])[];
  /** UTM zone of the distances. */
  zone: number;
  eps: number;
  minPoints: number;
}

/** Finds clusters. @returns GeoJSON of the points with `analysis`; cluster 1 is the largest, null is noise */
export default function runDbscan({ input }: Task<DbscanInput>): Uint8Array {
  const { frame, points, zone, eps, minPoints } = input;
  const project = proj4(`+proj=utm +zone=${zone} +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs`);
  const metric = Float64Array.from(points.flatMap((point) => project.forward([...point])));
  const found = dbscan(metric, { eps, minPoints });
  const warnings = ['Density-based clusters are not tested against chance.'];
  if (found.sizes.length === 0) warnings.unshift('No place is dense enough to be a cluster.');
  return writeJson({
    type: 'FeatureCollection',
    features: points.map((coordinates, i) => ({
      type: 'Feature',
      id: String(i),
      geometry: { type: 'Point', coordinates },
      properties: { cluster: found.labels[i]! < 0 ? null : found.labels[i]! + 1, core: found.cores[i] === 1 },
    })),
    analysis: {
      ...frame,
      method: 'DBSCAN; a border point within reach of several clusters belongs to the first of them',
      reference: ['Ester et al. 1996', 'Schubert et al. 2017, doi:10.1145/3068335'],
      snapshot: hashInputs([metric], ''),
      n: points.length,
      excluded: [],
      noise: [...found.labels].filter((label) => label < 0).length,
      clusters: [...found.sizes].map((size, c) => ({ cluster: c + 1, points: size })),
      warnings,
    },
  });
}
