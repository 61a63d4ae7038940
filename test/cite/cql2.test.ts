/**
 * The abstract test suite of CQL2 (OGC 21-065r2, annex A), asked of a running service: for every queryable what its type
 * allows, on the synthetic town. The suite's numbers on its own data set are in test/filter/conformance.test.ts.
 */
import t from 'tap';
import { testService } from '../support/service.ts';

const JOIN = 'indicators=dem_pop,edu_gymnasium&period=2024&measures=value,status,rank';

const { get } = await testService(t, 'demo');

/** Keys of the districts that pass; a filter that passed is kept for the test of combinations. */
const stored: string[] = [];
async function pass(filter: string): Promise<string[]> {
  const query = `${JOIN}&properties=key&limit=10000&filter=${encodeURIComponent(filter)}`;
  const response = await get(`/collections/musterstadt-quartier/items?${query}`);
  t.equal(response.statusCode, 200, `${filter}: ${response.statusCode === 200 ? '' : response.body}`);
  stored.push(filter);
  return response.json().features.map(({ id }: { id: string }) => id);
}

async function refuse(filter: string): Promise<void> {
  const query = `${JOIN}&filter=${encodeURIComponent(filter)}`;
  t.equal((await get(`/collections/musterstadt-quartier/items?${query}`)).statusCode, 400, filter);
}

function apart(a: readonly string[], b: readonly string[]): boolean {
  return a.every((key) => !b.includes(key));
}

interface Schema {
  type?: string;
  format?: string;
}

const document = await get(`/collections/musterstadt-quartier/queryables?${JOIN}`);
const queryables = Object.entries<Schema>(document.json().properties);
const ofType = (type: string): string[] =>
  queryables.filter(([, schema]) => typeOf(schema) === type).map(([name]) => name);
const typeOf = ({ type, format }: Schema): string =>
  format?.startsWith('geometry') ? 'geometry' : format === 'date' ? 'date' : String(type);

/** The suite's value for each type. */
const VALUES: Record<string, string> = {
  string: "'foo'",
  number: '3.14',
  integer: '1',
  date: "DATE('2022-04-14')",
};

t.test('/conf/basic-cql2/basic-test: queryables have types', async (t) => {
  t.ok(queryables.length > 0);
  for (const [name, schema] of queryables)
    t.ok(typeOf(schema) in VALUES || typeOf(schema) === 'geometry', name);
  for (const type of ['string', 'number', 'integer', 'date', 'geometry']) t.ok(ofType(type).length > 0, type);
});

for (const [title, order] of [
  ['/conf/basic-cql2/comparison', (name: string, op: string, value: string) => `${name} ${op} ${value}`],
  [
    '/conf/property-property/comparison-value-property',
    (name: string, op: string, value: string) => `${value} ${op} ${name}`,
  ],
] as const) {
  t.test(title, async (t) => {
    for (const [name, schema] of queryables) {
      const value = VALUES[typeOf(schema)];
      if (value === undefined) continue;
      const found = async (op: string) => await pass(order(name, op, value));
      t.ok(apart(await found('='), await found('<>')), `${name} = and <>`);
      t.ok(apart(await found('>'), await found('<=')), `${name} > and <=`);
      t.ok(apart(await found('<'), await found('>=')), `${name} < and >=`);
    }
  });
}

t.test('/conf/property-property/comparison-property-property', async (t) => {
  for (const [name, schema] of queryables) {
    if (typeOf(schema) === 'geometry') continue;
    for (const op of ['<>', '<', '>']) t.strictSame(await pass(`${name} ${op} ${name}`), [], `${name} ${op}`);
    const equal = await pass(`${name} = ${name}`);
    for (const op of ['>=', '<=']) t.strictSame(await pass(`${name} ${op} ${name}`), equal, `${name} ${op}`);
  }
});

t.test('/conf/property-property/comparison-value-value', async (t) => {
  const values = ["'foo'", 'true', '3.14', '1', "TIMESTAMP('2022-04-14T14:48:46Z')", "DATE('2022-04-14')"];
  const all = await pass('true');
  for (const value of values) {
    for (const op of ['<>', '<', '>']) t.strictSame(await pass(`${value} ${op} ${value}`), [], value);
    for (const op of ['=', '>=', '<=']) t.strictSame(await pass(`${value} ${op} ${value}`), all, value);
  }
});

