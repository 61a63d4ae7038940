/** Houses of Baltimore with the clusters of R's dbscan, which tests of point clusters share. */

import { readGolden } from '../golden.ts';

interface Baltimore {
  x: number[];
  y: number[];
  dbscan: Record<string, { eps: number; minPts: number; cluster: number[]; isCore: boolean[] }>;
  hdbscan: Record<string, { minPts: number; cluster: number[]; coredist: number[] }>;
}

export const BALTIMORE = readGolden<Baltimore>('baltimore_dbscan');

/** x0, y0, x1, y1 ... */
export const BALTIMORE_POINTS = Float64Array.from(BALTIMORE.x.flatMap((x, i) => [x, BALTIMORE.y[i]!]));
