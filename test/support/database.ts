/**
 * A fresh, migrated database for one test: embedded in a temporary folder, or, with TEST_DATABASE_URL (a
 * superuser's address of a maintenance database), a new database on that server.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Database, type OpenOptions, openDatabase } from '../../src/db/database.ts';
import { MIGRATIONS, readMigrations } from '../../src/db/migrate.ts';

/** What is needed of a tap test. */
export interface Scope {
  teardown(work: () => unknown): unknown;
}

/** Address of the server that tests may use; null: the embedded database is tested. */
export const serverUrl = process.env.TEST_DATABASE_URL || null;

const STATEMENT_TIMEOUT_MS = 30_000;

/** Key of the advisory lock for making the template: "test" in ASCII. */
const LOCK = 0x74657374;

/** Opens a fresh migrated database; it is closed and removed when the test ends. */
export async function testDatabase(t: Scope): Promise<Database> {
  if (serverUrl === null) return openFresh(t);
  const databaseUrl = await createServerDatabase(t, serverUrl, await prepareServerTemplate(serverUrl));
  return open(t, { databaseUrl });
}

/** Like `testDatabase`, with options of its own and without a template on the server. */
export async function openFresh(t: Scope, options: Partial<OpenOptions> = {}): Promise<Database> {
  const fresh = serverUrl === null ? {} : { databaseUrl: await createServerDatabase(t, serverUrl) };
  return open(t, { dataDir: testFolder(t), ...fresh, ...options });
}

/** Opens a database that is there; it is closed when the test ends. */
export async function open(t: Scope, options: Partial<OpenOptions>): Promise<Database> {
  const database = await openDatabase({
    databaseUrl: null,
    dataDir: '',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    ...options,
  });
  t.teardown(() => database.close());
  return database;
}

/** Makes a temporary folder; it is removed when the test ends. */
export function testFolder(t: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), 'sozialraum-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates a database on the server, empty or from a template; it is dropped when the test ends. */
export async function createServerDatabase(t: Scope, url: string, template = 'template1'): Promise<string> {
  const name = `sozialraum_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(url, (client) => client.query(`create database ${name} template ${template}`));
  t.teardown(() => onServer(url, (client) => client.query(`drop database if exists ${name} with (force)`)));
  return addressOf(url, name);
}

/** The template database with the migrations of now, made by whoever comes first. */
async function prepareServerTemplate(url: string): Promise<string> {
  const hash = createHash('sha256');
  for (const { sha256 } of readMigrations(MIGRATIONS)) hash.update(sha256);
  const name = `sozialraum_template_${hash.digest('hex').slice(0, 16)}`;
  await createServerTemplate(url, name, async () => {});
  return name;
}

/**
 * Makes a template database unless it is there: migrated, then filled.
 * @param fill puts data into the database at the given address
 */
export async function createServerTemplate(
  url: string,
  name: string,
  fill: (database: Database) => Promise<void>,
): Promise<void> {
  await onServer(url, async (client) => {
    await client.query(`select pg_advisory_lock(${LOCK})`);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount) return;
    const building = `${name}_building`;
    await client.query(`drop database if exists ${building} with (force)`);
    await client.query(`create database ${building}`);
    const databaseUrl = addressOf(url, building);
    const database = await openDatabase({
      databaseUrl,
      dataDir: '',
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    try {
      await fill(database);
    } finally {
      await database.close();
    }
    await client.query(`alter database ${building} rename to ${name}`);
  });
}

async function onServer<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function addressOf(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

/** Writes migration files into a temporary folder. */
export function writeMigrations(t: Scope, files: Readonly<Record<string, string>>): string {
  const folder = testFolder(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
