import type { RequestListener } from 'node:http';
import t from 'tap';
import { startReceiver } from '../support/receiver.ts';
import { testService } from '../support/service.ts';
import { execute, executeAsJob, pathOf, settle } from './ask-process.ts';

t.setTimeout(240_000);

const POINTS = [0, 1, 2, 3].map((i) => [10 + i / 10_000, 51]).concat([[10.5, 51]]);
const COLLECTION = {
  type: 'FeatureCollection',
  features: POINTS.map((coordinates, id) => ({
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates },
    properties: { name: `place ${id}` },
  })),
};

/** Media type and body by path. */
const FILES: Record<string, [type: string, body: string | Buffer]> = {
  '/text': ['text/plain; charset=utf-8', 'Straße'],
  '/number': ['application/json', '1.5'],
  '/object': ['application/problem+json', '{"value":"a"}'],
  '/latin1': ['text/plain', Buffer.from([0xe4])],
  '/broken': ['application/json', '{"value":'],
  '/picture': ['image/png', 'x'],
  '/points': ['application/geo+json', JSON.stringify({ type: 'MultiPoint', coordinates: POINTS })],
  '/features': ['application/json', JSON.stringify(COLLECTION)],
  '/page': ['application/geo+json', JSON.stringify({ ...COLLECTION, links: [{ rel: 'next', href: '/' }] })],
  '/lines': ['application/geo+json', JSON.stringify({ type: 'LineString', coordinates: POINTS.slice(0, 2) })],
  '/indicator': ['text/plain', 'lab_unempl'],
};

const serveFiles: RequestListener = (request, response) => {
  const file = FILES[request.url!];
  if (file) response.writeHead(200, { 'content-type': file[0] }).end(file[1]);
  else if (request.url === '/moved') response.writeHead(302, { location: '/text' }).end();
  else if (request.url === '/hang-up') request.socket.destroy();
  else if (request.url === '/endless') {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const fill = (): void => {
      while (!response.destroyed && response.write('x'.repeat(100_000)));
    };
    response.on('drain', fill);
    fill();
  } else response.writeHead(404).end();
};

const files = await startReceiver(t, serveFiles);
const stranger = await startReceiver(t, serveFiles);
const service = await testService(t, 'demo', { inputOrigins: [files.origin] });
const own = 'http://localhost:80/v1';
const at = (path: string, type?: string) => ({ href: files.origin + path, ...(type && { type }) });

t.test('what is at an address is taken as if it stood in the request', async (t) => {
  const cases: [string, object, object, object?][] = [
    ['echo', { text: at('/text') }, { text: 'Straße' }],
    ['echo', { text: at('/text', 'Text/Plain') }, { text: 'Straße' }],
    ['echo', { number: at('/number', 'application/json') }, { number: 1.5 }],
    ['echo', { text: at('/number') }, { text: '1.5' }],
    ['echo', { object: at('/object') }, { object: { value: 'a' } }],
    ['echo', { mixed: at('/object') }, { mixed: { value: 'a' } }],
    ['echo', { image: at('/picture', 'image/png') }, { image: 'eA==' }],
    [
      'dbscan',
      { points: at('/points'), eps: 20 },
      { points: JSON.parse(String(FILES['/points']![1])), eps: 20 },
    ],
    ['dbscan', { points: at('/features'), eps: 20 }, { points: COLLECTION, eps: 20 }],
    [
      'local-geary',
      {
        collection: 'musterstadt-quartier',
        period: '2024',
        indicators: ['pov_child', at('/indicator')],
      },
      { collection: 'musterstadt-quartier', period: '2024', indicators: ['pov_child', 'lab_unempl'] },
    ],
  ];
  for (const [id, given, inline] of cases) {
    const response = await execute(service, id, given);
    t.equal(response.statusCode, 200, JSON.stringify(given));
    t.equal(response.body, (await execute(service, id, inline)).body);
  }
  const [points, features] = [cases[7]![1], cases[8]![1]];
  t.equal(
    (await execute(service, 'dbscan', points)).body,
    (await execute(service, 'dbscan', features)).body,
    'points are points in either form',
  );
});

t.test('a job has the content of the moment of the request, and shares it with equal ones', async (t) => {
  FILES['/changing'] = ['text/plain', 'before'];
  const created = await execute(
    service,
    'echo',
    { text: at('/changing'), pause: 1 },
    { prefer: 'respond-async' },
  );
  FILES['/changing'] = ['text/plain', 'after'];
  await settle(service, created);
  t.strictSame((await service.get(`${pathOf(created)}/results`)).json(), { text: 'before' });
  await executeAsJob(service, 'echo', { text: 'before', pause: 1 });
  const rows = await service.database.db
    .selectFrom('computation')
    .where('inputs', 'like', '%before%')
    .select('attempts')
    .execute();
  t.strictSame(rows, [{ attempts: 1 }]);
});

