/** Prepares the template of embedded databases ahead of time: for Docker builds and before tests. */
import { ensureTemplate, packageCache } from './embedded/template.ts';

/** Makes the cached template when it is missing. `node src/db/prepare-template.ts` does the same. */
export async function prepareTemplate(onProgress: (message: string) => void): Promise<void> {
  await ensureTemplate(packageCache(), onProgress);
}

if (import.meta.main) await prepareTemplate((message) => console.log(message));
