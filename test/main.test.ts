import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { SETTINGS } from '../src/config.ts';
import { COMMANDS } from '../src/main.ts';
import { createServerDatabase, serverUrl, testFolder } from './support/database.ts';
import { runCommand } from './support/run-command.ts';
import { makeSmallPackage, writeSmallPackage } from './support/small-package.ts';

t.setTimeout(120_000);

t.test('help lists every command', async (t) => {
  for (const args of [['help'], ['--help'], ['-h'], [], ['import', '--help']]) {
    const { code, stdout, stderr } = await runCommand(t, args, {});
    t.strictSame([code, stderr], [0, '']);
    for (const { usage, meaning } of Object.values(COMMANDS)) {
      t.ok(stdout.includes(`  ${usage} `) && stdout.includes(meaning), `${args.join(' ')}: ${usage}`);
    }
  }
});

const IMPORT = 'expected import <package> [--data DIR] [--dry-run]';
const EXPORT = `expected ${COMMANDS.export.usage}`;
const PUBLISH = `expected ${COMMANDS.publish.usage}`;

/** Arguments that are wrong, and what is said of them. */
const WRONG: [string[], string][] = [
  [['analyse'], `Got the command analyse, expected one of ${Object.keys(COMMANDS).join(', ')}.`],
  [['toString'], `Got the command toString, expected one of ${Object.keys(COMMANDS).join(', ')}.`],
  [['import'], `Got 0 arguments, ${IMPORT}.`],
  [['import', 'a', 'b'], `Got 2 arguments, ${IMPORT}.`],
  [['import', 'a', '--force'], `Got --force, ${IMPORT}.`],
  [['import', 'a', '-d'], `Got -d, ${IMPORT}.`],
  [['import', 'a', '--data'], `Got --data without a folder, ${IMPORT}.`],
  [['import', 'a', '--data', '--dry-run'], `Got --data without a folder, ${IMPORT}.`],
  [['import', 'a', '--data='], `Got --data without a folder, ${IMPORT}.`],
  [['import', 'a', '--dry-run=no'], `Got --dry-run=no, ${IMPORT}.`],
  [['import', 'a', '--data', 'x', '--data', 'y'], `Got --data twice, ${IMPORT}.`],
  [['import', 'a', '--period', '2023'], `Got --period, ${IMPORT}.`],
  [['export', 'pmtiles'], `Got 1 argument, ${EXPORT}.`],
  [['export', 'pmtiles', 'a.pmtiles'], `Got no --collection, ${EXPORT}.`],
  [['export', 'mbtiles', 'a.mbtiles', '--collection', 'a'], `Got the format mbtiles, ${EXPORT}.`],
  [['export', 'pmtiles', 'a.pmtiles', '--collection'], `Got --collection without a value, ${EXPORT}.`],
  [['export', 'pmtiles', 'a.pmtiles', '--zoom', '3'], `Got --zoom, ${EXPORT}.`],
  [['publish', 'a'], `Got no --title, ${PUBLISH}.`],
  [['publish', 'a', '--title', 'A'], `Got neither --jobs nor --process with --inputs, ${PUBLISH}.`],
  [
    ['publish', 'a', '--title', 'A', '--process', 'local-moran'],
    `Got neither --jobs nor --process with --inputs, ${PUBLISH}.`,
  ],
  [
    ['publish', 'a', '--title', 'A', '--jobs', 'x', '--inputs', '{}'],
    `Got --jobs beside --process or --inputs, ${PUBLISH}.`,
  ],
  [['withdraw', 'a'], 'Got no --reason, expected withdraw <id> --reason TEXT.'],
  [['serve', '8080'], 'Got 1 argument, expected serve.'],
  [['serve', '--data', 'x'], 'Got --data, expected serve.'],
  [['migrate', '--dry-run'], 'Got --dry-run, expected migrate.'],
];

t.test('wrong arguments are refused with what was got and expected', async (t) => {
  for (const [args, message] of WRONG) {
    t.strictSame(
      await runCommand(t, args, {}),
      { code: 2, signal: null, stdout: '', stderr: `${message} See \`sozialraum help\`.\n` },
      args.join(' '),
    );
  }
});

