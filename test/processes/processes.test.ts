import t from 'tap';
import { openWorkerPool } from '../../src/analyses/worker-pool.ts';
import { openCatalog } from '../../src/catalog/live-catalog.ts';
import { openClusterResults } from '../../src/clusters/find-clusters.ts';
import { openIndexResults } from '../../src/indices/index-results.ts';
import { describeComputation, makeCompute } from '../../src/processes/execute-process.ts';
import { PROCESSES } from '../../src/processes/registry.ts';
import { makeReader } from '../../src/reader.ts';
import { TODAY, testService } from '../support/service.ts';
import { execute, executeAsJob, settle } from './ask-process.ts';
import { DISTRICTS, REQUESTS } from './requests.ts';

t.setTimeout(240_000);

const service = await testService(t, 'demo');
const { database } = service;

type Tap = typeof t;

interface Result {
  features: { id: string; properties: Record<string, unknown> }[];
  analysis: Record<string, unknown> & {
    excluded: { status: string; reason: string | null }[];
    warnings: string[];
    counts: Record<string, number>;
  };
}

t.test('a job gives the bytes of the synchronous answer, and equal requests are computed once', async (t) => {
  for (const [id, inputs] of Object.entries(REQUESTS)) {
    const now = await execute(service, id, inputs);
    const later = await executeAsJob(service, id, inputs);
    t.equal(later.statusCode, 200, id);
    t.equal(later.body, now.body, id);
    t.equal(later.headers['content-type'], now.headers['content-type'], id);
  }
  const english = { 'accept-language': 'en' };
  const [de, en] = [
    await executeAsJob(service, 'getis-ord', REQUESTS['getis-ord']!),
    await executeAsJob(service, 'getis-ord', REQUESTS['getis-ord']!, english),
  ];
  t.match(de.body, /auffällig: Häufung hoher Werte/);
  t.match(en.body, /stands out: high values together/);
  t.notMatch(de.body, /weil|wegen|Ursache/);

  const before = await countComputations(t);
  const inputs = { ...REQUESTS['getis-ord'], seed: 77 };
  const created = await Promise.all(
    Array.from({ length: 100 }, () =>
      execute(service, 'getis-ord', inputs, { prefer: 'respond-async, wait=10' }),
    ),
  );
  t.strictSame([...new Set(created.map(({ statusCode }) => statusCode))], [201]);
  t.equal(created[0]!.headers['preference-applied'], 'respond-async');
  t.equal((await settle(service, created[99]!)).status, 'successful');
  t.equal(await countComputations(t), before + 1);
  // Written in another order, with a default spelt out, it is the same request.
  const spelt = { seed: 77, alpha: 0.05, ...REQUESTS['getis-ord'] };
  await executeAsJob(service, 'getis-ord', spelt);
  t.equal(await countComputations(t), before + 1);
});

async function countComputations(t: Pick<Tap, 'ok'>): Promise<number> {
  const rows = await database.db.selectFrom('computation').select('attempts').execute();
  t.ok(
    rows.every(({ attempts }) => attempts === 1),
    'nothing was begun twice',
  );
  return rows.length;
}

t.test('the number of threads changes no byte', async (t) => {
  const live = await openCatalog(database.db, (error) => t.fail(String(error)));
  t.teardown(() => live.close());
  const reader = makeReader(database.db, live);
  const answers = new Map<string, string>();
  for (const [id, inputs] of Object.entries(REQUESTS))
    answers.set(id, (await execute(service, id, inputs)).body);
  for (const threads of [1, 2]) {
    const pool = openWorkerPool({ threads });
    t.teardown(() => pool.close());
    const indexResults = openIndexResults(reader, pool);
    const clusterResults = openClusterResults(reader, indexResults, pool);
    const compute = makeCompute({ reader, pool, indexResults, clusterResults });
    for (const [id, inputs] of Object.entries(REQUESTS)) {
      const wanted = describeComputation(PROCESSES.get(id)!, { ...inputs }, live.current(), TODAY, 'de');
      const bytes = await compute({ ...wanted, id: 1, attempts: 1 }, new AbortController().signal, () => {});
      t.equal(Buffer.from(bytes).toString(), answers.get(id), `${id}, ${threads} threads`);
    }
  }
});

