/** Regions as clusters: as drawn in a made-up world, and on Berlin against plain loops. */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn, testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { drawWorld } from './draw-world.ts';

t.setTimeout(240_000);

type Clusters = components['schemas']['Clusters'];
type History = components['schemas']['ClusterHistory'];
type Observations = components['schemas']['Observations'];

/** ■ and ▲ stand out, ▲ more; □ and · do not, □ a little more than ·. */
const WORLD: Record<string, string[]> = {
  '2015': ['■■▲▲··', '■■▲▲··', '······', '······', '······'],
  // The right one grows.
  '2016': ['■■▲▲▲▲', '■■▲▲▲▲', '······', '······', '······'],
  // The left one becomes like the right one and merges with it.
  '2017': ['▲▲▲▲▲▲', '▲▲▲▲▲▲', '······', '······', '□□□□□□'],
  // They part again; one quarter of the rest has no figure.
  '2018': ['■■▲▲▲▲', '■■▲▲▲▲', '······', '······', '·····?'],
};

t.test('regions of a grid world are those that were drawn', async (t) => {
  const database = await testDatabase(t);
  const figures = { '■': '60', '▲': '100', '□': '30', '·': '20', '?': 'x' };
  await importTown(t, database.db, { package: drawWorld(WORLD, figures) });
  const { get } = await serviceOn(t, database);
  const place = 'collection=klein-quarter&situations=many-unemployed&minSituations=1&f=json';
  const find = async (query: string): Promise<Clusters> => (await get(`/clusters?${place}&${query}`)).json();
  const short = (id: string | null): string | null => (id === null ? null : id.split('.').slice(1).join('.'));

  for (const method of ['skater', 'redcap', 'ward', 'azp'] as const) {
    const query = `method=${method}&regions=3`;
    t.test(`${method}: two that touch stay two, with their names and histories`, async (t) => {
      const { clusters, districts, statement } = await find(`${query}&period=2015`);
      t.same(
        clusters.map(({ members }) => members),
        [
          ['0111', '0112', '0121', '0122'],
          ['0113', '0114', '0123', '0124'],
        ],
      );
      t.match(statement.regions, { status: 'ok', sums: { within: 0, ratio: 1 } });
      t.same(
        statement.regions!.regions.map((one) => [one.districts, one.parts, one.severity, one.standsOut]),
        [
          [22, 1, 0, false],
          [4, 1, 1, true],
          [4, 1, 1, true],
        ],
      );
      t.match(clusters[0]!.profile, [{ indicator: 'unemployed_share', mean: 6 }]);
      const byKey = new Map(districts.map((row) => [row.district, row]));
      t.match(byKey.get('0111'), { role: 'member', region: 2, label: 'in einer auffälligen Region' });
      t.match(byKey.get('0115'), { role: 'none', region: 1, label: /Region, die nicht auffällig ist/ });
      t.equal((await find('period=2015')).clusters.length, 1, 'contiguity joins what touches');

      const lives: Record<string, unknown[]> = {};
      for (const period of Object.keys(WORLD)) {
        for (const { id } of (await find(`${query}&period=${period}`)).clusters) {
          const answer = await get(`/clusters/${id}?${place}&${query}`);
          t.equal(answer.statusCode, 200, id);
          lives[short(id)!] = (answer.json() as History).biography.map((event) => [
            event.period,
            event.event,
            short(event.cluster),
            short(event.otherCluster),
            event.districtsBefore,
            event.districtsAfter,
          ]);
        }
      }
      t.same(lives, {
        '2015.0111': [
          ['2015', 'born', '2015.0111', null, 0, 4],
          ['2016', 'kept', '2015.0111', null, 4, 4],
          ['2017', 'merged', '2015.0111', '2015.0113', 4, 0],
        ],
        '2015.0113': [
          ['2015', 'born', '2015.0113', null, 0, 4],
          ['2016', 'grown', '2015.0113', null, 4, 8],
          ['2017', 'merged', '2015.0111', '2015.0113', 4, 0],
          ['2017', 'grown', '2015.0113', null, 8, 12],
          ['2018', 'shrunk', '2015.0113', null, 12, 8],
          ['2018', 'split', '2018.0111', '2015.0113', 0, 4],
        ],
        '2018.0111': [['2018', 'split', '2018.0111', '2015.0113', 0, 4]],
      });
    });
  }

  t.test('a district without a figure is in no region and not assessed', async (t) => {
    const { districts, statement } = await find('method=ward&regions=3&period=2018');
    t.match(
      districts.find(({ district }) => district === '0156'),
      { status: 'not_assessed', reason: 'small_number', region: null, label: 'nicht bewertet' },
    );
    t.match(statement.excluded, [{ key: '0156', status: 'suppressed', reason: 'small_number' }]);
    t.equal(statement.n, 29);
  });

  t.test('max-p makes regions of the size that is asked for', async (t) => {
    const { statement } = await find('method=max-p&minDistricts=4&period=2015&seed=7');
    const { regions, seed, starts } = statement.regions!;
    t.ok(regions.length >= 5 && regions.every((one) => one.districts >= 4));
    t.match([seed, starts!.within.length, statement.parameters.seed], [7, 20, 7]);
    const people = await find('method=max-p&population=residents&minPopulation=6000&period=2015');
    t.ok(people.statement.regions!.regions.every((one) => one.districts >= 6));
  });

  t.test('what makes no regions is refused', async (t) => {
    for (const [query, code, field] of [
      ['method=skater', 'missing', 'regions'],
      ['method=max-p', 'missing', 'minDistricts'],
      ['method=max-p&minDistricts=4&regions=3', 'parameter_not_used', 'regions'],
      ['method=ward&regions=3&gap=1', 'parameter_not_used', 'gap'],
      ['method=ward&regions=3&seed=1', 'parameter_not_used', 'seed'],
      ['method=azp&regions=3&alpha=0.1', 'parameter_not_used', 'alpha'],
      ['indicators=unemployed_share', 'parameter_not_used', 'indicators'],
      ['method=ward&regions=3&indicators=residents', 'indicator_is_context', 'indicators'],
      ['method=ward&regions=3&indicators=nothing', 'unknown_indicator', 'indicators'],
      ['method=ward&regions=31', 'invalid_value', 'regions'],
    ] as const) {
      const answer = await get(`/clusters?${place}&period=2015&${query}`);
      t.equal(answer.statusCode, 400, query);
      t.match(answer.json(), { errors: [{ code, field, got: /./, expected: /./ }] }, query);
    }
    t.equal((await get(`/clusters?${place}&period=2015&method=ward&regions=0`)).statusCode, 400);
  });
});

