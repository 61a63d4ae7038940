/** What cannot be published, with what is said of it; and the switch. */
import t from 'tap';
import { execute, pathOf, settle } from '../processes/ask-process.ts';
import { testService } from '../support/service.ts';
import { publish, type Wanted, withdraw } from './publish.ts';

t.setTimeout(120_000);

const collection = 'musterstadt-quartier';
const inputs = { collection, indicator: 'pov_child', period: '2024', permutations: 999 };
const moran: Wanted = { process: 'local-moran', inputs };

t.test('nothing is published unless the service is set to allow it', async (t) => {
  const service = await testService(t, 'demo');
  const refused = await publish(service, 'a', [moran]);
  t.equal(refused.statusCode, 403);
  t.match(refused.json(), {
    type: '/docs#not_allowed',
    errors: [{ code: 'not_allowed', expected: 'PUBLICATIONS=on, or the command sozialraum publish' }],
  });
  t.equal((await withdraw(service, 'a', 'weil')).statusCode, 403);
  t.strictSame((await service.get('/publications')).json().publications, []);
});

t.test('requests that are refused', async (t) => {
  const service = await testService(t, 'demo', { publications: true });
  const { get, ask } = service;
  const other = { ...inputs, period: '2023' };
  const failed = await execute(
    service,
    'regionalise',
    { collection, indicators: ['pov_child'], period: '2024', regions: 900 },
    { prefer: 'respond-async' },
  );
  t.match(await settle(service, failed), { status: 'failed' });
  const failedJob = pathOf(failed).replace('/jobs/', '');
  t.equal((await publish(service, 'lisa', [moran])).statusCode, 201);
  t.equal((await get('/healthz')).statusCode, 404);

  const all: { id: string }[] = (await get(`/indicators?collection=${collection}`)).json().indicators;
  const many = all.slice(0, 8).map(({ id }) => id);
  const refused: [string, string, readonly unknown[], object, number, object][] = [
    ['no results', 'a', [], {}, 400, { code: 'invalid_value', field: '/body/results' }],
    ['an id with capitals', 'LISA', [moran], {}, 400, { field: '/body/id' }],
    ['an unknown member', 'a', [moran], { colour: 'red' }, 400, { field: '/body/colour' }],
    ['no title', 'a', [moran], { title: {} }, 400, { field: '/body/title/de' }],
    ['neither job nor process', 'a', [{}], {}, 400, { code: 'result_unclear', field: '/body/results/0' }],
    ['a job and a process', 'a', [{ ...moran, job: failedJob }], {}, 400, { code: 'result_unclear' }],
    ['a job with inputs', 'a', [{ job: failedJob, inputs }], {}, 400, { code: 'result_unclear' }],
    ['no such process', 'a', [{ process: 'lokal', inputs }], {}, 404, { code: 'no_such_process' }],
    [
      'a process without features',
      'a',
      [{ process: 'echo', inputs: { text: 'a' } }],
      {},
      400,
      { code: 'not_publishable', field: '/body/results/0', got: 'echo' },
    ],
    [
      'a process of the whole map',
      'a',
      [{ process: 'global-autocorrelation', inputs }],
      {},
      400,
      { code: 'not_publishable' },
    ],
    [
      'no such indicator',
      'a',
      [moran, { process: 'local-moran', inputs: { ...inputs, indicator: 'armut' } }],
      {},
      400,
      { code: 'unknown_indicator', field: '/body/results/1/inputs/indicator' },
    ],
    [
      'inputs that the process lacks',
      'a',
      [{ process: 'local-moran', inputs: { ...inputs, alhpa: 1 } }],
      {},
      400,
      { field: '/body/results/0/inputs/alhpa' },
    ],
    [
      'a reference',
      'a',
      [{ process: 'local-moran', inputs: { ...inputs, period: { href: 'http://example.org' } } }],
      {},
      400,
      { code: 'invalid_value', field: '/body/results/0/inputs/period' },
    ],
    [
      'what takes too long',
      'a',
      [
        {
          process: 'local-geary',
          inputs: { collection, indicators: many, period: '2024', permutations: 999_999 },
        },
      ],
      {},
      400,
      { code: 'too_long', field: '/body/results/0', expected: /respond-async/ },
    ],
    ['no such job', 'a', [{ job: '00000000-0000-4000-8000-000000000000' }], {}, 404, { code: 'no_such_job' }],
    ['a job that failed', 'a', [{ job: failedJob }], {}, 400, { code: 'invalid_value' }],
    ['the id of districts', collection, [moran], {}, 400, { code: 'id_taken', got: /districts/ }],
    [
      'the id of another result',
      'lisa',
      [{ process: 'local-moran', inputs: other }],
      {},
      400,
      { code: 'id_taken', field: '/body/id' },
    ],
    ['another title', 'lisa', [moran], { title: { de: 'Neu' } }, 400, { code: 'id_taken' }],
    [
      'the same period twice',
      'a',
      [moran, { process: 'local-moran', inputs: { ...inputs, seed: 2 } }],
      {},
      400,
      { code: 'period_twice', field: '/body/results/1' },
    ],
    [
      'two processes',
      'a',
      [moran, { process: 'getis-ord', inputs: other }],
      {},
      400,
      { code: 'several_processes', field: '/body/results/1' },
    ],
    [
      'two collections',
      'a',
      [moran, { process: 'local-moran', inputs: { ...other, collection: 'musterstadt-stadtteil' } }],
      {},
      400,
      { code: 'several_collections' },
    ],
  ];
  for (const [what, id, results, more, status, item] of refused) {
    const answer = await publish(service, id, results as Wanted[], more);
    t.equal(answer.statusCode, status, `${what}: ${answer.body}`);
    t.match(answer.json().errors, [item], what);
  }
  t.equal((await get('/')).json().release, 2, 'nothing of it was written');
  t.strictSame((await get('/collections')).json().collections.length, 5);

  for (const [url, status] of [
    ['/v1/publications/nothing?reason=weil', 404],
    [`/v1/publications/${collection}?reason=weil`, 404],
    ['/v1/publications/lisa', 400],
    ['/v1/publications/lisa?reason=', 400],
    ['/v1/publications/lisa?reason=weil&force=true', 400],
  ] as const) {
    t.equal((await ask({ method: 'DELETE', url })).statusCode, status, url);
  }
  t.equal((await get('/publications/nothing')).statusCode, 404);
  t.equal(
    (await get('/collections/lisa/items?indicators=pov_child')).statusCode,
    400,
    'nothing is joined to a result',
  );
});

t.test('the same again is no release, whatever language asks and whether a job computed it', async (t) => {
  const service = await testService(t, 'demo', { publications: true });
  const first = await publish(service, 'lisa', [moran]);
  t.equal(first.statusCode, 201);
  const again = await publish(service, 'lisa', [moran]);
  t.equal(again.statusCode, 200);
  t.strictSame(again.json(), first.json());
  const created = await execute(service, 'local-moran', inputs, {
    prefer: 'respond-async',
    'accept-language': 'de',
  });
  await settle(service, created);
  const byJob = await publish(service, 'lisa', [{ job: pathOf(created).replace('/jobs/', '') }]);
  t.equal(byJob.statusCode, 200, byJob.body.slice(0, 200));
  t.equal((await service.get('/')).json().release, 2);
  const both = await Promise.all(['both', 'both'].map((id) => publish(service, id, [moran])));
  t.strictSame(both.map(({ statusCode }) => statusCode).sort(), [200, 201], 'two at once are one');
});
