/** Runs before the suite (`pretest`): makes tap's plugins and the databases that tests copy, so that no test waits for it. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTemplate } from '../../src/db/prepare-template.ts';
import { serverUrl } from './database.ts';
import { prepareFolder, skipWithoutShared } from './prepared.ts';

const say = (message: string): void => {
  process.stderr.write(`${message}\n`);
};

if (!existsSync(join(import.meta.dirname, '../../.tap/plugins'))) {
  execFileSync('tap', ['build'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
await prepareTemplate(say);
if (serverUrl === null) {
  await prepareFolder('demo');
  if (!skipWithoutShared) await prepareFolder('berlin');
}
