/**
 * The servers of the tile benchmark, in a process of their own: the service with its caches, the service that keeps no
 * finished tile, and bare Fastify routes. Says the ports and takes the tiles that the bare routes return.
 */
import { gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildApp } from '../../src/app.ts';
import { openDatabase } from '../../src/db/database.ts';

const [databaseUrl] = process.argv.slice(2);
const TILE = 'application/vnd.mapbox-vector-tile';

const { db, close } = await openDatabase({
  databaseUrl: databaseUrl!,
  dataDir: '',
  statementTimeoutMs: 600_000,
});
const cached = await buildApp({ db, logLevel: 'silent' });
const joining = await buildApp({ db, logLevel: 'silent', tileCacheMib: 0 });

/** Bodies of the bare routes. */
const bodies = new Map<string, Buffer>();
const bare = Fastify();
bare.get('/bare/:name', (request, reply) => {
  reply.type(TILE).send(bodies.get((request.params as { name: string }).name));
});
// What a server does that compresses each answer: with the tile already made.
bare.get('/gzip1/:name', (request, reply) => {
  const body = bodies.get((request.params as { name: string }).name)!;
  reply
    .type(TILE)
    .header('content-encoding', 'gzip')
    .send(gzipSync(body, { level: 1 }));
});

process.on('message', async (message: { bodies: Record<string, string> } | 'close') => {
  if (message === 'close') {
    await Promise.all([cached.server.close(), joining.server.close(), bare.close()]);
    await close();
    process.disconnect();
    return;
  }
  for (const [name, text] of Object.entries(message.bodies)) bodies.set(name, Buffer.from(text, 'base64'));
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
