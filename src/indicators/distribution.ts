/** How the values of a column are distributed. */
import { findQuantile, sortFinite } from '../stats/classes/quantile.ts';
import { computeMoments } from '../stats/standardise.ts';
import type { Column } from './column.ts';
import { derive } from './derived.ts';
import { STATUSES, type Status } from './status.ts';

/** Figures of a distribution; those in the unit of the values are null without values. */
export interface Distribution {
  /** Districts by status. */
  counts: Record<Status, number>;
  /** Districts with a value. */
  n: number;
  minimum: number | null;
  /** Quartiles of type 7 (Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566). */
  lowerQuartile: number | null;
  median: number | null;
  upperQuartile: number | null;
  maximum: number | null;
  /** Of the districts, each counting once whatever its size. */
  mean: number | null;
  /** Population standard deviation, as in z. */
  standardDeviation: number | null;
}

/** Sums up a column. */
export function findDistribution(column: Column): Distribution {
  return derive(column, 'distribution', () => {
    const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
    for (const code of column.status) counts[STATUSES[code]!]++;
    const sorted = sortFinite(column.values);
    const { n, mean, deviation } = computeMoments(sorted);
    const figure = (compute: () => number): number | null => (n === 0 ? null : compute());
    return {
      counts,
      n,
      minimum: figure(() => sorted[0]!),
      lowerQuartile: figure(() => findQuantile(sorted, 0.25)),
      median: figure(() => findQuantile(sorted, 0.5)),
      upperQuartile: figure(() => findQuantile(sorted, 0.75)),
      maximum: figure(() => sorted[n - 1]!),
      mean: figure(() => mean),
      standardDeviation: figure(() => deviation),
    };
  });
}
