/**
 * What OGC's test suite for Processes 1.0 (ets-ogcapi-processes10) asserts, test by test. Requirements are those of OGC 18-062r2. The
 * service gives several raw outputs as one JSON object, as the suite accepts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Ajv } from 'ajv';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { PROCESSES } from '../../src/processes/registry.ts';
import { execute, executeAsJob, pathOf, settle } from '../processes/ask-process.ts';
import { startReceiver } from '../support/receiver.ts';
import { serviceOn, testService } from '../support/service.ts';

t.setTimeout(240_000);

type Schemas = components['schemas'];

const REL = 'http://www.opengis.net/def/rel/ogc/1.0';
const EXCEPTION = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0';
const CLASSES = 'http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf';
/** What the suite's client accepts. */
const ACCEPT = { accept: 'application/json' };
const ASYNC = { ...ACCEPT, prefer: 'respond-async' };

/** A host that the operator allows: it has a GeoTIFF, and can be called. */
const TIFF = Buffer.from([0x49, 0x49, 0x2a, 0]);
const other = await startReceiver(t, (request, response) => {
  if (request.method === 'GET') response.writeHead(200, { 'content-type': 'image/tiff' });
  response.end(request.method === 'GET' ? TIFF : '');
});
const service = await testService(t, 'demo', {
  callbackOrigins: [other.origin],
  inputOrigins: [other.origin],
});
const { get, ask } = service;
const landing: Schemas['LandingPage'] = (await get('/', ACCEPT)).json();
const { processes, links }: Schemas['ProcessList'] = (await get('/processes?limit=100', ACCEPT)).json();
const echo: Schemas['ProcessDescription'] = (await get('/processes/echo', ACCEPT)).json();
const descriptions: Schemas['ProcessDescription'][] = await Promise.all(
  processes.map(async ({ id }) => (await get(`/processes/${id}`, ACCEPT)).json()),
);

