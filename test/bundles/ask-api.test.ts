import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { answerLocally, askService } from '../../src/bundles/ask-api.ts';
import { open, serverUrl, testFolder } from '../support/database.ts';
import { runCommand, startCommand, startService } from '../support/run-command.ts';
import { serviceOn } from '../support/service.ts';
import { makeSmallPackage, writeSmallPackage } from '../support/small-package.ts';

t.setTimeout(180_000);

const { signal } = new AbortController();

t.test('nobody listens, then a service answers, then it is gone', async (t) => {
  const dataDir = testFolder(t);
  t.equal(await askService(dataDir, signal), null);
  const asked: unknown[] = [];
  const stop = await answerLocally(dataDir, (request, response) => {
    asked.push([request.url, request.headers['accept-language']]);
    if (request.url === '/slow') return;
    response.writeHead(request.url === '/healthz' ? 200 : 404);
    response.end('ä'.repeat(100_000));
  });
  t.equal(statSync(join(dataDir, 'api.sock')).mode & 0o777, 0o600, 'for this user alone');
  const ask = await askService(dataDir, signal);
  const answer = await ask!('/v1/x?y=%20');
  t.same([answer.status, answer.body.toString()], [404, 'ä'.repeat(100_000)]);
  t.same(asked, [
    ['/healthz', 'de'],
    ['/v1/x?y=%20', 'de'],
  ]);
  const slow = ask!('/slow');
  await Promise.all([t.rejects(slow, { name: 'Problem', code: 'database_busy' }), stop()]);
  await t.rejects(ask!('/v1/'), { code: 'database_busy' });
  t.equal(await askService(dataDir, signal), null);
});

t.test('the command writes an archive alone and beside a running service, the same bytes', async (t) => {
  if (serverUrl !== null) return;
  const folder = testFolder(t);
  const dataDir = join(folder, 'data');
  const environment = { DATA_DIR: dataDir };
  const source = await writeSmallPackage(testFolder(t), makeSmallPackage());
  t.match(await runCommand(t, ['import', source], environment), { code: 0 });
  const wish = ['--collection', 'klein-quarter', '--indicators', 'residents', '--period', '2023'];
  const write = (file: string, more: string[] = []) =>
    runCommand(t, ['export', 'pmtiles', file, ...wish, ...more], environment, folder);

  const alone = await write('alone.pmtiles');
  t.match(alone, {
    code: 0,
    stdout: /^alone\.pmtiles: \d+ tiles of zoom 0 to 14 \(\d+ different\), \d+ bytes, release 1\.\n$/,
  });
  t.match(alone.stderr, /^zoom 0: 1 tiles\n(zoom \d+: \d+ tiles\n){14}$/);

  const service = await startService(t, environment);
  const beside = await write('beside.pmtiles');
  t.match(beside, { code: 0, stderr: /^The running service is asked for the tiles\.\nzoom 0: / });
  const bytes = (name: string): Buffer => readFileSync(join(folder, name));
  t.ok(bytes('alone.pmtiles').equals(bytes('beside.pmtiles')));

  const refused = await write('refused.pmtiles', ['--measures', 'vlaue']);
  const answer = await fetch(
    `${service.url}/v1/collections/klein-quarter/items?measures=vlaue&indicators=residents`,
  );
  const { errors } = (await answer.json()) as { errors: { got: string; expected: string }[] };
  t.match(refused, { code: 2, stdout: '' });
  t.ok(refused.stderr.includes(`got ${errors[0]!.got}, expected ${errors[0]!.expected}`), refused.stderr);
  t.equal(existsSync(join(folder, 'refused.pmtiles')), false);

  service.child.kill('SIGTERM');
  await service.ended;
  // This process takes the service's place and keeps back the tiles of zoom 2.
  const held = Promise.withResolvers<void>();
  const { app } = await serviceOn(t, await open(t, { dataDir }));
  await app.server.ready();
  const stop = await answerLocally(dataDir, (request, response) => {
    if (/\/2\/\d+\/\d+\?/.test(request.url ?? '')) held.resolve();
    else app.server.routing(request, response);
  });
  t.teardown(stop);
  const interrupted = startCommand(
    t,
    ['export', 'pmtiles', 'interrupted.pmtiles', ...wish],
    environment,
    folder,
  );
  await held.promise;
  t.match(readdirSync(folder).join(' '), /\.interrupted\.pmtiles\.[0-9a-f]{8}\.tiles/, 'it is being written');
  interrupted.child.kill('SIGINT');
  t.match(await interrupted.ended, {
    code: 130,
    stdout: '',
    stderr: /Interrupted\. Nothing was written\.\n$/,
  });
  t.same(readdirSync(folder).sort(), ['alone.pmtiles', 'beside.pmtiles', 'data']);
});
