/** Clusters of Berlin's problem situations: what plain loops find, and biographies that end where the boundaries change. */
import type { MultiPolygon } from 'geojson';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { openWorkerPool } from '../../src/analyses/worker-pool.ts';
import { readCatalog } from '../../src/catalog/store.ts';
import { chooseSeries } from '../../src/clusters/choose-series.ts';
import { openClusterResults, placesOf } from '../../src/clusters/find-clusters.ts';
import { listIndices } from '../../src/indices/choose-subject.ts';
import { openIndexResults } from '../../src/indices/index-results.ts';
import { makeReader } from '../../src/reader.ts';
import { listSituations } from '../../src/situations/choose-situations.ts';
import { TODAY, testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { findByLoops } from './brute-force.ts';

t.setTimeout(240_000);

type Schemas = components['schemas'];
type Clusters = Schemas['Clusters'];
type Features = Schemas['ClusterCollection'];
type History = Schemas['ClusterHistory'];

const THREE = 'situations=child-poverty,unemployment,transfer-receipt';
const IN_UTM33 = 'crs=http://www.opengis.net/def/crs/EPSG/0/25833';

t.test('clusters of Berlin', { skip: skipWithoutShared }, async (t) => {
  const { get, database } = await testService(t, 'berlin');
  const find = async (query: string): Promise<Clusters> =>
    (await get(`/clusters?collection=berlin-plr&${THREE}&f=json&${query}`)).json();

  /** How many of the three indicators lie more than a deviation above the mean, by plain loops. */
  const countByLoops = async (period: string): Promise<Map<string, number>> => {
    const counts = new Map<string, number>();
    for (const indicator of ['mss_s1', 'mss_s3', 'mss_s4']) {
      const answer = await get(
        `/observations?collection=berlin-plr&indicators=${indicator}&period=${period}`,
      );
      const { observations } = answer.json() as Schemas['Observations'];
      const values = observations.map(({ value }) => value).filter((value) => value !== null);
      const mean = values.reduce((a, b) => a + b) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
      for (const { district, value } of observations)
        counts.set(
          district,
          (counts.get(district) ?? 0) + (value !== null && value > mean + deviation ? 1 : 0),
        );
    }
    return counts;
  };

  for (const [period, datetime, n] of [
    ['2013', '2013-06-30', 434],
    ['2019', '2019-06-30', 436],
    ['2021', '2021-06-30', 536],
  ] as const) {
    t.test(`${period}: members are those that plain loops find`, async (t) => {
      const counts = await countByLoops(period);
      const items = await get(`/collections/berlin-plr/items?limit=1000&datetime=${datetime}&${IN_UTM33}`);
      const { features } = items.json() as { features: { id: string; geometry: MultiPolygon }[] };
      for (const least of [2, 3]) {
        const { clusters, districts, statement } = await find(`period=${period}&minSituations=${least}`);
        const expected = findByLoops(
          features.map(({ id, geometry }) => ({ key: id, geometry, flagged: counts.get(id)! >= least })),
        );
        t.same(
          clusters.map(({ members }) => members),
          expected,
        );
        t.ok(expected.length > 10 && expected[0]!.length > 10, 'there is something to find');
        t.equal(statement.n, n);
        t.equal(statement.excluded.length, districts.filter(({ status }) => status !== 'ok').length);
        for (const { members, severity, mostSituations } of clusters) {
          const own = members.map((key) => counts.get(key)!);
          t.equal(severity, own.reduce((a, b) => a + b) / own.length);
          t.equal(mostSituations, Math.max(...own));
        }
      }
    });
  }

  t.test('missing figures are not assessed, never "not auffällig"', async (t) => {
    const { districts, statement } = await find('period=2021');
    const missing = districts.filter(({ count }) => count === null);
    t.equal(missing.length, 6);
    for (const row of missing)
      t.match(row, { status: 'not_assessed', role: 'none', label: 'nicht bewertet', cluster: null });
    t.ok(statement.excluded.every(({ reason }) => reason !== null));
    t.ok(districts.some(({ label }) => label === 'nicht auffällig'));
    // Long-term unemployment was not collected in 2021: with it nobody knows whether one situation is a second.
    const four = await get(
      '/clusters?collection=berlin-plr&period=2021&f=json&situations=child-poverty,unemployment,transfer-receipt,long-term-unemployment',
    );
    const one = (four.json() as Clusters).districts.filter(({ count }) => count === 1);
    t.ok(one.length > 0 && one.every(({ status }) => status === 'not_assessed'));
  });

  t.test('biographies run from 2013 to 2019 and end at the boundary change, which says so', async (t) => {
    const { clusters, statement, ended } = await find('period=2019');
    t.match(statement.series, { periods: ['2013', '2019'], start: 'first', end: 'boundary_change' });
    const kinds = new Map<string, number>();
    for (const { id, biography, since } of clusters) {
      t.equal(since, id.split('.')[1]);
      t.match(biography.at(-1), {
        event: 'boundary_changed',
        period: '2019',
        cluster: id,
        boundaryVersion: '2021-01-01',
      });
      t.match(biography.at(-1)!.sentence, /anderer Gebietsstand/);
      t.equal(biography[0]!.event === 'born' || biography[0]!.event === 'split', true);
      for (const { event } of biography.slice(0, -1)) kinds.set(event, (kinds.get(event) ?? 0) + 1);
    }
    for (const kind of ['born', 'grown', 'shrunk', 'split']) t.ok(kinds.has(kind), kind);
    t.ok(ended.length > 0);
    const before = await find('period=2013');
    for (const { cluster, event, left } of ended) {
      const former = before.clusters.find(({ id }) => id === cluster)!;
      t.same(left, [...former.members].sort(), event);
    }
    for (const { biography } of before.clusters)
      t.same(
        biography.map(({ event }) => event),
        ['born'],
        'in 2013 nobody knows what follows',
      );
    const after = await find('period=2021');
    t.match(after.statement.series, { periods: ['2021'], start: 'boundary_change', end: 'latest' });
    const old = new Set([...clusters, ...before.clusters].map(({ id }) => id));
    t.ok(after.clusters.every(({ id }) => !old.has(id)));
  });

  t.test('a cluster is found by its id, with outlines in all its periods', async (t) => {
    const all = (await get(`/clusters?collection=berlin-plr&${THREE}&period=2019`)).json() as Features;
    const [first] = all.features;
    const outline = first!.geometry!.coordinates;
    t.equal(outline.length, 1, 'neighbours with a common border become one outline');
    const { href } = first!.properties.links[0]!;
    const address = new URL(href).pathname.replace('/v1', '') + new URL(href).search;
    const history = (await get(address)).json() as Schemas['ClusterHistoryFeatures'];
    t.match(history, { id: first!.id, since: '2013', until: '2019' });
    t.same(
      history.biography.map(({ event }) => event),
      ['born', 'shrunk', 'boundary_changed'],
    );
    t.same(
      history.features.map(({ properties }) => properties.period),
      ['2013', '2019'],
    );
    t.same(history.features[1], first, 'the same as among the clusters of the period');
    const plain = (await get(`${address}&f=json`)).json() as History;
    t.same(
      plain.states,
      history.features.map(({ properties }) => properties),
    );
    const csv = (await get(`${address}&f=csv`)).body.split('\r\n');
    t.equal(csv.length, 1 + 2 + 1);
    t.match(csv[0], /^id,period,label,districts,severity/);
    for (const [path, status, code] of [
      [address.replace(first!.id, 'nothing'), 404, 'unknown_cluster'],
      [address.replace(first!.id, `${first!.id}x`), 404, 'unknown_cluster'],
      [`${address}&minSituations=3`, 404, 'unknown_cluster'],
    ] as const) {
      const answer = await get(path);
      t.match([answer.statusCode, answer.json()], [status, { errors: [{ code }] }], path);
    }
  });

  t.test('statistical clusters: figures, false discovery control, plain labels', async (t) => {
    for (const [method, wanted] of [
      ['local-moran', 'high-high'],
      ['getis-ord', 'high'],
    ] as const) {
      const { clusters, districts, statement } = await find(`period=2021&method=${method}`);
      t.match(statement.test, {
        status: 'ok',
        permutations: 99_999,
        seed: 1,
        alpha: 0.05,
        tests: 536,
        correction: /Benjamini-Hochberg/,
      });
      t.match(statement.parameters, { method, alpha: 0.05 });
      t.equal(statement.parameters.minSituations, undefined);
      const tested = districts.filter(({ test }) => test !== null);
      t.equal(tested.length, 536);
      // Benjamini & Hochberg by plain loops: the greatest rank whose p is small enough.
      const ps = tested.map(({ test }) => test!.p!).sort((a, b) => a - b);
      const rank = ps.findLastIndex((p, k) => p <= (0.05 * (k + 1)) / ps.length);
      const members = tested.filter(({ test }) => test!.p! <= ps[rank]! && test!.class === wanted);
      t.ok(members.length > 5);
      t.same(
        clusters.flatMap((own) => own.members).sort(),
        members.map(({ district }) => district),
      );
      for (const { test, role, label } of districts) {
        if (role === 'member') t.equal(label, 'auffällig');
        if (test) t.equal(test.p, Math.min(1, (2 * (Math.min(test.ge, test.le) + 1)) / 100_000));
      }
    }
  });

  t.test('everything that a result has to state', async (t) => {
    const { statement } = await find('period=2019&minPopulation=5000&gap=1&contiguity=rook');
    t.match(statement, {
      process: 'problem-clusters',
      version: /^\d/,
      definition: /^[0-9a-f]{8}$/,
      collection: 'berlin-plr',
      boundaryVersion: '2006-01-01',
      snapshot: /^[0-9a-f]{64}$/,
      parameters: { method: 'contiguity', minSituations: 2, gap: 1, minPopulation: 5000 },
      populationIndicator: { indicator: 'population', period: '2019-S2' },
      weights: { type: 'rook', tolerance: 0.01, crs: 'EPSG:25833', hash: /./ },
      series: { periods: ['2019'], start: 'rule_change' },
      districts: 448,
    });
    t.ok(statement.release > 0 && statement.counts.belowMinimum > 0);
    t.match(statement.method, /Lücken von einem Gebiet überbrückt/);
    const small = await find('period=2019&contiguity=rook&gap=1');
    t.ok(small.statement.counts.bridges > 0, 'without a minimum 2013 is part of the series');
    t.same(small.statement.series.periods, ['2013', '2019']);
  });

  t.test('refusals', async (t) => {
    for (const [query, code, field] of [
      ['period=2019&minSituations=4', 'too_many_situations', 'minSituations'],
      ['period=2019&seed=2', 'parameter_not_used', 'seed'],
      ['period=2019&method=getis-ord&minSituations=2', 'parameter_not_used', 'minSituations'],
      ['period=2013&minPopulation=1', 'population_not_known', 'minPopulation'],
      ['period=2019&population=mss_s1', 'unknown_indicator', 'population'],
      ['period=1999', 'unknown_period', 'period'],
    ] as const) {
      const answer = await get(`/clusters?collection=berlin-plr&${THREE}&${query}`);
      t.equal(answer.statusCode, 400, query);
      t.match(answer.json(), { errors: [{ code, field }] }, query);
    }
    t.equal((await get(`/clusters?collection=berlin-plr&${THREE}&gap=2`)).statusCode, 400);
    t.equal((await get(`/clusters?collection=berlin-plr&${THREE}&minSituation=2`)).statusCode, 400);
  });

  t.test('languages, entity tags, links', async (t) => {
    const path = `/clusters?collection=berlin-plr&${THREE}&period=2019`;
    const german = await get(path);
    const english = await get(path, { 'accept-language': 'en' });
    t.match(german.json().features[0].properties.sentence, /sind 2019 16 Gebiete auffällig/);
    t.match(english.json().features[0].properties.sentence, /16 districts stand out in 2019/);
    t.not(german.headers.etag, english.headers.etag);
    t.equal((await get(path, { 'if-none-match': String(german.headers.etag) })).statusCode, 304);
    t.match(german.headers.link, /rel="self"/);
    t.equal(
      (await get(path, { accept: 'text/csv' })).headers['content-type'],
      'text/csv; charset=utf-8; header=present',
    );
    t.notMatch(german.body, /weil|wegen|verursacht|because/);
    t.equal((await get(path)).body, german.body, 'the same bytes twice');
  });

  t.test('many equal requests at once are one computation', async (t) => {
    const path = `/clusters?collection=berlin-plr&${THREE}&period=2021&minSituations=1`;
    const answers = await Promise.all(Array.from({ length: 40 }, () => get(path)));
    // Each for itself they would be more than the pool takes.
    t.same([...new Set(answers.map(({ statusCode }) => statusCode))], [200]);
    t.equal(new Set(answers.map(({ body }) => body)).size, 1);
  });

  t.test('one thread or two: the same to the byte', async (t) => {
    const catalog = await readCatalog(database.db);
    const texts = await Promise.all(
      [1, 2].map(async (threads) => {
        const pool = openWorkerPool({ threads });
        t.teardown(() => pool.close());
        const reader = makeReader(database.db, { current: () => catalog, at: async () => catalog });
        const results = openClusterResults(reader, openIndexResults(reader, pool), pool);
        const query = {
          collection: 'berlin-plr',
          period: '2019',
          method: 'local-moran' as const,
          situations: ['child-poverty', 'unemployment', 'transfer-receipt'],
          permutations: 999_999,
        };
        const series = chooseSeries(catalog, listIndices([]), listSituations([]), query, TODAY);
        const found = await results.find(catalog, series);
        const { version } = series.periods[series.at]!.plan;
        const groups = found.names
          .map((_, id) => placesOf(found, series.at, id))
          .filter((places) => places.length > 0);
        const outlines = await results.outline(version, found.table, groups);
        return JSON.stringify([found.names, found.traced, found.periods[1]!.test, found.snapshot, outlines]);
      }),
    );
    t.equal(texts[0], texts[1]);
    t.ok(texts[0]!.length > 10_000);
  });
});
