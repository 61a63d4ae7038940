#!/usr/bin/env node
/** The command line. */
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { AskApi } from './bundles/ask-api.ts';
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
  export: {
    usage:
      'export pmtiles <file> --collection ID [--indicators LIST] [--period P] [--measures LIST] [--classification METHOD] [--classificationPeriods P] [--changeFrom P] [--datetime DATE] [--release N] [--minzoom N] [--maxzoom N]',
    meaning: 'write joined tiles as one PMTiles file, which any web server can serve',
  },
  publish: {
    usage:
      'publish <id> --title TEXT [--titleEn TEXT] [--description TEXT] [--licence TEXT] (--jobs LIST or --process ID --inputs JSON)',
    meaning: 'publish results of jobs, or of a process that is executed now, as a collection',
  },
  withdraw: {
    usage: 'withdraw <id> --reason TEXT',
    meaning: 'take a published analysis back; what earlier releases showed stays readable as of them',
  },
  migrate: { usage: 'migrate', meaning: 'create or update the database and stop' },
  prepare: { usage: 'prepare', meaning: 'make the template of the embedded database ahead (image builds)' },
  help: { usage: 'help', meaning: 'show this list' },
} as const;

type Command = keyof typeof COMMANDS;

/** How many arguments and which options a command takes; an option's text says what must follow it, null nothing. */
interface Form {
  arguments: number;
  options: Readonly<Record<string, string | null>>;
}

const PLAIN: Form = { arguments: 0, options: {} };

const FORMS: Record<Command, Form> = {
  serve: PLAIN,
  import: { arguments: 1, options: { data: 'folder', 'dry-run': null } },
  export: {
    arguments: 2,
    options: {
      collection: 'value',
      indicators: 'value',
      period: 'value',
      measures: 'value',
      classification: 'value',
      classificationPeriods: 'value',
      changeFrom: 'value',
      datetime: 'value',
      release: 'value',
      minzoom: 'value',
      maxzoom: 'value',
    },
  },
  publish: {
    arguments: 1,
    options: {
      title: 'text',
      titleEn: 'text',
      description: 'text',
      licence: 'text',
      jobs: 'list',
      process: 'value',
      inputs: 'value',
    },
  },
  withdraw: { arguments: 1, options: { reason: 'text' } },
  migrate: PLAIN,
  prepare: PLAIN,
  help: PLAIN,
};

/** A command line that has the command's form. */
interface Arguments {
  command: Command;
  positionals: string[];
  /** Values by option, the empty text for one that takes none. */
  options: Record<string, string>;
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
  if (command === 'export') requireExport(positionals, options);
  if (command === 'publish') requirePublish(options);
  if (command === 'withdraw' && !options.reason) throw usage('no --reason', COMMANDS.withdraw.usage);
  const config = readConfig();
  if (command === 'serve') return runService(config);
  if (command === 'migrate') return runMigrate(config);
  if (command === 'export') return runExport(config, positionals[1]!, options);
  if (command === 'publish') return runPublish(config, positionals[0]!, options);
  if (command === 'withdraw') return runWithdraw(config, positionals[0]!, options.reason!);
  return runImport(config, positionals[0]!, options);
}

/** @throws Problem invalid_configuration with what was got and what was expected */
function readArguments(args: string[]): Arguments {
  if (args.includes('--help') || args.includes('-h')) return readArguments(['help']);
  const options = Object.assign({}, ...Object.values(FORMS).map((form) => form.options)) as Form['options'];
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(
      Object.entries(options).map(([name, value]) => [name, { type: value === null ? 'boolean' : 'string' }]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const [name = 'help', ...positionals] = tokens.flatMap((token) =>
    token.kind === 'positional' ? [token.value] : [],
  );
  if (!isCommand(name)) throw usage(`the command ${name}`, `one of ${Object.keys(COMMANDS).join(', ')}`);
  const [form, expected] = [FORMS[name], COMMANDS[name].usage];
  const given: Arguments['options'] = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(form.options, token.name)) throw usage(token.rawName, expected);
    const { name: option, value, inlineValue } = token;
    const wanted = form.options[option];
    if (wanted === null && value !== undefined) throw usage(`--${option}=${value}`, expected);
    if (wanted !== null && (!value || (value.startsWith('-') && !inlineValue))) {
      throw usage(`--${option} without a ${wanted}`, expected);
    }
    if (given[option] !== undefined) throw usage(`--${option} twice`, expected);
    given[option] = value ?? '';
  }
  if (positionals.length !== form.arguments) {
    throw usage(`${positionals.length} ${positionals.length === 1 ? 'argument' : 'arguments'}`, expected);
  }
  return { command: name, positionals, options: given };
}

/** @throws Problem invalid_configuration for another format or no collection */
function requireExport([format]: string[], options: Arguments['options']): void {
  const expected = COMMANDS.export.usage;
  if (format !== 'pmtiles') throw usage(`the format ${format}`, expected);
  if (options.collection === undefined) throw usage('no --collection', expected);
}