/** What the suite sends to inputs of these kinds. */
const BBOX = { bbox: [51.9, 7, 52, 7.1], crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' };
const INPUTS = {
  text: 'teststring',
  object: { value: 'teststring' },
  bbox: { bbox: [345345345, 345345345, 345345345, 345345345], crs: 'urn:ogc:def:crs:EPSG:6.6:4326' },
  mixed: { value: 'teststring' },
};
const ALL_OUTPUTS = Object.fromEntries(
  Object.keys(echo.outputs).map((id) => [id, { transmissionMode: 'value' }]),
);

const echoed = async (inputs: object, headers: Record<string, string> = ACCEPT, more: object = {}) =>
  await execute(service, 'echo', inputs, headers, more);

t.test('/conf/core/landingpage-op, landingpage-success', async (t) => {
  const rels = landing.links.map(({ rel }) => rel);
  for (const rel of ['service-desc', 'conformance', `${REL}/processes`, `${REL}/job-list`])
    t.ok(rels.includes(rel), rel);
});

t.test('/conf/core/conformance-success', async (t) => {
  const { conformsTo } = (await get('/conformance', ACCEPT)).json();
  for (const name of ['core', 'ogc-process-description', 'json', 'oas30', 'job-list', 'callback', 'dismiss'])
    t.ok(conformsTo.includes(`${CLASSES}/${name}`), name);
  const closed = await serviceOn(t, service.database);
  const without = (await closed.get('/conformance', ACCEPT)).json().conformsTo;
  t.strictSame(
    conformsTo.filter((uri: string) => !without.includes(uri)),
    [`${CLASSES}/callback`],
    'only where the operator allows it',
  );
});

t.test('/req/core/http', async (t) => {
  t.equal((await get('/processes', ACCEPT)).statusCode, 200);
  t.equal((await get('/jobs', ACCEPT)).statusCode, 200);
  t.equal((await ask({ method: 'PUT', url: '/v1/processes' })).statusCode, 405);
});

t.test('/req/core/pl-limit-definition', async (t) => {
  const api = (await get('/api')).json();
  const { parameters } = api.paths['/processes'].get;
  const limit = parameters
    .map(({ $ref }: { $ref: string }) => api.components.parameters[$ref.split('/').at(-1)!])
    .find(({ name }: { name: string }) => name === 'limit');
  t.match(limit, {
    in: 'query',
    required: false,
    style: 'form',
    explode: false,
    schema: { type: 'integer', minimum: 1, maximum: 10000, default: 10 },
  });
});

t.test('/req/core/pl-limit-response', async (t) => {
  const { processes: two, links } = (await get('/processes?limit=2', ACCEPT)).json();
  t.equal(two.length, 2);
  t.ok(links.some(({ rel }: { rel: string }) => rel === 'next'));
  t.equal((await get('/processes', ACCEPT)).json().processes.length, 10, 'the default');
});

t.test('/req/core/pl-links, process-list, process-list-success', async (t) => {
  t.ok(links.some(({ rel }) => rel === 'self'));
  t.equal(processes.length, PROCESSES.size);
  for (const { id, version, jobControlOptions, outputTransmission, links } of processes) {
    t.ok(id && version, id);
    t.strictSame(jobControlOptions, ['sync-execute', 'async-execute', 'dismiss']);
    t.strictSame(outputTransmission, ['value', 'reference']);
    t.ok(links.some(({ rel, href }) => rel === 'self' && href.endsWith(`/processes/${id}`)));
  }
});

t.test('/req/core/process, process-success', async (t) => {
  for (const [i, { inputs: _inputs, outputs: _outputs, ...summary }] of descriptions.entries())
    t.strictSame(summary, processes[i]);
});

t.test('/req/core/process-exception-no-such-process', async (t) => {
  for (const response of [
    await get('/processes/invalid-process', ACCEPT),
    await execute(service, 'invalid-process', {}),
  ]) {
    t.equal(response.statusCode, 404);
    t.equal(response.json().type, `${EXCEPTION}/no-such-process`);
  }
});

t.test('/req/ogc-process-description/json-encoding', async (t) => {
  for (const { id } of processes)
    t.match((await get(`/processes/${id}`, ACCEPT)).headers['content-type'], /^application\/json/);
});

t.test('/req/ogc-process-description/inputs-def, input-def, input-mixed-type', async (t) => {
  const ajv = new Ajv({ strict: false, formats: { 'ogc-bbox': true } });
  for (const { id, inputs } of descriptions) {
    t.ok(Object.keys(inputs).length > 0, id);
    for (const [name, { schema, minOccurs, maxOccurs }] of Object.entries(inputs)) {
      t.ok(ajv.validateSchema(schema as object), `${id} ${name}`);
      t.ok(minOccurs <= maxOccurs);
    }
  }
  const { oneOf } = echo.inputs.mixed!.schema as { oneOf: object[] };
  t.equal(oneOf.length, 2);
  const matching = (value: unknown): number => oneOf.filter((schema) => ajv.validate(schema, value)).length;
  t.strictSame([matching('a'), matching({ value: 'a' })], [1, 1], 'branches exclude each other');
});

t.test('/req/ogc-process-description/outputs-def, output-def, output-mixed-type', async (t) => {
  for (const { id, outputs } of descriptions) {
    t.ok(Object.keys(outputs).length > 0, id);
    for (const { schema } of Object.values(outputs)) t.ok(schema);
  }
  t.ok('oneOf' in echo.outputs.mixed!.schema);
});

t.test('/req/core/job-creation-op, job-creation-default-execution-mode', async (t) => {
  const response = await echoed(INPUTS);
  t.equal(response.statusCode, 200);
  t.match(response.headers['content-type'], /^application\/json/);
});

t.test('/req/core/job-creation-auto-execution-mode', async (t) => {
  const response = await echoed(INPUTS, ASYNC);
  t.equal(response.statusCode, 201);
  t.equal(response.headers['preference-applied'], 'respond-async');
});

t.test('/req/core/job-creation-default-outputs', async (t) => {
  const outputs = (await echoed(INPUTS)).json();
  t.strictSame(Object.keys(outputs).sort(), Object.keys(INPUTS).sort());
  t.strictSame((await echoed(INPUTS, ACCEPT, { outputs: ALL_OUTPUTS })).json(), outputs);
});

t.test('/req/core/job-creation-input-array', async (t) => {
  t.strictSame((await echoed({ ...INPUTS, integers: [1, 2, 3] })).json().integers, [1, 2, 3]);
});

t.test('/req/core/job-creation-input-inline-bbox', async (t) => {
  t.strictSame((await echoed({ ...INPUTS, bbox: BBOX })).json().bbox, BBOX);
});

t.test('/req/core/job-creation-input-binary', async (t) => {
  const value = Buffer.from([0x49, 0x49, 0x2a, 0]).toString('base64');
  const format = { mediaType: 'image/tiff; application=geotiff', encoding: 'base64' };
  t.equal((await echoed({ ...INPUTS, image: { value, format } })).json().image, value);
});

t.test('/req/core/job-creation-input-inline-mixed, job-creation-input-inline-object', async (t) => {
  t.strictSame((await echoed({ mixed: { value: 'a' } })).json(), { mixed: { value: 'a' } });
  t.strictSame((await echoed({ mixed: 'a' })).json(), { mixed: 'a' });
  t.strictSame((await echoed({ object: { value: 'a' } })).json(), { object: { value: 'a' } });
});

t.test('/req/core/job-creation-input-inline, job-creation-inputs', async (t) => {
  t.strictSame((await echoed({ text: 'a', number: 1.5 })).json(), { number: 1.5, text: 'a' });
  t.strictSame((await echoed({ text: { value: 'a', mediaType: 'text/plain' } })).json(), { text: 'a' });
});

t.test('/req/core/job-creation-input-ref', async (t) => {
  const image = { href: `${other.origin}/testgeotiff.tiff`, type: 'image/tiff; application=geotiff' };
  for (const response of [
    await echoed({ ...INPUTS, image }),
    await executeAsJob(service, 'echo', { ...INPUTS, image }, ACCEPT),
  ]) {
    t.equal(response.statusCode, 200);
    t.equal(response.json().image, TIFF.toString('base64'));
  }
  // The suite refers to a file on a host of its own, which no operator has allowed.
  const refused = await echoed({ ...INPUTS, image: { href: 'https://example.org/testgeotiff.tiff' } });
  t.equal(refused.statusCode, 400);
  t.match(refused.json(), { errors: [{ code: 'reference_refused', field: '/body/inputs/image/href' }] });
});

t.test('/req/core/job-creation-input-validation', async (t) => {
  const response = await echoed({ ...INPUTS, image: { type: 'wrong/type_1' } });
  t.equal(response.statusCode, 400);
  t.match(response.headers['content-type'], /^application\/json/, 'as the suite wants it');
  t.match(response.json(), { type: String, errors: [{ field: '/body/inputs/image' }] });
  const other = await echoed({ text: 1 }, { accept: 'application/json, application/problem+json' });
  t.match(other.headers['content-type'], /^application\/problem\+json/);
});

t.test('/req/core/job-creation-request', async (t) => {
  for (const payload of ['[]', '{"inputs":[]}', '{"inputs":{},"response":"x"}', '{"mode":"async"}'])
    t.equal(
      (
        await ask({
          method: 'POST',
          url: '/v1/processes/echo/execution',
          headers: { 'content-type': 'application/json' },
          payload,
        })
      ).statusCode,
      400,
      payload,
    );
});

t.test('/req/core/job-creation-success-async, job, job-success', async (t) => {
  const created = await echoed({ text: 'job' }, ASYNC);
  const { jobID } = created.json();
  t.equal(pathOf(created), `/jobs/${jobID}`);
  const status: Schemas['StatusInfo'] = (await get(pathOf(created), ACCEPT)).json();
  t.match(status, { jobID, type: 'process', processID: 'echo' });
  t.notOk(Object.values(status).includes(null as never), 'no null, such as finished');
  await settle(service, created);
  const done: Schemas['StatusInfo'] = (await get(pathOf(created), ACCEPT)).json();
  t.match(done, { status: 'successful', progress: 100 });
  t.ok(done.links.some(({ rel }) => rel === `${REL}/results`));
});

t.test('/req/core/job-creation-sync-document', async (t) => {
  const response = await echoed({ text: 'a' }, ACCEPT, { response: 'document' });
  t.strictSame(response.json(), { text: 'a' });
});

t.test('/req/core/job-creation-sync-raw-value-one', async (t) => {
  const response = await echoed(INPUTS, ACCEPT, { outputs: { text: {} }, response: 'raw' });
  t.equal(response.json(), 'teststring');
});

t.test('/req/core/job-creation-sync-raw-value-multi, job-creation-sync-raw-mixed-multi', async (t) => {
  const outputs = { text: {}, object: {} };
  const response = await echoed(INPUTS, ACCEPT, { outputs, response: 'raw' });
  t.strictSame(response.json(), { text: 'teststring', object: { value: 'teststring' } });
});

/** Addresses of a Link header by relation and title. */
function linksOf(header: unknown): Map<string, string> {
  const links = [
    ...String(header).matchAll(/<([^>]+)>; rel="?([^";,]+)"?(?:; type="[^"]+"; title="([^"]+)")?/g),
  ];
  return new Map(links.map(([, href, rel, title]) => [title ?? rel!, new URL(href!).pathname.slice(3)]));
}