t.test('a region of which missing figures decide is not assessed', async (t) => {
  const { get } = await testService(t, 'demo');
  // The childcare figures of Stadtteil 06 were lost in 2017.
  const place = 'collection=musterstadt-quartier&period=2017&situations=few-childcare-places,child-poverty';
  const { districts: rows } = (
    await get(`/problem-situations/districts?${place}`)
  ).json() as components['schemas']['SituationResults'];
  const bounds = new Map(
    rows.map(({ district, present, notAssessed }) => [
      district,
      [present.length, present.length + notAssessed.length] as const,
    ]),
  );
  const seen = new Set<boolean | null>();
  for (const k of [2, 4, 8, 30]) {
    const { districts, statement } = (
      await get(`/clusters?${place}&f=json&method=ward&regions=${k}&indicators=pov_child&minSituations=1`)
    ).json() as Clusters;
    for (const { region, standsOut } of statement.regions!.regions) {
      const own = districts.filter((row) => row.region === region);
      const sum = (side: 0 | 1): number =>
        own.reduce((total, { district }) => total + bounds.get(district)![side], 0);
      const expected = sum(0) >= own.length ? true : sum(1) < own.length ? false : null;
      t.equal(standsOut, expected, `${k}: ${region}`);
      seen.add(standsOut);
      for (const { status, role, reason, cluster, label } of own) {
        t.equal(status, expected === null ? 'not_assessed' : 'ok');
        t.equal(role, expected ? 'member' : 'none');
        t.equal(cluster !== null, expected === true);
        if (expected === null) t.same([reason !== null, label], [true, 'nicht bewertet']);
      }
    }
  }
  t.same(seen.size, 3, 'there are regions of each kind');
});

