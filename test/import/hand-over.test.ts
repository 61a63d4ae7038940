import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { acceptImports, handOver } from '../../src/import/hand-over.ts';
import type { ImportRequest, ImportResult } from '../../src/import/import-package.ts';
import { Problem } from '../../src/problem.ts';
import { open, type Scope, testFolder } from '../support/database.ts';
import { runCommand, startCommand, startService } from '../support/run-command.ts';
import { writeTown } from './imported.ts';

t.setTimeout(180_000);

/** Sends text to the socket as it is and returns the answer's lines. */
async function ask(dataDir: string, text: string): Promise<Record<string, unknown>[]> {
  const socket = connect(join(dataDir, 'import.sock'));
  socket.write(text);
  const lines: Record<string, unknown>[] = [];
  for await (const line of createInterface({ input: socket })) lines.push(JSON.parse(line));
  return lines;
}

/** Sends a request, waits for the first progress and returns the open connection. */
async function begin(dataDir: string, packagePath: string): Promise<Socket> {
  const socket = connect(join(dataDir, 'import.sock'));
  socket.write(`${JSON.stringify({ packagePath, dataDir: null, dryRun: false })}\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

async function accept(
  t: Scope,
  run: (request: ImportRequest) => Promise<ImportResult>,
): Promise<{ dataDir: string; stop: () => Promise<void> }> {
  const dataDir = testFolder(t);
  const stop = await acceptImports(dataDir, run);
  t.teardown(stop);
  return { dataDir, stop };
}

const RESULT: ImportResult = {
  package: 'klein',
  release: 1,
  dryRun: false,
  changed: true,
  definitions: 1,
  districts: { added: 1, changed: 0, removed: 0 },
  cells: { added: 1, changed: 0, withdrawn: 0 },
  protection: { method: 'none', cells: 1, changed: 0 },
};

const REQUEST = { packagePath: '/package', dataDir: null, dryRun: true };

t.test('what is no request is refused, and the next one is taken', async (t) => {
  const { dataDir } = await accept(t, async () => RESULT);
  const cases = [
    'GET / HTTP/1.1\n',
    '{"packagePath": \n',
    'null\n',
    '{"packagePath": 5, "dataDir": null, "dryRun": true}\n',
    '{"packagePath": "/package", "dataDir": null}\n',
    'x'.repeat(30_000),
  ];
  for (const text of cases) {
    t.match(
      await ask(dataDir, text),
      [{ problem: { code: 'invalid_request', items: [{ got: String, expected: /packagePath/ }] } }],
      text.slice(0, 40),
    );
  }
  const silent = connect(join(dataDir, 'import.sock'));
  silent.destroy();
  t.strictSame(await handOver(dataDir, REQUEST), RESULT);
});

t.test('requests are answered one after the other, with progress', async (t) => {
  const running: string[] = [];
  const { dataDir } = await accept(t, async (request) => {
    running.push(`begin ${request.packagePath}`);
    request.onProgress?.('half way');
    await new Promise((resolve) => setTimeout(resolve, 50));
    running.push(`end ${request.packagePath}`);
    if (request.packagePath === '/b') throw new Problem('invalid_package', 'Not good.', []);
    return { ...RESULT, package: request.packagePath };
  });
  const progress: string[] = [];
  const answers = await Promise.allSettled(
    ['/a', '/b', '/c'].map((packagePath) =>
      handOver(dataDir, { ...REQUEST, packagePath, onProgress: (message) => progress.push(message) }),
    ),
  );
  t.match(answers, [
    { value: { package: '/a' } },
    { reason: { code: 'invalid_package', message: 'Not good.' } },
    { value: { package: '/c' } },
  ]);
  t.equal(progress.filter((message) => message === 'half way').length, 3);
  for (let i = 0; i < running.length; i += 2) {
    t.equal(running[i + 1], running[i]?.replace('begin', 'end'), 'ended before the next began');
  }
});

t.test('at the end a running import is finished and answered, a waiting one is refused', async (t) => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { dataDir, stop } = await accept(t, async (request) => {
    request.onProgress?.('begun');
    await held;
    return RESULT;
  });
  let begun = (): void => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const first = handOver(dataDir, { ...REQUEST, onProgress: (text) => text === 'begun' && begun() });
  await started;
  const second = handOver(dataDir, REQUEST);
  const refused = t.rejects(second, { code: 'database_busy', message: /stopping; nothing was imported/ });
  const idle = connect(join(dataDir, 'import.sock'));
  await new Promise((resolve) => idle.once('connect', resolve));
  // The second request has to arrive before the service stops taking connections.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const stopped = stop();
  release();
  t.strictSame(await first, RESULT);
  await refused;
  await stopped;
  t.equal(await handOver(dataDir, REQUEST), null, 'nobody listens any more');
});

t.test('an answer that breaks off is no success', async (t) => {
  const dataDir = testFolder(t);
  const { createServer } = await import('node:net');
  const server = createServer((socket) => socket.end('{"progress":"begun"}\n'));
  await new Promise<void>((resolve) => server.listen(join(dataDir, 'import.sock'), resolve));
  t.teardown(() => server.close());
  await t.rejects(handOver(dataDir, REQUEST), { code: 'database_busy', message: /as a whole or not at all/ });
});

// Only the embedded database is held by one process: what follows runs on it, whatever else is tested.

t.test('a running service takes imports from the command line', async (t) => {
  const dataDir = testFolder(t);
  const environment = { DATA_DIR: dataDir };
  const service = await startService(t, environment);
  const folder = await writeTown(t);

  const [cwd, relative] = [dirname(folder), basename(folder)];
  const first = await runCommand(t, ['import', relative, '--data', `./${relative}`], environment, cwd);
  t.match(first, {
    code: 0,
    stdout: /^klein: release 1; .*districts 8 new, .*cells 16 new/,
    stderr:
      /The running service takes the import\.\n(.*\n)*klein-quarter from 2020-01-01: checking 6 shapes\n/,
  });
  const response = await fetch(`${service.url}/v1/collections/klein-quarter/items?limit=1`);
  t.equal(response.status, 200, 'served right after the command has ended');
  t.match(await response.json(), { features: [{ properties: { name: 'Quartier 0101' } }] });

  const again = await runCommand(t, ['import', folder], environment);
  t.match(again, { code: 0, stdout: 'klein: nothing to change, no release.\n' });

  const bad = await writeTown(t, { package: (pkg) => void pkg.lines.push('0999;2022;1;1') });
  t.match(await runCommand(t, ['import', bad], environment), {
    code: 2,
    stdout: '',
    stderr:
      /The package has 1 problem\. Nothing was imported\.\n {2}unknown_district {2}figures\.csv:10:quarter {2}got 0999, expected /,
  });

  const [one, two] = await Promise.all(
    [901, 902].map((residents) =>
      writeTown(t, {
        package: (pkg) => {
          pkg.lines[2] = `0102;2022;${residents};20`;
        },
      }),
    ),
  );
  const both = await Promise.all([one, two].map((path) => runCommand(t, ['import', path!], environment)));
  t.strictSame(
    both.map(({ code }) => code),
    [0, 0],
  );
  t.strictSame(both.map(({ stdout }) => stdout.slice(0, 16)).sort(), [
    'klein: release 2',
    'klein: release 3',
  ]);

  t.match(await ask(dataDir, 'no JSON\n'), [{ problem: { code: 'invalid_request' } }]);
  const released = async (): Promise<number> =>
    ((await (await fetch(`${service.url}/healthz`)).json()) as { release: number }).release;
  const renamed = await writeTown(t, {
    package: (pkg) => {
      pkg.quarterFeatures[0]!.properties.name = 'Hung up';
    },
  });
  (await begin(dataDir, renamed)).destroy();
  for (let tries = 0; tries < 100 && (await released()) < 4; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  t.equal(await released(), 4, 'the import went on without the one who asked');

  const last = startCommand(t, ['import', folder], environment);
  await last.says(/takes the import/);
  await last.says(/figures: 8 rows/);
  service.child.kill('SIGTERM');
  t.match(await last.ended, { code: 0, stdout: /^klein: release 5;/ }, 'finished before the service ends');
  t.match(await service.ended, { code: 0, signal: null });
});

t.test('after kill -9 of the service the import runs by itself', async (t) => {
  const dataDir = testFolder(t);
  const environment = { DATA_DIR: dataDir };
  const service = await startService(t, environment);
  service.child.kill('SIGKILL');
  await service.ended;
  t.ok(existsSync(join(dataDir, 'import.sock')), 'a stale socket lies there');
  const ended = await runCommand(t, ['import', await writeTown(t)], environment);
  t.match(ended, { code: 0, stdout: /^klein: release 1;/ });
  t.notMatch(ended.stderr, /service/);
});

t.test('an import waits while the holder of the database takes none', async (t) => {
  const dataDir = testFolder(t);
  const holder = await open(t, { dataDir, databaseUrl: null });
  const command = startCommand(t, ['import', await writeTown(t)], { DATA_DIR: dataDir });
  await command.says(/in use by process \d+ on .*\. Waiting …/);
  await holder.close();
  t.match(await command.ended, { code: 0, stdout: /^klein: release 1;/ });
});