t.test('every wrong variable of the environment is named, and no password is told', async (t) => {
  const wrong: Record<keyof typeof SETTINGS, string> = {
    HOST: '',
    PORT: '80a',
    DATABASE_URL: 'mysql://planner:geheim@host/db',
    DATA_DIR: '/'.padEnd(200, 'x'),
    DEMO: 'maybe',
    INDEX_DEFINITIONS: 'yes',
    PUBLICATIONS: 'yes',
    TRUSTED_PROXIES: '10.0.0.0/33',
    STATEMENT_TIMEOUT_MS: '5',
    TILE_CACHE_MIB: '-1',
    JOBS_AT_ONCE: '65',
    CALLBACK_ORIGINS: 'https://tool.town.example/jobs',
    INPUT_ORIGINS: 'ftp://files.town.example',
    LOG_LEVEL: 'loud',
    BUNDLE_ORIGINS: 'https://files.town.example/bundles',
  };
  const { code, stdout, stderr } = await runCommand(t, ['migrate'], wrong);
  t.strictSame([code, stdout], [2, '']);
  const lines = stderr.trimEnd().split('\n').slice(1);
  t.strictSame(
    lines.map((line) => /^ {2}invalid_value {2}(\w+) {2}got .*, expected ./.exec(line)?.[1]),
    Object.keys(SETTINGS),
  );
  t.notMatch(stderr, /geheim/);
});

t.test('a server that cannot be reached is named without its password', async (t) => {
  for (const url of [
    'postgres://planner:geheim@127.0.0.1:1/town',
    'postgres://planner:geheim@host:port/town',
  ]) {
    for (const args of [['migrate'], ['serve'], ['import', '.']]) {
      const { code, stdout, stderr } = await runCommand(t, args, { DATABASE_URL: url });
      t.not(code, 0);
      t.equal(stdout, '');
      t.notMatch(stderr, /geheim/, `${args[0]} ${url.slice(-12)}`);
    }
  }
  const { code, stderr } = await runCommand(t, ['migrate'], {
    DATABASE_URL: 'postgres://planner:geheim@127.0.0.1:1/town',
  });
  t.equal(code, 2);
  t.match(stderr, /127\.0\.0\.1:1\/town.*expected a server that can be reached/);
});

t.test('migrate, then an import with a dry run before', async (t) => {
  const environment =
    serverUrl === null
      ? { DATA_DIR: testFolder(t) }
      : { DATABASE_URL: await createServerDatabase(t, serverUrl) };
  t.match(await runCommand(t, ['migrate'], environment), {
    code: 0,
    stdout: 'The database is up to date.\n',
  });

  // The descriptor lies in one folder, the files in another.
  const folder = await writeSmallPackage(testFolder(t), makeSmallPackage());
  const descriptor = join(folder, 'datapackage.json');
  const counts = /cells 16 new, 0 changed, 0 withdrawn\.\n$/;
  const tried = await runCommand(t, ['import', descriptor, '--data', folder, '--dry-run'], environment);
  t.match(tried, { code: 0, stdout: /^klein: valid; would publish / });
  t.match(tried.stdout, counts);
  const done = await runCommand(t, ['import', folder], environment);
  t.match(done, { code: 0, stdout: /^klein: release 1; / });
  t.match(done.stdout, counts);
  t.match(done.stderr, /areas: 2 districts from areas\.shp\n/);

  const absent = await runCommand(t, ['import', join(folder, 'nowhere')], environment);
  t.match(absent, { code: 2, stdout: '', stderr: /file_not_found {2}datapackage\.json {2}got no such file/ });
});

t.test('a port that is in use is told as such', async (t) => {
  const environment =
    serverUrl === null
      ? { DATA_DIR: testFolder(t), DEMO: 'off' }
      : { DATABASE_URL: await createServerDatabase(t, serverUrl) };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  t.match(await runCommand(t, ['serve'], { ...environment, PORT: String(port) }), {
    code: 2,
    stdout: '',
    stderr: new RegExp(`cannot listen at 127.0.0.1:${port}.*\\n {2}invalid_value {2}PORT {2}got EADDRINUSE`),
  });
});
