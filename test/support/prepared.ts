/**
 * Databases with data in them, imported once and copied for every test that wants one: Berlin from ../shared, or the
 * synthetic town.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { writeDemoPackage } from '../../src/demo/write-package.ts';
import { importPackage } from '../../src/import/import-package.ts';
import {
  createServerDatabase,
  createServerTemplate,
  open,
  type Scope,
  serverUrl,
  testFolder,
} from './database.ts';
import { SHARED_DATA } from './shared.ts';

/** What is in the database. */
export type Prepared = 'berlin' | 'demo';

const ROOT = join(import.meta.dirname, '../..');

/** Berlin's files. */
export const BERLIN_DATA = join(SHARED_DATA, 'berlin');

/** What tests prepare once. */
export const CACHE = join(ROOT, 'node_modules/.cache/sozialraum-test');

/** Folders whose content decides what an imported database looks like. */
const INPUTS = [
  'sql',
  'src/db',
  'src/import',
  'src/indicators',
  'src/protection',
  'src/demo',
  'test/packages',
];

/** Opens a copy of a prepared database; closed and removed when the test ends. */
export async function preparedDatabase(t: Scope, name: Prepared): Promise<Database> {
  if (serverUrl !== null) {
    const template = `sozialraum_${name}_${contentHash()}`;
    await createServerTemplate(serverUrl, template, (database) => fill(database, name));
    return await open(t, { databaseUrl: await createServerDatabase(t, serverUrl, template) });
  }
  const dataDir = join(testFolder(t), 'data');
  cpSync(await prepareFolder(name), dataDir, { recursive: true });
  return await open(t, { dataDir });
}

/** The folder of an embedded database with the data, made by whoever comes first. */
export async function prepareFolder(name: Prepared): Promise<string> {
  const folder = join(CACHE, `${name}-${contentHash()}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE).filter((entry) => entry.startsWith(`${name}-`))) {
    rmSync(join(CACHE, old), { recursive: true, force: true });
  }
  const building = mkdtempSync(join(CACHE, 'building-'));
  const database = await openDatabase({ databaseUrl: null, dataDir: building, statementTimeoutMs: 60_000 });
  await fill(database, name);
  await database.close();
  try {
    renameSync(building, folder);
  } catch {
    // Another process was faster; its folder holds the same.
    rmSync(building, { recursive: true, force: true });
  }
  return folder;
}

async function fill({ db }: Database, name: Prepared): Promise<void> {
  if (name === 'berlin') {
    const packagePath = join(ROOT, 'test/packages/berlin');
    await importPackage(db, { packagePath, dataDir: BERLIN_DATA, dryRun: false });
    return;
  }
  const packagePath = mkdtempSync(join(tmpdir(), 'sozialraum-demo-'));
  try {
    await writeDemoPackage(packagePath);
    await importPackage(db, { packagePath, dataDir: null, dryRun: false });
  } finally {
    rmSync(packagePath, { recursive: true, force: true });
  }
}

function contentHash(): string {
  const hash = createHash('sha256');
  for (const folder of INPUTS) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      hash.update(file.name).update(readFileSync(join(file.parentPath, file.name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
