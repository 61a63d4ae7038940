/** Real municipal data beside the project; absent in a public checkout. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the data, which tests may read. */
export const SHARED_DATA = join(import.meta.dirname, '../../../shared/data');

/**
 * Why a test of real data is skipped, or false: the option of a tap test. `.ci/summarise.ts` allows this reason and no
 * other.
 */
export const skipWithoutShared: string | false = existsSync(SHARED_DATA)
  ? false
  : '../shared is absent: real municipal data are not part of the project';
