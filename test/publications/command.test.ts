/** `sozialraum publish` and `sozialraum withdraw` on the embedded database, with and without a running service. */

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { testFolder } from '../support/database.ts';
import { prepareFolder } from '../support/prepared.ts';
import { runCommand, startService } from '../support/run-command.ts';

t.setTimeout(240_000);

const inputs = {
  collection: 'musterstadt-quartier',
  indicator: 'pov_child',
  period: '2024',
  permutations: 999,
};
const COMMAND = ['--title', 'Häufungen', '--titleEn', 'Clusters', '--process', 'local-moran', '--inputs'];

t.test('operators publish by command', async (t) => {
  const DATA_DIR = join(testFolder(t), 'data');
  cpSync(await prepareFolder('demo'), DATA_DIR, { recursive: true });
  const run = (...args: string[]) => runCommand(t, args, { DATA_DIR, LOG_LEVEL: 'silent' });

  t.test('without a service the command opens the database itself', async (t) => {
    const published = await run('publish', 'lisa', ...COMMAND, JSON.stringify(inputs));
    t.match(published, {
      code: 0,
      stdout: 'lisa: release 2; local-moran of musterstadt-quartier, 2024.\n',
    });
    t.match(published.stderr, /Job [\w-]+ executes local-moran/);
    const again = await run('publish', 'lisa', ...COMMAND, JSON.stringify(inputs));
    t.match(again, { code: 0, stdout: 'lisa: nothing to change, no release.\n' });
  });

  t.test('a running service is asked, and knows at once', async (t) => {
    const service = await startService(t, { DATA_DIR });
    const series = JSON.stringify([inputs, { ...inputs, period: '2023' }]);
    const published = await run('publish', 'lisa-series', ...COMMAND, series, '--licence', 'CC0-1.0');
    t.match(published, {
      code: 0,
      stdout: 'lisa-series: release 3; local-moran of musterstadt-quartier, 2023, 2024.\n',
      stderr: /The running service is asked/,
    });
    const get = async (path: string) => await fetch(`${service.url}/v1${path}`);
    const collection = await (await get('/collections/lisa-series')).json();
    t.match(collection, { boundaryVersions: [{ source: { licence: 'CC0-1.0' } }, {}] });
    const withdrawn = await run('withdraw', 'lisa', '--reason', 'Neu gerechnet.');
    t.match(withdrawn, { code: 0, stdout: 'lisa: withdrawn by release 4.\n' });
    t.equal((await get('/collections/lisa')).status, 410);
    const again = await run('withdraw', 'lisa', '--reason', 'Neu gerechnet.');
    t.match(again, {
      code: 2,
      stdout: '',
      stderr: /lisa was withdrawn on .* by release 4: Neu gerechnet\./,
    });
    const body = JSON.stringify({
      id: 'a',
      title: { de: 'A' },
      results: [{ process: 'local-moran', inputs }],
    });
    const headers = { 'content-type': 'application/json' };
    const refused = await fetch(`${service.url}/v1/publications`, { method: 'POST', body, headers });
    t.equal(refused.status, 403, 'others may not: the setting is off');
  });

  t.test('what is wrong is said, with exit code 2', async (t) => {
    for (const [args, message] of [
      [['publish', 'b', ...COMMAND, '{'], /The inputs are no JSON/],
      [['publish', 'b', ...COMMAND, JSON.stringify({ ...inputs, period: '1999' })], /unknown_period/],
      [['publish', 'B', ...COMMAND, JSON.stringify(inputs)], /\/body\/id/],
      [['publish', 'b', '--title', 'B', '--process', 'lokal', '--inputs', '{}'], /There is no process lokal/],
      [['publish', 'b', '--title', 'B', '--jobs', '00000000-0000-4000-8000-000000000000'], /There is no job/],
      [['publish', 'lisa', ...COMMAND, JSON.stringify(inputs)], /id_withdrawn/],
      [['withdraw', 'nothing', '--reason', 'Weil.'], /No analysis was published as nothing/],
    ] as const) {
      t.match(await run(...args), { code: 2, stdout: '', stderr: message }, args.join(' '));
    }
  });
});
