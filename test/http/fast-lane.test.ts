import { Agent, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import Fastify from 'fastify';
import t from 'tap';
import { isCurrent } from '../../src/http/caching.ts';
import { chooseEncoding } from '../../src/http/content-encoding.ts';
import { makeFastLane } from '../../src/http/fast-lane.ts';
import type { Body } from '../../src/http/ready-answer.ts';
import type { Scope } from '../support/database.ts';

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

function whole(parts: Buffer[]): Body {
  return { parts, release() {} };
}

/** A server with one family of addresses, and how often its route was reached. */
async function serve(t: Scope): Promise<{
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  reached(): number;
  change(): void;
}> {
  let state = {};
  let reached = 0;
  const lane = makeFastLane(() => state);
  const app = Fastify({ serverFactory: lane.serverFactory });
  app.get('/tiles/:z/:y/:x', async (request, reply) => {
    reached++;
    const encoding = chooseEncoding(request.headers['accept-encoding'] as string | undefined);
    const query = JSON.stringify(request.query);
    const bodyOf = (z: number, y: number, x: number): Buffer => {
      const text = Buffer.from(`${z} ${y} ${x} ${query}`);
      return encoding === 'gzip' ? gzipSync(text) : text;
    };
    const tagOf = (z: number, y: number, x: number): string => `"${z}-${y}-${x}-${encoding}"`;
    const { z, y, x } = request.params as Record<string, string>;
    const numbers = [Number(z), Number(y), Number(x)] as const;
    const tag = tagOf(...numbers);
    if (isCurrent(request, reply, { tag, policy: 'public', vary: 'Accept-Encoding' }))
      return reply.code(304).send();
    reply.type('text/plain');
    if (encoding === 'gzip') reply.header('content-encoding', 'gzip');
    lane.keep(request, reply, {
      tagOf: (...others) => (others[0] > 20 ? null : tagOf(...others)),
      bodyOf: (...others) => {
        if (others[2] === 7) return null;
        if (others[2] === 8) return whole([]);
        return whole(others[2] === 9 ? [Buffer.alloc(0)] : inParts(bodyOf(...others), others[0]));
      },
    });
    return reply.send(bodyOf(...numbers));
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => {
    agent.destroy();
    return app.close();
  });
  const { port } = app.server.address() as AddressInfo;
  return {
    get: (path, headers = {}, method = 'GET') =>
      new Promise((resolve, reject) => {
        const request = ask({ port, path, method, headers, agent }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const { date, ...rest } = response.headers;
            const isNow = Math.abs(Date.parse(date!) - Date.now()) < 60_000;
            resolve({
              status: response.statusCode!,
              headers: { ...rest, isNow },
              body: Buffer.concat(parts),
            });
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

/** Cut into as many parts as the first number says, empty ones among them. */
function inParts(body: Buffer, count: number): Buffer[] {
  const size = Math.ceil(body.length / Math.max(1, count - 1));
  return Array.from({ length: count }, (_, i) => body.subarray(i * size, (i + 1) * size)).concat(
    count === 0 ? [body] : [],
  );
}

for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
  t.test(`others of a family are answered as the first: ${JSON.stringify(headers)}`, async (t) => {
    const { get, reached } = await serve(t);
    await get('/tiles/0/0/0');
    const first = await get('/tiles/3/2/1?x=1', headers);
    const count = reached();
    t.strictSame(await get('/tiles/3/2/1?x=1', headers), first);
    const other = await get('/tiles/4/0/12?x=1', headers);
    for (const parts of [0, 1, 2, 20]) {
      const { body } = await get(`/tiles/${parts}/0/12?x=1`, headers);
      t.match(headers['accept-encoding'] ? String(gunzipSync(body)) : String(body), `${parts} 0 12`);
    }
    t.equal(reached(), count);
    t.equal(other.status, 200);
    const text = headers['accept-encoding'] ? gunzipSync(other.body) : other.body;
    t.equal(String(text), '4 0 12 {"x":"1"}');
    t.match(other.headers, {
      etag: `"4-0-12-${headers['accept-encoding'] ?? 'identity'}"`,
      'content-length': String(other.body.length),
      'content-type': first.headers['content-type'],
      'cache-control': 'public',
      isNow: true,
      vary: 'Accept-Encoding',
    });
  });
}

t.test('a client that has it gets 304 with the headers that a 304 repeats', async (t) => {
  const { get, reached } = await serve(t);
  await get('/tiles/0/0/0');
  await get('/tiles/0/0/0');
  const count = reached();
  for (const tag of ['"1-1-1-identity"', 'W/"1-1-1-identity"', '"other", W/"1-1-1-identity"', '*']) {
    const { status, headers, body } = await get('/tiles/1/1/1', { 'if-none-match': tag });
    t.equal(status, 304);
    t.match(headers, { etag: '"1-1-1-identity"', vary: 'Accept-Encoding', 'cache-control': 'public' });
    t.notOk(headers['content-type']);
    t.equal(body.length, 0);
  }
  t.equal(reached(), count);
  t.equal((await get('/tiles/1/1/1', { 'if-none-match': '"other"' })).status, 200);
});

t.test('what may have changed is asked again', async (t) => {
  const { get, reached, change } = await serve(t);
  await get('/tiles/0/0/0');
  await get('/tiles/0/0/0');
  await get('/tiles/0/0/0');
  const count = reached();
  change();
  await get('/tiles/0/0/0');
  t.equal(reached(), count + 1);
});

for (const [name, path, headers, method] of [
  ['another query', '/tiles/1/1/1?y=1', {}, 'GET'],
  ['another coding', '/tiles/1/1/1', { 'accept-encoding': 'gzip' }, 'GET'],
  ['a connection that ends with the answer', '/tiles/1/1/1', { connection: 'close' }, 'GET'],
  ['another method', '/tiles/1/1/1', {}, 'HEAD'],
  ['a number with a leading zero', '/tiles/1/01/1', {}, 'GET'],
  ['a number with a sign', '/tiles/1/+1/1', {}, 'GET'],
  ['a number with a point', '/tiles/1/1.5/1', {}, 'GET'],
  ['numbers that the family leaves to the handler', '/tiles/21/1/1', {}, 'GET'],
  ['a body that is not at hand', '/tiles/1/1/7', {}, 'GET'],
  ['no body', '/tiles/1/1/8', {}, 'GET'],
  ['a body of nothing', '/tiles/1/1/9', {}, 'GET'],
] as const) {
  t.test(`${name} reaches the handler`, async (t) => {
    const { get, reached } = await serve(t);
    await get('/tiles/1/1/1');
    await get('/tiles/1/1/1');
    const count = reached();
    await get('/tiles/1/1/1');
    t.equal(reached(), count);
    await get(path, headers, method);
    t.equal(reached(), count + 1);
  });
}

t.test('a server that is being closed lets no connection go on, however busy it was', async (t) => {
  const lane = makeFastLane(() => 1);
  const app = Fastify({ serverFactory: lane.serverFactory });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  app.get('/slow', async () => {
    begin();
    await gate;
    return 'slow';
  });
  app.get('/tiles/:z/:y/:x', async (request, reply) => {
    lane.keep(request, reply, { tagOf: () => '"tag"', bodyOf: () => whole([Buffer.from('lane')]) });
    return reply.send('handler');
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const get = (path: string): Promise<{ connection?: string | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      ask({ port, path, agent }, async (response) => {
        const body = Buffer.concat(await response.toArray()).toString();
        resolve({ connection: response.headers.connection, body });
      })
        .on('error', reject)
        .end();
    });
  for (const want of ['handler', 'lane']) t.match(await get('/tiles/1/2/3'), { body: want });
  const slow = get('/slow');
  await begun;
  const closing = app.close();
  while (app.server.listening) await new Promise((resolve) => setImmediate(resolve));
  open();
  await slow;
  t.match(await get('/tiles/1/2/3'), { connection: 'close' });
  await closing;
});
