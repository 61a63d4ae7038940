/** The catalogue that requests see: reloaded when the database has a newer release. */
import type { Db } from '../db/database.ts';
import type { Catalog } from './catalog.ts';
import { readCatalog, readRelease } from './store.ts';

/** Access to the current catalogue. */
export interface LiveCatalog {
  /** The newest catalogue known; never waits for the database once there is one. */
  current(): Catalog;
  /** Looks for a newer release now, e.g. after an import in this process. */
  refresh(): Promise<void>;
  /** Stops looking. */
  close(): void;
}

/** Replicas cannot receive NOTIFY, so every instance asks; one indexed row a second costs nothing. */
const POLL_MS = 1000;

/**
 * Loads the catalogue and keeps it current.
 * @param onError told when a look-up failed; the old catalogue stays in use and the next look-up tries again
 */
export async function openCatalog(db: Db, onError: (error: unknown) => void): Promise<LiveCatalog> {
  let catalog = await readCatalog(db);
  let pending: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    if ((await readRelease(db)) !== catalog.release) catalog = await readCatalog(db);
  };
  const refresh = (): Promise<void> => {
    pending = (pending ?? Promise.resolve()).then(look, look);
    return pending;
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    refresh()
      .catch(onError)
      .finally(() => {
        looking = false;
      });
  }, POLL_MS);
  timer.unref();
  return { current: () => catalog, refresh, close: () => clearInterval(timer) };
}
