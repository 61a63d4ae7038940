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
import { openRandom, type Random } from '../../src/demo/random.ts';
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

/** Joins in turn: these, whose answers are kept, or so many that an answer is forgotten before it is asked for again. */
const TURNS = INDICATORS.map((_, i) => [...INDICATORS.slice(i), ...INDICATORS.slice(0, i)].join());
const MANY = 1000;

/** Asks for the same joins as the baseline, and for joins that were not asked for lately (`-fresh`). */
async function compare(
  client: ChildProcess,
  { ours, baseline }: Origins,
  say: (message: string) => void,
): Promise<Figure[]> {
  const random = openRandom(1);
  const orders = Array.from({ length: MANY }, () => shuffle(INDICATORS, random).join());
  const own = `/v1/collections/${COLLECTION}`;
  const paths: [BaselineFormat, (indicators: string) => string][] = [
    ['geojson', (list) => `${own}/items?indicators=${list}&period=${PERIOD}`],
    ['columns', (list) => `${own}/values?indicators=${list}&period=${PERIOD}`],
    ['csv', (list) => `${own}/items?f=csv&indicators=${list}&period=${PERIOD}`],
  ];
  const figures: Figure[] = [];
  for (const [format, path] of paths) {
    const ways: Record<'kept' | 'fresh' | 'base', Way> = {
      kept: { origin: ours, paths: TURNS.map(path), headers: {} },
      fresh: { origin: ours, paths: orders.map(path), headers: {} },
      base: { origin: baseline, paths: TURNS.map((list) => `/${format}?indicators=${list}`), headers: {} },
    };
    await requireSame(format, [ways.kept, ways.base]);
    const rates: Record<keyof typeof ways, number[]> = { kept: [], fresh: [], base: [] };
    for (let run = 0; run < RUNS; run++) {
      for (const name of ['kept', 'fresh', 'base'] as const) {
        rates[name].push(await askFor(client, ways[name], WINDOW_MS));
      }
    }
    const base = median(rates.base);
    for (const [name, suffix] of [
      ['kept', ''],
      ['fresh', '-fresh'],
    ] as const) {
      const rate = median(rates[name]);
      const figure = `items-${format}${suffix}-vs-postgis`;
      figures.push({
        figure,
        n: DISTRICTS,
        ours: rate,
        baseline: base,
        unit: 'requests/s',
        ratio: rate / base,
      });
      say(`${figure}: ${rate.toFixed(0)}/s against ${base.toFixed(0)}/s`);
    }
  }
  return figures;
}

function shuffle(names: readonly string[], { uniform }: Random): string[] {
  return names
    .map((name) => ({ name, at: uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ name }) => name);
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
