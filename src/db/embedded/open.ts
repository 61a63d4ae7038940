/** Opens the embedded database in a folder: lock, template, worker. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PoolOptions } from '../pool.ts';
import { createEngine } from './engine.ts';
import { lockFolder } from './lock.ts';
import { openSession } from './session.ts';
import { copyTemplate, ensureTemplate, findCache } from './template.ts';

/** An open embedded database, before its pool and its tables. */
export interface Embedded {
  /** How to connect with a limit per statement in milliseconds (0: none). */
  connect(statementTimeoutMs: number): PoolOptions['client'];
  close(): Promise<void>;
}

/** Opens or creates the database in `dataDir`. @throws Problem `database_busy` */
export async function openEmbedded(
  dataDir: string,
  onProgress: (message: string) => void,
): Promise<Embedded> {
  const unlock = lockFolder(dataDir);
  try {
    const template = await ensureTemplate(findCache(join(dataDir, '.cache')), onProgress);
    const pgData = join(dataDir, 'pgdata');
    if (!existsSync(pgData)) await copyTemplate(template, pgData);
    const engine = createEngine({ pgData, bundle: template.bundle });
    return {
      connect: (statementTimeoutMs) => ({ stream: () => openSession(engine, statementTimeoutMs) }),
      async close() {
        await engine.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
