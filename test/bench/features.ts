/**
 * Districts joined with ten indicators over HTTP, as GeoJSON, JSON columns and CSV, against PostgreSQL + PostGIS behind a bare
 * Fastify route; and how soon an answer with all municipalities begins. Runs are interleaved, five of each, medians.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openDatabase } from '../../src/db/database.ts';
import { importPackage } from '../../src/import/import-package.ts';
import { BERLIN_DATA } from '../support/prepared.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { type BaselineFormat, prepareBaseline } from './features-postgis.ts';
import type { Bench, Figure } from './main.ts';
import { median } from './median.ts';
import { startPostgres } from './postgres.ts';
import { answer, askFor, type Way } from './processes.ts';
import { figuresOf, germanMunicipalities, PERIODS, writeCityPackage } from './tiles-city.ts';

const RUNS = 5;
const WINDOW_MS = 600;
const COLLECTION = 'berlin-plr';
const DISTRICTS = 542;
const PERIOD = '2021';
const INDICATORS = [
  ...['mss_s1', 'mss_s2', 'mss_s3', 'mss_s4', 'mss_d1', 'mss_d2', 'mss_d3', 'mss_d4'],
  ...['mss_status', 'mss_dynamics'],
];

const bench: Bench = async (say) => {
  if (skipWithoutShared) throw new Error(skipWithoutShared);
  const folder = mkdtempSync(join(tmpdir(), 'sozialraum-bench-'));
  const postgres = await startPostgres();
  try {
    const municipalities = germanMunicipalities();
    writeCityPackage(municipalities, figuresOf(municipalities), folder);
    say('Importing …');
    await importAll(postgres.url, [
      { packagePath: join(import.meta.dirname, '../packages/berlin'), dataDir: BERLIN_DATA },
      { packagePath: folder, dataDir: null },
    ]);
    const server = fork(join(import.meta.dirname, 'features-server.ts'), [postgres.url]);
    const client = fork(join(import.meta.dirname, 'load-client.ts'));
    try {
      const origins = (await answer(server)) as Origins;
      return [
        ...(await compare(client, origins, say)),
        await timeFirstByte(`${origins.ours}/v1/collections/${municipalities.name}/items`, municipalities.n),
      ];
    } finally {
      client.kill();
      server.send('close');
    }
  } finally {
    postgres.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
export default bench;

interface Origins {
  ours: string;
  baseline: string;
}

async function importAll(
  url: string,
  packages: { packagePath: string; dataDir: string | null }[],
): Promise<void> {
  const { db, close } = await openDatabase({ databaseUrl: url, dataDir: '', statementTimeoutMs: 600_000 });
  try {
    for (const one of packages) await importPackage(db, { ...one, dryRun: false });
  } finally {
    await close();
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await prepareBaseline(client, COLLECTION, PERIOD);
  await client.end();
}

/** Asks for ten joins in turn, the indicators in another order in each, so that no one answer is all there is to keep. */
async function compare(
  client: ChildProcess,
  { ours, baseline }: Origins,
  say: (message: string) => void,
): Promise<Figure[]> {
  const orders = INDICATORS.map((_, i) => [...INDICATORS.slice(i), ...INDICATORS.slice(0, i)].join());
  const wayOf = (origin: string, path: (indicators: string) => string): Way => ({
    origin,
    paths: orders.map(path),
    headers: {},
  });
  const own = `/v1/collections/${COLLECTION}`;
  const paths: [BaselineFormat, (indicators: string) => string][] = [
    ['geojson', (list) => `${own}/items?indicators=${list}&period=${PERIOD}`],
    ['columns', (list) => `${own}/values?indicators=${list}&period=${PERIOD}`],
    ['csv', (list) => `${own}/items?f=csv&indicators=${list}&period=${PERIOD}`],
  ];
  const figures: Figure[] = [];
  for (const [format, path] of paths) {
    const ways = [wayOf(ours, path), wayOf(baseline, (list) => `/${format}?indicators=${list}`)];
    await requireSame(format, ways);
    const rates: [number[], number[]] = [[], []];
    for (let run = 0; run < RUNS; run++) {
      for (const [w, way] of ways.entries()) rates[w]!.push(await askFor(client, way, WINDOW_MS));
    }
    const [own, base] = [median(rates[0]), median(rates[1])];
    say(`${format}: ${own.toFixed(0)}/s against ${base.toFixed(0)}/s`);
    const figure = `items-${format}-vs-postgis`;
    figures.push({ figure, n: DISTRICTS, ours: own, baseline: base, unit: 'requests/s', ratio: own / base });
  }
  return figures;
}

/** Both sides tell the same: every figure of the first indicator, in the order of the keys. */
async function requireSame(format: BaselineFormat, ways: readonly Way[]): Promise<void> {
  const [own, base] = await Promise.all(
    ways.map(async ({ origin, paths }) => {
      const response = await fetch(origin + paths[0]!, { headers: { 'accept-encoding': 'identity' } });
      if (!response.ok) throw new Error(`Got ${response.status} from ${origin}${paths[0]}.`);
      return JSON.stringify(READERS[format](await response.text(), INDICATORS[0]!));
    }),
  );
  if (own !== base) throw new Error(`${format}: the answers differ: ${own} and ${base}`);
}

const READERS: Record<BaselineFormat, (text: string, name: string) => unknown[]> = {
  geojson: (text, name) =>
    (JSON.parse(text) as { features: { properties: Record<string, unknown> }[] }).features.map(
      ({ properties }) => properties[name],
    ),
  columns: (text, name) => (JSON.parse(text) as { values: Record<string, unknown[]> }).values[name]!,
  csv: (text, name) => {
    const [head = '', ...rows] = text.trimEnd().split('\r\n');
    const fromEnd = head.split(',').length - head.split(',').indexOf(name);
    return rows.map((row) => row.split(',').at(-fromEnd));
  },
};

/** When the first and the last byte of an answer with all features is there, in milliseconds, warm. */
async function timeFirstByte(items: string, n: number): Promise<Figure> {
  const runs: { first: number; last: number }[] = [];
  for (let run = 0; run <= RUNS; run++) {
    // Another address each time: an answer that is kept is there at once.
    const address = `${items}?f=csv&indicators=first,second&period=${PERIODS.join()}&datetime=2020-01-0${run + 1}`;
    runs.push(await timeAnswer(address));
  }
  const warm = runs.slice(1);
  const [first, last] = [median(warm.map((one) => one.first)), median(warm.map((one) => one.last))];
  return { figure: 'first-byte-vs-last', n, ours: first, baseline: last, unit: 'ms', ratio: last / first };
}

function timeAnswer(address: string): Promise<{ first: number; last: number }> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    get(address, { agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`Got ${response.statusCode} from ${address}.`));
      let first = Number.NaN;
      response.once('data', () => {
        first = performance.now() - begun;
      });
      response.on('end', () => resolve({ first, last: performance.now() - begun }));
      response.on('error', reject);
    }).on('error', reject);
  });
}
