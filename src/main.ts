#!/usr/bin/env node
/** The command line. */
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Config, readConfig } from './config.ts';
import type { Database } from './db/database.ts';
import type { ImportResult } from './import/import-package.ts';
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

/** Options of `import`. */
interface ImportOptions {
  data: string | null;
  dryRun: boolean;
}

/** The process that holds the database may be a service that is just starting (with the synthetic town) or ending. */
const LONGEST_WAIT_MS = 30_000;
const RETRY_MS = 250;

/** Exit codes: the input or configuration is wrong, or something failed. */
const REFUSED = 2;
const FAILED = 1;

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

async function main(args: string[]): Promise<void> {
  const { command, positionals, options } = readArguments(args);
  if (command === 'help') return showHelp();
  if (command === 'prepare') return (await import('./db/prepare-template.ts')).prepareTemplate(say);
  const config = readConfig();
  if (command === 'serve') return runService(config);
  if (command === 'migrate') return runMigrate(config);
  return runImport(config, positionals[0]!, options);
}

/** @throws Problem invalid_configuration with what was got and what was expected */
function readArguments(args: string[]): { command: Command; positionals: string[]; options: ImportOptions } {
  if (args.includes('--help') || args.includes('-h')) return readArguments(['help']);
  const { tokens } = parseArgs({
    args,
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const [name = 'help', ...positionals] = tokens.flatMap((token) =>
    token.kind === 'positional' ? [token.value] : [],
  );
  if (!isCommand(name)) throw usage(`the command ${name}`, `one of ${Object.keys(COMMANDS).join(', ')}`);
  const expected = COMMANDS[name].usage;
  const options: ImportOptions = { data: null, dryRun: false };
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (name !== 'import' || !Object.hasOwn(OPTIONS, token.name)) throw usage(token.rawName, expected);
    if (token.name === 'data') {
      const { value } = token;
      if (!value || (value.startsWith('-') && !token.inlineValue))
        throw usage('--data without a folder', expected);
      options.data = value;
    } else if (token.value === undefined) options.dryRun = true;
    else throw usage(`--dry-run=${token.value}`, expected);
  }
  const count = name === 'import' ? 1 : 0;
  if (positionals.length !== count) {
    throw usage(`${positionals.length} ${positionals.length === 1 ? 'argument' : 'arguments'}`, expected);
  }
  return { command: name, positionals, options };
}

function isCommand(name: string): name is Command {
  return Object.hasOwn(COMMANDS, name);
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

async function runImport(config: Config, packagePath: string, options: ImportOptions): Promise<void> {
  const [{ importPackage }, { handOver }] = await Promise.all([
    import('./import/import-package.ts'),
    import('./import/hand-over.ts'),
  ]);
  const request = {
    // The service that may take the import has another working directory.
    packagePath: resolve(packagePath),
    dataDir: options.data === null ? null : resolve(options.data),
    dryRun: options.dryRun,
    onProgress: say,
  };
  for (let waited = 0; ; waited += RETRY_MS) {
    const database = await openUnlessBusy(config);
    if (!(database instanceof Problem)) {
      try {
        return report(await importPackage(database.db, request));
      } finally {
        await database.close();
      }
    }
    const result = await handOver(config.dataDir, request);
    if (result) return report(result);
    if (waited === 0) say(`${database.message} Waiting …`);
    if (waited >= LONGEST_WAIT_MS) throw database;
    await setTimeout(RETRY_MS);
  }
}

async function openUnlessBusy(config: Config): Promise<Database | Problem> {
  const { openDatabase } = await import('./db/database.ts');
  try {
    return await openDatabase({ ...config, onProgress: say });
  } catch (error) {
    if (config.databaseUrl === null && error instanceof Problem && error.code === 'database_busy')
      return error;
    throw error;
  }
}

function report(result: ImportResult): void {
  const { definitions, districts, cells } = result;
  const counts = `definitions ${definitions} new or changed; districts ${districts.added} new, ${districts.changed} changed, ${districts.removed} removed; cells ${cells.added} new, ${cells.changed} changed, ${cells.withdrawn} withdrawn`;
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

function usage(got: string, expected: string): Problem {
  return new Problem('invalid_configuration', `Got ${got}, expected ${expected}. See \`sozialraum help\`.`);
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
    say(`  ${item.code}  ${place}${place && '  '}got ${item.got}, expected ${item.expected}`);
  }
  process.exit(
    ['invalid_package', 'invalid_configuration', 'invalid_request'].includes(error.code) ? REFUSED : FAILED,
  );
}

if (import.meta.main) await main(process.argv.slice(2)).catch(fail);