t.test('local Moran answers at its fixed address as it did, and as a job', async (t) => {
  const now = (await execute(service, 'local-moran', REQUESTS['local-moran']!)).json() as Result;
  const stands = now.features.filter(({ properties }) => properties.significant).length;
  t.ok(stands > 0);
  const document = await execute(
    service,
    'local-moran',
    REQUESTS['local-moran']!,
    {},
    { response: 'document' },
  );
  t.match(document.headers['content-type'], /^application\/json/);
  t.strictSame(document.json(), { result: now });
});

t.test('Gi* and local Moran agree where values and neighbours are the same', async (t) => {
  const moran = (await execute(service, 'local-moran', REQUESTS['local-moran']!)).json() as Result;
  const gi = (
    await execute(service, 'getis-ord', { ...REQUESTS['getis-ord'], statistic: 'gi' })
  ).json() as Result;
  // Both count arrangements of the neighbours' sum; one of them exactly where neighbours are few.
  for (const [i, { properties }] of gi.features.entries()) {
    const other = moran.features[i]!.properties;
    const error = 5 * Math.max(properties.pStandardError as number, other.pStandardError as number);
    t.ok(Math.abs((properties.p as number) - (other.p as number)) <= error, String(properties.key));
    t.ok(properties.p === null || (properties.neighbours as number) > 0, 'p only with neighbours');
  }
});

