/** Reads a GeoJSON FeatureCollection (RFC 7946, and the `crs` member of its predecessor of 2008). */
import type { DeliveredFeatures } from './delivered-feature.ts';
import type { Findings } from './findings.ts';

/** Reads features as they are; notes what is no FeatureCollection. Shapes are checked later. */
export function readGeojson(text: string, file: string, findings: Findings): DeliveredFeatures | null {
  const broken = (got: string, expected: string, line?: number): null => {
    findings.add({ code: 'geojson_invalid', got, expected, file, ...(line ? { line } : {}) });
    return null;
  };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error), 'a JSON document', lineOf(error));
  }
  if (!isObject(document) || document.type !== 'FeatureCollection' || !Array.isArray(document.features)) {
    return broken(isObject(document) ? `type ${document.type}` : typeof document, 'a FeatureCollection');
  }
  const features: DeliveredFeatures['features'] = [];
  for (const [index, feature] of document.features.entries()) {
    const number = index + 1;
    if (!isObject(feature) || feature.type !== 'Feature') {
      broken(isObject(feature) ? `type ${feature.type}` : typeof feature, 'a Feature', number);
      continue;
    }
    const properties = isObject(feature.properties) ? feature.properties : {};
    features.push({ number, properties, geometry: feature.geometry });
  }
  return { features, crsName: readCrsName(document.crs), prj: null };
}

/** Line that a JSON error of the engine names, where it does. */
export function lineOf(error: unknown): number | undefined {
  const line = error instanceof SyntaxError ? /line (\d+)/.exec(error.message)?.[1] : undefined;
  return line === undefined ? undefined : Number(line);
}

/** Name in `{"type":"name","properties":{"name":…}}`; any other `crs` member as its JSON text. */
function readCrsName(crs: unknown): string | null {
  if (crs === undefined || crs === null) return null;
  const properties = isObject(crs) ? crs.properties : undefined;
  const name = isObject(properties) ? properties.name : undefined;
  return typeof name === 'string' ? name : JSON.stringify(crs);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
