/**
 * Writes src/db/schema.ts from the migrations in sql/.
 *
 *   node src/db/generate-schema.ts            writes the file
 *   node src/db/generate-schema.ts --check    exit code 1 when the file is not up to date
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './database.ts';
import { MIGRATIONS } from './migrate.ts';
import { readTables } from './read-tables.ts';
import { writeSchema } from './write-schema.ts';

const STATEMENT_TIMEOUT_MS = 60_000;

/** The text of schema.ts for the migrations in a folder. Uses a fresh embedded database. */
export async function generateSchema(migrations: string = MIGRATIONS): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sozialraum-schema-'));
  try {
    const database = await openDatabase({
      databaseUrl: null,
      dataDir,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      migrations,
    });
    try {
      return writeSchema(await readTables(database.db));
    } finally {
      await database.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const file = join(import.meta.dirname, 'schema.ts');
  const text = await generateSchema();
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (text !== current) {
    console.error('src/db/schema.ts is not what sql/ makes. Run: node src/db/generate-schema.ts');
    process.exitCode = 1;
  }
}