const BY_REFERENCE = { transmissionMode: 'reference' };

t.test('/req/core/job-creation-sync-raw-ref', async (t) => {
  const outputs = { text: BY_REFERENCE, object: BY_REFERENCE };
  const response = await echoed(INPUTS, ACCEPT, { outputs, response: 'raw' });
  t.equal(response.statusCode, 204);
  t.equal(response.body, '');
  t.match(response.headers.link, /; rel=monitor(,|$)/, 'without quotes, as the suite looks for it');
  const links = linksOf(response.headers.link);
  t.strictSame([...links.keys()].sort(), ['monitor', 'object', 'text']);
  t.match((await get(links.get('monitor')!, ACCEPT)).json(), { status: 'successful', processID: 'echo' });
  t.equal((await get(links.get('text')!, ACCEPT)).json(), 'teststring');
  t.strictSame((await get(links.get('object')!, ACCEPT)).json(), { value: 'teststring' });
});

t.test('/req/core/job-creation-sync-raw-mixed-multi, sync-document with references', async (t) => {
  const outputs = { text: BY_REFERENCE, object: {} };
  for (const response of ['raw', 'document']) {
    const body = (await echoed(INPUTS, ACCEPT, { outputs, response })).json();
    t.match(body, {
      text: { href: /^http.*\/jobs\/[^/]+\/results\/text$/, type: 'application/json' },
      object: { value: 'teststring' },
    });
    t.equal((await get(new URL(body.text.href).pathname.slice(3))).json(), 'teststring');
  }
});

