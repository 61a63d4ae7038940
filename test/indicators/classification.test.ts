import t from 'tap';
import { refuseTooManyValues } from '../../src/indicators/classification.ts';
import { Problem } from '../../src/problem.ts';
import { checkClasses, classesOf, numbersOf, readerOf } from '../support/joined-items.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { decodeTile } from '../tiles/decode-tile.ts';
import { tileAt } from '../tiles/tile-bounds.ts';

/** Quantiles of type 7 at 1/k to (k - 1)/k, by the definition. */
function quantiles(values: readonly number[], k: number): number[] {
  const x = values.toSorted((a, b) => a - b);
  return Array.from({ length: k - 1 }, (_, j) => {
    const h = ((x.length - 1) * (j + 1)) / k;
    const low = Math.floor(h);
    return x[low]! + (h - low) * ((x[low + 1] ?? x[low])! - x[low]!);
  });
}

function near(got: readonly number[], wanted: readonly number[]): boolean {
  return got.length === wanted.length && got.every((value, i) => Math.abs(value - wanted[i]!) < 1e-9);
}

const METHODS = [
  ['quantile-5', 5],
  ['quantile-2', 2],
  ['jenks-5', 5],
  ['jenks-9', 9],
  ['equal-4', 4],
  ['stddev', 5],
  ['fixed:2,4.5,8', 4],
] as const;

