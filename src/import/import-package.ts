/**
 * Use case: one data package in, one release out, or nothing.
 *
 *     files → candidate → definitions, shapes, boundaries → locate columns → protect → write columns → commit
 *
 * Everything from staging on happens in one transaction, so a refusal, a crash or a dry run leaves no trace.
 */
import type { Transaction } from 'kysely';
import { type Db, withTransaction } from '../db/database.ts';
import type { Tables } from '../db/schema.ts';
import { type ProtectionReport, protect } from '../protection/protect.ts';
import type { Candidate } from './candidate.ts';
import { collectFindings } from './findings.ts';
import { locateColumns } from './locate-columns.ts'; // figures → districts
import { readPackage } from './read-package.ts'; // files → candidate
import { insertRelease, lockImports, nextRelease } from './release.ts';
import { stageShapes } from './stage-shapes.ts'; // shapes → PostGIS
import { removeSynthetic, writeAuthorities } from './write-authorities.ts';
import { type DistrictChanges, writeBoundaries } from './write-boundary.ts';
import { type CellChanges, readPublished, writeColumn } from './write-columns.ts';
import { writeDefinitions } from './write-definitions.ts';

/** What an import did; a dry run says what it would do. */
export interface ImportResult {
  package: string;
  /** Number of the release; null when nothing changed or nothing was to be written. */
  release: number | null;
  dryRun: boolean;
  /** False when the database already holds all of it. */
  changed: boolean;
  /** New or changed definitions: authorities, geographies, boundary versions, indicators, sources, reasons. */
  definitions: number;
  districts: DistrictChanges;
  cells: CellChanges;
  protection: ProtectionReport;
}

/** What to import. */
export interface ImportRequest {
  /** Folder of datapackage.json, or that file. */
  packagePath: string;
  /** Folder that the package's paths start from; null for the package's own. */
  dataDir: string | null;
  dryRun: boolean;
  /** Told in one line about each step. */
  onProgress?: (message: string) => void;
}

/** Ends the transaction without a trace and carries its result out. */
class RolledBack extends Error {
  readonly result: ImportResult;
  constructor(result: ImportResult) {
    super('rolled back');
    this.result = result;
  }
}

/**
 * Imports a package.
 * @throws Problem `invalid_package` with up to 100 items; then nothing was written
 */
export async function importPackage(db: Db, request: ImportRequest): Promise<ImportResult> {
  const progress = request.onProgress ?? (() => {});
  const candidate = await readPackage({ ...request, onProgress: progress });
  try {
    return await withTransaction(db, async (trx) => {
      const result = await writeRelease(trx, candidate, request.dryRun, progress);
      if (request.dryRun || !result.changed) throw new RolledBack({ ...result, release: null });
      return result;
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.result;
    throw error;
  }
}

async function writeRelease(
  trx: Transaction<Tables>,
  candidate: Candidate,
  dryRun: boolean,
  progress: (message: string) => void,
): Promise<ImportResult> {
  const findings = collectFindings();
  await lockImports(trx);
  const release = await nextRelease(trx);
  const replaced = !candidate.authority.synthetic && (await removeSynthetic(trx));
  if (replaced) progress('The synthetic town goes: real data arrive.');
  const authorities = await writeAuthorities(trx, candidate.authority, findings);
  findings.finish();
  const { name, title, files } = candidate;
  await insertRelease(trx, release, { authority: candidate.authority.id, name, title, files });
  const described = await writeDefinitions(trx, candidate, release, findings);
  findings.finish();

  // The oldest first: a version ends before the next one begins.
  const boundaries = candidate.boundaries.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  await stageShapes(trx, boundaries, candidate.geographies, findings, progress);
  findings.finish();
  const { versions, districts } = await writeBoundaries(trx, boundaries, release, findings);

  const findPlace = await locateColumns(trx, candidate.columns, findings);
  const { columns, report } = await protect(candidate.columns, (column) =>
    readPublished(trx, findPlace(column), column),
  );
  const cells: CellChanges = { added: 0, changed: 0, withdrawn: 0 };
  for (const column of columns) {
    const changes = await writeColumn(trx, findPlace(column), column, release);
    cells.added += changes.added;
    cells.changed += changes.changed;
    cells.withdrawn += changes.withdrawn;
  }
  progress(`${cells.added} cells new, ${cells.changed} changed, ${cells.withdrawn} withdrawn`);

  const definitions = authorities + described + versions;
  const changed = replaced || definitions + sum(districts) + sum(cells) > 0;
  const summary = { definitions, districts, cells };
  await trx
    .updateTable('release')
    .set({ protection: JSON.stringify(report), summary: JSON.stringify(summary) })
    .where('number', '=', release)
    .execute();
  return { package: candidate.name, release, dryRun, changed, ...summary, protection: report };
}

function sum(counts: DistrictChanges | CellChanges): number {
  return Object.values(counts).reduce((total: number, count: number) => total + count, 0);
}
