/** Reads a data package from files into a candidate, or refuses it with everything that is wrong. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '../problem.ts';
import { type BuiltBoundary, buildBoundary, checkParents } from './build-boundary.ts';
import { buildColumns } from './build-columns.ts';
import type { Candidate, ColumnCandidate, IndicatorEntry } from './candidate.ts';
import { checkDescriptor } from './check-descriptor.ts';
import { decodeText } from './decode-text.ts';
import type { DeliveredFeatures } from './delivered-feature.ts';
import {
  type BoundaryResource,
  DESCRIPTOR_FILE,
  type DeclaredIndicator,
  type Descriptor,
  type ObservationResource,
  readDescriptor,
} from './descriptor.ts';
import { collectFindings, type Findings } from './findings.ts';
import { mergeColumns } from './merge-columns.ts';
import { readCsv, type Table } from './read-csv.ts';
import { readGeojson } from './read-geojson.ts';
import { readShapefile } from './read-shapefile.ts';
import { describeFile, openSourceFiles, type SourceFiles } from './source-files.ts';

/** A descriptor of a whole state's files has some 100 KiB. */
const MOST_DESCRIPTOR_BYTES = 5 * 2 ** 20;

/** Where a package lies. */
interface PackageLocation {
  /** The folder of datapackage.json, or that file itself. */
  packagePath: string;
  /** Folder that the paths of resources start from; null for the package's own. */
  dataDir: string | null;
  /** Told in one line about each resource that was read. */
  onProgress?: (message: string) => void;
}

/**
 * Reads and checks a package as far as files alone can tell.
 *
 * @throws Problem `invalid_package` with up to 100 items (code, file, line, got, expected)
 */
export async function readPackage({
  packagePath,
  dataDir,
  onProgress = () => {},
}: PackageLocation): Promise<Candidate> {
  const findings = collectFindings();
  const path = await locateDescriptor(packagePath);
  const bytes = await readDescriptorFile(path, findings);
  const text = bytes && decodeText(bytes, 'utf-8', DESCRIPTOR_FILE, findings);
  const descriptor = text ? readDescriptor(text, findings) : null;
  findings.finish();
  if (!bytes || !descriptor) throw new Problem('internal', 'A descriptor was refused without a finding.');
  checkDescriptor(descriptor, findings);
  findings.finish();

  const files = await openSourceFiles(dataDir ?? dirname(path), findings);
  const boundaries: BuiltBoundary[] = [];
  for (const resource of descriptor.resources.filter(isBoundary)) {
    const delivered = await readFeatures(resource, files, findings);
    if (!delivered) continue;
    const built = buildBoundary(resource, delivered, findings);
    boundaries.push(built);
    onProgress(`${resource.name}: ${built.boundary.districts.length} districts from ${resource.path}`);
  }
  checkParents(boundaries, findings);
  const parts: ColumnCandidate[] = [];
  for (const resource of descriptor.resources.filter(isObservations)) {
    const table = await readTable(resource, files, findings);
    if (!table) continue;
    const context = {
      districts: findDistricts(boundaries, resource),
      categories: listCategories(descriptor),
    };
    parts.push(...buildColumns(resource, table, context, findings));
    onProgress(`${resource.name}: ${table.rows.length} rows from ${resource.path}`);
  }
  const columns = mergeColumns(parts, findings);
  findings.finish();
  return {
    name: descriptor.name,
    title: descriptor.title,
    ...completeDeclarations(descriptor),
    boundaries: boundaries.map(({ boundary }) => boundary),
    columns,
    files: [describeFile(DESCRIPTOR_FILE, bytes), ...files.list()],
  };
}

async function locateDescriptor(packagePath: string): Promise<string> {
  const info = await stat(packagePath).catch(() => null);
  return info?.isDirectory() ? join(packagePath, DESCRIPTOR_FILE) : packagePath;
}

async function readDescriptorFile(path: string, findings: Findings): Promise<Uint8Array | null> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) {
    findings.add({
      code: 'file_not_found',
      got: 'no such file',
      expected: `a descriptor ${path}`,
      file: DESCRIPTOR_FILE,
    });
    return null;
  }
  if (info.size > MOST_DESCRIPTOR_BYTES) {
    const expected = `at most ${MOST_DESCRIPTOR_BYTES} bytes`;
    findings.add({ code: 'file_too_large', got: `${info.size} bytes`, expected, file: DESCRIPTOR_FILE });
    return null;
  }
  return readFile(path);
}

function isBoundary(resource: BoundaryResource | ObservationResource): resource is BoundaryResource {
  return resource.format !== 'csv';
}

function isObservations(resource: BoundaryResource | ObservationResource): resource is ObservationResource {
  return resource.format === 'csv';
}

async function readFeatures(
  resource: BoundaryResource,
  files: SourceFiles,
  findings: Findings,
): Promise<DeliveredFeatures | null> {
  const { path, encoding } = resource;
  if (resource.format === 'shp') return readShapefile(path, encoding ?? null, files, findings);
  const bytes = await files.read(path);
  const text = bytes && decodeText(bytes, encoding ?? 'utf-8', path, findings);
  return text === null ? null : readGeojson(text, path, findings);
}

async function readTable(
  resource: ObservationResource,
  files: SourceFiles,
  findings: Findings,
): Promise<Table | null> {
  const { path, encoding = 'utf-8', dialect = {} } = resource;
  const bytes = await files.read(path);
  const text = bytes && decodeText(bytes, encoding, path, findings);
  const fields = resource.schema.fields.map(({ name }) => name);
  return text === null ? null : readCsv(text, dialect, fields, path, findings);
}

/** Keys of the boundary version that a table belongs to; null where the database has to know them. */
function findDistricts(
  boundaries: readonly BuiltBoundary[],
  { sozialraum: { geography, boundary: validFrom } }: ObservationResource,
): ReadonlySet<string> | null {
  const built = boundaries.find(
    ({ boundary }) => boundary.geography === geography && boundary.validFrom === validFrom,
  );
  return built?.keys ?? null;
}

function listCategories(descriptor: Descriptor): Map<string, Set<number>> {
  return new Map(
    descriptor.sozialraum.indicators.flatMap(({ id, categories = [] }) =>
      categories.length === 0 ? [] : [[id, new Set(categories.map(({ value }) => value))] as const],
    ),
  );
}

/** Declarations with null or empty lists in place of what was left out. */
function completeDeclarations({
  sozialraum: { authority, geographies, indicators, reasons, indices = [], situations = [] },
}: Descriptor): Pick<
  Candidate,
  'authority' | 'geographies' | 'indicators' | 'reasons' | 'indices' | 'situations'
> {
  return {
    authority: { members: [], synthetic: false, ...authority },
    geographies: geographies.map((geography) => ({ parent: null, ...geography })),
    indicators: indicators.map(completeIndicator),
    reasons,
    indices,
    situations,
  };
}

function completeIndicator(declared: DeclaredIndicator): IndicatorEntry {
  return {
    description: null,
    numerator: null,
    denominator: null,
    targetGroups: [],
    categories: [],
    ...declared,
    source: { ...declared.source, url: declared.source.url ?? null },
  };
}
