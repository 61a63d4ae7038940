/** A small request for every process, on the demo town. */

/** Its districts in its last year. */
export const DISTRICTS = { collection: 'musterstadt-quartier', period: '2024' };

/** By id; tests fail for a process that has none, so that no process stays without them. */
export const REQUESTS: Record<string, object> = {
  'areal-interpolation': {
    ...DISTRICTS,
    indicator: 'dem_pop',
    targetCollection: 'musterstadt-stadtteil',
  },
  'composite-index': { index: 'quintile-points', collection: 'musterstadt-quartier' },
  dbscan: {
    points: {
      type: 'MultiPoint',
      coordinates: [0, 1, 2, 3].map((i) => [10 + i / 10_000, 51]).concat([[10.5, 51]]),
    },
    eps: 20,
    minPoints: 2,
  },
  echo: { text: 'a', integers: [1], object: { value: 'b' } },
  'emerging-hot-spots': { collection: 'musterstadt-quartier', indicator: 'pov_child' },
  'getis-ord': { ...DISTRICTS, indicator: 'pov_child' },
  'global-autocorrelation': { ...DISTRICTS, indicator: 'pov_child' },
  'lisa-markov': { collection: 'musterstadt-quartier', indicator: 'pov_child' },
  'local-geary': { ...DISTRICTS, indicators: ['pov_child', 'lab_unempl'] },
  'local-moran': { ...DISTRICTS, indicator: 'pov_child' },
  'problem-clusters': { ...DISTRICTS, minSituations: 3 },
  regionalise: { ...DISTRICTS, indicators: ['pov_child', 'lab_unempl'], regions: 5 },
};
