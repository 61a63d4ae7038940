import t from 'tap';
import { classesOf, numbersOf, readerOf } from '../support/joined-items.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

/** Quantile of type 7 by the definition. */
function quantile(values: readonly number[], share: number): number {
  const x = values.toSorted((a, b) => a - b);
  const h = (x.length - 1) * share;
  const low = Math.floor(h);
  return x[low]! + (h - low) * ((x[low + 1] ?? x[low])! - x[low]!);
}

t.test('statistics of indicators of Berlin', { skip: skipWithoutShared }, async (t) => {
  const service = await testService(t, 'berlin');
  const { get } = service;
  const items = readerOf(service, 'berlin-plr');

  t.test('sum up the values of the items and have their classes', async (t) => {
    const query = 'period=2021&classification=jenks-4';
    const body = (await get(`/indicators/mss_s1/statistics?collection=berlin-plr&${query}`)).json();
    const { rows, columns } = await items(`indicators=mss_s1&measures=value,class&${query}`);
    const values = numbersOf(rows, 'mss_s1');
    t.match(body, {
      indicator: 'mss_s1',
      collection: 'berlin-plr',
      boundaryVersion: '2021-01-01',
      release: 1,
    });
    t.equal(body.periods.length, 1);
    const [period] = body.periods;
    t.match(period, { period: '2021', n: 536, counts: { ok: 536, not_assessed: 6, not_available: 0 } });
    const near = (got: number, wanted: number, name: string): void => {
      t.ok(Math.abs(got - wanted) < 1e-9, `${name}: ${got} for ${wanted}`);
    };
    const mean = values.reduce((a, b) => a + b) / values.length;
    near(period.mean, mean, 'mean');
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    near(period.standardDeviation, Math.sqrt(squares / values.length), 'deviation');
    for (const [name, share] of [
      ['minimum', 0],
      ['lowerQuartile', 0.25],
      ['median', 0.5],
      ['upperQuartile', 0.75],
      ['maximum', 1],
    ] as const) {
      near(period[name], quantile(values, share), name);
    }
    t.strictSame(period.classification, classesOf(columns, 'mss_s1_class'));
  });

  t.test('of several periods have common breaks when asked for', async (t) => {
    const url = '/indicators/population/statistics?collection=berlin-plr&period=2022/2024';
    const each = (await get(url)).json().periods;
    const all = (await get(`${url}&classificationPeriods=all`)).json().periods;
    t.strictSame(
      each.map(({ period }: { period: string }) => period),
      ['2022-S1', '2022-S2', '2023-S1', '2023-S2', '2024-S1', '2024-S2'],
    );
    const breaks = (periods: typeof each): number =>
      new Set(periods.map((one: (typeof each)[number]) => one.classification.breaks.join())).size;
    t.equal(breaks(each), 6);
    t.equal(breaks(all), 1);
  });

  t.test('a tag answers 304', async (t) => {
    const url = '/indicators/mss_s1/statistics?collection=berlin-plr';
    const { headers } = await get(url);
    t.equal((await get(url, { 'if-none-match': String(headers.etag) })).statusCode, 304);
  });

  for (const [address, status, error] of [
    ['/indicators/nothing/statistics?collection=berlin-plr', 404, { code: 'unknown_indicator' }],
    ['/indicators/mss_s1/statistics', 400, { code: 'missing', field: 'collection' }],
    [
      '/indicators/mss_s1/statistics?collection=berlin-bzr',
      400,
      { code: 'unknown_collection', field: 'collection', expected: /berlin-plr/ },
    ],
    [
      '/indicators/mss_s1/statistics?collection=berlin-plr&period=2013',
      400,
      { code: 'unknown_period', expected: /datetime=2006-01-01/ },
    ],
    [
      '/indicators/mss_s1/statistics?collection=berlin-plr&classification=jenks-99',
      400,
      { code: 'classification_invalid', got: 'jenks-99' },
    ],
    [
      '/indicators/mss_s1/statistics?collection=berlin-plr&datetime=1990-01-01',
      404,
      { code: 'unknown_boundary_version' },
    ],
  ] as const) {
    t.test(`${address} is refused`, async (t) => {
      const response = await get(address);
      t.equal(response.statusCode, status);
      t.match(response.json().errors, [error]);
    });
  }
});
