/**
 * What OGC's test suite for Processes 1.0 (ets-ogcapi-processes10) asserts, test by test. Requirements are those of OGC 18-062r2. The
 * service gives several raw outputs as one JSON object, as the suite accepts, and takes no inputs by reference (see job-creation-input-ref).
 */
import { Ajv } from 'ajv';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { PROCESSES } from '../../src/processes/registry.ts';
import { execute, executeAsJob, pathOf, settle } from '../processes/ask-process.ts';
import { testService } from '../support/service.ts';

t.setTimeout(240_000);

type Schemas = components['schemas'];

const REL = 'http://www.opengis.net/def/rel/ogc/1.0';
const EXCEPTION = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0';
const CLASSES = 'http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf';
/** What the suite's client accepts. */
const ACCEPT = { accept: 'application/json' };
const ASYNC = { ...ACCEPT, prefer: 'respond-async' };

const service = await testService(t, 'demo');
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
  for (const name of ['core', 'ogc-process-description', 'json', 'oas30', 'job-list', 'dismiss'])
    t.ok(conformsTo.includes(`${CLASSES}/${name}`), name);
  t.notOk(conformsTo.includes(`${CLASSES}/callback`), 'no address is called');
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
    t.strictSame(outputTransmission, ['value']);
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

t.test(
  '/req/core/job-creation-input-ref: refused, since no address may be opened for a client',
  async (t) => {
    const image = { href: 'https://example.org/testgeotiff.tiff' };
    const response = await echoed({ ...INPUTS, image });
    t.equal(response.statusCode, 400);
    t.match(response.json(), { errors: [{ code: 'reference_refused', field: '/body/inputs/image/href' }] });
  },
);

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

t.test('/req/core/job-creation-sync-raw-ref: only values are offered', async (t) => {
  const outputs = { text: { transmissionMode: 'reference' } };
  t.equal((await echoed(INPUTS, ACCEPT, { outputs })).statusCode, 400);
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

t.test('/req/core/job-results-async-raw-ref: only values are offered', async (t) => {
  const outputs = { text: { transmissionMode: 'reference' } };
  t.equal((await echoed(INPUTS, ASYNC, { outputs })).statusCode, 400);
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