/** @throws Problem invalid_configuration without title, and unless either jobs or a process are there */
function requirePublish({ title, jobs, process, inputs }: Arguments['options']): void {
  const expected = COMMANDS.publish.usage;
  if (!title) throw usage('no --title', expected);
  if (jobs !== undefined && (process ?? inputs) !== undefined)
    throw usage('--jobs beside --process or --inputs', expected);
  if (jobs === undefined && (process === undefined || inputs === undefined))
    throw usage('neither --jobs nor --process with --inputs', expected);
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

async function runImport(config: Config, packagePath: string, options: Arguments['options']): Promise<void> {
  const [{ importPackage }, { handOver }] = await Promise.all([
    import('./import/import-package.ts'),
    import('./import/hand-over.ts'),
  ]);
  const request = {
    // The service that may take the import has another working directory.
    packagePath: resolve(packagePath),
    dataDir: options.data === undefined ? null : resolve(options.data),
    dryRun: options['dry-run'] !== undefined,
    onProgress: say,
  };
  report(
    await withDatabase(
      config,
      ({ db }) => importPackage(db, request),
      () => handOver(config.dataDir, request),
    ),
  );
}

async function runExport(config: Config, file: string, options: Arguments['options']): Promise<void> {
  const [{ buildApp }, { exportPmtiles }, { askApp, askService }] = await Promise.all([
    import('./app.ts'),
    import('./bundles/export-pmtiles.ts'),
    import('./bundles/ask-api.ts'),
  ]);
  const { collection = '', minzoom, maxzoom, ...join } = options;
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort(name));
  const { signal } = interruption;
  const request = { collection, join, minzoom, maxzoom, file: resolve(file), onProgress: say, signal };
  const result = await withDatabase(
    config,
    async ({ db }) => {
      const { server } = await buildApp({ db, logLevel: config.logLevel });
      try {
        return await exportPmtiles(askApp(server), request);
      } finally {
        await server.close();
      }
    },
    async () => {
      const ask = await askService(config.dataDir, signal);
      if (ask) say('The running service is asked for the tiles.');
      return ask && (await exportPmtiles(ask, request));
    },
  ).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    say('Interrupted. Nothing was written.');
    process.exit(128 + constants.signals[signal.reason as NodeJS.Signals]);
  });
  const { addressed, contents, bytes, release } = result;
  process.stdout.write(
    `${file}: ${addressed} tiles of zoom ${result.minzoom} to ${result.maxzoom} (${contents} different), ${bytes} bytes, release ${release}.\n`,
  );
}

async function runPublish(config: Config, id: string, options: Arguments['options']): Promise<void> {
  const { publishByCommand } = await import('./publications/publish-by-command.ts');
  const { title = '', titleEn, description, licence, jobs, process: executed, inputs } = options;
  const { publication, added } = await askAsOperator(config, (ask) =>
    publishByCommand(ask, {
      id,
      title: titleEn === undefined ? { de: title } : { de: title, en: titleEn },
      description,
      licence,
      jobs: jobs?.split(','),
      process: executed,
      inputs,
      onProgress: say,
    }),
  );
  process.stdout.write(
    added
      ? `${id}: release ${publication.release}; ${publication.process.id} of ${publication.collection}, ${publication.results.map(({ period }) => period).join(', ')}.\n`
      : `${id}: nothing to change, no release.\n`,
  );
}

async function runWithdraw(config: Config, id: string, reason: string): Promise<void> {
  const { withdrawByCommand } = await import('./publications/publish-by-command.ts');
  const { withdrawn } = await askAsOperator(config, (ask) => withdrawByCommand(ask, id, reason));
  process.stdout.write(`${id}: withdrawn by release ${withdrawn!.release}.\n`);
}

/** Asks an app of this process, or the service that holds the database; both let operators publish. */
async function askAsOperator<T>(config: Config, work: (ask: AskApi) => Promise<T>): Promise<T> {
  const [{ buildApp }, { askApp, askService }] = await Promise.all([
    import('./app.ts'),
    import('./bundles/ask-api.ts'),
  ]);
  return await withDatabase(
    config,
    async ({ db }) => {
      const { server } = await buildApp({ db, logLevel: config.logLevel, publications: true });
      try {
        return await work(askApp(server));
      } finally {
        await server.close();
      }
    },
    async () => {
      const ask = await askService(config.dataDir, new AbortController().signal);
      if (ask) say('The running service is asked.');
      return ask && (await work(ask));
    },
  );
}

/**
 * Opens the database and works on it; while another process holds the embedded one, asks that process instead.
 * @param ask null when nobody listens: the other process is starting, ending, or no service
 * @throws Problem database_busy when that stays so
 */
async function withDatabase<T>(
  config: Config,
  work: (database: Database) => Promise<T>,
  ask: () => Promise<T | null>,
): Promise<T> {
  for (let waited = 0; ; waited += RETRY_MS) {
    const database = await openUnlessBusy(config);
    if (!(database instanceof Problem)) {
      try {
        return await work(database);
      } finally {
        await database.close();
      }
    }
    const result = await ask();
    if (result !== null) return result;
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
  const lines = Object.values(COMMANDS).map(({ usage: text, meaning }) => `  ${text.padEnd(43)} ${meaning}`);
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
  const refused = [
    'invalid_package',
    'invalid_configuration',
    'invalid_request',
    'not_found',
    'withdrawn',
    'no_such_process',
    'no_such_job',
    'result_not_ready',
  ];
  process.exit(refused.includes(error.code) ? REFUSED : FAILED);
}

if (import.meta.main) await main(process.argv.slice(2)).catch(fail);
