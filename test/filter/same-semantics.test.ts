/**
 * SQL and memory give every filter the same three-valued truth on every row: 10,000 random filters on rows full of nulls,
 * odd texts, equal instants and touching shapes.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sql } from 'kysely';
import t from 'tap';
import { compileFilter } from '../../src/districts/compile-filter.ts';
import { checkFilter } from '../../src/filter/check.ts';
import { compileCondition } from '../../src/filter/evaluate.ts';
import type { Call, Expression } from '../../src/filter/expression.ts';
import { toFilterText } from '../../src/filter/print-text.ts';
import { testDatabase } from '../support/database.ts';
import { columnsOf, type Layer, planRows, writeLayer } from './natural-earth.ts';
import { type Names, randomFilter, WORDS } from './random-filter.ts';

const names: Names = {
  string: ['s1', 's2'],
  number: ['n1', 'n2', 'i1'],
  boolean: ['b1'],
  date: ['d1', 'd2'],
  timestamp: ['t1', 't2'],
  geometry: ['geom'],
  memoryOnly: false,
  arrays: false,
};

const ROWS = 40;

/** Rows that take turns through a few values each, nulls among them. */
function makeLayer(): Layer {
  const turn = <T>(values: readonly T[], i: number, stride: number): T =>
    values[(i * stride) % values.length]!;
  const dates = ['2020-02-29', null, '2021-12-31', '2022-01-01', '0001-01-01'];
  const times = [
    null,
    '2021-12-31T00:00:00.000000Z',
    '2021-12-31T23:59:59.999999Z',
    '2022-01-01T00:00:00.000000Z',
  ];
  const shapes = [
    'POINT(0.5 0.5)',
    'POINT(1 1)',
    'LINESTRING(0 0,2 2)',
    'LINESTRING(0 1,1 1)',
    'POLYGON((0 0,1 0,1 1,0 1,0 0))',
    'POLYGON((1 0,2 0,2 1,1 1,1 0))',
    'MULTIPOLYGON(((0.5 0.5,2.5 0.5,2.5 2.5,0.5 2.5,0.5 0.5)),((5 5,6 5,6 6,5 5)))',
    'MULTIPOINT(0.5 0.5,175 0)',
  ];
  return {
    table: 'odd_rows',
    types: new Map([
      ['fid', 'integer'],
      ['geom', 'geometry'],
      ...names.string.map((name) => [name, 'string'] as const),
      ['n1', 'number'],
      ['n2', 'number'],
      ['i1', 'integer'],
      ['b1', 'boolean'],
      ...names.date.map((name) => [name, 'date'] as const),
      ...names.timestamp.map((name) => [name, 'timestamp'] as const),
    ]),
    rows: Array.from({ length: ROWS }, (_, i) => ({
      fid: i,
      geom: turn(shapes, i, 3),
      s1: turn([...WORDS, null], i, 1),
      s2: turn([null, ...WORDS], i, 7),
      n1: turn([0, null, 0.1, 3, -2], i, 1),
      n2: turn([null, 1e300, 1, 0.1], i, 1),
      i1: turn([1, 3, null], i, 1),
      b1: turn([true, false, null], i, 2),
      d1: turn(dates, i, 1),
      d2: turn(dates, i, 3),
      t1: turn(times, i, 1),
      t2: turn(times, i, 3),
    })),
  };
}

/** Conditions per query: each is a column of the answer. */
const TOGETHER = 100;

t.test('SQL and memory agree', async (t) => {
  const { db } = await testDatabase(t);
  const layer = makeLayer();
  await writeLayer(db, layer);
  const columns = columnsOf(layer);
  const check = (expression: Expression): Expression =>
    checkFilter({ expression, placeOf: () => toFilterText(expression) }, layer.types);

  const truths = async (filters: readonly Expression[]): Promise<(boolean | null)[][]> => {
    const result: (boolean | null)[][] = [];
    for (let start = 0; start < filters.length; start += TOGETHER) {
      const part = filters.slice(start, start + TOGETHER);
      const selected = part.map(
        (filter, k) => sql`${compileFilter(filter, columns, 4326)} as ${sql.id(`c${k}`)}`,
      );
      const { rows } = await sql<Record<string, boolean | null>>`
        select ${sql.join(selected)} from odd_rows order by fid`.execute(db);
      for (const k of part.keys()) result.push(rows.map((row) => row[`c${k}`]!));
    }
    return result;
  };

  /** Truth of the spatial predicates in some filters, by their JSON, as the database tells it. */
  const spatialTruths = async (filters: readonly Expression[]): Promise<Map<string, (boolean | null)[]>> => {
    const calls = new Map<string, Call>();
    const collect = (node: Expression): void => {
      if (node.kind !== 'call') return;
      if (node.op.startsWith('s_')) calls.set(JSON.stringify(node), node);
      else node.args.forEach(collect);
    };
    filters.forEach(collect);
    const found = await truths([...calls.values()]);
    return new Map([...calls.keys()].map((key, k) => [key, found[k]!]));
  };

  const inMemory = (filter: Expression, spatial: Map<string, (boolean | null)[]>): (boolean | null)[] => {
    const condition = compileCondition(filter, {
      types: layer.types,
      property: (name) => (i) => layer.rows[i]![name]!,
      spatial: (predicate) => (i) => spatial.get(JSON.stringify(predicate))![i]!,
    });
    return layer.rows.map((_, i) => condition(i));
  };

  await t.test('10,000 filters of stored properties, truth by truth', async (t) => {
    const filters = fc.sample(randomFilter(names), { numRuns: 10_000, seed: 20_211_231 }).map(check);
    const spatial = await spatialTruths(filters);
    const stored = await truths(filters);
    const counts = { true: 0, false: 0, null: 0 };
    for (const [k, filter] of filters.entries()) {
      const own = inMemory(filter, spatial);
      for (const truth of own) counts[`${truth}`] += 1;
      assert.deepEqual(own, stored[k], JSON.stringify(filter));
    }
    t.ok(
      Object.values(counts).every((count) => count > 20_000),
      `all three truths are met often: ${JSON.stringify(counts)}`,
    );
  });

  await t.test('500 filters divided between both', async (t) => {
    const all = randomFilter({ ...names, memoryOnly: true, arrays: true });
    const divided = fc.tuple(all, fc.subarray([...layer.types.keys()].filter((name) => name !== 'geom')));
    const samples = fc.sample(divided, { numRuns: 500, seed: 77 });
    const checked = samples.map(([filter, joined]) => [check(filter), joined] as const);
    const spatial = await spatialTruths(checked.map(([filter]) => filter));
    for (const [filter, joined] of checked) {
      const passing = await planRows(db, layer, filter, (name) => !joined.includes(name));
      const own = inMemory(filter, spatial).flatMap((truth, i) => (truth === true ? [i] : []));
      assert.deepEqual(
        [...passing].sort((a, b) => a - b),
        own,
        `${JSON.stringify(filter)} without ${joined}`,
      );
    }
    t.pass('the divided filter passes the same rows');
  });
});
