/** Reads a shapefile (.shp, .dbf, .prj and, where there is one, .cpg); coordinates stay as delivered. */
import { parseShp } from 'shpjs';
import { knownEncoding, normaliseEncoding } from './decode-text.ts';
import type { DeliveredFeatures } from './delivered-feature.ts';
import type { Findings } from './findings.ts';
import { readDbf } from './read-dbf.ts';
import type { SourceFiles } from './source-files.ts';

/**
 * Reads shapes and attributes. The declared encoding decides; a .cpg that names another one is a finding.
 *
 * @param path path of the .shp in the package
 * @param declared encoding of the .dbf as the package declares it; null where it declares none
 * @returns the features, or null when a part is missing or broken
 */
export async function readShapefile(
  path: string,
  declared: string | null,
  files: SourceFiles,
  findings: Findings,
): Promise<DeliveredFeatures | null> {
  const stem = path.slice(0, -'shp'.length);
  const paths = {
    dbf: await files.locate(`${stem}dbf`),
    prj: await files.locate(`${stem}prj`),
    cpg: await files.locate(`${stem}cpg`),
  };
  const shp = await files.read(path);
  const dbf = await files.read(paths.dbf);
  const prj = await files.read(paths.prj);
  const cpg = await files.readIfThere(paths.cpg);
  const encoding = chooseEncoding(declared, cpg && Buffer.from(cpg).toString('latin1'), paths, findings);
  if (!shp || !dbf || !prj || encoding === null) return null;

  const records = readDbf(dbf, encoding, paths.dbf, findings);
  const shapes = readShapes(shp, path, findings);
  if (!records || !shapes) return null;
  if (records.length !== shapes.length) {
    findings.add({
      code: 'shapefile_invalid',
      got: `${shapes.length} shapes and ${records.length} records`,
      expected: 'as many shapes as records in the .dbf',
      file: path,
    });
    return null;
  }
  const features = records.flatMap((properties, index) =>
    properties ? [{ number: index + 1, properties, geometry: shapes[index] }] : [],
  );
  return {
    features,
    crsName: null,
    prj: { path: paths.prj, wkt: Buffer.from(prj).toString('latin1').trim() },
  };
}

function chooseEncoding(
  declared: string | null,
  cpg: string | null,
  paths: { dbf: string; cpg: string },
  findings: Findings,
): string | null {
  if (declared === null) {
    // What dBase tables without .cpg hold is not told anywhere; UTF-8 at least fails when it is wrong.
    return knownEncoding(cpg ?? 'utf-8', cpg === null ? paths.dbf : paths.cpg, findings);
  }
  const encoding = knownEncoding(declared, paths.dbf, findings);
  if (encoding !== null && cpg !== null && normaliseEncoding(cpg) !== encoding) {
    findings.add({
      code: 'encoding_mismatch',
      got: cpg.trim(),
      expected: `the declared encoding ${declared}`,
      file: paths.cpg,
      line: 1,
    });
  }
  return encoding;
}

function readShapes(shp: Uint8Array, file: string, findings: Findings): unknown[] | null {
  const broken = (got: string): null => {
    findings.add({ code: 'shapefile_invalid', got, expected: 'a complete .shp of polygons', file });
    return null;
  };
  if (shp.byteLength < 100) return broken(`${shp.byteLength} bytes`);
  const view = new DataView(shp.buffer, shp.byteOffset, shp.byteLength);
  if (view.getInt32(0) !== 9994) return broken('no file code 9994');
  // The header tells the length in 16-bit words; a shorter file would silently lose its last districts.
  const length = view.getInt32(24) * 2;
  if (length !== shp.byteLength) return broken(`${shp.byteLength} bytes where the header tells ${length}`);
  try {
    return parseShp(shp);
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
}
