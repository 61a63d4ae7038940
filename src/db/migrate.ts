/** Migrations: numbered SQL files that are applied once, in order, and never change afterwards. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { Problem, type ProblemItem } from '../problem.ts';
import { SCHEMA } from './namespace.ts';
import { buildQueryProblem } from './pool.ts';

/** Folder of this project's migrations. */
export const MIGRATIONS = join(import.meta.dirname, '../../sql');

/** One migration file. */
export interface Migration {
  readonly number: number;
  /** File name, e.g. `0001_core.sql`. */
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
}

/** What the database remembers of a migration. */
type Applied = Pick<Migration, 'number' | 'name' | 'sha256'>;

/** Key of the advisory lock that lets one starter migrate at a time: "sozi" in ASCII. */
const LOCK = 0x736f7a69;

const FILE_NAME = /^([0-9]{4})_[a-z0-9_]+\.sql$/;

/** What was applied is remembered here. */
const TABLE = `${SCHEMA}.schema_migration`;

const CREATE_TABLE = `create table if not exists ${TABLE} (
  number integer primary key,
  name text not null,
  sha256 text not null,
  applied_at timestamptz not null default now()
)`;

/** SQLSTATEs of a user who may not do this: insufficient_privilege, read_only_sql_transaction. */
const FORBIDDEN = ['42501', '25006'];

/**
 * Applies the migrations that the database lacks, each in a transaction of its own. Looks first: a database
 * that is up to date is only read.
 *
 *     look ── up to date ──▶ done
 *       └── something lacks ──▶ lock, look again, create, apply
 *
 * @returns the names of those applied now.
 * @throws Problem `invalid_migration` when files and database do not fit together or a file fails,
 * `invalid_configuration` when the user lacks a right, `database_error` when something else fails.
 */
export async function migrate(connection: ClientConfig, folder: string = MIGRATIONS): Promise<string[]> {
  const migrations = readMigrations(folder);
  const client = new Client(connection);
  client.on('error', () => {});
  await client.connect().catch((error: unknown) => {
    throw buildQueryProblem(error);
  });
  let needed = `the right to use the schema ${SCHEMA} and to read ${TABLE}`;
  try {
    const lacking = await findPending(client, migrations);
    if (lacking?.length === 0) return [];
    needed = 'the right to create in the database, once: `sozialraum migrate` with a user who has it';
    await client.query(`select pg_advisory_lock(${LOCK})`);
    if (!lacking) await createTable(client);
    const pending = (await findPending(client, migrations)) ?? [];
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } catch (error) {
    throw explainRefusal(buildQueryProblem(error), needed);
  } finally {
    // Closing the session frees the advisory lock.
    await client.end();
  }
}

/** The migrations that were not applied yet; null when not even their table is there. */
async function findPending(client: Client, migrations: readonly Migration[]): Promise<Migration[] | null> {
  const { rows: found } = await client.query<{ there: boolean }>(
    'select to_regclass($1) is not null as there',
    [TABLE],
  );
  if (!found[0]!.there) return null;
  const { rows } = await client.query<Applied>(`select number, name, sha256 from ${TABLE} order by number`);
  refuse('The database does not fit the migrations of this version.', compareApplied(migrations, rows));
  return migrations.slice(rows.length);
}

/** Creates the table and its schema, unless an administrator has made that. */
async function createTable(client: Client): Promise<void> {
  // `create schema if not exists` asks for the right to create a schema, even where it is there.
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [SCHEMA]);
  if (!rowCount) await client.query(`create schema ${SCHEMA}`);
  await client.query(CREATE_TABLE);
}

/** Reads the migration files in order. @throws Problem `invalid_migration` for a wrong name or a gap. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  const items: ProblemItem[] = [];
  const migrations = names.sort().map((name, index): Migration => {
    const number = Number(FILE_NAME.exec(name)?.[1]);
    const expected = `a file named ${String(index + 1).padStart(4, '0')}_name.sql`;
    if (number !== index + 1) items.push({ code: 'migration_number', got: name, expected, file: name });
    const text = readFileSync(join(folder, name), 'utf8');
    return { number, name, sha256: createHash('sha256').update(text).digest('hex'), text };
  });
  refuse('The migration files are not numbered without gaps.', items);
  return migrations;
}

/** Compares what was applied with the files: the files must start with exactly the applied ones. */
function compareApplied(migrations: readonly Migration[], applied: readonly Applied[]): ProblemItem[] {
  return applied.flatMap(({ number, name, sha256 }, index): ProblemItem[] => {
    const file = migrations[index];
    if (!file) {
      const expected = `at most ${migrations.length} migrations: the database is newer than this program, or a file is missing`;
      return [{ code: 'migration_missing', got: `${name} applied to the database`, expected, file: name }];
    }
    if (number !== file.number || name !== file.name) {
      return [{ code: 'migration_renamed', got: file.name, expected: name, file: file.name }];
    }
    if (sha256 === file.sha256) return [];
    return [
      { code: 'migration_changed', got: `sha256 ${file.sha256}`, expected: `sha256 ${sha256}`, file: name },
    ];
  });
}

/** Runs one file and records it, both or neither. */
async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.text);
    await client.query('insert into schema_migration (number, name, sha256) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.sha256,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw buildFailure(migration, error);
  }
}

function buildFailure({ name, text }: Migration, error: unknown): Problem {
  const { message, code, position } = error as Error & { code?: string; position?: string };
  const item: ProblemItem = {
    code: code ?? 'migration_failed',
    got: message,
    expected: 'no error',
    file: name,
  };
  // PostgreSQL counts characters from 1 to where it noticed the error.
  if (position) item.line = text.slice(0, Number(position)).split('\n').length;
  return new Problem('invalid_migration', `The migration ${name} failed: ${message}`, [item], {
    cause: error,
  });
}

/** What the database forbids is for whoever chose its user to mend. */
function explainRefusal(problem: Problem, needed: string): Problem {
  const { code, message } = (problem.cause ?? {}) as { code?: string; message?: string };
  if (!code || !message || !FORBIDDEN.includes(code)) return problem;
  const item = { ...problem.items[0], code, got: message, expected: needed, field: 'DATABASE_URL' };
  return new Problem(
    'invalid_configuration',
    `The database refuses the user of DATABASE_URL. Got ${message}, expected ${needed}.`,
    [item],
    { cause: problem.cause },
  );
}

function refuse(message: string, items: readonly ProblemItem[]): void {
  const first = items[0];
  if (!first) return;
  const detail = `${first.file}: got ${first.got}, expected ${first.expected}.`;
  throw new Problem('invalid_migration', `${message} ${detail}`, items);
}