t.test('/req/core/job-exception-no-such-job, job-results-exception-no-such-job', async (t) => {
  for (const id of ['invalid-job-1', '7b3f0f6e-0000-4000-8000-000000000000', '%00'])
    for (const path of [`/jobs/${id}`, `/jobs/${id}/results`]) {
      const response = await get(path, ACCEPT);
      t.equal(response.statusCode, 404, path);
      t.equal(response.json().type, `${EXCEPTION}/no-such-job`);
    }
});

t.test('/req/core/job-results-exception-results-not-ready', async (t) => {
  const created = await echoed({ ...INPUTS, pause: 2 }, ASYNC);
  const response = await get(`${pathOf(created)}/results`, ACCEPT);
  t.equal(response.statusCode, 404);
  t.equal(response.json().type, `${EXCEPTION}/result-not-ready`);
  await settle(service, created);
  t.equal((await get(`${pathOf(created)}/results`, ACCEPT)).statusCode, 200);
});

t.test('/req/core/job-results-failed', async (t) => {
  const inputs = { collection: 'nowhere', indicator: 'x', period: '2024' };
  const response = await executeAsJob(service, 'getis-ord', inputs);
  t.equal(response.statusCode, 400);
  t.match(response.json(), { errors: [{ field: '/body/inputs/collection', got: 'nowhere' }] });
});

for (const [requirement, more] of [
  ['job-results, job-results-sync', {}],
  ['job-results-async-document', { response: 'document' }],
  ['job-results-async-raw-value-one', { outputs: { text: {} } }],
  ['job-results-async-raw-value-multi, -mixed-multi', { outputs: { text: {}, object: {} } }],
] as const)
  t.test(`/req/core/${requirement}`, async (t) => {
    const later = await executeAsJob(service, 'echo', INPUTS, ACCEPT, more);
    t.equal(later.statusCode, 200);
    t.equal(later.body, (await echoed(INPUTS, ACCEPT, more)).body);
  });

t.test('/req/core/job-results-async-raw-ref, -mixed-multi', async (t) => {
  const results = await executeAsJob(service, 'echo', INPUTS, ACCEPT, { outputs: { text: BY_REFERENCE } });
  t.equal(results.statusCode, 204);
  t.equal((await get(linksOf(results.headers.link).get('text')!)).json(), 'teststring');
  const mixed = { outputs: { text: BY_REFERENCE, object: {} } };
  t.match((await executeAsJob(service, 'echo', INPUTS, ACCEPT, mixed)).json(), {
    text: { href: /\/results\/text$/ },
    object: { value: 'teststring' },
  });
  const created = await echoed({ text: 'a' }, ASYNC);
  await settle(service, created);
  for (const output of ['number', 'nothing', '%00'])
    t.equal((await get(`${pathOf(created)}/results/${output}`)).statusCode, 404, output);
});

