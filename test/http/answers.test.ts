/** What HTTP does for every answer: compression, ranges left alone, streams, proxies, OPTIONS, HEAD. */
import { once } from 'node:events';
import { get as request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import Fastify from 'fastify';
import t from 'tap';
import { buildApp } from '../../src/app.ts';
import { compressAnswers } from '../../src/http/compress-answers.ts';
import { sendChunks } from '../../src/http/stream.ts';
import type { Scope } from '../support/database.ts';
import { preparedDatabase } from '../support/prepared.ts';
import { testService } from '../support/service.ts';

const UNDO = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync };

t.test('answers are compressed as the client likes it', async (t) => {
  const { ask, get, app } = await testService(t, 'demo');
  const items = '/collections/musterstadt-quartier/items';
  for (const path of [
    items,
    `${items}?f=csv`,
    `${items}?f=html`,
    '/',
    '/api',
    '/indicators',
    '/collections',
  ]) {
    const plain = await ask({ url: `/v1${path}` });
    t.notOk(plain.headers['content-encoding'], path);
    t.match(plain.headers.vary, /\bAccept-Encoding\b/, path);
    const tags = new Set([plain.headers.etag]);
    for (const coding of ['gzip', 'br', 'zstd'] as const) {
      const packed = await ask2(coding, `/v1${path}`);
      t.equal(packed.headers['content-encoding'], coding, `${path} ${coding}`);
      t.ok(packed.rawPayload.length < plain.rawPayload.length);
      t.equal(UNDO[coding](packed.rawPayload).toString(), plain.body);
      tags.add(packed.headers.etag);
      const again = await ask2(coding, `/v1${path}`, { 'if-none-match': String(packed.headers.etag) });
      t.equal(again.statusCode, 304, `${path} ${coding}`);
      t.equal(again.headers.etag, packed.headers.etag);
    }
    t.equal(tags.size, 4, `${path}: each coding has its own tag`);
  }
  async function ask2(coding: string, url: string, headers: Record<string, string> = {}) {
    // Past the check against the contract, which reads no compressed bodies.
    return await app.server.inject({ url, headers: { ...headers, 'accept-encoding': coding } });
  }
  const problem = await get('/collections/x', { 'accept-encoding': 'gzip' });
  t.equal(problem.statusCode, 404);
  t.notOk(problem.headers['content-encoding'], 'small answers stay as they are');
  const file = await ask2('br', `/v1${items}?f=flatgeobuf`);
  t.notOk(file.headers['content-encoding'], 'files are read in ranges');
});

t.test('an answer that is compressed already, or of another type, is left alone', async (t) => {
  const app = Fastify();
  compressAnswers(app);
  const body = 'x'.repeat(5000);
  app.get('/tile', (_, reply) => reply.type('application/vnd.mapbox-vector-tile').send(Buffer.from(body)));
  app.get('/packed', (_, reply) =>
    reply.type('application/json').header('content-encoding', 'gzip').send(Buffer.from(body)),
  );
  app.get('/html', (_, reply) => reply.type('text/html').send(body));
  const ask = async (url: string) => await app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
  t.equal((await ask('/tile')).body, body);
  t.equal((await ask('/packed')).body, body);
  t.equal(gunzipSync((await ask('/html')).rawPayload).toString(), body);
});

for (const coding of ['identity', 'gzip', 'br', 'zstd']) {
  t.test(`the first byte is there before the last chunk is made (${coding})`, async (t) => {
    const app = Fastify();
    compressAnswers(app);
    let made = 0;
    let received = false;
    const line = (): string => `${Array.from({ length: 4000 }, () => Math.random()).join()}\r\n`;
    app.get('/', (_, reply) =>
      sendChunks(
        reply.type('text/csv'),
        (async function* () {
          for (; made < 200; made++) {
            yield line();
            // The end waits for the client, which waits for the beginning: without streaming this never ends.
            while (made === 150 && !received) await sleep(5);
          }
        })(),
      ),
    );
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    t.teardown(() => app.close());
    const [response] = await once(request(base, { headers: { 'accept-encoding': coding } }), 'response');
    await once(response, 'readable');
    response.read();
    received = true;
    t.ok(made < 200, `${made} of 200 chunks`);
    response.resume();
    await once(response, 'end');
    t.equal(made, 200);
  });
}

t.test(
  'an error before the first chunks is an error document, one behind them ends the connection',
  async (t) => {
    const app = Fastify();
    compressAnswers(app);
    const failAt = (n: number) =>
      async function* () {
        for (let i = 0; i < n; i++) yield 'x'.repeat(100_000);
        throw new Error('broken');
      };
    app.get('/early', (_, reply) => sendChunks(reply.type('text/csv'), failAt(1)()));
    app.get('/late', (_, reply) => sendChunks(reply.type('text/csv'), failAt(50)()));
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    t.teardown(() => app.close());
    t.equal((await fetch(`${base}/early`)).status, 500);
    for (const coding of ['identity', 'gzip']) {
      const late = await fetch(`${base}/late`, { headers: { 'accept-encoding': coding } }).catch(() => null);
      await t.rejects(late === null ? Promise.reject(new Error('cut')) : late.text(), coding);
    }
  },
);

