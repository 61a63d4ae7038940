/** Tiles over HTTP: server and client in processes of their own, each figure against a bare route in the same run. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openDatabase } from '../../src/db/database.ts';
import { openRandom, type Random } from '../../src/demo/random.ts';
import { importPackage } from '../../src/import/import-package.ts';
import type { Figure, Peer } from './main.ts';
import { median } from './median.ts';
import { answer, askFor, type Way } from './processes.ts';
import { type City, INDICATORS, PERIODS, writeCityPackage } from './tiles-city.ts';

const RUNS = 7;
const WINDOW_MS = 100;
const SEED = 20211231;
const GZIP = { 'accept-encoding': 'gzip' };

interface Origins {
  cached: string;
  joining: string;
  bare: string;
}

/**
 * @param url database server, into which the city is imported
 * @param folder for the data package
 */
export async function measureHttp(
  url: string,
  folder: string,
  city: City,
  columns: readonly Float64Array[][],
  peers: readonly Peer[],
  say: (message: string) => void,
): Promise<Figure[]> {
  await importCity(url, folder, city, columns);
  const server = fork(join(import.meta.dirname, 'tiles-server.ts'), [url]);
  const client = fork(join(import.meta.dirname, 'load-client.ts'));
  try {
    const origins = (await answer(server)) as Origins;
    const ratios = new Map<string, { ours: number; base: number }[]>();
    const random = openRandom(SEED);
    for (const address of city.tiles) {
      const ways = await prepareWays(server, origins, city, address, peers);
      const rates = new Map([...ways.keys()].map((name): [string, number[]] => [name, []]));
      for (let run = 0; run < RUNS; run++) {
        for (const [name, way] of shuffle(random, [...ways])) {
          rates.get(name)!.push(await askFor(client, way, WINDOW_MS));
        }
      }
      const rate = (name: string): number => median(rates.get(name)!);
      for (const [figure, ours, base] of comparisons(peers)) {
        const row = { ours: rate(ours), base: rate(base) };
        ratios.set(figure, [...(ratios.get(figure) ?? []), row]);
        say(
          `${city.name} ${address.z}: ${figure} ${row.ours.toFixed(0)}/s against ${row.base.toFixed(0)}/s, ` +
            `ratio ${(row.ours / row.base).toFixed(2)}`,
        );
      }
    }
    return [...ratios].map(([figure, rows]) => ({
      figure,
      n: city.n,
      ours: median(rows.map(({ ours }) => ours)),
      baseline: median(rows.map(({ base }) => base)),
      unit: 'requests/s',
      ratio: median(rows.map(({ ours, base }) => ours / base)),
    }));
  } finally {
    client.kill();
    server.send('close');
  }
}

/** In an order of its own for each run: a window that leaves garbage behind must not always be followed by the same one. */
function shuffle<T>(random: Random, items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const other = Math.floor(random.uniform() * (i + 1));
    [items[i], items[other]] = [items[other]!, items[i]!];
  }
  return items;
}

/** Figure, what is measured, against what. */
function comparisons(peers: readonly Peer[]): [string, string, string][] {
  return [
    ['http-cached-vs-bare', 'cached', 'bare'],
    ['http-cached-gzip-vs-bare', 'cached-gzip', 'bare-gzip'],
    ['http-joined-vs-bare', 'joined', 'bare'],
    ['http-joined-gzip-vs-bare', 'joined-gzip', 'bare-gzip'],
    ['http-joined-gzip-vs-gzip1', 'joined-gzip', 'gzip1'],
    ...peers.flatMap(({ name }): [string, string, string][] => [
      [`http-joined-vs-${name}`, 'joined', name],
      [`http-joined-gzip-vs-${name}`, 'joined-gzip', `${name}-gzip`],
    ]),
  ];
}

/** Asks each once, so that geometry is known and caches are full, and gives the bare routes bodies of the same size. */
async function prepareWays(
  server: ChildProcess,
  { cached, joining, bare }: Origins,
  { name }: City,
  { z, x, y }: City['tiles'][number],
  peers: readonly Peer[],
): Promise<Map<string, Way>> {
  const combinations = INDICATORS.flatMap((indicator) => PERIODS.map((period) => ({ indicator, period })));
  const base = `/v1/collections/${name}/tiles/WebMercatorQuad/${z}/${y}/${x}`;
  const paths = combinations.map(
    ({ indicator, period }) => `${base}?indicators=${indicator}&period=${period}`,
  );
  const plain = await read(joining + paths[0]!, { 'accept-encoding': 'identity' });
  const gzip = await read(joining + paths[0]!, GZIP);
  if (!gunzipSync(gzip).equals(plain)) throw new Error('The gzip variant is another tile.');
  for (const path of paths) {
    for (const headers of [{ 'accept-encoding': 'identity' }, GZIP]) {
      await read(joining + path, headers);
      await read(cached + path, headers);
    }
  }
  server.send({
    copies: paths.length,
    bodies: { plain: plain.toString('base64'), gzip: gzip.toString('base64') },
  });
  await answer(server);
  const ways = new Map<string, Way>([
    ['bare', { origin: bare, paths: paths.map((_, i) => `/bare/plain/${i}`), headers: {} }],
    ['bare-gzip', { origin: bare, paths: paths.map((_, i) => `/bare/gzip/${i}`), headers: GZIP }],
    [
      'gzip1',
      {
        origin: bare,
        paths: combinations.map(
          ({ indicator, period }) => `/gzip1/${name}/${z}/${y}/${x}?indicators=${indicator}&period=${period}`,
        ),
        headers: GZIP,
      },
    ],
    ['cached', { origin: cached, paths, headers: {} }],
    ['cached-gzip', { origin: cached, paths, headers: GZIP }],
    ['joined', { origin: joining, paths, headers: {} }],
    ['joined-gzip', { origin: joining, paths, headers: GZIP }],
  ]);
  for (const peer of peers) {
    const addresses = combinations.map(
      ({ indicator, period }) =>
        new URL(
          Object.entries({ z, x, y, indicator, period }).reduce(
            (text, [key, value]) => text.replaceAll(`{${key}}`, String(value)),
            peer.template,
          ),
        ),
    );
    const way = { origin: addresses[0]!.origin, paths: addresses.map((to) => to.pathname + to.search) };
    ways.set(peer.name, { ...way, headers: {} }).set(`${peer.name}-gzip`, { ...way, headers: GZIP });
  }
  return ways;
}

async function read(address: string, headers: Record<string, string>): Promise<Buffer> {
  // fetch() would unpack the answer.
  const { get } = await import('node:http');
  return await new Promise((resolve, reject) => {
    get(address, { headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(parts));
        else reject(new Error(`Got ${response.statusCode} from ${address}: ${Buffer.concat(parts)}`));
      });
    }).on('error', reject);
  });
}

async function importCity(
  url: string,
  folder: string,
  city: City,
  columns: readonly Float64Array[][],
): Promise<void> {
  writeCityPackage(city, columns, folder);
  const { db, close } = await openDatabase({ databaseUrl: url, dataDir: '', statementTimeoutMs: 600_000 });
  try {
    await importPackage(db, { packagePath: folder, dataDir: null, dryRun: false });
  } finally {
    await close();
  }
}