t.test('/conf/callback/job-callback', async (t) => {
  const { received } = other;
  const subscribe = async (inputs: object, more: object = {}): Promise<string> => {
    received.length = 0;
    const subscriber = {
      successUri: `${other.origin}/success`,
      inProgressUri: `${other.origin}/progress`,
      failedUri: `${other.origin}/failed`,
    };
    const created = await echoed(inputs, ASYNC, { subscriber, ...more });
    t.equal(created.statusCode, 201);
    return pathOf(created);
  };
  const called = async (count: number): Promise<void> => {
    while (received.length < count) await pause(50);
  };
  const path = await subscribe({ text: 'told', pause: 5 });
  await called(2);
  const [progress, success] = received;
  t.match(progress, { method: 'POST', path: '/progress' });
  t.match(JSON.parse(progress!.body), { jobID: path.split('/').at(-1), status: 'running' });
  t.match(success, { method: 'POST', path: '/success', headers: { 'content-type': 'application/json' } });
  t.equal(success!.body, (await get(`${path}/results`)).body);

  await subscribe({ text: 'links' }, { outputs: { text: BY_REFERENCE } });
  await called(1);
  t.match(JSON.parse(received.at(-1)!.body), { text: { href: /\/results\/text$/ } });

  received.length = 0;
  const failing = { collection: 'nowhere', indicator: 'x', period: '2024' };
  const subscriber = { successUri: `${other.origin}/success`, failedUri: `${other.origin}/failed` };
  await execute(service, 'getis-ord', failing, ASYNC, { subscriber });
  await called(1);
  t.match(received, [{ path: '/failed' }]);
  t.match(JSON.parse(received[0]!.body), { status: 'failed', message: /There is no collection nowhere/ });

  const refused: [object, Record<string, string>, string, string][] = [
    [{ successUri: `${other.origin}0/` }, ASYNC, '/body/subscriber/successUri', 'subscriber_refused'],
    [
      { successUri: `${other.origin}/`, failedUri: 'http://169.254.169.254/latest' },
      ASYNC,
      '/body/subscriber/failedUri',
      'subscriber_refused',
    ],
    [{ successUri: `${other.origin}/` }, ACCEPT, 'Prefer', 'subscriber_without_job'],
  ];
  for (const [subscriber, headers, field, code] of refused) {
    const response = await echoed({ text: 'a' }, headers, { subscriber });
    t.equal(response.statusCode, 400, code);
    t.match(response.json(), { errors: [{ field, code }] });
  }
});

t.test('/req/job-list/job-list-op, job-list-success, limit-response, processID, status, type', async (t) => {
  const { jobs, links }: Schemas['JobList'] = (await get('/jobs?limit=1000', ACCEPT)).json();
  t.ok(jobs.length > 0);
  t.ok(links.some(({ rel }) => rel === 'self'));
  t.ok(jobs.every(({ type, processID }) => type === 'process' && processID));
  t.ok(
    jobs.every((job, i) => i === 0 || jobs[i - 1]!.created >= job.created),
    'newest first',
  );
  t.ok((await get('/jobs', ACCEPT)).json().jobs.length <= 10);
  const failed: Schemas['JobList'] = (await get('/jobs?status=failed&limit=1000', ACCEPT)).json();
  t.ok(failed.jobs.length > 0 && failed.jobs.every(({ status }) => status === 'failed'));
});

t.test('/req/dismiss/job-dismiss-op, job-dismiss-success', async (t) => {
  const created = await echoed({ text: 'dismissed', pause: 5 }, ASYNC);
  const dismissed = await ask({ method: 'DELETE', url: `/v1${pathOf(created)}`, headers: ACCEPT });
  t.equal(dismissed.statusCode, 200);
  t.match(dismissed.json(), { jobID: created.json().jobID, status: 'dismissed' });
  t.equal((await get(pathOf(created))).json().status, 'dismissed');
  t.equal((await get(`${pathOf(created)}/results`)).json().type, `${EXCEPTION}/result-not-ready`);
  const done = await echoed({ text: 'removed' }, ASYNC);
  await settle(service, done);
  await ask({ method: 'DELETE', url: `/v1${pathOf(done)}` });
  t.equal((await get(`${pathOf(done)}/results`)).statusCode, 404, 'the results are gone');
  const unknown = await ask({ method: 'DELETE', url: '/v1/jobs/x' });
  t.match(unknown.json(), { status: 404, type: `${EXCEPTION}/no-such-job` });
});
