/**
 * The servers of the tile benchmark, in a process of their own: the service with its caches, the service that keeps no
 * finished tile, and bare Fastify routes. Says the ports and takes the tiles that the bare routes return.
 */
import { gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildApp } from '../../src/app.ts';
import { openCatalog } from '../../src/catalog/live-catalog.ts';
import { openDatabase } from '../../src/db/database.ts';
import { makeReader } from '../../src/reader.ts';
import { makeGeometryStore } from '../../src/tiles/geometry/geometry-store.ts';
import { makeTileReader } from '../../src/tiles/read-tile.ts';
import { requireTileMatrixSet } from '../../src/tiles/tile-matrix-set.ts';
import { resolveTileSet } from '../../src/tiles/tile-set.ts';

const [databaseUrl] = process.argv.slice(2);
const TILE = 'application/vnd.mapbox-vector-tile';

const { db, close } = await openDatabase({
  databaseUrl: databaseUrl!,
  dataDir: '',
  statementTimeoutMs: 600_000,
});
const cached = await buildApp({ db, logLevel: 'silent' });
const joining = await buildApp({ db, logLevel: 'silent', tileCacheMib: 0 });

/** Bodies of the bare routes: as many as there are tiles in turn, so that they are as far away in memory. */
const bodies = new Map<string, Buffer>();
const bare = Fastify();
bare.get('/bare/:name/:copy', (request, reply) => {
  const { name, copy } = request.params as { name: string; copy: string };
  reply.type(TILE).send(bodies.get(`${name}/${copy}`));
});
/** The joined tile of the same engine, compressed as a whole: what a server does that compresses each answer. */
const live = await openCatalog(db, () => {});
const tiles = makeTileReader(makeReader(db, live), makeGeometryStore(), { tiles: 1 });
const grid = requireTileMatrixSet('WebMercatorQuad');
bare.get('/gzip1/:collection/:z/:y/:x', async (request, reply) => {
  const { collection, z, y, x } = request.params as Record<string, string>;
  const { indicators, period } = request.query as Record<string, string>;
  const query = { indicators: [indicators!], period: [period!], measures: ['value', 'status'] as const };
  const text = `${indicators}/${period}`;
  const set = resolveTileSet(live.current(), collection!, grid, query, text, '2022-01-01');
  const address = { z: Number(z), y: Number(y), x: Number(x) };
  const { parts, release } = tiles.readNow(set, address, 'identity') ?? {
    parts: [await tiles.read(set, address, 'identity', new AbortController().signal)],
    release() {},
  };
  const tile = gzipSync(Buffer.concat(parts), { level: 1 });
  release();
  return reply.type(TILE).header('content-encoding', 'gzip').send(tile);
});

process.on('message', async (message: { copies: number; bodies: Record<string, string> } | 'close') => {
  if (message === 'close') {
    await Promise.all([cached.server.close(), joining.server.close(), bare.close()]);
    live.close();
    await close();
    process.exit();
  }
  for (const [name, text] of Object.entries(message.bodies)) {
    for (let copy = 0; copy < message.copies; copy++)
      bodies.set(`${name}/${copy}`, Buffer.from(text, 'base64'));
  }
  process.send!('kept');
});

async function listen(server: FastifyInstance): Promise<string> {
  return await server.listen({ host: '127.0.0.1', port: 0 });
}
process.send!({
  cached: await listen(cached.server),
  joining: await listen(joining.server),
  bare: await listen(bare),
});
