/**
 * Use case: one data package in, one release out, or nothing.
 *
 *     files → readPackage → stage shapes → check against the database → protect → write → commit
 *
 * Everything from staging on happens in one transaction, so a refusal, a crash or a dry run leaves no trace.
 */
import type { Transaction } from 'kysely';
import { type Db, withTransaction } from '../db/database.ts';
import type { Tables } from '../db/schema.ts';
import { type ProtectionReport, protect } from '../protection/protect.ts';
import type { Candidate } from './candidate.ts';
import { readPackage } from './read-package.ts';
import { type BoundaryChanges, writeBoundary } from './write-boundary.ts';
import { type CellChanges, readPublished, writeColumn } from './write-columns.ts';
import { removeSynthetic, writeDefinitions } from './write-definitions.ts';

/** What an import did; a dry run says what it would do. */
export interface ImportResult {
  package: string;
  /** Number of the release; null when nothing changed or nothing was to be written. */
  release: number | null;
  dryRun: boolean;
  /** False when the database already holds all of it. */
  changed: boolean;
  /** New or changed definitions: authority, geographies, indicators, sources, reasons. */
  definitions: number;
  districts: BoundaryChanges;
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

/** Version of the importer, recorded with each release. */
export const IMPORTER_VERSION = '0.1.0';

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
  await lockImports(trx);
  const release = await nextRelease(trx);
  const removed = candidate.authority.synthetic ? 0 : await removeSynthetic(trx);
  if (removed > 0) progress('The synthetic town goes: real data arrive.');
  const definitions = await writeDefinitions(trx, candidate, release, async () => {
    await insertRelease(trx, candidate, release);
  });
  const districts: BoundaryChanges = { added: 0, changed: 0, removed: 0 };
  for (const boundary of candidate.boundaries) {
    progress(
      `${boundary.geography} from ${boundary.validFrom}: checking ${boundary.districts.length} shapes`,
    );
    const changes = await writeBoundary(trx, candidate, boundary, release);
    districts.added += changes.added;
    districts.changed += changes.changed;
    districts.removed += changes.removed;
  }
  const { columns, report } = await protect(candidate.columns, (column) => readPublished(trx, column));
  const cells: CellChanges = { added: 0, changed: 0, withdrawn: 0 };
  for (const column of columns) {
    const changes = await writeColumn(trx, column, release);
    cells.added += changes.added;
    cells.changed += changes.changed;
    cells.withdrawn += changes.withdrawn;
  }
  progress(`${cells.added} cells new, ${cells.changed} changed, ${cells.withdrawn} withdrawn`);
  const touched = definitions + districts.added + districts.changed + districts.removed;
  const changed = touched + cells.added + cells.changed + cells.withdrawn > 0;
  const summary = { definitions, districts, cells };
  await trx
    .updateTable('release')
    .set({ protection: JSON.stringify(report), summary: JSON.stringify(summary) })
    .where('number', '=', release)
    .execute();
  return { package: candidate.name, release, dryRun, changed, ...summary, protection: report };
}

/** Arbitrary, but fixed: imports into one database wait for each other. */
const IMPORT_LOCK = 5_070_210;

async function lockImports(trx: Transaction<Tables>): Promise<void> {
  await trx
    .selectNoFrom((eb) =>
      eb.fn('pg_advisory_xact_lock', [eb.cast(eb.val(IMPORT_LOCK), 'bigint')]).as('locked'),
    )
    .execute();
}

/** Numbers only go up, also after the synthetic town's release is gone. */
async function nextRelease(trx: Transaction<Tables>): Promise<number> {
  const row = await trx
    .selectFrom('release')
    .select((eb) => eb.fn.max('number').as('number'))
    .executeTakeFirst();
  return (row?.number ?? 0) + 1;
}

async function insertRelease(trx: Transaction<Tables>, candidate: Candidate, release: number): Promise<void> {
  await trx
    .insertInto('release')
    .values({
      number: release,
      authority_id: candidate.authority.id,
      package: candidate.name,
      title: candidate.title,
      importer_version: IMPORTER_VERSION,
      files: JSON.stringify(candidate.files),
      protection: '{}',
      summary: '{}',
    })
    .execute();
}
