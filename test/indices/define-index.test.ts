/** Indices that authorities define: by request and by package, and that a version never changes. */
import { sql } from 'kysely';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import type { IndexDefinition } from '../../src/indices/index-method.ts';
import { importTown } from '../import/imported.ts';
import { collectItems } from '../support/collect-items.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn, testService } from '../support/service.ts';

t.setTimeout(120_000);

type Results = components['schemas']['IndexResults'];
type Observations = components['schemas']['Observations'];

const QUARTER = 'musterstadt-quartier';

/** Two indicators of the demo town, z-sum, three classes. */
function define(changes: Partial<IndexDefinition> = {}): IndexDefinition {
  return {
    id: 'own-index',
    version: '1.0.0',
    label: { de: 'Eigener Index', en: 'Own index' },
    method: { scoring: 'z', rescale: { mean: 0, deviation: 1 } },
    indicators: [
      { indicator: 'pov_child', polarity: -1, weight: 2 },
      { indicator: 'lab_employed', polarity: 1 },
    ],
    classes: {
      kind: 'limits',
      limits: [
        { value: -1, tie: 'above' },
        { value: 1, tie: 'below' },
      ],
    },
    ...changes,
  };
}

t.test('requests define nothing unless the service is set to allow it', async (t) => {
  const { ask, get } = await testService(t, 'demo');
  const payload = { authority: 'musterstadt', definition: define() };
  const answer = await ask({ method: 'POST', url: '/v1/indices', payload });
  t.equal(answer.statusCode, 403);
  t.match(answer.json().errors, [{ code: 'not_allowed', expected: /INDEX_DEFINITIONS/ }]);
  t.equal((await get('/indices/own-index')).statusCode, 404);
});