t.test('regions are connected, of the number wanted, and larger ones come first', async (t) => {
  for (const method of ['skater', 'redcap', 'azp']) {
    const { analysis, features } = (
      await execute(service, 'regionalise', { ...REQUESTS.regionalise, method })
    ).json();
    t.equal(analysis.regions.length, 5, method);
    t.ok(analysis.regions.every(({ parts }: { parts: number }) => parts === 1));
    const sizes = analysis.regions.map(({ districts }: { districts: number }) => districts);
    t.strictSame(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
    const own = features.filter(
      ({ properties }: { properties: { region: number } }) => properties.region === 1,
    );
    t.equal(own.length, sizes[0]);
  }
});

t.test("the demo town's ten years: emerging hot spots and LISA Markov", async (t) => {
  const spots = (
    await execute(service, 'emerging-hot-spots', REQUESTS['emerging-hot-spots']!)
  ).json() as Result;
  t.equal((spots.analysis.periods as unknown[]).length, 10);
  t.notMatch(spots.analysis.warnings.join(' '), /series is/);
  const judged = spots.features.filter(({ properties }) => properties.status === 'judged').length;
  t.equal(
    Object.values(spots.analysis.counts).reduce((a, b) => a + b, 0),
    judged,
  );
  const short = (
    await execute(service, 'emerging-hot-spots', { ...REQUESTS['emerging-hot-spots'], from: '2022' })
  ).json() as Result;
  t.match(short.analysis, { status: 'too_few_periods', warnings: [/too short: at least 4/] });
  t.ok(short.features.every(({ properties }) => properties.category === null));
  const chain = (
    await execute(service, 'lisa-markov', { ...REQUESTS['lisa-markov'], from: '2020' })
  ).json() as Result;
  t.match(chain.analysis.warnings[0], /short: probabilities come from 4 pairs/);
  const { counts, moves } = chain.analysis.chain as { counts: number[][]; moves: number };
  t.equal(
    counts.flat().reduce((a, b) => a + b, 0),
    moves,
  );
  t.equal(
    moves,
    chain.features.reduce((sum, { properties }) => sum + (properties.pairs as number), 0),
  );
});

t.test('counts of quarters add up to those of the parts of town they lie in', async (t) => {
  const { features, analysis } = (
    await executeAsJob(service, 'areal-interpolation', REQUESTS['areal-interpolation']!)
  ).json() as Result;
  const parts = (
    await service.get(
      '/collections/musterstadt-stadtteil/items?indicators=dem_pop&period=2024&skipGeometry=true',
    )
  ).json() as Result;
  t.equal(features.length, parts.features.length);
  for (const { id, properties } of parts.features) {
    const moved = features.find((feature) => feature.id === id)!.properties;
    t.equal(Math.round(moved.value as number), properties.dem_pop, id);
    t.equal(moved.method, 'nested');
  }
  t.equal(Math.round(analysis.allocated as number), Math.round(analysis.total as number));
  const refused = await execute(service, 'areal-interpolation', {
    ...REQUESTS['areal-interpolation'],
    indicator: 'pov_child',
    period: '2024',
  });
  t.equal(refused.statusCode, 200, 'a rate is moved by numerator and denominator');
});

const WRONG: [string, string, object, { field: string; code?: string; expected?: RegExp }, object?][] = [
  ['no inputs', 'getis-ord', {}, { field: '/body/inputs/collection', code: 'missing' }],
  ['unknown input', 'echo', { x: 1 }, { field: '/body/inputs/x', code: 'unknown_property' }],
  ['wrong type', 'echo', { text: 1 }, { field: '/body/inputs/text' }],
  [
    'a reference',
    'echo',
    { image: { href: 'http://169.254.169.254/latest' } },
    { field: '/body/inputs/image/href', code: 'reference_refused' },
  ],
  [
    'a reference among several',
    'local-geary',
    { ...DISTRICTS, indicators: ['pov_child', { href: 'http://localhost/' }] },
    { field: '/body/inputs/indicators/1/href', code: 'reference_refused' },
  ],
  [
    'unknown collection',
    'getis-ord',
    { ...DISTRICTS, indicator: 'pov_child', collection: 'x' },
    { field: '/body/inputs/collection', expected: /musterstadt-quartier/ },
  ],
  [
    'unknown period',
    'lisa-markov',
    { collection: 'musterstadt-quartier', indicator: 'pov_child', from: '2050' },
    { field: '/body/inputs/period' },
  ],
  [
    'more regions than districts',
    'regionalise',
    { ...DISTRICTS, indicators: ['pov_child'], regions: 999 },
    { field: '/body/inputs' },
  ],
  ['work that takes too long', 'echo', { pause: 60 }, { field: 'Prefer', code: 'too_long' }],
  [
    'unknown output',
    'echo',
    { text: 'a' },
    { field: '/body/outputs/x', code: 'unknown_output' },
    { outputs: { x: {} } },
  ],
  [
    'a subscriber',
    'echo',
    { text: 'a' },
    { field: 'Prefer', code: 'subscriber_without_job' },
    { subscriber: { successUri: 'http://127.0.0.1:1/' } },
  ],
  [
    'an output in another format',
    'echo',
    { text: 'a' },
    { field: '/body/outputs/text/format/mediaType', code: 'unknown_format' },
    { outputs: { text: { format: { mediaType: 'text/xml' } } } },
  ],
];

t.test('wrong requests are refused with got and expected', async (t) => {
  for (const [name, id, inputs, error, more] of WRONG) {
    const response = await execute(service, id, inputs, {}, more);
    t.equal(response.statusCode, 400, name);
    t.match(response.json(), { errors: [error] }, name);
  }
  const failed = await executeAsJob(service, 'regionalise', {
    ...DISTRICTS,
    indicators: ['pov_child'],
    regions: 999,
  });
  t.equal(failed.statusCode, 400, 'a job that fails says so in its results');
  t.match(failed.json(), { errors: [{ got: /k = 999/ }] });
});

t.test('jobs are listed by filters and in pages', async (t) => {
  const created = await execute(service, 'echo', { text: 'listed' }, { prefer: 'respond-async' });
  const { jobID } = await settle(service, created);
  const list = async (query: string): Promise<string[]> =>
    (await service.get(`/jobs?limit=1000&${query}`)).json().jobs.map((job: { jobID: string }) => job.jobID);
  for (const query of [
    'processID=echo',
    'processID=dbscan,echo',
    'status=successful',
    'type=process',
    'minDuration=0',
    'maxDuration=60',
    'datetime=../..',
    'datetime=2026-01-01T00:00:00Z/..',
  ])
    t.ok((await list(query)).includes(jobID), query);
  for (const query of [
    'processID=dbscan',
    'status=failed,running',
    'minDuration=3600',
    'datetime=../2001-01-01',
    'datetime=2001-01-01',
  ])
    t.notOk((await list(query)).includes(jobID), query);
  for (const query of ['status=done', 'type=other', 'datetime=yesterday', 'minDuration=-1', 'datetime=2/1'])
    t.equal((await service.get(`/jobs?${query}`)).statusCode, 400, query);
  const first = (await service.get('/jobs?limit=1')).json();
  t.equal(first.jobs.length, 1);
  const next = first.links.find(({ rel }: { rel: string }) => rel === 'next').href;
  const second = (await service.get(next.slice(next.indexOf('/v1') + 3))).json();
  t.not(second.jobs[0].jobID, first.jobs[0].jobID);
});
