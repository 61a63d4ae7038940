/**
 * Contract fuzz: starts the service with the synthetic town, lets Schemathesis ask every operation of the served document, the same
 * requests each time, and writes the result as TAP. `node .ci/fuzz.ts SCHEMATHESIS [OPTION …]`, the program of a virtual
 * environment; further options go to it.
 *
 * The document that it reads is the served one with examples of this town, so that requests reach data and not only refusals, and
 * without `default` responses, so that a status that is not listed by its number is found. The known false alarm is left out at its
 * origin, since a baseline of Schemathesis would hide all other accepted nonsense of the same operation with it: a `limit` above its
 * maximum is lowered and not refused (OGC API Features, /req/core/fc-limit-response-1), so it has no maximum there.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import type { Contract, ContractParameter } from '../src/http/contract.ts';
import { serve } from '../src/serve.ts';
import { BODIES, PARAMETERS } from './fuzz-examples.ts';

/** Requests below this number prove too little. */
const LEAST_REQUESTS = 5000;

/** Made-up requests per operation; the coverage of each parameter's limits comes on top. */
const EXAMPLES_PER_OPERATION = 10;

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
];

const [schemathesis, ...options] = process.argv.slice(2);
if (!schemathesis) throw new Error('Got no program, expected the path of schemathesis.');
const folder = mkdtempSync(join(tmpdir(), 'sozialraum-fuzz-'));
const say = (message: string): void => void process.stderr.write(`${message}\n`);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const service = await serve(
  readConfig({ DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'warn', INDEX_DEFINITIONS: 'on' }),
  say,
);
try {
  const base = `${service.url}/v1`;
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(prepareDocument(await readDocument(base))));
  const output = await run(schemathesis, base);
  writeTap(readFileSync(join(folder, 'junit.xml'), 'utf8'), output);
} finally {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
}

async function readDocument(base: string): Promise<Contract> {
  const response = await fetch(`${base}/api`, { headers: { accept: 'application/vnd.oai.openapi+json' } });
  if (!response.ok) throw new Error(`Got ${response.status}, expected the served document.`);
  return (await response.json()) as Contract;
}

function prepareDocument(document: Contract): Contract {
  for (const parameter of Object.values(document.components.parameters)) prepareParameter(parameter);
  for (const operation of Object.values(document.paths).flatMap((operations) => Object.values(operations))) {
    for (const parameter of operation.parameters) if (!('$ref' in parameter)) prepareParameter(parameter);
    const body = BODIES[operation.operationId.replace(/^.*\./, '')];
    const media = operation.requestBody?.content['application/json'];
    if (body !== undefined && media) Object.assign(media, { example: body });
    delete operation.responses.default;
  }
  return document;
}

function prepareParameter(parameter: ContractParameter): void {
  if (parameter.schema['x-lowered-to-maximum']) delete parameter.schema.maximum;
  const example = PARAMETERS[parameter.name];
  if (example !== undefined) Object.assign(parameter, { example: fit(example, parameter.schema) });
}

/** Some take a list where others take one. */
function fit(example: unknown, { type }: Record<string, unknown>): unknown {
  return Array.isArray(example) && type !== 'array' ? example[0] : example;
}

/** @returns what it printed */
async function run(program: string, base: string): Promise<string> {
  const child = spawn(
    program,
    [
      ...['--no-color', 'run', join(folder, 'openapi.json'), '--url', base, '--checks', CHECKS.join()],
      ...['--phases', 'examples,coverage,fuzzing', '--max-examples', String(EXAMPLES_PER_OPERATION)],
      ...['--generation-deterministic', '--no-shrink', '--continue-on-failure', '--request-timeout', '30'],
      ...['--warnings', 'off', '--report', 'junit', '--report-junit-path', join(folder, 'junit.xml')],
      ...options,
    ],
    // It writes folders where it runs.
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  for await (const part of child.stdout) output += String(part);
  return output;
}

/** One test for each operation, and one for the number of requests. */
function writeTap(junit: string, output: string): void {
  const requests = Number(/(\d+) generated/.exec(output)?.[1] ?? 0);
  const tests: [ok: boolean, name: string][] = [
    [requests >= LEAST_REQUESTS, `${requests} requests, at least ${LEAST_REQUESTS}`],
    ...Array.from(
      junit.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g),
      ([, name, content = '']): [boolean, string] => [!/<(failure|error)\b/.test(content), name!],
    ),
  ];
  for (const [i, [ok, name]] of tests.entries()) print(`${ok ? 'ok' : 'not ok'} ${i + 1} - ${name}`);
  const pass = tests.filter(([ok]) => ok).length;
  if (pass < tests.length) for (const line of output.split('\n')) print(`# ${line}`);
  print(`1..${tests.length}`);
  print(`# { total: ${tests.length}, pass: ${pass}, fail: ${tests.length - pass} }`);
  process.exitCode = pass < tests.length ? 1 : 0;
}
