/**
 * 100,000 mutated filters: each is read, checked, divided and evaluated, or refused as invalid_request; some hundreds go
 * the whole way through HTTP and the database. The same strings on every run.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import t from 'tap';
import { compileFilter, type FilterColumns } from '../../src/districts/compile-filter.ts';
import { checkFilter, type PropertyType } from '../../src/filter/check.ts';
import { contains, type Expression } from '../../src/filter/expression.ts';
import { parseFilterJson } from '../../src/filter/parse-json.ts';
import { parseFilterText } from '../../src/filter/parse-text.ts';
import { placeGeometries } from '../../src/filter/place-geometries.ts';
import { planFilter, planTest } from '../../src/filter/plan.ts';
import { toFilterJson } from '../../src/filter/print-json.ts';
import { toFilterText } from '../../src/filter/print-text.ts';
import { Problem } from '../../src/problem.ts';
import { testService } from '../support/service.ts';
import { EXPRESSIONS } from './berlin-expressions.ts';

const CRS84 = { uri: 'CRS84', latitudeFirst: false, srid: 4326, domain: [-180, -90, 180, 90] } as const;

/** What the seeds name, as far as districts have it; the rest is unknown and stops at the check. */
const TYPES = new Map<string, PropertyType>([
  ['key', 'string'],
  ['name', 'string'],
  ['parent', 'string'],
  ['geometry', 'geometry'],
  ['geom', 'geometry'],
  ['valid_from', 'date'],
  ['valid_until', 'date'],
  ['start', 'timestamp'],
  ['end', 'timestamp'],
  ['boolean', 'boolean'],
  ['mss_s1', 'number'],
  ['mss_s4', 'number'],
  ['mss_s1_rank', 'integer'],
  ['mss_s1_status', 'string'],
]);
const COLUMNS: FilterColumns = Object.fromEntries(
  [...TYPES].flatMap(([name, type]) => (type === 'array' ? [] : [[name, { type, sql: sql.ref(name) }]])),
);

const SEEDS = [
  ...EXPRESSIONS.map(([text]) => text),
  ...readFileSync(join(import.meta.dirname, 'conformance-counts.txt'), 'utf8')
    .split('\n')
    .flatMap((line) => /^[CPR]\|(.*)\|\d+$/.exec(line)?.[1] ?? []),
];

const PIECES = [
  ...[
    '(',
    ')',
    ',',
    "'",
    "''",
    '"',
    '\\',
    "\\'",
    '..',
    '-',
    '+',
    '^',
    '%',
    ' div ',
    '=',
    '<>',
    '[',
    ']',
    '{',
    '}',
    ':',
  ],
  ...[
    ' AND ',
    ' OR ',
    ' NOT ',
    ' IN ',
    ' LIKE ',
    ' BETWEEN ',
    ' IS NULL',
    'TRUE',
    'BBOX(',
    'POINT(',
    'DATE(',
    'INTERVAL(',
  ],
  ...[
    '1e308',
    '1e-400',
    '9'.repeat(30),
    '-0',
    '.',
    '\0',
    '\ud800',
    '😀',
    '\u0308',
    'ß',
    '\n',
    '\u2028',
    '((((((((',
    'NaN',
  ],
  ...[
    'null',
    '__proto__',
    'constructor',
    '"op":',
    '"args":',
    '\\u0000',
    "DATE('2021-02-30')",
    'GEOMETRYCOLLECTION(',
  ],
];

/** A generator of numbers below n; the same for the same seed (Lehmer, Park and Miller 1988). */
function makeDice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
}

function mutate(source: string, seeds: readonly string[], dice: (n: number) => number): string {
  let text = source;
  for (let times = 1 + dice(3); times > 0; times -= 1) {
    const at = dice(text.length + 1);
    const length = dice(6);
    const piece = PIECES[dice(PIECES.length)]!;
    switch (dice(9)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at) + piece + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + piece + text.slice(at + length);
        break;
      case 3:
        text = text.slice(0, at) + text.slice(Math.max(0, at - 30), at + 30) + text.slice(at);
        break;
      case 4:
        text =
          text.slice(0, at) + String.fromCharCode(dice(dice(20) === 0 ? 65_536 : 128)) + text.slice(at + 1);
        break;
      case 5:
        text = text.replace(/\d/, String(dice(10)));
        break;
      case 6:
        text = `NOT (${text}) OR ${seeds[dice(seeds.length)]}`;
        break;
      case 7:
        text = text.replace(/ (AND|OR|=|<|>|<>|<=|>=) /, [' AND ', ' OR ', ' = ', ' <> ', ' > '][dice(5)]!);
        break;
      default: {
        const other = seeds[dice(seeds.length)]!;
        text = text.slice(0, at) + other.slice(dice(other.length));
      }
    }
  }
  return text;
}

