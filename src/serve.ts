/** The service as a process part: database, app, socket for imports, synthetic town. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRelease } from './catalog/store.ts';
import type { Config } from './config.ts';
import { type Db, openDatabase } from './db/database.ts';

/** A service that listens. */
export interface Service {
  /** `http://host:port`. */
  url: string;
  close(): Promise<void>;
}

/**
 * Starts everything and listens.
 * @param say told in one line about each step
 */
export async function serve(config: Config, say: (message: string) => void): Promise<Service> {
  // Opening the database waits for a worker; loading the app's modules meanwhile saves a third of the start.
  const [database, { buildApp }, { importPackage }, { acceptImports }] = await Promise.all([
    openDatabase({ ...config, onProgress: say }),
    import('./app.ts'),
    import('./import/import-package.ts'),
    import('./import/hand-over.ts'),
  ]);
  const { db } = database;
  const embedded = database.kind === 'embedded';
  try {
    if (embedded && config.demo && (await readRelease(db)) === 0) await importDemo(db, say);
    const app = await buildApp({ db, logLevel: config.logLevel });
    const stopImports = embedded
      ? await acceptImports(config.dataDir, async (request) => {
          const result = await importPackage(db, request);
          await app.refresh();
          return result;
        })
      : async () => {};
    const url = await app.server.listen({ host: config.host, port: config.port });
    return {
      url,
      close: async () => {
        await stopImports();
        await app.server.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
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
