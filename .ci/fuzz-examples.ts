/** Values of the synthetic town for parameters and bodies, so that made-up requests reach data. */

/** By name of the parameter, wherever it stands. */
export const PARAMETERS: Readonly<Record<string, unknown>> = {
  actionField: 'child_family_poverty',
  bbox: [9, 53, 11, 55],
  changeFrom: '2020',
  classification: 'quantile-5',
  collection: 'musterstadt-quartier',
  collectionId: 'musterstadt-quartier',
  collections: ['musterstadt-quartier', 'musterstadt-stadtteil'],
  crs: 'http://www.opengis.net/def/crs/EPSG/0/25832',
  datetime: '2024-06-30',
  district: '0101',
  districts: ['0101', '0102'],
  featureId: '0101',
  file: 'missing.png',
  filter: "pov_child > 10 AND S_INTERSECTS(geometry, BBOX(9, 53, 11, 55)) OR name LIKE 'A%'",
  indexId: 'quintile-points',
  indicatorId: 'pov_child',
  indicators: ['pov_child', 'lab_unempl'],
  measures: ['value', 'status', 'z', 'rank', 'class', 'change'],
  period: ['2024'],
  processId: 'echo',
  properties: ['key', 'name', 'geometry'],
  release: 1,
  situationId: 'child-poverty',
  sortby: ['-name'],
  tileCol: 0,
  tileMatrix: '0',
  tileMatrixSetId: 'WebMercatorQuad',
  tileRow: 0,
};

/** Bodies by operation. */
export const BODIES: Readonly<Record<string, unknown>> = {
  executeLocalMoran: {
    inputs: { collection: 'musterstadt-quartier', indicator: 'pov_child', period: '2024', permutations: 999 },
  },
  execute: { inputs: { text: 'Hallo' } },
  tryWeights: { collection: 'musterstadt-quartier', weights: { pov_child: 2 } },
};
