/** Runs before the suite (`pretest`): makes tap's plugins and the databases that tests copy, so that no test waits for it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTemplate } from '../../src/db/prepare-template.ts';
import { serverUrl } from './database.ts';
import { CACHE, prepareFolder } from './prepared.ts';
import { skipWithoutShared } from './shared.ts';

const say = (message: string): void => {
  process.stderr.write(`${message}\n`);
};

// What `tap build` makes lies in node_modules, and goes with it.
const built = join(CACHE, 'tap-is-built');
if (!existsSync(built)) {
  execFileSync('tap', ['build'], { stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(built, '');
}
await prepareTemplate(say);
if (serverUrl === null) {
  await prepareFolder('demo');
  if (!skipWithoutShared) await prepareFolder('berlin');
}