t.test('a service that allows it', async (t) => {
  const { ask, get, database } = await testService(t, 'demo', { indexDefinitions: true });
  const post = async (definition: IndexDefinition, authority = 'musterstadt') =>
    await ask({ method: 'POST', url: '/v1/indices', payload: { authority, definition } });
  const results = async (index: string, query: string): Promise<Results> =>
    (await get(`/indices/${index}/results?collection=${QUARTER}${query}`)).json();

  t.test('keeps a definition, computes it, and takes the same again as nothing new', async (t) => {
    const created = await post(define());
    t.equal(created.statusCode, 201);
    t.match(created.headers.location, /\/v1\/indices\/own-index\?version=1\.0\.0$/);
    t.match(created.json(), { id: 'own-index', builtIn: false, authority: 'musterstadt' });
    t.same(created.json().definition, JSON.parse(JSON.stringify(define())));
    const releases = async () =>
      (await sql<{ n: number }>`select count(*) as n from release`.execute(database.db)).rows[0]!.n;
    const before = await releases();
    t.equal((await post(define())).statusCode, 200);
    t.equal(await releases(), before, 'no release for nothing');
    const { statement, results: rows } = await results('own-index', '&period=2024');
    t.same(
      statement.indicators.map(({ indicator, polarity, weight }) => [indicator, polarity, weight]),
      [
        ['pov_child', -1, 2],
        ['lab_employed', 1, 1],
      ],
    );
    // Employment is better where it is higher, so its score is turned.
    const row = rows.find(({ value }) => value !== null)!;
    const { mean, deviation } = statement.indicators[1]!;
    const { value, score } = row.figures.lab_employed!;
    t.ok(Math.abs(score! - (mean! - value!) / deviation!) < 1e-9);
  });

  t.test('a version never changes; a change is a new version', async (t) => {
    const changed = define({ label: { de: 'Anders' } });
    const refused = await post(changed);
    t.equal(refused.statusCode, 400);
    t.match(refused.json().errors, [{ code: 'index_changed', field: '/body/definition/version' }]);
    t.equal((await post({ ...changed, version: '1.10.0' })).statusCode, 201);
    t.equal((await post({ ...changed, version: '1.9.0' })).statusCode, 201);
    const newest = (await get('/indices/own-index')).json();
    t.same([newest.version, newest.versions], ['1.10.0', ['1.10.0', '1.9.0', '1.0.0']]);
    t.equal((await get('/indices/own-index?version=1.0.0')).json().label, 'Eigener Index');
    const links = (await get('/indices/own-index?version=1.9.0')).json().links as {
      rel: string;
      title: string;
    }[];
    const linked = Object.fromEntries(links.map(({ rel, title }) => [rel, title]));
    t.match(linked, { 'successor-version': '1.10.0', 'predecessor-version': '1.0.0' });
    await t.rejects(
      sql`update index_method set definition = '{}' where version = '1.0.0'`.execute(database.db),
      /append-only|database reported/,
    );
  });

  for (const [name, changes, items] of [
    ['the id of a built-in index', { id: 'mss' }, [{ code: 'index_reserved', field: '/body/definition/id' }]],
    [
      'an unknown indicator',
      { indicators: [{ indicator: 'nothing', polarity: -1 }] },
      [{ code: 'indicator_unknown', field: '/body/definition/indicators/0/indicator' }],
    ],
    [
      'a context indicator: it is no problem',
      { indicators: [{ indicator: 'mig_background_share', polarity: -1 }] },
      [{ code: 'indicator_is_context', got: /mig_background_share/ }],
    ],
    [
      'the opposite of what the catalogue says',
      { indicators: [{ indicator: 'pov_child', polarity: 1 }] },
      [{ code: 'polarity_conflict', got: '1', expected: /^-1/ }],
    ],
    [
      'what does not fit together',
      { classes: { kind: 'quantile' } },
      [{ code: 'index_invalid', field: '/body/definition/classes/count' }],
    ],
    [
      'a version that is none',
      { version: '1.0' },
      [{ code: 'invalid_value', field: '/body/definition/version' }],
    ],
    [
      'a rule by an unknown indicator',
      { areas: { minimum: { indicator: 'nobody', least: 1, reason: { code: 'x', label: { de: 'x' } } } } },
      [{ code: 'indicator_unknown', field: '/body/definition/areas/minimum/indicator' }],
    ],
  ] as [string, Partial<IndexDefinition>, object[]][]) {
    t.test(`refuses ${name}`, async (t) => {
      const answer = await post(define({ id: 'refused', ...changes }));
      t.equal(answer.statusCode, 400);
      t.match(answer.json().errors, items);
      for (const error of answer.json().errors) t.ok(error.got && error.expected);
      t.equal((await get('/indices/refused')).statusCode, 404);
    });
  }

  t.test('refuses an authority that has published nothing', async (t) => {
    const answer = await post(define({ id: 'refused' }), 'nowhere');
    t.match(answer.json().errors, [{ code: 'unknown_authority', field: '/body/authority' }]);
  });

  t.test('a frozen reference keeps means and deviations of its period', async (t) => {
    const frozen = define({ id: 'frozen', reference: { period: '2020' } });
    t.equal((await post(frozen)).statusCode, 201);
    t.equal((await post({ ...define(), id: 'relative' })).statusCode, 201);
    const relative = await results('relative', '&period=2020');
    const own = await results('frozen', '&period=2020');
    t.same(
      own.results.map((row) => row.value?.toFixed(9)),
      relative.results.map((row) => row.value?.toFixed(9)),
      'in its own period it is the relative one',
    );
    const later = await results('frozen', '&period=2024');
    t.equal(later.statement.referencePeriod, '2020');
    t.same(
      later.statement.indicators.map(({ mean, deviation }) => [mean, deviation]),
      relative.statement.indicators.map(({ mean, deviation }) => [mean, deviation]),
    );
    const mean = (rows: Results['results']): number => {
      const values = rows.map((row) => row.value).filter((value) => value !== null);
      return values.reduce((a, b) => a + b) / values.length;
    };
    t.ok(Math.abs(mean(relative.results)) < 1e-9);
    t.ok(Math.abs(mean(later.results)) > 0.01, 'a change of the whole town shows');
    const classes: IndexDefinition['classes'] = { kind: 'quantile', count: 4 };
    t.equal((await post({ ...frozen, id: 'frozen-quarters', classes })).statusCode, 201);
    const [then, now] = await Promise.all(
      ['2020', '2024'].map((period) => results('frozen-quarters', `&period=${period}`)),
    );
    t.same(now!.statement.limits, then!.statement.limits, 'class limits stay, too');
    t.notSame(
      now!.statement.classes.map(({ districts }) => districts),
      then!.statement.classes.map(({ districts }) => districts),
    );
  });

  t.test('named exclusions and the rule for small districts keep districts out of every mean', async (t) => {
    const reason = { code: 'harbour', label: { de: 'Hafengebiet', en: 'harbour' } };
    const definition = define({
      id: 'without',
      areas: { exclusions: [{ collection: QUARTER, districts: ['0101', '0102'], reason }] },
    });
    t.equal((await post(definition)).statusCode, 201);
    const { statement, results: rows } = await results('without', '&period=2024');
    const out = rows.filter(({ district }) => ['0101', '0102'].includes(district));
    for (const row of out)
      t.match(row, {
        value: null,
        class: null,
        status: 'not_assessed',
        reason: 'harbour',
        reasonLabel: 'Hafengebiet',
      });
    const answer = await get(`/observations?collection=${QUARTER}&indicators=pov_child&period=2024`);
    const rated = new Set(rows.filter((row) => row.value !== null).map(({ district }) => district));
    const values = (answer.json() as Observations).observations
      .filter(({ district }) => rated.has(district))
      .map(({ value }) => value!);
    const mean = values.reduce((a, b) => a + b) / values.length;
    t.ok(Math.abs(statement.indicators[0]!.mean! - mean) < 1e-9);
  });

  t.test('with a minimum of indicators a gap is told, and the district is rated', async (t) => {
    // The childcare figures of Stadtteil 06 were lost in 2017.
    const indicators: IndexDefinition['indicators'] = [
      { indicator: 'pov_child', polarity: -1 },
      { indicator: 'edu_kita_u3', polarity: 1 },
    ];
    const method = { ...define().method, minimumPresent: 1 };
    t.equal((await post(define({ id: 'strict', indicators }))).statusCode, 201);
    t.equal((await post(define({ id: 'lenient', indicators, method }))).statusCode, 201);
    const strict = await results('strict', '&period=2017');
    const lenient = await results('lenient', '&period=2017');
    const lost = lenient.results.filter(
      (row) => row.figures.edu_kita_u3!.value === null && row.value !== null,
    );
    t.ok(lost.length > 0);
    for (const row of lost) {
      t.match(row, { status: 'estimated', reason: 'indicator_missing', reasonLabel: /fehlt/ });
      const same = strict.results.find(({ district }) => district === row.district);
      t.match(same, { value: null, status: 'not_available', reasonLabel: String });
    }
    for (const row of lenient.results.filter((one) => !lost.includes(one)))
      t.equal(
        row.value === null,
        row.figures.pov_child!.value === null && row.figures.edu_kita_u3!.value === null,
      );
  });
});

