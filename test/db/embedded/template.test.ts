import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createEngine } from '../../../src/db/embedded/engine.ts';
import { buildQuery } from '../../../src/db/embedded/protocol.ts';
import { copyTemplate, ensureTemplate, findCache, packageCache } from '../../../src/db/embedded/template.ts';
import { prepareTemplate } from '../../../src/db/prepare-template.ts';
import { testFolder } from '../../support/database.ts';

t.test('two first starts at once make one template', { timeout: 180_000 }, async (t) => {
  const cache = join(testFolder(t), 'cache');
  const progress: string[] = [];
  const prepare = () => ensureTemplate(cache, (message) => void progress.push(message));
  const [one, two] = await Promise.all([prepare(), prepare()]);
  t.strictSame(one, two);
  t.equal(progress.filter((message) => message.startsWith('Preparing')).length, 2, 'both tell what they do');
  t.equal(readdirSync(cache).length, 1, 'what the slower one made is removed');

  progress.length = 0;
  t.strictSame(await prepare(), one);
  t.strictSame(progress, [], 'later it is there');
  t.ok(statSync(one.bundle).size < 10e6, 'the bundle is half of the published one');

  // The Docker image is built by root and run by another user.
  await prepareTemplate((message) => void progress.push(message), cache);
  const folder = join(cache, readdirSync(cache)[0]!);
  for (const entry of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const file = statSync(join(folder, entry));
    const needed = file.isDirectory() ? 0o555 : 0o444;
    if ((file.mode & needed) !== needed) t.fail(`${entry} cannot be read by all`);
  }

  const pgData = join(testFolder(t), 'pgdata');
  await copyTemplate(one, pgData);
  const engine = createEngine({ pgData, bundle: one.bundle });
  t.teardown(() => engine.close());
  const answer = await engine.run(buildQuery('select extname from pg_extension order by extname'), 0);
  t.match(Buffer.from(answer).toString('latin1'), /btree_gist.*plpgsql.*postgis/s);
});

t.test('the cache is beside the packages', async (t) => {
  t.equal(findCache('/elsewhere'), packageCache());
  t.match(packageCache(), /node_modules\/\.cache\/sozialraum$/);
});