t.test('/conf/basic-cql2/is-null and boolean', async (t) => {
  const all = await pass('true');
  t.equal(all.length, 60);
  t.strictSame(await pass('false'), []);
  for (const [name] of queryables) {
    const [nulls, others] = [await pass(`${name} IS NULL`), await pass(`${name} is not null`)];
    t.ok(apart(nulls, others) && nulls.length + others.length === all.length, name);
  }
});

t.test('/conf/advanced-comparison-operators: like, between, in', async (t) => {
  for (const name of ofType('string')) {
    t.strictSame(await pass(`${name} LIKE '%'`), await pass(`${name} like '%%'`), name);
    t.ok(apart(await pass(`${name} like '_%'`), await pass(`${name} like ''`)), name);
    await pass(`${name} like '\\%\\_'`);
    await pass(`${name} in ('foo', 'bar')`);
  }
  for (const name of [...ofType('number'), ...ofType('integer')]) {
    await pass(`${name} BETWEEN 0 AND 100`);
    t.strictSame(await pass(`${name} between 100.0 and 1.0`), []);
    await pass(`${name} IN (1, 2, 3)`);
  }
  for (const name of ofType('date')) await pass(`${name} in ('2022-04-14', '2022-04-15')`);
});

t.test('/conf/case-insensitive-comparison and accent-insensitive-comparison', async (t) => {
  for (const name of ofType('string')) {
    t.ok(apart(await pass(`CASEI(${name}) = casei('foo')`), await pass(`CASEI(${name}) <> casei('FOO')`)));
    t.ok(
      apart(
        await pass(`ACCENTI(${name}) = accenti('äöüéáí')`),
        await pass(`ACCENTI(${name}) <> accenti('aoueai')`),
      ),
    );
    for (const [a, b] of [
      [`CASEI(${name}) LIKE casei('foo%')`, `CASEI(${name}) LIKE casei('FOO%')`],
      [`ACCENTI(${name}) LIKE accenti('Ä%')`, `ACCENTI(${name}) LIKE accenti('A%')`],
      [`ACCENTI(CASEI(${name})) = accenti(casei('ÄÉ'))`, `ACCENTI(CASEI(${name})) = accenti(casei('ae'))`],
      [
        `ACCENTI(CASEI(${name})) LIKE accenti(casei('Ä%'))`,
        `ACCENTI(CASEI(${name})) LIKE accenti(casei('a%'))`,
      ],
    ] as const) {
      t.strictSame(await pass(a), await pass(b), a);
    }
  }
});

const WORLD = 'POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))';

t.test('/conf/basic-spatial-functions(-plus)/s_intersects', async (t) => {
  for (const name of ofType('geometry')) {
    t.equal((await pass(`S_INTERSECTS(${name},BBOX(-180,-90,180,90))`)).length, 60);
    await pass(`S_INTERSECTS(${name},POINT(7.02 49.92))`);
    await refuse(`S_INTERSECTS(${name},POINT(90 180))`);
    await refuse(`S_INTERSECTS(${name},MULTIPOINT(7.02 49.92, 90 180))`);
    for (const literal of [
      'LINESTRING(-180 -45, 0 -45)',
      'MULTILINESTRING((-180 -45, 0 -45), (0 45, 180 45))',
      'POLYGON((-180 -90, -90 -90, -90 90, -180 90, -180 -90), (-120 -50, -100 -50, -100 -40, -120 -40, -120 -50))',
      'MULTIPOLYGON(((-180 -90, -90 -90, -90 90, -180 90, -180 -90), (-120 -50, -100 -50, -100 -40, -120 -40, -120 -50)),((0 0, 10 0, 10 10, 0 10, 0 0)))',
      'GEOMETRYCOLLECTION(POINT(7.02 49.92), POLYGON((0 0, 10 0, 10 10, 0 10, 0 0)))',
    ]) {
      t.strictSame(await pass(`S_INTERSECTS(${name},${literal})`), []);
    }
  }
});