t.test('a package defines indices', async (t) => {
  const database = await testDatabase(t);
  const indices = (changes: Partial<IndexDefinition> = {}) => ({
    package: (pkg: { sozialraum: { indices?: IndexDefinition[] } }) => {
      pkg.sozialraum.indices = [
        define({
          id: 'klein-index',
          indicators: [{ indicator: 'unemployed_share', polarity: -1 }],
          ...changes,
        }),
      ];
    },
  });
  const first = await importTown(t, database.db, indices());
  t.equal(first.changed, true);
  t.equal((await importTown(t, database.db, indices())).changed, false, 'the same again is nothing new');
  t.match(await collectItems(() => importTown(t, database.db, indices({ label: { de: 'Anders' } }))), [
    { code: 'index_changed', file: 'datapackage.json', field: '/sozialraum/indices/0/version' },
  ]);
  t.match(await collectItems(() => importTown(t, database.db, indices({ version: 'x' }))), [
    { code: 'descriptor_invalid', field: '/sozialraum/indices/0/version' },
  ]);
  t.equal((await importTown(t, database.db, indices({ version: '1.0.1' }))).definitions, 1);
  const { get } = await serviceOn(t, database);
  t.match((await get('/indices/klein-index')).json(), {
    version: '1.0.1',
    versions: ['1.0.1', '1.0.0'],
    authority: 'klein',
  });
  const { statement } = (await get('/indices/klein-index/results?version=1.0.0')).json() as Results;
  t.match(statement, { collection: 'klein-quarter', version: '1.0.0' });
});