t.test('results of one process are inputs of the next, asked without a socket', async (t) => {
  const inputs = { points: { type: 'MultiPoint', coordinates: POINTS }, eps: 20, minPoints: 2 };
  const created = await execute(service, 'dbscan', inputs, { prefer: 'respond-async' });
  await settle(service, created);
  for (const path of ['results', 'results/result']) {
    const href = `${own}${pathOf(created)}/${path}`;
    const next = await execute(service, 'dbscan', { ...inputs, points: { href } });
    t.equal(next.statusCode, 200, path);
    t.equal(next.body, (await execute(service, 'dbscan', inputs)).body);
  }
  const csv = `${own}/observations?collection=musterstadt-quartier&indicators=pov_child&period=2024&f=csv`;
  const copied = await execute(service, 'echo', { text: { href: csv, type: 'text/csv' } });
  t.equal(copied.json().text, (await service.get(csv.slice(own.length))).body);
});

const REFUSED: [name: string, id: string, inputs: object, field: string, code: string, got?: RegExp][] = [
  ['another port', 'echo', { text: { href: `${stranger.origin}/text` } }, 'text/href', 'reference_refused'],
  [
    'a name that begins alike',
    'echo',
    { text: { href: `${files.origin}.example/text` } },
    'text/href',
    'reference_refused',
  ],
  [
    'a user before the host',
    'echo',
    { text: { href: `${files.origin.replace('//', '//user:secret@')}/text` } },
    'text/href',
    'reference_refused',
  ],
  [
    'an allowed origin as user of another host',
    'echo',
    { text: { href: `${files.origin}@${new URL(stranger.origin).host}/text` } },
    'text/href',
    'reference_refused',
  ],
  ['another scheme', 'echo', { text: { href: 'file:///etc/passwd' } }, 'text/href', 'reference_refused'],
  ['no address', 'echo', { text: { href: '/text' } }, 'text/href', 'reference_refused'],
  [
    'metadata of a cloud',
    'echo',
    { text: { href: 'http://169.254.169.254/latest' } },
    'text/href',
    'reference_refused',
  ],
  [
    'this service outside of the API',
    'echo',
    { text: { href: 'http://localhost:80/healthz' } },
    'text/href',
    'reference_refused',
  ],
  [
    'this service by a way around',
    'echo',
    { text: { href: `${own}/../healthz` } },
    'text/href',
    'reference_refused',
  ],
  ['a redirect', 'echo', { text: at('/moved') }, 'text/href', 'reference_failed', /status 302/],
  ['nothing there', 'echo', { text: at('/nothing') }, 'text/href', 'reference_failed', /status 404/],
  [
    'nothing there in this service',
    'echo',
    { text: { href: `${own}/collections/nowhere` } },
    'text/href',
    'reference_failed',
    /status 404/,
  ],
  ['a hang-up', 'echo', { text: at('/hang-up') }, 'text/href', 'reference_failed', /no answer/],
  ['too much', 'echo', { text: at('/endless') }, 'text/href', 'reference_too_large', /4194304 bytes/],
  ['another type than said', 'echo', { text: at('/text', 'text/csv') }, 'text/type', 'reference_type'],
  ['another type than wanted', 'echo', { image: at('/text') }, 'image/type', 'reference_type'],
  ['no text', 'echo', { text: at('/picture') }, 'text/href', 'reference_type'],
  ['JSON that is none', 'echo', { object: at('/broken') }, 'object/href', 'reference_malformed'],
  ['text that is none', 'echo', { text: at('/latin1') }, 'text/href', 'reference_malformed'],
  ['a value of another kind', 'echo', { number: at('/text') }, 'number', 'invalid_value', /Straße/],
  ['other shapes', 'dbscan', { points: at('/lines'), eps: 1 }, 'points', 'invalid_value'],
  ['one page of several', 'dbscan', { points: at('/page'), eps: 1 }, 'points/links', 'incomplete'],
  [
    'too many',
    'local-geary',
    {
      collection: at('/text'),
      period: at('/text'),
      indicators: new Array(8).fill(at('/indicator')),
    },
    'indicators/6',
    'too_many_references',
  ],
];

t.test('every other address is refused, and not opened', async (t) => {
  for (const [name, id, inputs, field, code, got = /./] of REFUSED) {
    const response = await execute(service, id, inputs);
    t.equal(response.statusCode, 400, name);
    const { errors } = response.json();
    t.ok(
      errors.some(
        (error: { field: string; code: string; got: string }) =>
          error.field.startsWith(`/body/inputs/${field}`) && error.code === code && got.test(error.got),
      ),
      `${name}: ${JSON.stringify(errors)}`,
    );
  }
  t.strictSame(stranger.received, []);
  t.ok(files.received.every(({ method }) => method === 'GET'));
  const closed = await testService(t, 'demo');
  const refused = await execute(closed, 'echo', { text: at('/text') });
  t.match(refused.json(), { errors: [{ code: 'reference_refused' }] }, 'without the setting none is allowed');
});