t.test('classes of Berlin', { skip: skipWithoutShared }, async (t) => {
  const service = await testService(t, 'berlin');
  const items = readerOf(service, 'berlin-plr');

  for (const [method, k] of METHODS) {
    t.test(`${method} sorts the districts by breaks that it states`, async (t) => {
      const { rows, columns } = await items(
        `indicators=mss_s1&period=2021&measures=value,class&classification=${method}`,
      );
      const classes = classesOf(columns, 'mss_s1_class');
      t.match(classes, { method, periods: ['2021'], status: 'ok' });
      t.equal(classes.breaks.length, k - 1);
      t.equal(
        classes.counts.reduce((a, b) => a + b),
        536,
      );
      const values = numbersOf(rows, 'mss_s1');
      t.strictSame([classes.minimum, classes.maximum], [Math.min(...values), Math.max(...values)]);
      checkClasses(t, rows, 'mss_s1', classes);
      t.equal(
        rows.filter((row) => row.mss_s1_class === null).length,
        6,
        'districts without a value have no class',
      );
    });
  }

  t.test('without a method the classes are fifths by quantiles of type 7', async (t) => {
    const { rows, columns } = await items('indicators=mss_s1&period=2021&measures=value,class');
    const { method, breaks, counts } = classesOf(columns, 'mss_s1_class');
    t.equal(method, 'quantile-5');
    t.ok(near(breaks, quantiles(numbersOf(rows, 'mss_s1'), 5)));
    t.ok(
      counts.every((count) => Math.abs(count - 536 / 5) < 3),
      counts.join(),
    );
  });

  t.test('jenks has a smaller spread within classes than any other method', async (t) => {
    const spread = async (method: string): Promise<number> => {
      const { rows } = await items(
        `indicators=mss_s1&period=2021&measures=value,class&classification=${method}`,
      );
      const groups = Map.groupBy(
        rows.filter((row) => row.mss_s1_class !== null),
        (row) => row.mss_s1_class,
      );
      return [...groups.values()].reduce((sum, group) => {
        const values = numbersOf(group, 'mss_s1');
        const mean = values.reduce((a, b) => a + b) / values.length;
        return sum + values.reduce((squares, value) => squares + (value - mean) ** 2, 0);
      }, 0);
    };
    const jenks = await spread('jenks-5');
    for (const method of ['quantile-5', 'equal-5', 'stddev']) t.ok(jenks < (await spread(method)), method);
  });

  t.test('a page, one district, a tile and its TileJSON have the classes of all districts', async (t) => {
    const query = 'indicators=mss_s1&period=2021&measures=class&classification=jenks-7';
    const { rows, columns } = await items(query);
    const classes = classesOf(columns, 'mss_s1_class');
    const wanted = new Map(rows.map((row) => [row.key, row.mss_s1_class]));
    const page = (await service.get(`/collections/berlin-plr/items?limit=7&offset=100&${query}`)).json();
    t.strictSame(page.columns, columns);
    for (const { properties } of page.features) t.equal(properties.mss_s1_class, wanted.get(properties.key));
    const one = (await service.get(`/collections/berlin-plr/items/01100101?${query}`)).json();
    t.equal(one.properties.mss_s1_class, wanted.get('01100101'));
    t.strictSame(one.columns, columns);
    const tiles = '/collections/berlin-plr/tiles/WebMercatorQuad';
    const description = (await service.get(`${tiles}/tilejson?${query}`)).json();
    t.strictSame(classesOf(description.columns, 'mss_s1_class'), classes);
    t.equal(description.vector_layers[0].fields.mss_s1_class, 'Number');
    t.ok(description.tiles[0].includes('classification=jenks-7'));
    let seen = 0;
    for (const point of [
      [13.4, 52.5],
      [13.25, 52.55],
    ] as const) {
      const { x, y } = tileAt(12, point);
      const tile = await service.get(`${tiles}/12/${y}/${x}?${query}`);
      for (const { properties } of decodeTile(tile.rawPayload)[0]!.features) {
        t.equal(properties.mss_s1_class ?? null, wanted.get(String(properties.key)));
        seen++;
      }
    }
    t.ok(seen > 20, `${seen} districts in tiles`);
  });

  t.test('tiles of another classification or base are other tiles', async (t) => {
    const { x, y } = tileAt(11, [13.4, 52.5]);
    const ask = async (query: string) =>
      await service.get(`/collections/berlin-plr/tiles/WebMercatorQuad/11/${y}/${x}?${query}`);
    const population = 'indicators=population&period=2023-S2,2024-S2&measures=class,change';
    const tiles = [
      await ask(population),
      await ask(`${population}&classification=jenks-5`),
      await ask(`${population}&classification=quantile-5&classificationPeriods=all`),
      await ask(`${population}&changeFrom=2022-S1`),
    ];
    t.equal(new Set(tiles.map(({ headers }) => headers.etag)).size, tiles.length);
    t.equal(new Set(tiles.map(({ rawPayload }) => rawPayload.toString('base64'))).size, tiles.length);
    const spelled = await ask(`${population}&classification=quantile-5&classificationPeriods=each`);
    t.equal(spelled.headers.etag, tiles[0]!.headers.etag, 'what is the default is the same tile');
  });

  t.test('breaks of all periods together are the same in each of them', async (t) => {
    const query = 'indicators=population&period=2020/2024&measures=value,class&classification=quantile-4';
    const each = await items(query);
    const all = await items(`${query}&classificationPeriods=all`);
    const periods = all.columns.filter(({ measure }) => measure === 'class');
    t.ok(periods.length > 5);
    const names = periods.map(({ name }) => name.replace(/_class$/, ''));
    const pooled = quantiles(
      names.flatMap((name) => numbersOf(all.rows, name)),
      4,
    );
    for (const name of names) {
      const classes = classesOf(all.columns, `${name}_class`);
      t.ok(near(classes.breaks, pooled), name);
      t.equal(classes.periods.length, names.length);
      checkClasses(t, all.rows, name, classes);
      const own = classesOf(each.columns, `${name}_class`);
      t.ok(near(own.breaks, quantiles(numbersOf(each.rows, name), 4)));
      checkClasses(t, each.rows, name, own);
    }
    t.notOk(near(pooled, classesOf(each.columns, `${names[0]}_class`).breaks), 'which differ from each own');
  });

  t.test(
    'a period that an indicator does not have takes no part and has no classes of its own',
    async (t) => {
      const query = 'indicators=mss_s1,mss_s4,population&period=2021,2024-S2&measures=value,class';
      const { columns, rows } = await items(`${query}&classificationPeriods=all`);
      t.match(classesOf(columns, 'mss_s1_2024_s2_class'), { periods: ['2021'], counts: [0, 0, 0, 0, 0] });
      t.match(classesOf(columns, 'population_2021_class'), { periods: ['2024-S2'], counts: [0, 0, 0, 0, 0] });
      t.not(
        classesOf(columns, 'mss_s1_2024_s2_class').breaks[0],
        classesOf(columns, 'population_2021_class').breaks[0],
      );
      t.ok(rows.every((row) => row.mss_s1_2024_s2_class === null));
      t.match(classesOf((await items(query)).columns, 'mss_s1_2024_s2_class'), {
        status: 'no_values',
        periods: [],
        breaks: [],
        counts: [],
        minimum: null,
      });
    },
  );

  const JOIN = 'indicators=mss_s1&period=2021';
  for (const [query, wanted] of [
    ['measures=class&classification=quantile-1', { code: 'classification_invalid', expected: /2 to 9/ }],
    ['measures=class&classification=jenks-10', { got: 'jenks-10', expected: /2 to 9/ }],
    ['measures=class&classification=quantil-5', { got: 'quantil-5', expected: /quantile-k, jenks-k/ }],
    ['measures=class&classification=fixed:', { expected: /numbers.*not ""/ }],
    ['measures=class&classification=fixed:1,x', { expected: /not "x"/ }],
    ['measures=class&classification=fixed:1,NaN', { expected: /not "NaN"/ }],
    ['measures=class&classification=fixed:2,1', { expected: /ascending breaks; 1 is not above 2/ }],
    ['measures=class&classification=fixed:1,1.0', { expected: /1 is not above 1/ }],
    ['measures=class&classification=fixed:1,2,3,4,5,6,7,8,9', { expected: /at most 8/ }],
    ['measures=class&classificationPeriods=some', { field: 'classificationPeriods', expected: /each, all/ }],
    ['measures=value&classification=jenks-5', { field: 'measures', got: 'classification=jenks-5 alone' }],
    ['classificationPeriods=all', { field: 'measures', got: 'classificationPeriods=all alone' }],
    ['measures=value&changeFrom=2021', { field: 'measures', expected: /measures=change/ }],
    ['measures=change&changeFrom=2019', { code: 'unknown_period', got: '2019', expected: /one of 2021/ }],
    ['measures=change&changeFrom=21', { code: 'period_invalid', field: 'changeFrom', got: '21' }],
  ] as const) {
    t.test(`${query} is refused with what would be right`, async (t) => {
      const response = await service.get(`/collections/berlin-plr/items?${JOIN}&${query}`);
      t.equal(response.statusCode, 400);
      t.match(response.json().errors, [wanted]);
      t.equal(response.json().errors.length, 1);
      const tile = await service.get(
        `/collections/berlin-plr/tiles/WebMercatorQuad/10/335/550?${JOIN}&${query}`,
      );
      t.equal(tile.statusCode, 400);
    });
  }

  t.test('a classification without indicators is refused', async (t) => {
    const response = await service.get('/collections/berlin-plr/items?measures=class&classification=jenks-5');
    t.match(response.json().errors, [{ code: 'missing', field: 'indicators' }]);
  });

  t.test('numbers of fixed breaks are read strictly and shown in their shortest form', async (t) => {
    const { columns } = await items(`${JOIN}&measures=class&classification=fixed:-0,5.0,1000`);
    t.match(classesOf(columns, 'mss_s1_class'), {
      method: 'fixed:0,5,1000',
      status: 'ok',
      breaks: [0, 5, 1000],
    });
    t.strictSame(
      classesOf(columns, 'mss_s1_class').counts.at(-1),
      0,
      'a given break stays where no value is',
    );
  });
});

t.test('breaks of more than a quarter of a million values are refused', async (t) => {
  t.doesNotThrow(() => refuseTooManyValues(22, 10_997));
  t.throws(
    () => refuseTooManyValues(23, 10_997),
    new Problem('invalid_request', 'The breaks would come from too many values.'),
  );
});
