/** Makes a boundary version of delivered features: corrections, keys, names, parents, coordinates. */
import type { MultiPolygon, Polygon } from 'geojson';
import type { BoundaryCandidate, DistrictCandidate } from './candidate.ts';
import { checkGeometry } from './check-geometry.ts';
import { isPossiblePosition, readSrid, unitOf } from './crs.ts';
import type { DeliveredFeature, DeliveredFeatures } from './delivered-feature.ts';
import type { Attributes, BoundaryResource } from './descriptor.ts';
import { type Findings, show } from './findings.ts';

/** A boundary version with the keys of all its districts, also of those that a finding left out. */
export interface BuiltBoundary {
  boundary: BoundaryCandidate;
  keys: ReadonlySet<string>;
}

/** Builds the boundary version; every district that is not right is a finding and left out. */
export function buildBoundary(
  resource: BoundaryResource,
  delivered: DeliveredFeatures,
  findings: Findings,
): BuiltBoundary {
  const rule = resource.sozialraum;
  const file = resource.path;
  const srid = readSrid(rule.crs) as number;
  checkCrsName(delivered.crsName, rule.crs, file, findings);
  const features = applyCorrections(delivered.features, rule.corrections ?? [], file, findings);
  const readKey = makeKeyReader(rule.key, file, findings);
  const lineOfKey = new Map<string, number>();
  const districts: DistrictCandidate[] = [];
  let foreign = false;
  for (const feature of features) {
    const key = readKey(feature.properties[rule.key.field], feature.number);
    const place = { file, line: feature.number, district: key ?? `number ${feature.number}` };
    const geometry = checkGeometry(feature.geometry, place, findings);
    // One position of another system tells it of the whole file; a finding per district would bury the others.
    if (geometry && !foreign) foreign = findForeignPosition(geometry, srid, feature.number, file, findings);
    const name = readName(feature, rule.name.field, file, findings);
    if (key === null) continue;
    const first = lineOfKey.get(key);
    if (first !== undefined) {
      findings.add({
        code: 'duplicate_key',
        got: `${key} in feature ${first} and ${feature.number}`,
        expected: 'each key once',
        field: rule.key.field,
        file,
        line: feature.number,
      });
      continue;
    }
    lineOfKey.set(key, feature.number);
    if (!geometry || name === null) continue;
    const parents = readParents(feature, key, rule.parents ?? [], file, findings);
    districts.push({ key, name, geometry, line: feature.number, parents });
  }
  if (delivered.features.length === 0) {
    findings.add({
      code: 'geometry_missing',
      got: 'a file without features',
      expected: 'at least one district',
      file,
    });
  }
  const boundary = {
    geography: rule.geography,
    validFrom: rule.validFrom,
    validUntil: rule.validUntil,
    label: rule.label,
    srid,
    prj: delivered.prj,
    invalidGeometry: rule.invalidGeometry,
    source: { ...rule.source, url: rule.source.url ?? null },
    file,
    districts,
  };
  return { boundary, keys: new Set(lineOfKey.keys()) };
}

/** Makes a function that reads a key as text and notes empty ones and those off the pattern. */
export function makeKeyReader(
  declared: { field: string; pattern?: string },
  file: string,
  findings: Findings,
): (value: unknown, line: number) => string | null {
  const pattern = declared.pattern === undefined ? null : new RegExp(declared.pattern, 'u');
  return (value, line) => {
    const key = typeof value === 'string' ? value.trim() : Number.isInteger(value) ? String(value) : '';
    const place = { field: declared.field, file, line };
    if (key === '') {
      findings.add({ code: 'key_missing', got: show(value), expected: 'the key of a district', ...place });
      return null;
    }
    if (pattern && !pattern.test(key)) {
      findings.add({
        code: 'key_invalid',
        got: show(value),
        expected: `a key like ${declared.pattern}`,
        ...place,
      });
      return null;
    }
    return key;
  };
}