/** The mutated filter of a number, in text for two of three, else in JSON. */
function mutant(n: number, seeds = SEEDS): { lang: 'cql2-text' | 'cql2-json'; filter: string } {
  const dice = makeDice(n + 1);
  dice(2);
  const seed = seeds[dice(seeds.length)]!;
  if (n % 3 !== 0) return { lang: 'cql2-text', filter: mutate(seed, seeds, dice) };
  return {
    lang: 'cql2-json',
    filter: mutate(JSON.stringify(toFilterJson(parseFilterText(seed).expression)), seeds, dice),
  };
}

/** How far a filter comes. */
function run({ lang, filter }: ReturnType<typeof mutant>): 'syntax' | 'check' | 'evaluated' {
  let stage: 'syntax' | 'check' = 'syntax';
  try {
    const parsed = lang === 'cql2-json' ? parseFilterJson(filter) : parseFilterText(filter);
    stage = 'check';
    const expression = placeGeometries(checkFilter(parsed, TYPES), parsed, CRS84);
    const plan = planFilter(expression, (name) => !name.startsWith('mss'));
    for (const condition of plan.stored) compileFilter(condition, COLUMNS, 4326);
    const test = planTest(plan, {
      types: TYPES,
      property: (name) => () => (name === 'key' ? '01100101' : name === 'mss_s1' ? 4.2 : null),
      isIn: (_, i) => i === 1,
    });
    if (typeof test(0) !== 'boolean' || typeof test(1) !== 'boolean') throw new Error('no truth');
    return 'evaluated';
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_request' && error.items.length === 1)
      return stage;
    throw new Error(`${lang} ${JSON.stringify(filter)}`, { cause: error });
  }
}

t.test('100,000 mutated filters are evaluated or refused', async (t) => {
  const stages = { syntax: 0, check: 0, evaluated: 0 };
  for (let n = 0; n < 100_000; n += 1) stages[run(mutant(n))] += 1;
  t.ok(
    Object.values(stages).every((count) => count > 3_000),
    `every stage is reached: ${JSON.stringify(stages)}`,
  );
});

t.test('what parses prints and parses again', async (t) => {
  let count = 0;
  for (let n = 0; n < 20_000; n += 1) {
    const { lang, filter } = mutant(n);
    let expression: Expression;
    try {
      const parsed = lang === 'cql2-json' ? parseFilterJson(filter) : parseFilterText(filter);
      // Trees of JSON may have lists where text has none; what passes the check has not.
      expression = checkFilter(parsed, TYPES);
    } catch {
      continue;
    }
    // Text has no way to write a literal that ends with a backslash.
    if (contains(expression, (node) => node.kind === 'literal' && /\\$/.test(String(node.value)))) continue;
    count += 1;
    assert.deepEqual(parseFilterText(toFilterText(expression)).expression, expression, filter);
  }
  t.ok(count > 1_000, `${count} filters`);
});

t.test('500 mutated filters through HTTP', async (t) => {
  const { get } = await testService(t, 'demo');
  const ours = EXPRESSIONS.map(([text]) => text);
  const statuses = new Map<number, number>();
  for (let n = 0; n < 500; n += 1) {
    const { lang, filter } = mutant(n * 7, ours);
    // The town's names for the seeds' ones, so that many come as far as the database.
    const named = filter
      .replaceAll('mss_s1', 'dem_pop')
      .replaceAll('mss_s4', 'edu_gymnasium')
      .replaceAll('geom,', 'geometry,');
    const query = new URLSearchParams({
      filter: named.toWellFormed(),
      'filter-lang': lang,
      properties: 'key',
    });
    // Fails for any 5xx and for any answer that is not in the contract.
    const { statusCode } = await get(
      `/collections/musterstadt-quartier/items?indicators=dem_pop,edu_gymnasium&measures=value,status,rank,reason&period=2024&${query}`,
    );
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
  }
  t.strictSame([...statuses.keys()].sort(), [200, 400]);
  t.ok(statuses.get(200)! > 50, `${JSON.stringify([...statuses])}`);
});