t.test('/conf/spatial-functions', async (t) => {
  for (const name of ofType('geometry')) {
    const found = async (op: string, literal: string): Promise<string[]> =>
      await pass(`${op}(${name},${literal})`);
    for (const op of ['S_INTERSECTS', 'S_DISJOINT', 'S_TOUCHES', 'S_CROSSES', 'S_WITHIN', 'S_CONTAINS']) {
      const [box, polygon] = [await found(op, 'BBOX(-180,-90,180,90)'), await found(op, WORLD)];
      t.strictSame(box, polygon, `${op} of a box and its polygon`);
      t.equal(box.length, op === 'S_INTERSECTS' || op === 'S_WITHIN' ? 60 : 0, op);
      await found(op, 'LINESTRING(7 50,10 51)');
      await refuse(`${op}(${name},POINT(90 180))`);
    }
    for (const literal of ['LINESTRING(7 50,10 51)', 'POINT(7.02 49.92)']) {
      t.ok(apart(await found('S_INTERSECTS', literal), await found('S_DISJOINT', literal)), literal);
    }
    for (const literal of ['LINESTRING(7 50,10 51)', 'MULTIPOINT(7 50,10 51)', 'BBOX(7,50,8,51)']) {
      t.ok(apart(await found('S_WITHIN', literal), await found('S_CONTAINS', literal)), literal);
    }
    for (const literal of [WORLD, 'LINESTRING(7 50,10 51)', 'POINT(7.02 49.92)']) {
      t.strictSame(await found('S_EQUALS', literal), []);
    }
    t.strictSame(await found('S_OVERLAPS', WORLD), []);
  }
});

t.test('/conf/temporal-functions', async (t) => {
  const year = "INTERVAL('2021-01-01','2021-12-31')";
  for (const name of ofType('date')) {
    for (const other of ["DATE('2022-04-24')", year]) {
      const found = async (op: string): Promise<string[]> => await pass(`${op}(${name},${other})`);
      const [after, before, disjoint] = [
        await found('T_AFTER'),
        await found('T_BEFORE'),
        await found('T_DISJOINT'),
      ];
      t.strictSame([...after, ...before].sort(), disjoint);
      t.ok(apart(disjoint, await found('T_INTERSECTS')));
      await found('T_EQUALS');
    }
  }
  const [from, until] = ofType('date') as [string, string];
  for (const op of [
    ...[
      'AFTER',
      'BEFORE',
      'DISJOINT',
      'EQUALS',
      'INTERSECTS',
      'CONTAINS',
      'DURING',
      'FINISHEDBY',
      'FINISHES',
    ],
    ...['MEETS', 'METBY', 'OVERLAPPEDBY', 'OVERLAPS', 'STARTEDBY', 'STARTS'],
  ]) {
    await pass(`T_${op}(INTERVAL(${from},${until}),${year})`);
    await pass(`T_${op}(INTERVAL(${from},'..'),${year})`);
  }
  await refuse(`T_DURING(${from},${year})`);
});

t.test('/conf/arithmetic', async (t) => {
  for (const name of [...ofType('number'), ...ofType('integer')]) {
    const some = await pass(`${name} IS NOT NULL`);
    t.strictSame(await pass(`${name} + 1 > ${name} AND ${name} * 2 - ${name} = ${name}`), some, name);
    t.strictSame(
      await pass(`${name} DIV 1 + ${name} % 1 BETWEEN ${name} - 1e-6 AND ${name} + 1e-6`),
      some,
      name,
    );
    t.strictSame(await pass(`(${name} ^ 2) / ${name} IS NOT NULL`), await pass(`${name} <> 0`), name);
  }
});

t.test('combinations of four predicates', async (t) => {
  // The suite takes ten at random; these thirty are the same on every run.
  const pick = (n: number): string => `(${stored[(n * 7919) % stored.length]!})`;
  for (let n = 0; n < 30; n += 1) {
    const [p1, p2, p3, p4] = [pick(4 * n), pick(4 * n + 1), pick(4 * n + 2), pick(4 * n + 3)];
    t.ok(
      Array.isArray(await pass(`((NOT ${p1} AND ${p2}) OR (${p3} and NOT ${p4}) or not (${p1} AND ${p4}))`)),
    );
  }
});
