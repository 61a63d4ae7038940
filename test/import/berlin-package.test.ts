import { join } from 'node:path';
import t from 'tap';
import type { ColumnCandidate } from '../../src/import/candidate.ts';
import { readPackage } from '../../src/import/read-package.ts';
import { SHARED_DATA, skipWithoutShared } from '../support/shared.ts';

// Expected numbers: ../shared/data/README.md sections 1, 4 and 5, and counts of the raw files.
const DATA = join(SHARED_DATA, 'berlin');

if (skipWithoutShared) {
  t.pass('skipped', { skip: skipWithoutShared });
} else {
  const candidate = await readPackage({ packagePath: 'test/packages/berlin', dataDir: DATA });

  const findColumn = (indicator: string, period: string): ColumnCandidate => {
    const found = candidate.columns.filter(
      (column) => column.indicator === indicator && column.period === period,
    );
    if (found.length !== 1 || !found[0])
      throw new Error(`Got ${found.length} columns ${indicator} ${period}.`);
    return found[0];
  };
  const count = (texts: readonly (string | null)[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const text of texts) counts[text ?? 'null'] = (counts[text ?? 'null'] ?? 0) + 1;
    return counts;
  };
  const countValues = ({ values, status }: ColumnCandidate): Record<string, number> =>
    count([...values].filter((_, at) => status[at] === 'ok').map(String));

  t.test('boundaries: districts, hierarchy, umlauts, re-keyed duplicate', async (t) => {
    const [pgr, bzr, plr, old] = candidate.boundaries;
    t.strictSame(
      candidate.boundaries.map(({ geography, validFrom, validUntil, srid, districts }) => [
        geography,
        validFrom,
        validUntil,
        srid,
        districts.length,
      ]),
      [
        ['berlin-pgr', '2021-01-01', null, 25833, 58],
        ['berlin-bzr', '2021-01-01', null, 25833, 143],
        ['berlin-plr', '2021-01-01', null, 25833, 542],
        ['berlin-plr', '2006-01-01', '2021-01-01', 4326, 448],
      ],
    );
    t.strictSame(
      new Set(plr?.districts.flatMap(({ parents }) => parents.map(({ key }) => key))),
      new Set(bzr?.districts.map(({ key }) => key)),
    );
    t.strictSame(
      new Set(bzr?.districts.flatMap(({ parents }) => parents.map(({ key }) => key))),
      new Set(pgr?.districts.map(({ key }) => key)),
    );
    t.equal(plr?.districts.find(({ key }) => key === '01100101')?.name, 'Stülerstraße');
    const moved = old?.districts.find(({ key }) => key === '04030417');
    t.equal(moved?.name, 'Schloßstraße');
    const [x, y] = (moved?.geometry.coordinates.flat(2)[0] ?? [NaN, NaN]) as [number, number];
    t.ok(Math.abs(x - 13.299) < 0.02 && Math.abs(y - 52.515) < 0.02, `at ${x}, ${y}`);
    t.equal(old?.districts.filter(({ key }) => key === '06010102').length, 1);
    t.strictSame(
      old?.districts.filter(({ key }) => plr?.districts.some((district) => district.key === key)),
      [],
      'no key is shared by both versions',
    );
  });

  const shares = ['mss_s1', 'mss_s2', 'mss_s3', 'mss_s4', 'mss_d1', 'mss_d2', 'mss_d3', 'mss_d4'];
  for (const [period, boundary, rated, small, outliers] of [
    ['2013', '2006-01-01', 434, 12, ['10010203']],
    ['2019', '2006-01-01', 436, 9, ['04041239', '10010203']],
    ['2021', '2021-01-01', 536, 5, ['10100205']],
  ] as const) {
    t.test(`MSS ${period}: rated and not assessed districts`, async (t) => {
      for (const indicator of [...shares, 'mss_status', 'mss_dynamics']) {
        const column = findColumn(indicator, period);
        const discontinued = period !== '2013' && /2$/.test(indicator);
        t.equal(column.boundary, boundary);
        t.strictSame(
          count(column.reasons),
          {
            [discontinued ? 'discontinued' : 'null']: rated,
            population_below_300: small,
            excluded_outlier: outliers.length,
          },
          indicator,
        );
        t.strictSame(count(column.status), {
          [discontinued ? 'not_available' : 'ok']: rated,
          not_assessed: small + outliers.length,
        });
        t.strictSame(
          column.keys.filter((_, at) => column.reasons[at] === 'excluded_outlier'),
          outliers,
        );
        t.ok(
          column.values.every((value, at) =>
            column.status[at] === 'ok' ? value > -100 : Number.isNaN(value),
          ),
        );
        t.equal(column.numerators, null);
      }
    });
  }

  t.test('zeros of rated districts stay values', async (t) => {
    const zeros = candidate.columns.flatMap(({ indicator, period, keys, values }) =>
      indicator.startsWith('mss')
        ? keys.filter((_, at) => values[at] === 0).map((key) => `${indicator} ${period} ${key}`)
        : [],
    );
    t.strictSame(count(zeros.map((zero) => zero.slice(0, 11))), {
      'mss_s2 2013': 3,
      'mss_s4 2013': 1,
      'mss_d3 2019': 2,
    });
  });

  t.test('official classes are counted as published', async (t) => {
    t.strictSame(countValues(findColumn('mss_status', '2013')), { 1: 80, 2: 264, 3: 52, 4: 38 });
    t.strictSame(countValues(findColumn('mss_status', '2019')), { 1: 67, 2: 283, 3: 47, 4: 39 });
    t.strictSame(countValues(findColumn('mss_status', '2021')), { 1: 75, 2: 366, 3: 46, 4: 49 });
    t.strictSame(countValues(findColumn('mss_dynamics', '2013')), { 1: 54, 3: 330, 5: 50 });
    t.strictSame(countValues(findColumn('mss_dynamics', '2019')), { 1: 46, 3: 357, 5: 33 });
    t.strictSame(countValues(findColumn('mss_dynamics', '2021')), { 1: 48, 3: 436, 5: 52 });
  });

  t.test('a value keeps its line, date and digits', async (t) => {
    const column = findColumn('mss_s1', '2021');
    t.strictSame(new Set(column.referenceDates), new Set(['2020-12-31']));
    t.strictSame([column.keys[0], column.lines[0], column.values[0]], ['01100101', 2, 4.22594]);
    const tor = column.keys.indexOf('03400831');
    t.strictSame([column.lines[tor], column.reasons[tor]], [117, 'population_below_300']);
  });

  t.test('population of 20 half-years', async (t) => {
    const columns = candidate.columns.filter(({ indicator }) => indicator === 'population');
    t.equal(columns.length, 20);
    t.ok(columns.every(({ status }) => status.every((one) => one === 'ok')));
    t.strictSame(
      columns.map(({ keys }) => keys.length),
      [...Array(8).fill(447), ...Array(4).fill(448), ...Array(8).fill(542)],
    );
    const end = findColumn('population', '2020-S2');
    t.equal(
      end.values.reduce((sum, value) => sum + value, 0),
      3_769_962,
    );
    t.strictSame([end.boundary, end.referenceDates[0]], ['2006-01-01', '2020-12-31']);
    t.strictSame(
      [findColumn('population', '2021-S1').boundary, findColumn('population', '2021-S1').referenceDates[0]],
      ['2021-01-01', '2021-06-30'],
    );
  });

  t.test(
    'the release record names the descriptor, 12 shapefile parts, one GeoJSON and 26 tables',
    async (t) => {
      t.strictSame(count(candidate.files.map(({ path }) => path.replace(/.*\./, ''))), {
        json: 1,
        shp: 3,
        dbf: 3,
        prj: 3,
        cpg: 3,
        geojson: 1,
        csv: 26,
      });
    },
  );
}
