/** Conformance classes: only what tests prove. README says which test proves which class. */
const SPEC = 'http://www.opengis.net/spec';

/** URIs of the classes; `callback` only where the operator allows addresses to be called. */
export const CONFORMANCE: readonly string[] = [
  ...classes('ogcapi-common-1/1.0', ['core', 'landing-page', 'json', 'html', 'oas30']),
  ...classes('ogcapi-common-2/1.0', ['collections']),
  ...classes('ogcapi-features-1/1.0', ['core', 'geojson', 'html', 'oas30']),
  ...classes('ogcapi-features-2/1.0', ['crs']),
  ...classes('ogcapi-features-3/1.0', [
    'queryables',
    'queryables-query-parameters',
    'filter',
    'features-filter',
  ]),
  ...classes('cql2/1.0', [
    'cql2-text',
    'cql2-json',
    'basic-cql2',
    'advanced-comparison-operators',
    'case-insensitive-comparison',
    'accent-insensitive-comparison',
    'basic-spatial-functions',
    'basic-spatial-functions-plus',
    'spatial-functions',
    'temporal-functions',
    'array-functions',
    'property-property',
    'arithmetic',
  ]),
  ...classes('ogcapi-tiles-1/1.0', [
    'core',
    'tileset',
    'tilesets-list',
    'dataset-tilesets',
    'geodata-tilesets',
    'collections-selection',
    'datetime',
    'oas30',
    'mvt',
  ]),
  ...classes('tms/2.0', [
    'tilematrixset',
    'json-tilematrixset',
    'tilematrixsetlimits',
    'json-tilematrixsetlimits',
    'tilesetmetadata',
    'json-tilesetmetadata',
  ]),
  ...classes('ogcapi-common-3/1.0', ['schemas', 'queryables', 'sortables']),
  ...classes('ogcapi-features-5/1.0', ['schemas', 'queryables', 'sortables']),
  ...classes('ogcapi-features-6/1.0', ['properties', 'properties-features']),
  ...classes('ogcapi-features-8/1.0', ['sorting', 'sortables', 'features-sorting']),
  ...classes('ogcapi-processes-1/1.0', [
    'core',
    'ogc-process-description',
    'json',
    'oas30',
    'job-list',
    'callback',
    'dismiss',
  ]),
];

function classes(standard: string, names: readonly string[]): string[] {
  return names.map((name) => `${SPEC}/${standard}/conf/${name}`);
}

/** The classes of this deployment. @param callbacks whether jobs may call addresses */
export function listConformance(callbacks: boolean): string[] {
  return CONFORMANCE.filter((uri) => callbacks || !uri.endsWith('ogcapi-processes-1/1.0/conf/callback'));
}
