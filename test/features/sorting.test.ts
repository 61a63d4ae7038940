import fc from 'fast-check';
import t from 'tap';
import { decodeCursor, encodeCursor } from '../../src/features/cursor.ts';
import { compareRows, readSortKeys } from '../../src/features/sorting.ts';
import type { Cell } from '../../src/indicators/joined-column.ts';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn, testService } from '../support/service.ts';

const PROPERTIES = ['key', 'name', 'mss_s1'].map((name) => ({ name, type: 'string' as const, column: null }));

t.test('sortby has signs, and every name must be a property', async (t) => {
  const read = (...names: string[]): unknown =>
    readSortKeys(PROPERTIES, names).map(({ property, descending }) => [property.name, descending]);
  t.strictSame(read('+name', '-mss_s1', ' key'), [
    ['name', false],
    ['mss_s1', true],
    ['key', false],
  ]);
  t.throws(() => read('nothing'), { code: 'invalid_request', items: [{ code: 'unknown_property' }] });
});

t.test('an order is total: signs turn it, nothing is last in both directions', async (t) => {
  const cell = fc.oneof(fc.constant(null), fc.integer({ min: -3, max: 3 }));
  const [up, down] = [readSortKeys(PROPERTIES, ['name']), readSortKeys(PROPERTIES, ['-name'])];
  fc.assert(
    fc.property(fc.array(cell), (cells) => {
      const sort = (keys: typeof up): Cell[] => [...cells].sort((a, b) => compareRows(keys, [a], [b]));
      const [rising, falling] = [sort(up), sort(down)];
      const numbers = cells.filter((each) => each !== null).length;
      t.ok(rising.slice(numbers).every((each) => each === null));
      t.ok(falling.slice(numbers).every((each) => each === null));
      t.strictSame(falling.slice(0, numbers), rising.slice(0, numbers).reverse());
    }),
  );
  const names = ['Zoo', 'Älter', 'Alt', 'Ost', 'Öst'];
  t.strictSame(
    names.sort((a, b) => compareRows(up, [a], [b])),
    ['Alt', 'Älter', 'Ost', 'Öst', 'Zoo'],
    'as German dictionaries do',
  );
});

t.test('a cursor survives its text, and what is no cursor is refused', async (t) => {
  const values = fc.array(
    fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
  );
  fc.assert(
    fc.property(values, fc.string(), (cells, id) => {
      const cursor = {
        validFrom: '2021-01-01',
        values: cells.map((each) => (Object.is(each, -0) ? 0 : each)),
        id,
      };
      t.strictSame(decodeCursor(encodeCursor(cursor), cells.length), cursor);
    }),
  );
  const cursor = encodeCursor({ validFrom: '2021-01-01', values: [1], id: 'x' });
  for (const [text, keys] of [
    ['', 0],
    ['x', 0],
    [cursor, 0],
    [cursor, 2],
    [Buffer.from('{}').toString('base64url'), 0],
    [Buffer.from('[1,2]').toString('base64url'), 0],
    [Buffer.from('["a",{},"b"]').toString('base64url'), 1],
  ] as const) {
    t.throws(() => decodeCursor(text, keys), { code: 'invalid_request' }, text);
  }
});

interface Page {
  features: { id: string; properties: Record<string, Cell> }[];
  links: { rel: string; href: string }[];
  numberMatched: number;
}

t.test('pages in any order hold every district once', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const items = '/collections/musterstadt-quartier/items';
  const join = 'indicators=pov_child&period=2024&measures=value,rank';
  for (const sortby of ['-pov_child', '%2Bpov_child_rank,-name', 'parent,-key', 'name']) {
    const whole: Page = (await get(`${items}?${join}&sortby=${sortby}`)).json();
    const keys: string[] = [];
    let url: string | undefined = `/v1${items}?${join}&sortby=${sortby}&limit=7`;
    while (url) {
      const page: Page = (await ask({ url })).json();
      keys.push(...page.features.map(({ id }) => id));
      t.equal(page.numberMatched, 60);
      const next = page.links.find(({ rel }) => rel === 'next')?.href;
      url = next && new URL(next).pathname + new URL(next).search;
    }
    t.strictSame(
      keys,
      whole.features.map(({ id }) => id),
      sortby,
    );
    t.equal(new Set(keys).size, 60);
  }
  const falling: Page = (await get(`${items}?${join}&sortby=-pov_child`)).json();
  const values = falling.features.map(({ properties }) => properties.pov_child);
  t.equal(values.at(-1), null);
  t.strictSame(
    values.filter((value) => value !== null),
    values.filter((value) => value !== null).sort((a, b) => Number(b) - Number(a)),
  );
  t.match((await get(`${items}?sortby=pov_child`)).json().errors, [
    { code: 'unknown_property', field: 'sortby' },
  ]);
});

t.test('paging goes on in the release in which it began', async (t) => {
  const database = await testDatabase(t);
  await importTown(t, database.db);
  const { app, get, ask } = await serviceOn(t, database);
  const items = '/collections/klein-quarter/items?indicators=residents&period=2022&sortby=-residents&limit=2';
  const whole: Page = (await get(items.replace('limit=2', 'limit=100'))).json();
  const first: Page = (await get(items)).json();
  await importTown(t, database.db, {
    package: (pkg) => {
      pkg.lines = pkg.lines.map((line) => line.replace('0101;2022;1.200', '0101;2022;1'));
    },
  });
  await app.refresh();
  const seen = [...first.features];
  let next = first.links.find(({ rel }) => rel === 'next')?.href;
  while (next) {
    const page: Page = (await ask({ url: new URL(next).pathname + new URL(next).search })).json();
    seen.push(...page.features);
    next = page.links.find(({ rel }) => rel === 'next')?.href;
  }
  t.strictSame(seen, whole.features);
  const after: Page = (await get(items.replace('limit=2', 'limit=100'))).json();
  t.notSame(after.features, whole.features, 'the new release is another order');
});
