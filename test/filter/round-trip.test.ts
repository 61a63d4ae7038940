import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { contains, type Expression } from '../../src/filter/expression.ts';
import { parseFilterJson } from '../../src/filter/parse-json.ts';
import { parseFilterText } from '../../src/filter/parse-text.ts';
import { toFilterJson } from '../../src/filter/print-json.ts';
import { toFilterText } from '../../src/filter/print-text.ts';
import { randomFilter } from './random-filter.ts';

const filters = randomFilter({
  string: ['name', 'straßen:größe', 'a.b', 'with space', 'and', 'point', 'casei', 'sa"id', 'NULL', 'div'],
  number: ['x', 'date', 'z'],
  boolean: ['flag', 'true'],
  date: ['built', 'interval'],
  timestamp: ['seen'],
  geometry: ['geom', 'bbox'],
  memoryOnly: true,
  arrays: true,
});

t.test('any filter survives text and JSON', async () => {
  fc.assert(
    fc.property(filters, (filter) => {
      fc.pre(!endsInBackslash(filter));
      assert.deepEqual(parseFilterText(toFilterText(filter)).expression, filter);
      assert.deepEqual(parseFilterJson(JSON.stringify(toFilterJson(filter))).expression, filter);
    }),
    { numRuns: 3000, seed: 7 },
  );
});

t.test('custom functions and nested arrays survive', async (t) => {
  for (const text of [
    'Foo() = 1',
    "avg(x, 'a', (1, 2), ((1), ()), POINT (1 2), a + b, DATE('2021-01-01')) > 2",
    'A_EQUALS(((1, 2), (3)), values)',
    'A_CONTAINS(ids, ())',
    'S_WITHIN(road, Buffer(geometry, 10, (x + 1) * 2))',
    "T_DURING(INTERVAL(f(x), '..'), INTERVAL(a, b))",
  ]) {
    const { expression } = parseFilterText(text);
    t.strictSame(parseFilterText(toFilterText(expression)).expression, expression, text);
    t.strictSame(parseFilterJson(JSON.stringify(toFilterJson(expression))).expression, expression, text);
  }
});

t.test('parentheses are printed only where they count', async (t) => {
  for (const [text, printed] of [
    ['((a)) = (1)', 'a = 1'],
    ['NOT ((a = 1) OR b = 2) AND c = 3', 'NOT (a = 1 OR b = 2) AND c = 3'],
    ['(a = 1 AND b = 2) AND c = 3', '(a = 1 AND b = 2) AND c = 3'],
    ['a - (b - c) > 2 * (3 + x)', 'a - (b - c) > 2 * (3 + x)'],
    ['(a - b) - c > (2 * 3) + x', 'a - b - c > 2 * 3 + x'],
    ['-x ^ 2 = - (y)', '(-1 * x) ^ 2 = -1 * y'],
    ['2 ^ 3 ^ x = (2 ^ 3) ^ x', '2 ^ 3 ^ x = (2 ^ 3) ^ x'],
    ['a not between -1 and 2 and b not in (1)', 'NOT a BETWEEN -1 AND 2 AND NOT b IN (1)'],
    ["a='it''s' or a='it\\'s'", "a = 'it''s' OR a = 'it''s'"],
    ['"and" = "a b" and "x" = 1.50', '"and" = "a b" AND x = 1.5'],
    ["seen > TIMESTAMP('2021-01-01T00:00:00.500Z')", "seen > TIMESTAMP('2021-01-01T00:00:00.5Z')"],
    ['s_intersects(g, multipoint(1 2, 3 4))', 'S_INTERSECTS(g, MULTIPOINT (1 2, 3 4))'],
  ] as const) {
    t.equal(toFilterText(parseFilterText(text).expression), printed);
  }
  t.throws(() => toFilterText({ kind: 'literal', value: 'a\\' }), RangeError);
});

function endsInBackslash(filter: Expression): boolean {
  return contains(
    filter,
    (node) => node.kind === 'literal' && typeof node.value === 'string' && node.value.endsWith('\\'),
  );
}
