import { Agent, request as ask } from 'node:http';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { buffer } from 'node:stream/consumers';
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

t.test('what was settled in a state that went meanwhile is not kept', async (t) => {
  let state = {};
  const lane = makeFastLane(() => state);
  const app = Fastify({ serverFactory: lane.serverFactory });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  let reached = 0;
  app.get('/tiles/:z/:y/:x', async (request, reply) => {
    reached++;
    if (reached === 1) {
      begin();
      await gate;
    }
    lane.keep(request, reply, { tagOf: () => '"tag"', bodyOf: () => whole([Buffer.from('lane')]) });
    return reply.send('handler');
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const get = async (path: string): Promise<string> =>
    await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const slow = get('/tiles/1/2/3?slow');
  await begun;
  state = {};
  t.equal(await get('/tiles/1/2/3?other'), 'handler', 'the lane sees the new state');
  open();
  t.equal(await slow, 'handler');
  t.equal(await get('/tiles/1/2/3?slow'), 'handler', 'what came before it is asked again');
  t.equal(await get('/tiles/1/2/3?slow'), 'lane');
  t.equal(reached, 3);
});

/** Requests as they come over a socket, and how many of them the lane leaves to the handler. */
const WIRE: [string, number, string[]][] = [
  ['two at once', 0, [plain(), plain()]],
  ['HTTP/1.0', 1, [plain('', '1.0')]],
  ['HTTP/1.0 that stays', 0, [plain('Connection: keep-alive\r\n', '1.0')]],
  ['one that ends', 1, [plain('Connection: close\r\n')]],
  ['one that ends after another', 1, [plain(), plain('Connection: close\r\n')]],
  ['one that waits for leave', 0, [plain('Expect: 100-continue\r\n')]],
  ['one that expects too much', 0, [plain('Expect: more\r\n')]],
  [
    'a body that nobody reads',
    0,
    [
      `${plain('Content-Length: 5\r\n')}hello`,
      `${plain('Transfer-Encoding: chunked\r\n')}2\r\nab\r\n0\r\n\r\n`,
      plain(),
    ],
  ],
  [
    'HEAD between others',
    2,
    [plain(), plain().replace('GET', 'HEAD'), plain(), plain().replace('GET', 'HEAD')],
  ],
  ['If-None-Match twice', 0, [plain('If-None-Match: "a"\r\nIF-NONE-MATCH: *\r\n')]],
  ['no host', 0, ['GET {} HTTP/1.1\r\n\r\n']],
  ['a whole address', 1, [plain().replace('{}', 'http://a{}')]],
];

function plain(headers = '', version = '1.1'): string {
  return `GET {} HTTP/${version}\r\nHost: a\r\n${headers}\r\n`;
}

t.test('on the wire the lane answers as the handler does', async (t) => {
  let isOpen = true;
  const lane = makeFastLane(() => 1);
  const app = Fastify({ serverFactory: lane.serverFactory, forceCloseConnections: true });
  let reached = 0;
  app.get('/tiles/:z/:y/:x', { exposeHeadRoute: true }, async (request, reply) => {
    reached++;
    const { z, y, x } = request.params as Record<string, string>;
    const bodyOf = (...numbers: number[]): string => `tile ${numbers.join(' ')} `.repeat(numbers[0]! * 500);
    const tag = `"${z}-${y}-${x}"`;
    reply.header('access-control-allow-origin', '*');
    if (isCurrent(request, reply, { tag, policy: 'public', vary: 'Accept-Encoding' }))
      return reply.code(304).send();
    reply.type('application/x');
    if (isOpen) {
      lane.keep(request, reply, {
        tagOf: (...numbers) => `"${numbers.join('-')}"`,
        bodyOf: (...numbers) => inPieces(bodyOf(...numbers)),
      });
    }
    return reply.send(Buffer.from(bodyOf(Number(z), Number(y), Number(x))));
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  // Small answers are copied, large ones are written in parts.
  for (const z of [1, 9]) {
    for (const [name, left, requests] of WIRE) {
      t.test(`${name}, zoom ${z}`, async (t) => {
        const send = async (query: string): Promise<string> =>
          await exchange(
            port,
            requests.map((text) => text.replace('{}', `/tiles/${z}/2/3?${query}`)).join(''),
          );
        isOpen = false;
        const handled = await send(`${name.length}`);
        isOpen = true;
        await fetch(`http://127.0.0.1:${port}/tiles/1/1/1?${name.length}-${z}`, {
          headers: { 'accept-encoding': 'identity' },
        });
        const before = reached;
        t.equal(await send(`${name.length}-${z}`), handled);
        t.equal(reached - before, left);
      });
    }
  }
});

function inPieces(text: string): Body {
  const bytes = Buffer.from(text);
  return whole([bytes.subarray(0, 10), bytes.subarray(10, 10), bytes.subarray(10)]);
}

/**
 * Sends bytes, and waits for what comes until the server ends the connection or answers a last request, which ends it.
 * @returns answers without dates, header names in lower case and sorted
 */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connectSocket(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`${text}GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  const all = await buffer(socket);
  return all
    .toString('latin1')
    .replace(/(HTTP\/1\.1 \d+ [^\r]*\r\n)((?:[^\r]+\r\n)*)(?=\r\n)/g, (_, line, headers) => {
      const fields = (headers as string)
        .trim()
        .split('\r\n')
        .map((field) => field.replace(/^[^:]+/, (name) => name.toLowerCase()));
      return (
        line +
        fields
          .filter((field) => !field.startsWith('date:'))
          .sort()
          .join('\n')
      );
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
