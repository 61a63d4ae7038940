/** Every result carries what it takes to judge and repeat it: statistics.md section 5, for every process, index and cluster. */
import t from 'tap';
import { checkInputs, type Inputs } from '../../src/processes/check-inputs.ts';
import type { Process } from '../../src/processes/process.ts';
import { PROCESSES } from '../../src/processes/registry.ts';
import { VERSION } from '../../src/version.ts';
import { testService } from '../support/service.ts';
import { execute } from './ask-process.ts';
import { DISTRICTS, REQUESTS } from './requests.ts';

t.setTimeout(240_000);

type Tap = Pick<typeof t, 'ok' | 'equal' | 'same' | 'notMatch' | 'fail'>;
type Document = Record<string, unknown>;

const service = await testService(t, 'demo');

/** It computes nothing. Every other process is held to everything that its inputs call for. */
const NO_ANALYSIS = new Set(['echo']);

/** Further requests, where one does not reach every method of a process. */
const MORE: Record<string, object[]> = {
  'getis-ord': [{ statistic: 'gi', weights: { type: 'rook' } }],
  regionalise: ['redcap', 'ward', 'azp'].map((method) => ({ method })),
  'problem-clusters': [
    { minSituations: undefined, method: 'local-moran' },
    { minSituations: undefined, method: 'getis-ord', permutations: 199 },
    { method: 'skater', regions: 8, minSituations: 1 },
    { method: 'azp', regions: 8, minSituations: 1 },
    { method: 'max-p', minDistricts: 10, minSituations: 1 },
  ],
};

const CAUSES = /\b(weil|wegen|aufgrund|verursacht|Ursache|because|due to|caused)\b/i;

function has(t: Tap, where: string, document: unknown, names: readonly string[]): void {
  for (const name of names) {
    const value = (document as Document | null)?.[name];
    if (value === undefined) t.fail(`${where}: ${name} is missing`);
    else t.ok(true, `${where}: ${name}`);
  }
}

/** Where a result comes from, and what went in and what did not. */
function checkOrigin(t: Tap, where: string, statement: Document): void {
  has(t, where, statement, ['version', 'method', 'reference', 'snapshot', 'n', 'excluded', 'warnings']);
  t.equal(statement.engineVersion, VERSION, `${where}: engine version`);
  if (!/^[0-9a-f]{64}$/.test(String(statement.snapshot))) t.fail(`${where}: the snapshot is a hash`);
  t.ok((statement.n as number) > 0, `${where}: n`);
  for (const { key, district, status, reason } of statement.excluded as Document[])
    if (!(key ?? district) || !status || !reason)
      t.fail(`${where}: ${key ?? district} is excluded and says why`);
  const warnings = statement.warnings as string[];
  t.ok(
    warnings.every((one) => one.length > 10 && !CAUSES.test(one)),
    `${where}: warnings are sentences`,
  );
}

/** Of districts also which ones, and as known when. */
function checkDistricts(t: Tap, where: string, statement: Document): void {
  has(t, where, statement, ['collection', 'boundaryVersion', 'release']);
  const variables = (statement.indicators ?? statement.situations ?? [statement]) as Document[];
  t.ok(variables.length > 0, `${where}: variables`);
  for (const variable of variables) {
    has(t, where, variable, ['release']);
    t.ok(variable.indicator ?? variable.rule, `${where}: what was looked at`);
  }
}

function checkWeights(t: Tap, where: string, statement: Document): void {
  const { islands, ...weights } = { islands: statement.islands, ...(statement.weights as Document) };
  has(t, `${where}: weights`, weights, ['type', 'style', 'tolerance', 'crs', 'links', 'components']);
  has(t, `${where}: weights`, weights, ['minimum', 'mean', 'maximum', 'joinedByTolerance', 'hash']);
  t.ok(Array.isArray(islands), `${where}: islands by key`);
}

/** The draws of a test. */
function checkTest(t: Tap, where: string, test: Document, local: boolean): void {
  has(t, where, test, ['permutations', 'seed', 'randomGenerator', 'pDefinition']);
  if (local) has(t, where, test, ['alpha', 'correction']);
}

/** What is said of one unit by a local test; names differ by the history of the processes. */
function checkUnit(t: Tap, where: string, unit: Document, alpha: number): void {
  const [p, q, ge, le, error] = ['p', 'q', 'ge', 'le', 'pStandardError'].map((name) => unit[name] as number);
  const draws = (unit.draws ?? unit.permutations) as number;
  const tail = Math.min(ge!, le!);
  const exact = error === 0 && Math.abs(p! - Math.min(1, (2 * tail) / draws)) < 1e-12;
  const drawn = Math.abs(p! - Math.min(1, (2 * (tail + 1)) / (draws + 1))) < 1e-12;
  const sampled = drawn && Math.abs(error! - Math.sqrt((p! * (2 - p!)) / draws)) < 1e-12;
  // All arrangements may tie: then nothing was drawn, and p is 1 for sure.
  if (!exact && !sampled && !(p === 1 && error === 0)) t.fail(`${where}: p ${p} of ${ge} and ${le}`);
  if (q! < p! || q! > 1 || q! <= alpha !== Boolean(unit.significant)) t.fail(`${where}: q ${q}`);
}

const FIGURES = [
  'expectation',
  'variance',
  'analyticP',
  'ge',
  'le',
  'p',
  'pStandardError',
  'q',
  'significant',
];

