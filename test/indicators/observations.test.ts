import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

type Page = components['schemas']['Observations'];
type Indicator = components['schemas']['Indicator'];

t.test('observations of Berlin', { skip: skipWithoutShared }, async (t) => {
  const { get, ask } = await testService(t, 'berlin');
  const page = async (query: string): Promise<Page> => (await get(`/observations?${query}`)).json();

  t.test(
    'the series of one district, oldest first, each value with status, unit and boundary version',
    async (t) => {
      const { observations, numberMatched, release } = await page('indicators=population&districts=01011101');
      t.equal(numberMatched, 12);
      t.equal(release, 1);
      t.strictSame(
        observations.map((row) => row.period),
        ['2015', '2016', '2017', '2018', '2019', '2020'].flatMap((year) => [`${year}-S1`, `${year}-S2`]),
      );
      t.match(observations[0], {
        collection: 'berlin-plr',
        value: 3126,
        unit: 'persons',
        status: 'ok',
        reason: null,
        boundaryVersion: '2006-01-01',
        referenceDate: '2015-06-30',
        release: 1,
      });
    },
  );

  t.test('a missing value says why, in the language asked for', async (t) => {
    const { observations } = await page('indicators=mss_s1&period=2021&districts=10100205');
    t.match(observations, [
      { value: null, status: 'not_assessed', reason: 'excluded_outlier', reasonLabel: /\S/ },
    ]);
    const english = await get('/observations?indicators=mss_s1&period=2021&districts=10100205', {
      'accept-language': 'en',
    });
    t.not(english.json().observations[0].reasonLabel, observations[0]!.reasonLabel);
  });

  t.test('a district without a row in the source has a row that says so', async (t) => {
    const { observations } = await page('indicators=mss_s1&period=2013&districts=09041403');
    t.match(observations, [{ value: null, status: 'not_available', reason: 'not_delivered', release: null }]);
  });

  for (const [period, expected] of [
    ['2023-S1', ['2023-S1']],
    ['2023-S1,2015-S2', ['2015-S2', '2023-S1']],
    ['2023/2024', ['2023-S1', '2023-S2', '2024-S1', '2024-S2']],
    ['2024-S2/..', ['2024-S2']],
    ['../2015', ['2015-S1', '2015-S2']],
    ['latest', ['2024-S2']],
    ['latest(3)', ['2023-S2', '2024-S1', '2024-S2']],
  ] as const) {
    t.test(`period=${period} takes ${expected.length} periods`, async (t) => {
      const { observations } = await page(`indicators=population&period=${period}&limit=10000`);
      t.strictSame([...new Set(observations.map((row) => row.period))], expected);
    });
  }

  t.test('paging yields every row once, in the order of the answer', async (t) => {
    const seen: string[] = [];
    let url: string | undefined = '/v1/observations?collection=berlin-plr&indicators=mss_s1,mss_s2&limit=700';
    let matched = 0;
    while (url) {
      const body: Page = (await ask({ url })).json();
      matched = body.numberMatched;
      t.ok(body.numberReturned <= 700);
      seen.push(...body.observations.map((row) => [row.indicator, row.period, row.district].join('/')));
      const next = body.links.find((link) => link.rel === 'next');
      url = next && new URL(next.href).pathname + new URL(next.href).search;
    }
    t.equal(matched, 2 * (448 + 448 + 542));
    t.equal(seen.length, matched);
    t.strictSame(seen, [...new Set(seen)].sort());
  });

  t.test('CSV has the same rows as JSON, and its next page in the Link header', async (t) => {
    const query = 'indicators=mss_s1&period=2021&limit=10';
    const json = await page(query);
    const csv = await get(`/observations?${query}&f=csv`);
    t.match(csv.headers['content-type'], /^text\/csv/);
    t.match(csv.headers.link, /rel="next"; type="text\/csv"/);
    const [header, ...rows] = csv.body.trimEnd().split('\r\n');
    t.equal(rows.length, 10);
    const column = header!.split(',').indexOf('value');
    t.strictSame(
      rows.map((row) => Number(row.split(',')[column])),
      json.observations.map((row) => row.value),
    );
    t.equal((await get(`/observations?${query}`, { accept: 'text/csv' })).body, csv.body);
  });

  t.test('unknown names are refused', async (t) => {
    for (const [query, item] of [
      ['collection=xyz', { code: 'unknown_value', field: 'collection', expected: /berlin-plr/ }],
      ['indicators=xyz', { code: 'unknown_value', field: 'indicators' }],
      [
        'indicators=mss_s1&districts=1100101',
        { code: 'unknown_district', got: '1100101', expected: /leading zeros/ },
      ],
      ['indicators=mss_s1&period=1999', { code: 'unknown_period', got: '1999', expected: /2021/ }],
      [
        'indicators=mss_s1&period=2021&districts=01011301',
        { code: 'unknown_district', got: '01011301', expected: /of the one of 2006-01-01/ },
      ],
      ['period=2023-S3', { code: 'period_invalid', got: '2023-S3' }],
      ['period=2020/2019', { code: 'period_invalid' }],
      ['cursor=xyz', { field: 'cursor' }],
      ['district=01100101', { code: 'unknown_parameter', got: 'district', expected: /districts/ }],
    ] as const) {
      const response = await get(`/observations?${query}`);
      t.equal(response.statusCode, 400, query);
      t.match(response.json().errors, [item], query);
    }
    t.equal((await get('/observations', { accept: 'image/png' })).statusCode, 406);
  });

  t.test('the catalogue says definition, source, licence, periods and coverage', async (t) => {
    const { indicators }: { indicators: Indicator[] } = (
      await get('/indicators?collection=berlin-plr')
    ).json();
    t.strictSame(
      indicators.map((indicator) => indicator.id),
      [
        'mss_d1',
        'mss_d2',
        'mss_d3',
        'mss_d4',
        'mss_dynamics',
        'mss_s1',
        'mss_s2',
        'mss_s3',
        'mss_s4',
        'mss_status',
        'population',
      ],
    );
    const status: Indicator = (await get('/indicators/mss_status')).json();
    t.strictSame(status.periods, ['2013', '2019', '2021']);
    t.strictSame(
      status.categories.map((category) => category.label),
      ['hoch', 'mittel', 'niedrig', 'sehr niedrig'],
    );
    t.match(status.collections[0], {
      id: 'berlin-plr',
      source: { licence: /CC-BY-4.0/ },
      periods: [
        {
          period: '2013',
          boundaryVersion: '2006-01-01',
          counts: { ok: 434, not_assessed: 13, not_available: 1 },
        },
        { period: '2019', counts: { ok: 436, not_assessed: 11, not_available: 1 } },
        {
          period: '2021',
          boundaryVersion: '2021-01-01',
          counts: { ok: 536, not_assessed: 6, not_available: 0 },
        },
      ],
    });
    t.equal((await get('/indicators/nix')).statusCode, 404);
    t.equal((await get('/indicators?collection=berlin-bzr')).json().indicators.length, 0);
  });

  t.test('the published classes are what the shares of 2021 give', async (t) => {
    const { observations } = await page('indicators=mss_status&period=2021');
    const counts = [1, 2, 3, 4].map((value) => observations.filter((row) => row.value === value).length);
    t.strictSame(counts, [75, 366, 46, 49]);
  });
});

t.test('the synthetic town stores counts with its rates', async (t) => {
  const { get } = await testService(t, 'demo');
  const { indicators }: { indicators: Indicator[] } = (await get('/indicators')).json();
  t.equal(indicators.length, 12);
  const rate = indicators.find((indicator) => indicator.aggregation === 'ratio')!;
  const { observations }: Page = (await get(`/observations?indicators=${rate.id}&period=2024`)).json();
  const rated = observations.filter((row) => row.status === 'ok');
  t.ok(rated.length > 30);
  for (const row of rated) t.ok(row.numerator! <= row.denominator!, row.district);
});