t.test('regions of Berlin', { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const place = 'collection=berlin-plr&situations=child-poverty,unemployment,transfer-receipt';

  /** Standard scores of an indicator, by plain loops. */
  const scoresOf = async (indicator: string, period: string): Promise<Map<string, number>> => {
    const answer = await get(`/observations?collection=berlin-plr&indicators=${indicator}&period=${period}`);
    const valued = (answer.json() as Observations).observations.filter(({ value }) => value !== null);
    const mean = valued.reduce((sum, { value }) => sum + value!, 0) / valued.length;
    const squares = valued.reduce((sum, { value }) => sum + (value! - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / valued.length);
    return new Map(valued.map(({ district, value }) => [district, (value! - mean) / deviation]));
  };

  for (const query of ['method=skater&regions=20', 'method=max-p&minDistricts=20', 'method=azp&regions=12']) {
    t.test(`${query}: sums of squares and severities are those of plain loops`, async (t) => {
      const { clusters, districts, statement } = (
        await get(`/clusters?${place}&period=2019&f=json&${query}`)
      ).json() as Clusters;
      const { indicators, regions, sums } = statement.regions!;
      t.same(
        indicators.map(({ indicator, period }) => [indicator, period]),
        [
          ['mss_s1', '2019'],
          ['mss_s3', '2019'],
          ['mss_s4', '2019'],
        ],
      );
      const scores = await Promise.all(indicators.map(({ indicator }) => scoresOf(indicator, '2019')));
      const own = (region: number) => districts.filter((row) => row.region === region);
      let within = 0;
      for (const { region } of regions) {
        for (const column of scores) {
          const values = own(region).map(({ district }) => column.get(district)!);
          const mean = values.reduce((a, b) => a + b) / values.length;
          for (const value of values) within += (value - mean) ** 2;
        }
      }
      t.ok(Math.abs(sums.within - within) < 1e-8 * within, `${sums.within} and ${within}`);
      t.ok(Math.abs(sums.total - 3 * statement.n) < 1e-8);
      t.equal(statement.n, districts.filter(({ region }) => region !== null).length);
      for (const { region, districts: size, parts, severity, standsOut } of regions) {
        const counts = own(region).map(({ count }) => count!);
        t.equal(counts.length, size);
        t.equal(severity, counts.reduce((a, b) => a + b) / size);
        t.same([parts, standsOut], [1, severity >= 2]);
      }
      t.same(
        clusters.map(({ members }) => members).sort(),
        regions
          .filter(({ standsOut }) => standsOut)
          .map(({ region }) => own(region).map(({ district }) => district))
          .sort(),
      );
      t.ok(clusters.length > 0);
      for (const { severity, targetGroups, sentence, profile } of clusters) {
        t.ok(severity! >= 2 && targetGroups.length > 0);
        t.match(sentence, /^Die Region um .* ist 2019 auffällig/);
        for (const { mean, meanOfAll } of profile) t.ok(mean! > meanOfAll!, 'worse than the rest');
      }
    });
  }

  t.test('ids go on from 2013 to 2019, and end where the boundaries change', async (t) => {
    const query = `/clusters?${place}&method=ward&regions=20`;
    const [then, now] = await Promise.all(
      ['2013', '2019'].map(
        async (period) => (await get(`${query}&period=${period}&f=json`)).json() as Clusters,
      ),
    );
    const before = new Map(then!.clusters.map((own) => [own.id, own]));
    t.same(now!.statement.series.periods, ['2013', '2019']);
    let kept = 0;
    for (const { id, since, members, biography } of now!.clusters) {
      t.match(biography.at(-1), { event: 'boundary_changed', boundaryVersion: '2021-01-01' });
      if (since !== '2013') continue;
      kept++;
      const shared = before.get(id)!.members.filter((key) => members.includes(key));
      t.ok(shared.length > 0, `${id} shares districts with what it was`);
    }
    t.ok(kept > 0);
    const features = (await get(`${query}&period=2019`)).json();
    t.equal(features.features[0].geometry.coordinates.length, 1, 'a region is one outline');
    const { href } = features.features[0].properties.links[0];
    const { pathname, search } = new URL(href);
    const alone = (await get(pathname.replace('/v1', '') + search)).json();
    t.same(alone.features.at(-1), features.features[0]);
  });

  t.test('other seeds are told, and the same seed gives the same bytes', async (t) => {
    const path = `/clusters?${place}&method=max-p&minDistricts=20&period=2021&f=json`;
    const [first, again, other] = await Promise.all([get(path), get(path), get(`${path}&seed=2`)]);
    t.equal(first.body, again.body);
    const { statement } = first.json() as Clusters;
    t.match(statement.warnings.join(' '), /another seed puts \d+ of 536 districts/);
    t.match(statement.warnings.join(' '), /not tested against chance/);
    t.not((other.json() as Clusters).statement.definition, statement.definition);
  });
});
