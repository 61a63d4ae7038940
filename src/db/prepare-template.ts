/** Prepares the template of embedded databases ahead of time: for Docker builds and before tests. */
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureTemplate, packageCache } from './embedded/template.ts';

/**
 * Makes the cached template when it is missing, and lets every user read it: an image is built by root and run by another.
 * `node src/db/prepare-template.ts` does the same.
 */
export async function prepareTemplate(
  onProgress: (message: string) => void,
  cache = packageCache(),
): Promise<void> {
  const { pgData } = await ensureTemplate(cache, onProgress);
  const folder = dirname(pgData);
  allowReading(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    allowReading(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

/** Leaves alone what is right, since only the owner may change it. */
function allowReading(path: string, mode: number): void {
  if ((statSync(path).mode & mode) !== mode) chmodSync(path, mode);
}

if (import.meta.main) await prepareTemplate((message) => console.log(message));
