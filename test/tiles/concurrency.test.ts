/** Many clients at once over real sockets: one cut for all, none for those that left, bounded memory. */
import { Agent, request as ask, type ClientRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect as connectSocket, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import t from 'tap';
import { openCatalog } from '../../src/catalog/live-catalog.ts';
import type { Db } from '../../src/db/database.ts';
import { type Handlers, readContract } from '../../src/http/contract.ts';
import { makeFastLane } from '../../src/http/fast-lane.ts';
import { installProblems } from '../../src/http/problems.ts';
import { wireContract } from '../../src/http/wire-contract.ts';
import { makeReader } from '../../src/reader.ts';
import { type GeometryStore, makeGeometryStore } from '../../src/tiles/geometry/geometry-store.ts';
import { tileHandlers } from '../../src/tiles/handlers.ts';
import { makeTileReader } from '../../src/tiles/read-tile.ts';
import { requireTileMatrixSet } from '../../src/tiles/tile-matrix-set.ts';
import { resolveTileSet } from '../../src/tiles/tile-set.ts';
import { importTown } from '../import/imported.ts';
import { type Scope, testDatabase } from '../support/database.ts';
import { preparedDatabase } from '../support/prepared.ts';
import { TODAY } from '../support/service.ts';
import { tileAt } from './tile-bounds.ts';

const GRID = requireTileMatrixSet('WebMercatorQuad');

/** No look-up for a newer release may fail here. */
function fail(error: unknown): never {
  throw error;
}

/** A geometry store that counts what it is asked for, and can be told to wait before it begins. */
interface WatchedStore extends GeometryStore {
  cuts: number;
  /** Signals of the cuts that were asked for, in order. */
  signals: AbortSignal[];
  /** Cuts that ended with a tile. */
  finished: number;
  /** What a cut waits for. */
  gate: Promise<void>;
}

function watchedStore(t: Scope): WatchedStore {
  const store = makeGeometryStore({ threads: 2 });
  t.teardown(() => store.close());
  const watched: WatchedStore = {
    ...store,
    cuts: 0,
    signals: [],
    finished: 0,
    gate: Promise.resolve(),
    async cut(source, grid, address, signal) {
      watched.cuts++;
      watched.signals.push(signal);
      await watched.gate;
      const cut = await store.cut(source, grid, address, signal);
      watched.finished++;
      return cut;
    },
  };
  return watched;
}

/**
 * The tiles of a database behind a socket; no finished tile is kept, so that each is spliced anew.
 * @returns its port, and what it logs of errors
 */
async function serveTiles(t: Scope, db: Db, store: GeometryStore): Promise<{ port: number; log: string[] }> {
  const log: string[] = [];
  const live = await openCatalog(db, fail);
  const lane = makeFastLane(live.current);
  const server = Fastify({
    serverFactory: lane.serverFactory,
    logger: { level: 'error', stream: { write: (line) => log.push(line) } },
  });
  installProblems(server);
  const handlers = tileHandlers(makeReader(db, live), store, () => TODAY, lane, 1);
  await wireContract(server, readContract(), Promise.resolve(handlers as Handlers), '/v1');
  await server.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(async () => {
    live.close();
    await server.close();
  });
  return { port: (server.server.address() as AddressInfo).port, log };
}

const ENCODINGS = ['identity', 'gzip', 'br', 'zstd'];

/** A request over a socket of its own. */
interface Client {
  request: ClientRequest;
  answer: Promise<{ status: number; body: string }>;
}

function connect(port: number, path: string, encoding = 'identity'): Client {
  const headers = { 'accept-encoding': encoding };
  const request = ask({ port, path, headers, agent: new Agent({ maxSockets: 1 }) });
  const answer = new Promise<IncomingMessage>((resolve, reject) =>
    request.on('response', resolve).on('error', reject),
  ).then(async (response) => ({
    status: response.statusCode!,
    body: (await buffer(response)).toString('base64'),
  }));
  answer.catch(() => {});
  request.end();
  return { request, answer };
}

const TILES = '/v1/collections/musterstadt-quartier/tiles/WebMercatorQuad';
const JOIN = '?indicators=dem_pop';

function tilePath(z: number): string {
  const { x, y } = tileAt(z, [7.735, 52.1]);
  return `${TILES}/${z}/${y}/${x}${JOIN}`;
}

t.test('clients at once', async (t) => {
  const store = watchedStore(t);
  const { db } = await preparedDatabase(t, 'demo');
  const { port, log } = await serveTiles(t, db, store);

  t.test('two hundred that ask for the same cold tile cause one cut', async (t) => {
    const clients = Array.from({ length: 200 }, (_, i) => connect(port, tilePath(10), ENCODINGS[i % 4]));
    const answers = await Promise.all(clients.map(({ answer }) => answer));
    t.ok(answers.every(({ status, body }) => status === 200 && body.length > 1000));
    t.equal(new Set(answers.map(({ body }) => body)).size, ENCODINGS.length, 'one body for each coding');
    t.equal(store.cuts, 1);
  });

  t.test('those that leave take only their own request back', async (t) => {
    store.signals.length = 0;
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    store.gate = gate;
    const clients = Array.from({ length: 20 }, () => connect(port, tilePath(11)));
    await until(() => store.signals.length === 1);
    for (const { request } of clients.slice(1)) request.destroy();
    await Promise.allSettled(clients.slice(1).map(({ answer }) => answer));
    // The server has seen them leave when it has answered who came later.
    t.equal((await connect(port, `${TILES}/1343.5/0/0`).answer).status, 400);
    t.notOk(store.signals[0]!.aborted);
    open();
    t.match(await clients[0]!.answer, { status: 200 });
    t.equal(store.signals.length, 1);
  });

  t.test('when all have left the cut that waits is taken back', async (t) => {
    store.signals.length = 0;
    const finished = store.finished;
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    store.gate = gate;
    const clients = Array.from({ length: 20 }, () => connect(port, tilePath(12)));
    await until(() => store.signals.length === 1);
    for (const { request } of clients) request.destroy();
    await until(() => store.signals[0]!.aborted);
    open();
    t.equal(store.finished, finished);
    t.match(await connect(port, tilePath(12)).answer, { status: 200 }, 'whoever comes now gets the tile');
    t.equal(store.finished, finished + 1, 'from a cut of its own, the only one that was made');
    t.strictSame(log, [], 'and leaving is no failure of the service');
  });

  t.test('who reads slowly reads what was meant for it, whatever is sent to others meanwhile', async (t) => {
    store.gate = Promise.resolve();
    const asked = ['identity', 'gzip'].flatMap((encoding) =>
      [10, 12].flatMap((z) =>
        [2019, 2020].map((year) => ({ encoding, path: `${tilePath(z)}&period=${year}` })),
      ),
    );
    const wanted: string[] = [];
    for (const { path, encoding } of asked) {
      // The first answer comes from the handler, the next ones from the lane.
      for (let i = 0; i < 2; i++) await connect(port, path, encoding).answer;
      wanted.push((await connect(port, path, encoding).answer).body);
    }
    const rounds = 400;
    const [slow, fast] = [connectSocket(port, '127.0.0.1'), connectSocket(port, '127.0.0.1')];
    const text = Array.from({ length: rounds }, () => asked.map(writeRequest).join('')).join('');
    slow.pause();
    slow.write(text);
    fast.write(text);
    t.equal((await readBodies(fast, rounds * asked.length)).length, rounds * asked.length);
    const bodies = await readBodies(slow, rounds * asked.length);
    t.ok(bodies.every((body, i) => body === wanted[i % wanted.length]));
  });
});

function writeRequest({ path, encoding }: { path: string; encoding: string }): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: ${encoding}\r\n\r\n`;
}

/** Bodies of so many answers of one connection; ends it. */
async function readBodies(socket: Socket, count: number): Promise<string[]> {
  const bodies: string[] = [];
  let rest = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const start = rest.indexOf('\r\n\r\n') + 4;
      const length = /content-length: (\d+)/i.exec(rest.toString('latin1', 0, start));
      if (length === null || rest.length < start + Number(length[1])) break;
      bodies.push(rest.toString('base64', start, start + Number(length[1])));
      rest = rest.subarray(start + Number(length[1]));
    }
    if (bodies.length === count) break;
  }
  return bodies;
}

/** Waits for something that other turns of the event loop bring about. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Bytes in use after what is not needed any more went. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const MIB = 1024 * 1024;

t.test('a thousand parameter sets stay within the limits', async (t) => {
  const { db } = await preparedDatabase(t, 'demo');
  const live = await openCatalog(db, fail);
  t.teardown(() => live.close());
  const store = makeGeometryStore({ threads: 2 });
  t.teardown(() => store.close());
  const limits = { tiles: 2 * MIB, templates: 2 * MIB, cuts: MIB, columns: MIB };
  const tiles = makeTileReader(makeReader(db, live), store, limits);
  const never = new AbortController().signal;
  let made = 0;

  async function readSets(from: number, to: number): Promise<void> {
    for (let i = from; i < to; i++) {
      const measures = (['status', 'reason', 'z', 'rank', 'class'] as const).filter(
        (measure, bit) => measure === 'class' || (i >> bit) & 1,
      );
      const classification = `fixed:${i},${2 * i + 1}`;
      const query = { indicators: ['dem_pop', 'edu_gymnasium'], measures, classification };
      const set = resolveTileSet(live.current(), 'musterstadt-quartier', GRID, query, String(i), TODAY);
      for (const z of [10, 12, 13]) {
        const address = { z, ...tileAt(z, [7.735, 52.1]) };
        for (const encoding of ['identity', 'gzip'] as const) {
          made += (await tiles.read(set, address, encoding, never)).length;
        }
      }
    }
  }

  await readSets(0, 20);
  const before = bytesInUse();
  made = 0;
  await readSets(20, 1020);
  const grown = bytesInUse() - before;
  const most = Object.values(limits).reduce((sum, limit) => sum + limit, 0);
  // Plans of the sets that the catalogue remembers are not bytes of tiles.
  const plans = 2 * MIB;
  t.ok(made > 2 * (most + plans), `made ${made} bytes, more than may be kept`);
  t.ok(grown < most + plans, `kept ${grown} bytes`);
});

t.test('a thousand long filters do not pile up', async (t) => {
  const { db } = await preparedDatabase(t, 'demo');
  const live = await openCatalog(db, fail);
  t.teardown(() => live.close());
  const store = makeGeometryStore({ threads: 2 });
  t.teardown(() => store.close());
  const tiles = makeTileReader(makeReader(db, live), store);
  const address = { z: 10, ...tileAt(10, [7.735, 52.1]) };
  const never = new AbortController().signal;
  const numbers = Array.from({ length: 990 }, (_, i) => 1000.125 + i).join();
  const read = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      const filter = `dem_pop IN (${i},${numbers})`;
      const query = { indicators: ['dem_pop'], measures: ['value'] as const, filter };
      const text = `filter=${filter}`;
      const set = resolveTileSet(live.current(), 'musterstadt-quartier', GRID, query, text, TODAY);
      await tiles.read(set, address, 'identity', never);
    }
  };
  await read(0, 20);
  const before = bytesInUse();
  await read(20, 1020);
  const grown = bytesInUse() - before;
  t.ok(grown < 32 * MIB, `kept ${grown} bytes`);
});

t.test('compressing that failed fails whoever waited for it, and nobody who comes later', async (t) => {
  const { db } = await preparedDatabase(t, 'demo');
  const live = await openCatalog(db, fail);
  t.teardown(() => live.close());
  const store = makeGeometryStore({ threads: 2 });
  t.teardown(() => store.close());
  let attempts = 0;
  const broken: GeometryStore = {
    ...store,
    async deflate(template) {
      attempts++;
      if (attempts === 1) throw new Error('the thread died');
      return await store.deflate(template);
    },
  };
  const tiles = makeTileReader(makeReader(db, live), broken);
  const address = { z: 10, ...tileAt(10, [7.735, 52.1]) };
  const never = new AbortController().signal;
  const read = async (period: string, encoding: 'gzip' | 'identity'): Promise<string> => {
    const query = { indicators: ['dem_pop'], period: [period], measures: ['value'] as const };
    const set = resolveTileSet(live.current(), 'musterstadt-quartier', GRID, query, period, TODAY);
    return Buffer.from(await tiles.read(set, address, encoding, never)).toString('base64');
  };
  // Both have the same template.
  for (const period of ['2019', '2020']) await read(period, 'identity');
  const both = await Promise.allSettled([read('2019', 'gzip'), read('2020', 'gzip')]);
  t.strictSame(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  for (const period of ['2019', '2020']) {
    const packed = Buffer.from(await read(period, 'gzip'), 'base64');
    t.equal(gunzipSync(packed).toString('base64'), await read(period, 'identity'), period);
  }
});

t.test('the geometry of a boundary version that went is let go with the first tile afterwards', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const live = await openCatalog(db, fail);
  t.teardown(() => live.close());
  const store = makeGeometryStore({ threads: 2 });
  t.teardown(() => store.close());
  const tiles = makeTileReader(makeReader(db, live), store);
  const read = async (): Promise<number> => {
    const query = { measures: ['value'] as const };
    const set = resolveTileSet(live.current(), 'klein-quarter', GRID, query, '', TODAY);
    await tiles.read(set, { z: 0, x: 0, y: 0 }, 'identity', new AbortController().signal);
    return set.layers[0]!.version.release;
  };
  const first = await read();
  const bytes = store.bytes();
  await importTown(t, db, {
    package: (pkg) => {
      pkg.quarterFeatures = pkg.quarterFeatures.filter((feature) => feature.properties.id !== '0203');
      pkg.lines = pkg.lines.filter((line) => !line.startsWith('0203'));
    },
  });
  await live.refresh();
  t.not(await read(), first);
  t.ok(store.bytes() < bytes, 'only the new one is held, which has a district less');
});