t.test('addresses are those that the client used, also behind a trusted proxy', async (t) => {
  const open = async (trustedProxies: string[]) => await openBehind(t, trustedProxies);
  const [alone, behind] = [await open([]), await open(['127.0.0.0/8'])];
  const table: [string, Record<string, string>, string][] = [
    ['nothing', {}, 'http://town.example'],
    ['a port', { host: 'town.example:8080' }, 'http://town.example:8080'],
    ['the default port', { host: 'town.example:80' }, 'http://town.example'],
    [
      'X-Forwarded-*',
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'daten.town.example' },
      'https://daten.town.example',
    ],
    [
      'Forwarded',
      { forwarded: 'for=10.0.0.1;proto=https;host="daten.town.example"' },
      'https://daten.town.example',
    ],
    [
      'Forwarded of the client beside X-Forwarded-* of the proxy',
      {
        forwarded: 'host=evil.example;proto=http',
        'x-forwarded-for': '10.0.0.1',
        'x-forwarded-proto': 'https',
        host: 'daten.town.example',
      },
      'https://daten.town.example',
    ],
    [
      'several proxies: the nearest counts',
      { forwarded: 'host=evil.example, for=10.0.0.1;host=daten.town.example;proto=https' },
      'https://daten.town.example',
    ],
  ];
  for (const [name, headers, origin] of table) {
    const served = await behind({ host: 'town.example', ...headers });
    t.equal(served, `${origin}/v1`, name);
    const plain = await alone({ host: 'town.example', ...headers });
    const named = headers.host ?? 'town.example';
    t.equal(
      plain,
      /orward|several/.test(name) ? `http://${named}/v1` : `${origin}/v1`,
      `${name}, not trusted`,
    );
  }
});

async function openBehind(t: Scope, trustedProxies: string[]) {
  const { db } = await preparedDatabase(t, 'demo');
  const app = await buildApp({ db, logLevel: 'silent', trustedProxies });
  t.teardown(() => app.server.close());
  return async (headers: Record<string, string>): Promise<string> =>
    (await app.server.inject({ url: '/v1/api', headers })).json().servers[0].url;
}

t.test('headers fit into the buffers of proxies and clients, whatever the filter', async (t) => {
  const { app, get } = await testService(t, 'demo');
  const longest = `key IN (${Array.from({ length: 830 }, (_, i) => `'${String(i).padStart(9, '0')}'`)})`;
  const address = (filter: string, rest: string): string =>
    `/collections/musterstadt-quartier/items?${rest}&filter=${encodeURIComponent(filter)}`;
  const short = await get(address('true', 'limit=2'));
  t.equal(String(short.headers.link).match(/rel=/g)?.length, short.json().links.length);
  for (const rest of ['f=csv', 'f=geojson', 'f=html'])
    t.ok(String((await get(address(longest, rest))).headers.link ?? '').length < 3000, rest);
  const paged = await get(address(`${longest} OR true`, 'f=csv&limit=2'));
  t.match(
    paged.headers.link,
    /^<[^>]+>; rel="next"; type="text\/csv"$/,
    'there is no other way to the next page',
  );

  const base = await app.server.listen({ host: '127.0.0.1', port: 0 });
  t.equal((await fetch(`${base}/v1${address(longest, 'f=csv')}`)).status, 200, 'sent by a client');
  const tooLong = await fetch(`${base}/v1${address('x'.repeat(70_000), 'f=csv')}`);
  t.equal(tooLong.status, 431);
  t.match(await tooLong.json(), { status: 431, type: '/docs#headers_too_large' });
});

t.test('OPTIONS and HEAD', async (t) => {
  const { ask } = await testService(t, 'demo');
  const url = '/v1/collections/musterstadt-quartier/items';
  const options = await ask({ method: 'OPTIONS', url });
  t.equal(options.statusCode, 204);
  t.equal(options.headers.allow, 'GET, HEAD, OPTIONS');
  const preflight = await ask({
    method: 'OPTIONS',
    url,
    headers: { origin: 'https://other.example', 'access-control-request-method': 'GET' },
  });
  t.equal(preflight.statusCode, 204);
  t.equal(preflight.headers['access-control-allow-origin'], '*');
  t.equal(preflight.headers['access-control-allow-methods'], 'GET, HEAD, OPTIONS');
  t.notOk(preflight.headers['access-control-allow-headers']);
  const json = await ask({
    method: 'OPTIONS',
    url: '/v1/processes/echo/execution',
    headers: {
      origin: 'https://other.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,prefer',
    },
  });
  t.match(json.headers, {
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'content-type,prefer',
    'access-control-max-age': /^\d+$/,
    vary: /access-control-request-headers/i,
  });
  for (const headers of [{}, { origin: 'https://other.example', 'access-control-request-method': 'GET' }])
    t.equal((await ask({ method: 'OPTIONS', url: '/v1/nowhere', headers })).statusCode, 404);
  const post = await ask({ method: 'POST', url, headers: { 'content-type': 'text/plain' }, payload: 'x' });
  t.equal(post.statusCode, 405, 'whatever the body is');
  const head = await ask({ method: 'HEAD', url: `${url}?limit=3` });
  const get = await ask({ url: `${url}?limit=3` });
  t.equal(head.body, '');
  for (const name of ['etag', 'link', 'content-crs', 'content-type', 'ogc-numbermatched', 'content-length']) {
    t.equal(head.headers[name], get.headers[name], name);
  }
  t.match(get.headers['access-control-expose-headers'], /Content-Crs/);
});