/** Every district of a local test, and labels in plain German. */
function checkLocal(t: Tap, where: string, body: Document, alpha: number): void {
  const { permutations } = body.analysis as Document;
  const rows = (
    (body.districts ?? (body.features as Document[]).map((one) => one.properties)) as Document[]
  ).map((row) => ({ ...row, permutations }));
  let tested = 0;
  for (const row of rows as Document[]) {
    t.notMatch(row.label, CAUSES);
    const units = (
      row.periods ? Object.values(row.periods) : 'test' in row ? [row.test] : [row]
    ) as (Document | null)[];
    for (const unit of units) {
      if (!unit || unit.p === null) continue;
      tested++;
      const periods = row.periods !== undefined;
      for (const name of periods ? FIGURES.slice(3) : FIGURES)
        if (unit[name] === undefined) t.fail(`${where}: ${row.key} ${name}`);
      if ((unit.z ?? unit.zScore) === undefined) t.fail(`${where}: ${row.key} z`);
      checkUnit(t, `${where}: ${row.key ?? row.district}`, { permutations, ...unit }, alpha);
    }
    const stands = units.some((unit) => unit?.significant) && row.role === undefined && !row.periods;
    if (stands) t.ok(/auffällig/.test(String(row.label)), `${where}: ${row.label}`);
  }
  t.ok(tested > 0, `${where}: something was tested`);
}

function checkProcess(t: Tap, process: Process, given: Inputs, body: Document): void {
  const where = `${process.id} ${JSON.stringify(given)}`;
  const statement = (body.analysis ?? body.statement) as Document;
  const inputs = { ...checkInputs(process, given), ...(statement.parameters as Document | undefined) };
  t.equal(statement.process ?? (inputs.index === statement.index && process.id), process.id, where);
  if (statement.process) t.equal(statement.version, process.version, where);
  checkOrigin(t, where, statement);
  if ('collection' in process.inputs) checkDistricts(t, where, statement);
  if ('weights' in process.inputs || 'contiguity' in process.inputs) checkWeights(t, where, statement);
  const test = (statement.test ?? statement) as Document;
  const local = inputs.alpha !== undefined;
  if (inputs.permutations !== undefined) checkTest(t, where, test, local);
  else if (inputs.seed !== undefined) {
    const drawn = (statement.regions as Document).starts ? (statement.regions as Document) : statement;
    has(t, where, drawn, ['seed', 'randomGenerator', 'starts']);
  }
  if (inputs.seed !== undefined && process.outputs.result?.schema.contentMediaType)
    has(t, where, statement, ['seedSensitive']);
  if (local) checkLocal(t, where, body, inputs.alpha as number);
}

for (const process of PROCESSES.values()) {
  t.test(`${process.id} says what it takes to judge and repeat it`, async (t) => {
    const request = REQUESTS[process.id];
    if (!request) throw new RangeError(`Got no request for ${process.id} in requests.ts.`);
    await service.get(`/processes/${process.id}`);
    for (const change of [{}, ...(MORE[process.id] ?? [])]) {
      const inputs = JSON.parse(JSON.stringify({ ...request, ...change })) as Inputs;
      const response = await execute(service, process.id, inputs);
      t.equal(response.statusCode, 200, response.body.slice(0, 300));
      if (!NO_ANALYSIS.has(process.id)) checkProcess(t, process, inputs, response.json());
    }
  });
}

t.test('there is no request for a process that there is not', (t) => {
  t.same(Object.keys(REQUESTS).sort(), [...PROCESSES.keys()]);
  t.same(
    [...Object.keys(MORE), ...NO_ANALYSIS].filter((id) => !PROCESSES.has(id)),
    [],
  );
  t.end();
});

t.test('the districts without figures are excluded with their reason', async (t) => {
  for (const [id, inputs] of Object.entries(REQUESTS)) {
    if (!('collection' in inputs) || id === 'areal-interpolation' || id === 'problem-clusters') continue;
    const body = (await execute(service, id, inputs)).json();
    t.ok((body.analysis ?? body.statement).excluded.length > 0, id);
  }
});

t.test('indices, situations and clusters say it, too', async (t) => {
  const { indices } = (await service.get('/indices')).json();
  let computed = 0;
  for (const { id, applications } of indices) {
    const here = applications.find((one: Document) => one.collection === DISTRICTS.collection);
    if (!here.applicable) continue;
    computed++;
    for (const path of ['results', ...(id === 'hamburg-style' ? [] : ['robustness'])]) {
      const where = `${id} ${path}`;
      const { statement } = (
        await service.get(`/indices/${id}/${path}?collection=${DISTRICTS.collection}`)
      ).json();
      checkOrigin(t, where, statement);
      checkDistricts(t, where, statement);
      has(t, where, statement, ['referencePeriod', 'limits', 'classes', 'seed']);
    }
  }
  t.ok(computed >= 5);
  const place = `collection=${DISTRICTS.collection}&period=${DISTRICTS.period}`;
  const { statement } = (await service.get(`/problem-situations/districts?${place}`)).json();
  checkOrigin(t, 'situations', statement);
  checkDistricts(t, 'situations', statement);
  for (const query of [
    'method=contiguity',
    'method=getis-ord',
    'method=local-moran',
    'method=ward&regions=8',
  ]) {
    const found = (await service.get(`/clusters?${place}&f=json&${query}`)).json();
    checkOrigin(t, query, found.statement);
    checkDistricts(t, query, found.statement);
    checkWeights(t, query, found.statement);
    if (found.statement.test) {
      checkTest(t, query, found.statement.test, true);
      checkLocal(t, query, { ...found, analysis: found.statement.test }, 0.05);
    }
    has(t, query, found.statement, ['seedSensitive', 'parameters', 'series']);
  }
});
