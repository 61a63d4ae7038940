/** Which days a wide table has, on which boundary versions, and which figures stand on a day. */
import t from 'tap';
import {
  type BoundaryVersion,
  type Catalog,
  type ColumnEntry,
  columnsKey,
  compareIds,
  type Geography,
  type Indicator,
} from '../../src/catalog/catalog.ts';
import { chooseIndicators, findStatistics, type Statistics } from '../../src/catalog/statistics.ts';

const OLD = { id: 1, validFrom: '2006-01-01', validUntil: '2021-01-01' } as BoundaryVersion;
const NEW = { id: 2, validFrom: '2021-01-01', validUntil: null } as BoundaryVersion;

/** A catalogue of one geography with these columns: indicator, period, boundary version. */
function catalogOf(
  ...columns: readonly (readonly [code: string, period: string, version: BoundaryVersion])[]
): Catalog {
  const codes = [...new Set(columns.map(([code]) => code))].sort();
  const label = { de: 'Planungsräume' };
  const geography = { id: 1, collection: 'plr', label, boundaryVersions: [OLD, NEW] } as Geography;
  const byIndicator = new Map<string, ColumnEntry[]>();
  for (const [code, period, version] of columns) {
    const key = columnsKey(1, codes.indexOf(code));
    const entry = {
      geography: 1,
      indicator: codes.indexOf(code),
      period,
      boundaryVersion: version.id,
      release: 1,
    };
    byIndicator.set(key, [...(byIndicator.get(key) ?? []), entry]);
  }
  for (const entries of byIndicator.values()) entries.sort((a, b) => compareIds(a.period, b.period));
  return {
    release: 1,
    geographies: new Map([['plr', geography]]),
    indicators: new Map(codes.map((code, id) => [code, { id, code } as Indicator])),
    published: new Map(),
    withdrawn: new Map(),
    reasons: new Map(),
    columns: byIndicator,
  };
}

/** Day, boundary version, and each indicator's period on it or why there is none. */
function tableOf({ days }: Statistics): [string, string, Record<string, string>][] {
  return days.map(({ date, version, entries }) => [
    date,
    version.validFrom.slice(0, 4),
    Object.fromEntries(
      [...entries].map(([{ code }, entry]) => [code, typeof entry === 'string' ? entry : entry.period]),
    ),
  ]);
}

for (const [name, columns, expected] of [
  [
    'a period stands on its last day',
    [
      ['a', '2019', OLD],
      ['a', '2019-S1', OLD],
      ['a', '2019-Q3', OLD],
      ['a', '2020-02', OLD],
      ['a', '2020-05-17', OLD],
    ],
    [
      ['2019-06-30', '2006', { a: '2019-S1' }],
      ['2019-09-30', '2006', { a: '2019-Q3' }],
      ['2019-12-31', '2006', { a: '2019' }],
      ['2020-02-29', '2006', { a: '2020-02' }],
      ['2020-05-17', '2006', { a: '2020-05-17' }],
    ],
  ],
  [
    'periods that end together share a row; of those of one indicator the shortest stands there',
    [
      ['a', '2022', NEW],
      ['b', '2022-S2', NEW],
      ['b', '2022', NEW],
      ['c', '2022-12', NEW],
      ['c', '2022-Q4', NEW],
    ],
    [['2022-12-31', '2021', { a: '2022', b: '2022-S2', c: '2022-12' }]],
  ],
  [
    'an indicator without the day was not collected then',
    [
      ['a', '2022', NEW],
      ['b', '2023', NEW],
    ],
    [
      ['2022-12-31', '2021', { a: '2022', b: 'not_collected' }],
      ['2023-12-31', '2021', { a: 'not_collected', b: '2023' }],
    ],
  ],
  [
    'a day has one boundary version, the one that is valid then',
    [
      ['a', '2020', OLD],
      ['a', '2020', NEW],
      ['b', '2020', NEW],
      ['a', '2021', OLD],
      ['a', '2021', NEW],
    ],
    [
      ['2020-12-31', '2006', { a: '2020', b: 'other_boundary_version' }],
      ['2021-12-31', '2021', { a: '2021', b: 'not_collected' }],
    ],
  ],
  [
    'figures that are only on other boundaries bring their boundary version',
    [
      ['a', '2020', NEW],
      ['a', '2022', OLD],
    ],
    [
      ['2020-12-31', '2021', { a: '2020' }],
      ['2022-12-31', '2006', { a: '2022' }],
    ],
  ],
] as const) {
  t.test(name, async (t) => {
    const statistics = findStatistics(catalogOf(...columns), 'plr-statistics')!;
    t.strictSame(tableOf(statistics), expected);
  });
}

t.test(
  'there is none of a geography without figures, of none, and where a geography has the id',
  async (t) => {
    t.equal(findStatistics(catalogOf(), 'plr-statistics'), null);
    const catalog = catalogOf(['a', '2022', NEW]);
    t.equal(findStatistics(catalog, 'plr'), null);
    t.equal(findStatistics(catalog, 'bzr-statistics'), null);
    t.match(findStatistics(catalog, 'plr-statistics'), {
      collection: 'plr-statistics',
      title: { de: 'Planungsräume: Zeitreihen', en: 'Planungsräume: time series' },
    });
    const taken = catalogOf(['a', '2022', NEW]);
    taken.geographies.set('plr-statistics', { ...taken.geographies.get('plr')!, id: 2 });
    t.equal(findStatistics(taken, 'plr-statistics'), null);
  },
);

t.test('indicators are chosen in the order of the request', async (t) => {
  const statistics = findStatistics(catalogOf(['a', '2022', NEW], ['b', '2022', NEW]), 'plr-statistics')!;
  const chosen = (codes?: string[]) => chooseIndicators(statistics, codes).map(({ code }) => code);
  t.strictSame(chosen(), ['a', 'b']);
  t.strictSame(chosen(['b', 'a']), ['b', 'a']);
  t.throws(() => chosen(['x']), {
    code: 'invalid_request',
    items: [{ code: 'unknown_indicator', got: 'x' }],
  });
});
