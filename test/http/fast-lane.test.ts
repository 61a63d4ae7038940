import { request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import Fastify from 'fastify';
import t from 'tap';
import { isCurrent } from '../../src/http/caching.ts';
import { chooseEncoding } from '../../src/http/content-encoding.ts';
import { makeFastLane } from '../../src/http/fast-lane.ts';
import type { Scope } from '../support/database.ts';

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

/** A server with one route that keeps its answers, and how often the route was reached. */
async function serve(t: Scope): Promise<{
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  reached(): number;
  change(): void;
}> {
  let state = {};
  let reached = 0;
  const lane = makeFastLane(() => state, 1_000_000);
  const app = Fastify({ serverFactory: lane.serverFactory });
  app.get('/tile', async (request, reply) => {
    reached++;
    const encoding = chooseEncoding(request.headers['accept-encoding'] as string | undefined);
    const tag = `"v-${encoding}"`;
    if (isCurrent(request, reply, { tag, policy: 'public', vary: 'Accept-Encoding' }))
      return reply.code(304).send();
    const text = Buffer.from(`tile ${request.url}`);
    reply.type('text/plain');
    if (encoding === 'gzip') reply.header('content-encoding', 'gzip');
    const body = encoding === 'gzip' ? gzipSync(text) : text;
    lane.keep(request, reply, body);
    return reply.send(body);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  return {
    get: (path, headers = {}, method = 'GET') =>
      new Promise((resolve, reject) => {
        const request = ask({ port, path, method, headers, agent: false }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const { date: _, ...rest } = response.headers;
            resolve({ status: response.statusCode!, headers: rest, body: Buffer.concat(parts) });
          });
        });
        request.on('error', reject).end();
      }),
    reached: () => reached,
    change: () => {
      state = {};
    },
  };
}

t.test('the second request is answered as the first, without reaching the route', async (t) => {
  const { get, reached } = await serve(t);
  await get('/tile');
  for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
    const before = await get('/tile?x=1', headers);
    const count = reached();
    t.strictSame(await get('/tile?x=1', headers), before);
    t.equal(before.status, 200);
    t.equal(reached(), count);
  }
});

t.test('a client that has it gets 304 with the headers that a 304 repeats', async (t) => {
  const { get, reached } = await serve(t);
  await get('/tile');
  await get('/tile');
  const count = reached();
  for (const tag of ['"v-identity"', 'W/"v-identity"', '"other", W/"v-identity"', '*']) {
    const { status, headers, body } = await get('/tile', { 'if-none-match': tag });
    t.equal(status, 304);
    t.match(headers, { etag: '"v-identity"', vary: 'Accept-Encoding', 'cache-control': 'public' });
    t.notOk(headers['content-type']);
    t.equal(body.length, 0);
  }
  t.equal(reached(), count);
  t.equal((await get('/tile', { 'if-none-match': '"other"' })).status, 200);
});

t.test('what may have changed is asked again', async (t) => {
  const { get, reached, change } = await serve(t);
  await get('/tile');
  await get('/tile');
  await get('/tile');
  const count = reached();
  change();
  await get('/tile');
  t.equal(reached(), count + 1);
});

t.test('other methods, addresses and codings have answers of their own', async (t) => {
  const { get, reached } = await serve(t);
  await get('/tile');
  await get('/tile');
  const count = reached();
  t.equal((await get('/tile', {}, 'HEAD')).body.length, 0);
  t.equal((await get('/tile', {}, 'POST')).status, 404);
  await get('/tile?');
  await get('/tile', { 'accept-encoding': 'gzip' });
  t.equal(reached(), count + 3);
});
