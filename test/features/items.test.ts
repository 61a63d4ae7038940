import t from 'tap';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

interface Collection {
  numberMatched: number;
  numberReturned: number;
  release: number;
  boundaryVersion: { validFrom: string; districts: number };
  columns: { name: string; unit: string; period: string; source: { licence: string } }[];
  features: { id: string; properties: Record<string, string | number | null> }[];
  links: { rel: string; href: string; type: string }[];
}

t.test('items of Berlin', { skip: skipWithoutShared }, async (t) => {
  const { get, ask } = await testService(t, 'berlin');
  const items = async (query: string): Promise<Collection> =>
    (await get(`/collections/berlin-plr/items${query}`)).json();

  t.test('MSS 2021 is joined to 542 of 542 districts', async (t) => {
    const { features, ...rest } = await items(
      '?indicators=mss_s1,mss_s4&period=2021&measures=value,status,z,rank',
    );
    t.equal(rest.numberMatched, 542);
    t.equal(rest.boundaryVersion.validFrom, '2021-01-01');
    t.equal(rest.release, 1);
    const rated = features.filter((feature) => feature.properties.mss_s1_status === 'ok');
    t.equal(rated.length, 536);
    t.equal(features.filter((feature) => feature.properties.mss_s1_status === 'not_assessed').length, 6);
    t.ok(rated.every((feature) => typeof feature.properties.mss_s1 === 'number'));
    t.strictSame(
      Object.keys(features[0]!.properties),
      [
        'key',
        'name',
        'parent',
        'mss_s1',
        'mss_s1_status',
        'mss_s1_z',
        'mss_s1_rank',
        'mss_s4',
        'mss_s4_status',
        'mss_s4_z',
        'mss_s4_rank',
      ],
      'flat columns in a fixed order, null where there is no value',
    );
    t.match(features[0], { id: '01100101', properties: { mss_s1: 4.22594, parent: '011001' } });
  });

  t.test('z is the population z-score over the rated districts, rank 1 the highest value', async (t) => {
    const { features } = await items('?indicators=mss_s1&period=2021&measures=z,rank,value');
    const rated = features
      .map((feature) => feature.properties)
      .filter((properties) => properties.mss_s1 !== null);
    const z = rated.map((properties) => properties.mss_s1_z as number);
    const mean = z.reduce((a, b) => a + b) / z.length;
    const square = z.reduce((a, b) => a + b * b, 0) / z.length;
    t.ok(Math.abs(mean) < 1e-12 && Math.abs(square - 1) < 1e-12);
    const highest = rated.reduce((a, b) => ((a.mss_s1 as number) > (b.mss_s1 as number) ? a : b));
    t.equal(highest.mss_s1_rank, 1);
  });

  for (const [period, rated] of [
    ['2013', 434],
    ['2019', 436],
  ] as const) {
    t.test(`MSS ${period} joins 447 of the 448 districts of its boundary version`, async (t) => {
      const { features, numberMatched } = await items(
        `?datetime=${period}-06-30&indicators=mss_s1&period=${period}&measures=reason`,
      );
      t.equal(numberMatched, 448);
      const statuses = features.map((feature) => feature.properties.mss_s1_status);
      t.equal(statuses.filter((status) => status === 'ok').length, rated);
      t.equal(statuses.filter((status) => status === 'not_assessed').length, 447 - rated);
      const missing = features.filter((feature) => feature.properties.mss_s1_status === 'not_available');
      t.match(missing, [{ id: '09041403', properties: { mss_s1_reason: 'not_delivered' } }]);
    });
  }

  t.test('a period that lies on another boundary version is refused with the way to it', async (t) => {
    const response = await get('/collections/berlin-plr/items?indicators=mss_s1&period=2013');
    t.equal(response.statusCode, 400);
    t.match(response.json().errors, [
      { code: 'unknown_period', got: '2013', expected: /datetime=2006-01-01/ },
    ]);
  });

  t.test('a range of periods appends the period to the columns', async (t) => {
    const { features, columns } = await items('?indicators=population&period=2023/2024&limit=1');
    t.strictSame(
      columns.map((column) => column.name).filter((name) => !name.endsWith('_status')),
      ['population_2023_s1', 'population_2023_s2', 'population_2024_s1', 'population_2024_s2'],
    );
    t.equal(typeof features[0]!.properties.population_2024_s2, 'number');
  });

  t.test('latest takes the newest of each indicator and names its period', async (t) => {
    const { columns } = await items('?indicators=mss_s1,population&limit=1');
    t.strictSame(
      columns
        .filter((column) => !column.name.endsWith('_status'))
        .map((column) => [column.name, column.period]),
      [
        ['mss_s1', '2021'],
        ['population', '2024-S2'],
      ],
    );
  });

  t.test('paging by next yields every district once, keeping all parameters', async (t) => {
    const keys: string[] = [];
    let url = '/v1/collections/berlin-plr/items?indicators=mss_s1&period=2021&limit=100';
    for (let page = 0; page < 10; page++) {
      const response = await ask({ url });
      const body: Collection = response.json();
      keys.push(...body.features.map((feature) => feature.id));
      t.ok(body.features.every((feature) => 'mss_s1' in feature.properties));
      const next = body.links.find((link) => link.rel === 'next');
      if (!next) break;
      t.match(response.headers.link, /rel="next"; type="application\/geo\+json"/);
      url = new URL(next.href).pathname + new URL(next.href).search;
    }
    t.equal(keys.length, 542);
    t.strictSame(keys, [...new Set(keys)].sort());
  });

  t.test('offset skips, and a limit above the maximum is lowered to it', async (t) => {
    const all = await items('?limit=99999999');
    const some = await items('?offset=540');
    t.equal(all.numberReturned, 542);
    t.strictSame(
      some.features.map((feature) => feature.id),
      all.features.slice(540).map((feature) => feature.id),
    );
  });

  t.test('bbox takes districts whose shape intersects it, not only whose box does', async (t) => {
    const { features, numberMatched } = await items('?bbox=13.3777,52.5163,13.3778,52.5164');
    t.equal(numberMatched, features.length);
    t.ok(features.length >= 1 && features.length <= 2, `${features.length} at the Brandenburg Gate`);
    t.equal((await items('?bbox=6,50,7,51')).numberMatched, 0);
  });

  t.test('a datetime before the first boundary version gives no districts', async (t) => {
    const body = await items('?datetime=1990-01-01');
    t.equal(body.numberMatched, 0);
    t.notOk('boundaryVersion' in body);
  });

  t.test('one district, with leading zeros, and none by its number', async (t) => {
    const response = await get('/collections/berlin-plr/items/01100101?indicators=mss_s1&period=2021');
    t.match(response.json(), { id: '01100101', properties: { name: 'Stülerstraße', mss_s1: 4.22594 } });
    t.equal((await get('/collections/berlin-plr/items/1100101')).statusCode, 404);
    t.match((await get('/collections/berlin-plr/items/01011101')).json().errors, [
      { expected: /datetime=2006-01-01/ },
    ]);
  });

  t.test('outer rings run counterclockwise, as RFC 7946 wants it', async (t) => {
    const { features } = (await get('/collections/berlin-plr/items?limit=20')).json();
    for (const { id, geometry } of features) {
      const ring: [number, number][] = geometry.coordinates[0][0];
      let area = 0;
      ring.slice(1).forEach(([x, y], i) => {
        area += ring[i]![0] * y - x * ring[i]![1];
      });
      t.ok(area > 0, id);
    }
  });

  t.test('a join of too many columns is refused', async (t) => {
    const indicators = [
      'mss_s1',
      'mss_s2',
      'mss_s3',
      'mss_s4',
      'mss_d1',
      'mss_d2',
      'mss_d3',
      'mss_d4',
      'population',
    ];
    const measures = 'value,reason,z,rank,numerator,denominator,release';
    const response = await get(
      `/collections/berlin-plr/items?indicators=${indicators}&period=2021,2021-S1,2021-S2,2022-S1,2022-S2,2023-S1,2023-S2&measures=${measures}`,
    );
    t.match(response.json().errors, [{ code: 'too_many_columns', got: /^504 / }]);
  });

  t.test('a named period that an indicator does not have says so', async (t) => {
    const body = await items('?indicators=mss_s1,population&period=2021,2024-S2&measures=reason&limit=1');
    t.match(body.features[0]!.properties, {
      mss_s1_2024_s2_reason: 'not_collected',
      population_2021_reason: 'not_collected',
      mss_s1_2024_s2_status: 'not_available',
    });
  });

  t.test('a range takes the periods that each indicator has', async (t) => {
    const { columns } = await items('?indicators=mss_s1,population&period=2021/2022&limit=1');
    t.strictSame(
      columns.map((column) => column.name).filter((name) => !name.endsWith('_status')),
      ['mss_s1_2021', 'population_2021_s1', 'population_2021_s2', 'population_2022_s1', 'population_2022_s2'],
    );
  });

  t.test('a refusal has no entity tag and is never "not modified"', async (t) => {
    const response = await get('/collections/berlin-plr/items?bbox=1,2,3,99', { 'if-none-match': '*' });
    t.equal(response.statusCode, 400);
    t.notOk('etag' in response.headers);
  });

  t.test('the same request has the same bytes and an entity tag that answers 304', async (t) => {
    const url = '/collections/berlin-plr/items?indicators=mss_s1&period=2021';
    const [first, second] = [await get(url), await get(url)];
    t.equal(first.body, second.body);
    const again = await get(url, { 'if-none-match': `W/${first.headers.etag}` });
    t.equal(again.statusCode, 304);
    t.equal(again.headers.etag, first.headers.etag);
    t.equal(again.headers['cache-control'], first.headers['cache-control']);
    t.equal(
      (await get(url, { 'accept-language': 'en', 'if-none-match': String(first.headers.etag) })).statusCode,
      200,
    );
  });
});