/** Checks each district's parents where the package holds the parents' shapes of the same time. */
export function checkParents(built: readonly BuiltBoundary[], findings: Findings): void {
  for (const { boundary } of built) {
    for (const district of boundary.districts) {
      for (const parent of district.parents) {
        const above = built.find(
          ({ boundary: { geography, validFrom, validUntil } }) =>
            geography === parent.geography &&
            validFrom <= boundary.validFrom &&
            (validUntil === null || boundary.validFrom < validUntil),
        );
        if (!above || above.keys.has(parent.key)) continue;
        findings.add({
          code: 'parent_unknown',
          got: `parent ${parent.key} of ${district.key}`,
          expected: `a district of ${parent.geography} as in ${above.boundary.file}`,
          file: boundary.file,
          line: district.line,
        });
      }
    }
  }
}

function checkCrsName(name: string | null, declared: string, file: string, findings: Findings): void {
  if (name !== null && readSrid(name) !== readSrid(declared)) {
    findings.add({
      code: 'crs_mismatch',
      got: `crs ${name}`,
      expected: `the declared ${declared}`,
      field: 'crs',
      file,
    });
  }
}

function findForeignPosition(
  geometry: Polygon | MultiPolygon,
  srid: number,
  line: number,
  file: string,
  findings: Findings,
): boolean {
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
  const position = rings.flat().find(([x, y]) => !isPossiblePosition(srid, x as number, y as number));
  if (!position) return false;
  findings.add({
    code: 'crs_mismatch',
    got: `position ${show(position)}`,
    expected: `${unitOf(srid)} of EPSG:${srid}`,
    file,
    line,
  });
  return true;
}

/** Sets attributes of the one feature that each correction describes. */
function applyCorrections(
  features: readonly DeliveredFeature[],
  corrections: readonly { match: Attributes; set: Attributes }[],
  file: string,
  findings: Findings,
): DeliveredFeature[] {
  const corrected = [...features];
  for (const { match, set } of corrections) {
    const found = features.flatMap(({ properties }, index) =>
      Object.entries(match).every(([name, value]) => isSame(properties[name], value)) ? [index] : [],
    );
    const [index] = found;
    const feature = index === undefined ? undefined : corrected[index];
    if (index === undefined || !feature || found.length > 1) {
      findings.add({
        code: 'correction_no_match',
        got: `${found.length} features with ${show(match)}`,
        expected: 'exactly one feature, so that a corrected delivery is noticed',
        file,
        ...(index === undefined ? {} : { line: index + 1 }),
      });
      continue;
    }
    corrected[index] = { ...feature, properties: { ...feature.properties, ...set } };
  }
  return corrected;
}

/** Tables of shapefiles hold numbers as text. */
function isSame(delivered: unknown, declared: string | number): boolean {
  if (typeof declared === 'string' || delivered === '') return delivered === declared;
  return (typeof delivered === 'number' || typeof delivered === 'string') && Number(delivered) === declared;
}

function readName(feature: DeliveredFeature, field: string, file: string, findings: Findings): string | null {
  const value = feature.properties[field];
  const name = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  if (name !== '') return name;
  const place = { field, file, line: feature.number };
  findings.add({ code: 'name_missing', got: show(value), expected: 'the name of a district', ...place });
  return null;
}

function readParents(
  feature: DeliveredFeature,
  key: string,
  rules: NonNullable<BoundaryResource['sozialraum']['parents']>,
  file: string,
  findings: Findings,
): DistrictCandidate['parents'] {
  return rules.flatMap(({ geography, key: rule }) => {
    const value = 'prefix' in rule ? key.slice(0, rule.prefix) : feature.properties[rule.field];
    const parent = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
    if (parent !== '') return [{ geography, key: parent }];
    findings.add({
      code: 'parent_unknown',
      got: `no parent of ${key}`,
      expected: `a district of ${geography}`,
      file,
      line: feature.number,
    });
    return [];
  });
}
