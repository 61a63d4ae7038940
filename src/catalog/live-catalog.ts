/** The catalogue that requests see: reloaded when the database has a newer release. */
import { LRUCache } from 'lru-cache';
import type { Db } from '../db/database.ts';
import { Problem } from '../problem.ts';
import type { Catalog } from './catalog.ts';
import { readCatalog, readCatalogAt, readRelease } from './store.ts';

/** Access to the current catalogue. */
export interface LiveCatalog {
  /** The newest catalogue known; never waits for the database once there is one. */
  current(): Catalog;
  /**
   * The catalogue as it stood at an earlier release.
   * @throws Problem invalid_request for a release that is not published yet
   */
  at(release: number): Promise<Catalog>;
  /** Looks for a newer release now, e.g. after an import in this process. */
  refresh(): Promise<void>;
  /** Stops looking. */
  close(): void;
}

/** Replicas cannot receive NOTIFY, so every instance asks; one indexed row a second costs nothing. */
const POLL_MS = 1000;

/** Earlier catalogues that are kept; some 100 KiB each. */
const EARLIER_KEPT = 20;

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
  // An earlier catalogue depends on the current one too, which may hold newer labels or have lost a town.
  const earlier = new LRUCache<string, Catalog, number>({
    max: EARLIER_KEPT,
    ignoreFetchAbort: true,
    fetchMethod: async (_key, _stale, { context: release }) => await readCatalogAt(db, release),
  });
  const at = async (release: number): Promise<Catalog> => {
    if (release === catalog.release) return catalog;
    if (release > catalog.release) throw notPublished(release, catalog.release);
    return await earlier.forceFetch(`${release}/${catalog.release}`, { context: release });
  };
  return { current: () => catalog, at, refresh, close: () => clearInterval(timer) };
}

function notPublished(release: number, newest: number): Problem {
  return new Problem('invalid_request', `Release ${release} is not published yet.`, [
    { code: 'unknown_release', field: 'release', got: String(release), expected: `1 to ${newest}` },
  ]);
}
