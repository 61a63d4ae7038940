/** One of each local statistic, for variables 0 and 1. */

import type { LocalStatistic } from '../../../src/stats/local/local-plan.ts';

export const ALL_KINDS: LocalStatistic[] = [
  { kind: 'moran', variable: 0 },
  { kind: 'gi', variable: 0 },
  { kind: 'gi-star', variable: 0 },
  { kind: 'geary', variable: 0 },
  { kind: 'bivariate-moran', variable: 0, neighbours: 1 },
  { kind: 'multivariate-moran', variables: [0, 1] },
  { kind: 'multivariate-geary', variables: [0, 1] },
];
