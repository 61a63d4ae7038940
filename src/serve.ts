/** The service as a process part: database, app, sockets for imports and exports, synthetic town. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRelease } from './catalog/store.ts';
import type { Config } from './config.ts';
import { type Database, type Db, openDatabase } from './db/database.ts';
import { Problem } from './problem.ts';

/** A service that listens. */
export interface Service {
  /** `http://host:port`. */
  url: string;
  /** Ends it: a running import is finished first. */
  close(): Promise<void>;
}

/**
 * Starts everything and listens.
 * @param say told in one line about each step
 * @throws Problem database_busy, invalid_migration, or invalid_configuration, also for an address that cannot be used
 */
export async function serve(config: Config, say: (message: string) => void): Promise<Service> {
  const parts: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of parts.splice(0).reverse()) await end();
  };
  try {
    const url = await start(config, parts, say);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Starts the parts, notes how each is ended, and returns the address. Opening the database waits for a worker; modules
 * are loaded and routes are made meanwhile, which saves a third of the start.
 */
async function start(
  config: Config,
  parts: (() => Promise<void>)[],
  say: (message: string) => void,
): Promise<string> {
  const opening = openWithData(config, say);
  // A failure is met below, where it is awaited; until then it must not count as unhandled.
  opening.catch(() => {});
  parts.push(() => opening.then((database) => database.close()).catch(() => {}));
  const [{ buildApp }, { importPackage }, { acceptImports }, { answerLocally }] = await Promise.all([
    import('./app.ts'),
    import('./import/import-package.ts'),
    import('./import/hand-over.ts'),
    import('./bundles/ask-api.ts'),
  ]);
  const app = await buildApp({ ...config, db: opening.then(({ db }) => db) });
  parts.push(() => app.server.close());
  const { db, kind } = await opening;
  if (kind === 'embedded') {
    const stop = await acceptImports(config.dataDir, async (request) => {
      const result = await importPackage(db, request);
      // The release is published whether or not the catalogue is read now; it is read again within a second.
      await app.refresh().catch((error: unknown) => app.server.log.error({ err: error }, 'not refreshed'));
      return result;
    });
    parts.push(stop);
    await app.server.ready();
    parts.push(await answerLocally(config.dataDir, app.answerOperator));
  }
  try {
    return await app.server.listen({ host: config.host, port: config.port });
  } catch (error) {
    throw describeListenError(error, config);
  }
}

/** Opens the database; an untouched embedded one gets the synthetic town. */
async function openWithData(config: Config, say: (message: string) => void): Promise<Database> {
  const database = await openDatabase({ ...config, onProgress: say });
  try {
    const { db, kind } = database;
    if (kind === 'embedded' && config.demo && (await readRelease(db)) === 0) await importDemo(db, say);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function describeListenError(error: unknown, { host, port }: Config): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const cases: Record<string, [string, string]> = {
    EADDRINUSE: ['PORT', 'a port that no process uses, or 0'],
    EACCES: ['PORT', 'a port that this user may use'],
    EADDRNOTAVAIL: ['HOST', 'an address of this machine'],
    ENOTFOUND: ['HOST', 'an address of this machine'],
  };
  const [field, expected] = cases[code ?? ''] ?? [];
  if (!field || !expected) return error;
  const got = `${code} at ${host}:${port}`;
  const item = { code: 'invalid_value', field, got, expected };
  return new Problem('invalid_configuration', `The service cannot listen at ${host}:${port}.`, [item], {
    cause: error,
  });
}

async function importDemo(db: Db, say: (message: string) => void): Promise<void> {
  say('The database is empty: making the synthetic town Musterstadt (DEMO=off to leave it out) …');
  const [{ writeDemoPackage }, { importPackage }] = await Promise.all([
    import('./demo/write-package.ts'),
    import('./import/import-package.ts'),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'sozialraum-demo-'));
  try {
    await writeDemoPackage(folder);
    await importPackage(db, { packagePath: folder, dataDir: null, dryRun: false });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
