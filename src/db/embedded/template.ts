/**
 * The template of embedded databases: a data folder in which PostGIS is already installed (10-20 s), and
 * the bundle it needs to open. Made once per version, kept beside the installed packages, copied from then on.
 *
 *   node_modules/.cache/sozialraum/<versions>/bundle.tar.gz
 *                                            /pgdata/…
 */
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBundle } from './bundle.ts';
import { createEngine } from './engine.ts';
import { buildQuery, splitFrames } from './protocol.ts';

/** Where the template is. */
export interface Template {
  readonly bundle: string;
  readonly pgData: string;
}

/** What is installed in the template. Statements of their own: PostGIS needs a transaction for itself. */
const STATEMENTS = ['create extension postgis', 'create extension btree_gist', 'vacuum freeze', 'checkpoint'];

/**
 * Finds the template in a cache folder or makes it. Several processes may do so at once: each builds in a
 * folder of its own, the first to rename it into place wins.
 */
export async function ensureTemplate(
  cache: string,
  onProgress: (message: string) => void,
): Promise<Template> {
  const folder = join(cache, versionKey());
  const template = { bundle: join(folder, 'bundle.tar.gz'), pgData: join(folder, 'pgdata') };
  if (existsSync(folder)) return template;
  onProgress('Preparing the embedded database for the first time (10 to 20 seconds) …');
  mkdirSync(dirname(folder), { recursive: true });
  const building = mkdtempSync(`${folder}.building-`);
  try {
    writeBundle(join(building, 'bundle.tar.gz'));
    onProgress('Installing PostGIS …');
    await buildPgData({ bundle: join(building, 'bundle.tar.gz'), pgData: join(building, 'pgdata') });
    renameInto(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  onProgress('The embedded database is prepared.');
  return template;
}

/** Copies the template to a new data folder; complete or not there at all. */
export async function copyTemplate(template: Template, pgData: string): Promise<void> {
  const copying = `${pgData}.copying`;
  rmSync(copying, { recursive: true, force: true });
  await cp(template.pgData, copying, { recursive: true, mode: constants.COPYFILE_FICLONE });
  renameSync(copying, pgData);
}

async function buildPgData(template: Template): Promise<void> {
  const engine = createEngine(template);
  try {
    for (const statement of STATEMENTS) {
      const answer = await engine.run(buildQuery(statement), 0);
      const error = splitFrames(answer).frames.find((frame) => frame.type === 'E');
      if (error)
        throw new Error(`${statement}: ${Buffer.from(error.bytes).toString('utf8').replaceAll('\0', ' ')}`);
    }
  } finally {
    await engine.close();
  }
}

function renameInto(building: string, folder: string): void {
  try {
    renameSync(building, folder);
  } catch (error) {
    // Someone else was faster: their template is as good.
    if (!existsSync(folder)) throw error;
  }
}

/**
 * The folder for our cache: beside the installed packages, or `fallback` when nothing can be written there.
 * A template that is there already is used from a read-only folder, too.
 */
export function findCache(fallback: string): string {
  const cache = packageCache();
  if (existsSync(join(cache, versionKey()))) return cache;
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return cache;
  } catch {
    return fallback;
  }
}

/** The folder for our cache beside the installed packages. */
export const packageCache = (): string =>
  join(dirname(dirname(dirname(packageFile('@electric-sql/pglite')))), '.cache', 'sozialraum');

/** Versions of what the template is made of, and a hash of how it is made. */
function versionKey(): string {
  const [pglite, postgis] = ['@electric-sql/pglite', '@electric-sql/pglite-postgis'].map(
    (name) => (JSON.parse(readFileSync(packageFile(name), 'utf8')) as { version: string }).version,
  );
  const recipe = ['template.ts', 'bundle.ts', 'tar.ts'].map((file) =>
    readFileSync(join(import.meta.dirname, file)),
  );
  const hash = createHash('sha256').update(Buffer.concat(recipe)).digest('hex').slice(0, 12);
  return `pglite-${pglite}-postgis-${postgis}-${hash}`;
}

/** package.json of an installed package (its entry point is dist/index.js). */
const packageFile = (name: string): string =>
  fileURLToPath(new URL('../package.json', import.meta.resolve(name)));
