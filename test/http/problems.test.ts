import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import Fastify from 'fastify';
import t from 'tap';
import { installProblems, PROBLEMS, toProblemDocument } from '../../src/http/problems.ts';
import { Problem, type ProblemCode } from '../../src/problem.ts';
import { testService } from '../support/service.ts';

t.test('every code has a status and a title, and tells a client no more than it may know', async (t) => {
  for (const [code, { status, title, type = `/docs#${code}` }] of Object.entries(PROBLEMS)) {
    const item = { code: 'x', got: 'secret', expected: 'other' };
    const document = toProblemDocument(new Problem(code as ProblemCode, 'password=secret', [item]), '/v1/x');
    t.match(document, { status, title, instance: '/v1/x', type });
    t.equal(/secret/.test(JSON.stringify(document)), status < 500, code);
  }
});

t.test('a crash in a handler is a problem document without its message', async (t) => {
  const app = Fastify();
  installProblems(app);
  app.get('/crash', () => {
    throw new Error('select * from secret_table');
  });
  const response = await app.inject('/crash');
  t.equal(response.statusCode, 500);
  t.match(response.headers['content-type'], /^application\/problem\+json/);
  t.match(response.json(), { title: 'Internal error', status: 500, errors: [] });
  t.notMatch(response.body, /secret_table/);
});

t.test('whatever a client does wrong is answered with a problem document', async (t) => {
  const { ask, get, app } = await testService(t, 'demo');
  const json = { 'content-type': 'application/json' };
  const process = '/v1/processes/local-moran/execution';
  const cases: [string, Parameters<typeof ask>[0], number][] = [
    ['unknown route', { url: '/v1/nothing' }, 404],
    ['unknown route outside the API', { url: '/nothing' }, 404],
    ['unknown collection', { url: '/v1/collections/x' }, 404],
    ['address that cannot be decoded', { url: '/v1/collections/%zz' }, 400],
    ['zero byte', { url: '/v1/collections/%00/items' }, 404],
    ['a zero byte where the database is asked', { url: '/v1/jobs?processID=%00' }, 400],
    ['over-long parameter', { url: `/v1/collections/${'x'.repeat(300)}/items` }, 400],
    ['another method', { method: 'DELETE', url: '/v1/collections' }, 405],
    [
      'another method with a body',
      { method: 'PUT', url: '/v1/observations', headers: json, payload: '{}' },
      405,
    ],
    ['a QUERY, which Fastify would refuse by itself', { method: 'QUERY', url: '/v1/collections' }, 405],
    ['a method that nothing has', { method: 'TRACE', url: '/v1/collections' }, 405],
    ['get of a process', { url: process }, 405],
    ['body that is no JSON', { method: 'POST', url: process, headers: json, payload: '{"inputs":' }, 400],
    ['no body', { method: 'POST', url: process, headers: json, payload: '' }, 400],
    ['neither a body nor its type', { method: 'POST', url: process }, 400],
    ['null', { method: 'POST', url: process, headers: json, payload: 'null' }, 400],
    [
      'another media type',
      { method: 'POST', url: process, headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
      415,
    ],
    [
      'plain text',
      { method: 'POST', url: process, headers: { 'content-type': 'text/plain' }, payload: '{}' },
      415,
    ],
    [
      'large body',
      { method: 'POST', url: process, headers: json, payload: JSON.stringify('x'.repeat(2e6)) },
      413,
    ],
  ];
  for (const [name, options, status] of cases) {
    const response = await ask(options);
    t.equal(response.statusCode, status, name);
    t.match(response.headers['content-type'], /^application\/problem\+json/, name);
    t.match(response.json(), { status, type: /^\/docs#/, title: /\S/, detail: /\S/, errors: [] }, name);
  }
  t.match((await ask({ method: 'DELETE', url: '/v1/collections' })).headers.allow, 'GET, HEAD');

  t.test('each wrong parameter is named with got and expected', async (t) => {
    const response = await get(
      '/collections/musterstadt-quartier/items?limit=0&bbox=1,2,3&foo=1&measures=value,mean&offset=-1',
    );
    t.equal(response.statusCode, 400);
    const errors: { field: string }[] = response.json().errors;
    t.match(
      errors.sort((a, b) => (a.field < b.field ? -1 : 1)),
      [
        { field: 'bbox', got: '[1,2,3]', expected: 'at least 4 entries' },
        { field: 'foo', code: 'unknown_parameter', expected: /limit/ },
        { field: 'limit', got: '0', expected: 'at least 1' },
        { field: 'measures.1', got: 'mean', expected: /^one of value/ },
        { field: 'offset', got: '-1', expected: 'at least 0' },
      ],
    );
  });

  t.test('a Host header that is no host is refused, and never repeated in links', async (t) => {
    for (const host of ['a b', '[', 'evil:99999', 'evil"><x', 'a/b']) {
      const response = await get('/', { host });
      t.equal(response.statusCode, 400, host);
      t.match(response.json().errors, [{ field: 'Host' }], host);
    }
    for (const host of ['example.org', 'example.org:8080', '[::1]:3000', 'my_host-1.local']) {
      t.equal((await get('/', { host })).json().links[0].href, `http://${host}/v1/`, host);
    }
  });

  t.test('numbers are read strictly', async (t) => {
    for (const text of ['1e2', '0x10', '%205', '1.5', '+3', '1_000', '\u0661']) {
      const response = await get(`/collections/musterstadt-quartier/items?offset=${encodeURI(text)}`);
      t.equal(response.statusCode, 400, text);
      t.match(response.json().errors, [{ field: 'offset', expected: 'integer' }], text);
    }
    t.equal((await get('/collections/musterstadt-quartier/items?bbox=6,5e1,1e1,53.5')).statusCode, 200);
  });

  t.test('a parameter given twice is refused, an empty one too', async (t) => {
    t.equal((await get('/collections?f=json&f=json')).statusCode, 400);
    for (const parameter of ['limit', 'bbox', 'datetime', 'indicators', 'period', 'cursor', 'f']) {
      t.equal(
        (await get(`/collections/musterstadt-quartier/items?${parameter}=`)).statusCode,
        400,
        parameter,
      );
    }
  });

  t.test('what is not HTTP gets a problem document too', async (t) => {
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.server.address() as AddressInfo;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    t.match(answer, /^HTTP\/1\.1 400 .*application\/problem\+json/s);
  });
});
