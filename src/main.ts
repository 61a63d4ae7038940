#!/usr/bin/env node
/** The command line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, readConfig } from './config.ts';
import { Problem } from './problem.ts';

/** Every command with its usage and meaning, as README's table shows them. */
export const COMMANDS = {
  serve: { usage: 'serve', meaning: 'run the service' },
  import: {
    usage: 'import <package> [--data DIR] [--dry-run]',
    meaning: 'read a data package, check all of it, publish one release or nothing',
  },
  migrate: { usage: 'migrate', meaning: 'create or update the database and stop' },
  prepare: { usage: 'prepare', meaning: 'make the template of the embedded database ahead (image builds)' },
  help: { usage: 'help', meaning: 'show this list' },
} as const;

type Command = keyof typeof COMMANDS;

const OPTIONS = {
  data: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

type Values = { data?: string; 'dry-run'?: boolean };

/** Exit codes: the input or configuration is wrong, or something failed. */
const REFUSED = 2;
const FAILED = 1;

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [command = 'help', ...rest] = positionals;
  if (!(command in COMMANDS)) throw usage(`Got the command ${command}, expected one of ${names()}.`);
  const expected = command === 'import' ? 1 : 0;
  if (rest.length !== expected)
    throw usage(`Got ${rest.length} arguments, expected: ${usageOf(command as Command)}`);
  if (command !== 'import' && Object.keys(values).length > 0) {
    throw usage(`Got --${Object.keys(values)[0]}, expected: ${usageOf(command as Command)}`);
  }
  if (command === 'help') return showHelp();
  const config = readConfig();
  if (command === 'serve') return runService(config);
  if (command === 'import') return runImport(config, rest[0]!, values);
  if (command === 'migrate') return runMigrate(config);
  const { prepareTemplate } = await import('./db/prepare-template.ts');
  await prepareTemplate(say);
}

function readArguments(args: string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

async function runService(config: Config): Promise<void> {
  const { serve } = await import('./serve.ts');
  const service = await serve(config, say);
  process.stdout.write(
    `Sozialraum is running.\n  Map:           ${service.url}/\n  API:           ${service.url}/v1/\n  Documentation: ${service.url}/docs\n`,
  );
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    service.close().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function runImport(config: Config, packagePath: string, values: Values): Promise<void> {
  const { importPackage } = await import('./import/import-package.ts');
  const request = {
    packagePath: resolve(packagePath),
    dataDir: values.data === undefined ? null : resolve(values.data),
    dryRun: values['dry-run'] ?? false,
    onProgress: say,
  };
  const database = await openOrBusy(config);
  if (database === 'busy') {
    const { handOver } = await import('./import/hand-over.ts');
    say('The service is running on this database and takes the import.');
    return report(await handOver(config.dataDir, request));
  }
  try {
    report(await importPackage(database.db, request));
  } finally {
    await database.close();
  }
}

async function openOrBusy(config: Config) {
  const { openDatabase } = await import('./db/database.ts');
  try {
    return await openDatabase({ ...config, onProgress: say });
  } catch (error) {
    if (error instanceof Problem && error.code === 'database_busy') return 'busy';
    throw error;
  }
}

function report(
  result: Awaited<ReturnType<typeof import('./import/import-package.ts').importPackage>>,
): void {
  const { districts, cells } = result;
  const counts = `districts ${districts.added} new, ${districts.changed} changed, ${districts.removed} removed; cells ${cells.added} new, ${cells.changed} changed, ${cells.withdrawn} withdrawn`;
  if (!result.changed) process.stdout.write(`${result.package}: nothing to change, no release.\n`);
  else if (result.dryRun) process.stdout.write(`${result.package}: valid; would publish ${counts}.\n`);
  else process.stdout.write(`${result.package}: release ${result.release}; ${counts}.\n`);
}

async function runMigrate(config: Config): Promise<void> {
  const { openDatabase } = await import('./db/database.ts');
  const database = await openDatabase({ ...config, onProgress: say });
  await database.close();
  process.stdout.write('The database is up to date.\n');
}

function showHelp(): void {
  const lines = Object.values(COMMANDS).map(({ usage: text, meaning }) => `  ${text.padEnd(44)}${meaning}`);
  process.stdout.write(`sozialraum <command>\n\n${lines.join('\n')}\n`);
}

function names(): string {
  return Object.keys(COMMANDS).join(', ');
}

function usageOf(command: Command): string {
  return COMMANDS[command].usage;
}

function usage(message: string): Problem {
  return new Problem('invalid_configuration', `${message} See \`sozialraum help\`.`);
}

/** Says what is wrong, item by item, and ends with an error code. */
function fail(error: unknown): never {
  if (!(error instanceof Problem)) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(FAILED);
  }
  say(error.message);
  for (const item of error.items) {
    const place = [item.file, item.line, item.field].filter((part) => part !== undefined).join(':');
    say(`  ${item.code}  ${place}  got ${item.got}, expected ${item.expected}`);
  }
  process.exit(
    ['invalid_package', 'invalid_configuration', 'invalid_request'].includes(error.code) ? REFUSED : FAILED,
  );
}

if (import.meta.main) await main(process.argv.slice(2)).catch(fail);
