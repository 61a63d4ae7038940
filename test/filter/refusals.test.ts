import t from 'tap';
import { checkFilter, type PropertyType } from '../../src/filter/check.ts';
import type { ParsedFilter } from '../../src/filter/expression.ts';
import { parseFilterJson } from '../../src/filter/parse-json.ts';
import { parseFilterText } from '../../src/filter/parse-text.ts';
import { placeGeometries } from '../../src/filter/place-geometries.ts';
import { Problem } from '../../src/problem.ts';

/** The one item of the problem that some work throws. */
function faultOf(work: () => unknown): { code: string; got: string; expected: string } {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const [item] = error.items;
    if (error.code !== 'invalid_request' || error.items.length !== 1 || item?.field !== 'filter') throw error;
    return { code: item.code, got: item.got, expected: item.expected };
  }
  return { code: 'none', got: 'nothing', expected: 'nothing' };
}

t.test('text is refused with line and column', async (t) => {
  for (const [text, got, expected] of [
    ['', 'the end at line 1, column 1', 'a property, a literal or a function'],
    ['a =', 'the end at line 1, column 4', 'a property, a literal or a function'],
    ['a = 1 b', 'b at line 1, column 7', 'AND, OR or the end'],
    ['a = 1\n  AND\n  = 2', '= at line 3, column 3', 'a property, a literal or a function'],
    ["a = 'x", 'a character literal without end at line 1, column 5', "a closing '"],
    ["a = 'x\\'", 'a character literal without end at line 1, column 5', "a closing '"],
    ['"a = 1', 'a quoted name without end at line 1, column 1', 'a name and a closing "'],
    ['a = 1 ; drop', '";" at line 1, column 7', 'a name, a literal or an operator'],
    ['a = 1 # 😀', '"#" at line 1, column 7', 'a name, a literal or an operator'],
    ['a == 1', '= at line 1, column 4', 'a property, a literal or a function'],
    ['a = 1x', '"x" at line 1, column 6', 'a name, a literal or an operator'],
    ['a = 1e999', '1e999 at line 1, column 5', 'a number up to 1.8e308'],
    ['a NOT 5', '5 at line 1, column 7', 'LIKE, BETWEEN or IN'],
    ['a IS 5', '5 at line 1, column 6', 'NULL or NOT NULL'],
    ['a IS NOT 5', '5 at line 1, column 10', 'NULL'],
    ['a IN 5', '5 at line 1, column 6', '('],
    ['a IN ()', ') at line 1, column 7', 'a property, a literal or a function'],
    ['a IN (1', 'the end at line 1, column 8', ', or )'],
    ['a BETWEEN 1 OR 2', 'OR at line 1, column 13', 'AND and the upper end of BETWEEN'],
    ['(a = 1', 'the end at line 1, column 7', ')'],
    ['a = 1)', ') at line 1, column 6', 'AND, OR or the end'],
    ['a = null', 'null at line 1, column 5', 'a property, a literal or a function'],
    ['+a = 1', 'a at line 1, column 2', 'a number after +'],
    ['CASEI(a, b) = 1', 'CASEI of 2 operands at line 1, column 1', '1 operand'],
    ['S_INTERSECTS(a)', 'S_INTERSECTS of 1 operands at line 1, column 1', '2 operands'],
    ["d = DATE('2021-02-29')", "'2021-02-29' at line 1, column 10", "a date: '2021-12-31'"],
    [
      "d = DATE('2021-01-01T00:00:00Z')",
      "'2021-01-01T00:00:00Z' at line 1, column 10",
      "a date: '2021-12-31'",
    ],
    ["d = TIMESTAMP('2021-01-01T24:00:00Z')", undefined, "a time: '2021-12-31T23:59:59Z'"],
    ["d = TIMESTAMP('2021-01-01T00:00:00+01:00')", undefined, "a time: '2021-12-31T23:59:59Z'"],
    ["d = TIMESTAMP('2021-01-01T00:00:00.1234567Z')", undefined, "a time: '2021-12-31T23:59:59Z'"],
    ["d = DATE('0000-01-01')", undefined, "a date: '2021-12-31'"],
    ["T_AFTER(d, INTERVAL('2021', '..'))", "'2021' at line 1, column 21", undefined],
    ['S_INTERSECTS(g, POINT(1))', 'a position of 1 numbers at line 1, column 23', 'x y or x y z'],
    ['S_INTERSECTS(g, POINT(1 2 3 4))', 'a position of 4 numbers at line 1, column 23', 'x y or x y z'],
    ['S_INTERSECTS(g, POINT EMPTY)', 'EMPTY at line 1, column 23', ', or )'],
    ['S_INTERSECTS(g, LINESTRING(1 2))', 'a line of 1 position at line 1, column 17', 'at least 2 positions'],
    [
      'S_INTERSECTS(g, POLYGON((0 0, 1 0, 0 0)))',
      'a ring of 3 positions at line 1, column 17',
      'at least 4, the last equal to the first',
    ],
    [
      'S_INTERSECTS(g, POLYGON((0 0, 1 0, 1 1, 0 1)))',
      'a ring from 0 0 to 0 1 at line 1, column 17',
      'a ring that ends where it begins',
    ],
    ['S_INTERSECTS(g, BBOX(1,2,3))', 'a BBOX of 3 numbers at line 1, column 17', '4 or 6 numbers'],
    ['S_INTERSECTS(g, BBOX(1,2,x,3))', 'x at line 1, column 26', 'a number'],
  ] as const) {
    const fault = faultOf(() => parseFilterText(text));
    t.match(
      fault,
      { ...(got === undefined ? {} : { got }), ...(expected === undefined ? {} : { expected }) },
      text,
    );
    t.match(fault.code, /^invalid_(filter|geometry)$/, text);
  }
});

t.test('JSON is refused with a pointer', async (t) => {
  for (const [json, got, expected] of [
    ['', /^no JSON/, undefined],
    ['{"op":"="', /^no JSON/, undefined],
    ['null', 'null at /', 'a literal or an object'],
    ['{}', /^{} at \/$/, /^op and args/],
    ['{"op":"=","args":[1]}', '1 operands of = at /args', '2'],
    ['{"op":"and","args":[true]}', '1 operands of and at /args', 'at least 2'],
    ['{"op":"=","args":[{"property":"a"},null]}', 'null at /args/1', 'a literal or an object'],
    ['{"op":"=","args":[{"property":5},1]}', '5 at /args/0/property', 'the name of a property'],
    ['{"op":"=","args":[{"property":"a","x":1},1]}', 'x at /args/0/x', 'property'],
    ['{"op":5,"args":[]}', '5 at /op', 'the name of an operator or a function'],
    ['{"op":"a b","args":[]}', '"a b" at /op', 'the name of an operator or a function'],
    ['{"op":"=","args":{}}', '{} at /args', 'a list of operands'],
    ['{"op":"in","args":[1,[]]}', '[] at /args/1', 'a list of at least one value'],
    ['{"op":"=","args":[{"date":"2021-13-01"},1]}', '"2021-13-01" at /args/0/date', undefined],
    ['{"op":"=","args":[{"timestamp":"2021-01-01"},1]}', '"2021-01-01" at /args/0/timestamp', undefined],
    [
      '{"op":"t_after","args":[{"property":"a"},{"interval":["..",7,8]}]}',
      '["..",7,8] at /args/1/interval',
      'two ends',
    ],
    [
      '{"op":"t_after","args":[{"property":"a"},{"interval":["..","x"]}]}',
      '"x" at /args/1/interval/1',
      undefined,
    ],
    [
      '{"op":"s_equals","args":[{"bbox":[1,2,3]},{"property":"g"}]}',
      '[1,2,3] at /args/0/bbox',
      '4 or 6 numbers',
    ],
    ['{"op":"s_equals","args":[{"type":"Circle"},{"property":"g"}]}', '"Circle" at /args/0/type', undefined],
    [
      '{"op":"s_equals","args":[{"type":"Point","coordinates":["1",2]},{"property":"g"}]}',
      '["1",2] at /args/0/coordinates',
      '[x, y] or [x, y, z]',
    ],
    [
      '{"op":"s_equals","args":[{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]},{"property":"g"}]}',
      'a ring from 0 0 to 0 1 at /args/0',
      undefined,
    ],
    ['{"op":"=","args":["\\ud800","a"]}', 'a character that is none at /args/0', 'Unicode text without NUL'],
    ['{"op":"=","args":["\\u0000","a"]}', 'a character that is none at /args/0', 'Unicode text without NUL'],
    ['{"op":"=","args":[1e999,1]}', 'Infinity at /args/0', 'a number up to 1.8e308'],
    ['{"__proto__":{"op":"="},"args":[]}', /at \/$/, /^op and args/],
  ] as const) {
    const fault = faultOf(() => parseFilterJson(json));
    t.match(
      fault,
      { ...(got === undefined ? {} : { got }), ...(expected === undefined ? {} : { expected }) },
      json,
    );
  }
});

t.test('limits', async (t) => {
  const code = (work: () => unknown) => faultOf(work).code;
  t.equal(
    code(() => parseFilterText(`a = '${'x'.repeat(10_000)}'`)),
    'filter_too_large',
  );
  t.equal(
    code(() => parseFilterJson(`"${'x'.repeat(10_000)}"`)),
    'filter_too_large',
  );
  const nest = (text: string, levels: number): string => '('.repeat(levels) + text + ')'.repeat(levels);
  t.equal(
    code(() => parseFilterText(nest('a = 1', 50))),
    'none',
  );
  t.equal(
    code(() => parseFilterText(nest('a = 1', 51))),
    'filter_too_large',
  );
  t.equal(
    code(() => parseFilterText(`A_EQUALS(${nest('1', 500)}, x)`)),
    'filter_too_large',
  );
  t.equal(
    code(() => parseFilterText(`${'NOT '.repeat(2000)}a = 1`)),
    'filter_too_large',
  );
  t.equal(
    code(() => parseFilterText(`a = ${'-'.repeat(5000)}b`)),
    'filter_too_large',
  );
  t.equal(
    code(() => parseFilterText(`a = ${'2^'.repeat(3000)}b`)),
    'filter_too_large',
  );
  t.equal(
    code(() => parseFilterText(`a IN (${Array(2000).fill('1').join(',')})`)),
    'filter_too_large',
  );
  t.equal(
    code(() => parseFilterText(`a IN (${Array(900).fill('1').join(',')})`)),
    'none',
  );
  t.equal(
    code(() => parseFilterJson('['.repeat(4000) + ']'.repeat(4000))),
    'filter_too_large',
  );
  t.equal(
    code(() => parseFilterJson(JSON.stringify(Array(2000).fill(1)))),
    'filter_too_large',
  );
});

const TYPES = new Map<string, PropertyType>([
  ['name', 'string'],
  ['x', 'number'],
  ['rank', 'integer'],
  ['flag', 'boolean'],
  ['built', 'date'],
  ['seen', 'timestamp'],
  ['geometry', 'geometry'],
  ['ids', 'array'],
]);

t.test('types are checked', async (t) => {
  for (const [text, code, got, expected] of [
    ['nme = 1', 'unknown_property', 'nme at line 1, column 1', /^one of name, x, rank/],
    ['toString = 1', 'unknown_property', 'toString at line 1, column 1', undefined],
    ['__proto__ = 1', 'unknown_property', '__proto__ at line 1, column 1', undefined],
    ['f(x) = 1', 'unknown_function', 'function f at line 1, column 1', undefined],
    ['x', 'type_mismatch', 'x, a number at line 1, column 1', 'a condition'],
    ['name AND flag', 'type_mismatch', 'name, a text at line 1, column 1', 'a condition for and'],
    ["x = 'a'", 'type_mismatch', 'a text at line 1, column 5', 'a number to compare'],
    ["'a' = x", 'type_mismatch', 'a text at line 1, column 1', 'a number to compare'],
    ['name = x', 'type_mismatch', 'x, a number at line 1, column 8', 'a text to compare'],
    ['geometry = geometry', 'type_mismatch', 'geometry, a geometry at line 1, column 1', undefined],
    ['x IN (1, TRUE)', 'type_mismatch', 'a condition at line 1, column 10', 'a number to compare'],
    ['x BETWEEN name AND 2', 'type_mismatch', 'name, a text at line 1, column 11', undefined],
    ["x LIKE 'a'", 'type_mismatch', 'x, a number at line 1, column 1', 'a text for like'],
    ['name LIKE name', 'type_mismatch', 'no literal at line 1, column 11', undefined],
    ["name LIKE 'a\\\\\\", 'invalid_filter', undefined, undefined],
    ['CASEI(x) = name', 'type_mismatch', 'x, a number at line 1, column 7', 'a text for casei'],
    ['name + 1 > 2', 'type_mismatch', 'name, a text at line 1, column 1', 'a number for +'],
    ["built = '2021-13-01'", 'type_mismatch', "'2021-13-01' at line 1, column 9", undefined],
    ["built = 'gestern'", 'type_mismatch', "'gestern' at line 1, column 9", undefined],
    ['built = 5', 'type_mismatch', 'a number at line 1, column 9', 'a date or timestamp to compare'],
    ["T_MEETS(built, INTERVAL('..','..'))", 'type_mismatch', 'built, a date at line 1, column 9', undefined],
    ['T_AFTER(name, built)', 'type_mismatch', 'name, a text at line 1, column 9', undefined],
    ["T_AFTER(INTERVAL(name, '..'), built)", 'type_mismatch', 'name, a text at line 1, column 18', undefined],
    [
      "T_AFTER(INTERVAL('2022-01-01', '2021-12-31T00:00:00Z'), built)",
      'invalid_filter',
      'an interval from 2022-01-01 to 2021-12-31T00:00:00Z at line 1, column 9',
      'a start before the end',
    ],
    [
      'S_EQUALS(geometry, name)',
      'type_mismatch',
      'name, a text at line 1, column 20',
      'a geometry for s_equals',
    ],
    ['A_EQUALS(ids, name)', 'type_mismatch', 'name, a text at line 1, column 15', 'an array for a_equals'],
    ['A_EQUALS(ids, (POINT(1 2)))', 'type_mismatch', undefined, undefined],
    [
      'S_EQUALS(geometry, POINT(90 180))',
      'invalid_geometry',
      'the position 90 180 at line 1, column 20',
      undefined,
    ],
    [
      'S_EQUALS(geometry, BBOX(0, 2, 1, 1))',
      'invalid_geometry',
      'BBOX(0, 2, 1, 1) at line 1, column 20',
      undefined,
    ],
    [
      "built = '2021-12-31' AND seen > '2021-12-31' AND flag AND rank = 1.5 AND x = rank",
      'none',
      undefined,
      undefined,
    ],
    [
      "(built = seen) IS NULL OR ids IS NULL OR geometry IS NULL OR 'a' IS NULL",
      'none',
      undefined,
      undefined,
    ],
    ['flag > false AND A_CONTAINS(ids, (1, 2))', 'none', undefined, undefined],
    ['S_INTERSECTS(geometry, BBOX(170, -10, -170, 10))', 'none', undefined, undefined],
  ] as const) {
    const fault = faultOf(() => {
      const parsed: ParsedFilter = parseFilterText(text);
      placeGeometries(checkFilter(parsed, TYPES), parsed, CRS84);
    });
    t.match(
      fault,
      { code, ...(got === undefined ? {} : { got }), ...(expected === undefined ? {} : { expected }) },
      text,
    );
  }
  const trailing: ParsedFilter = {
    expression: {
      kind: 'call',
      op: 'like',
      args: [
        { kind: 'property', name: 'name' },
        { kind: 'literal', value: 'a\\\\\\' },
      ],
    },
    placeOf: () => '/',
  };
  t.match(
    faultOf(() => checkFilter(trailing, TYPES)),
    { expected: /after the last/ },
  );
});

const CRS84 = { uri: 'CRS84', latitudeFirst: false, srid: 4326, domain: [-180, -90, 180, 90] } as const;

t.test('geometries are placed by the axis order of their system', async (t) => {
  const parsed = parseFilterText(
    'S_EQUALS(BBOX(52, 13, 5, 53, 14, 6), POLYGON Z ((52 13 1, 53 13 1, 53 14 1, 52 13 1)))',
  );
  const placed = placeGeometries(parsed.expression, parsed, { ...CRS84, latitudeFirst: true });
  t.match(placed, {
    args: [
      { bbox: [13, 52, 14, 53] },
      {
        geometry: {
          coordinates: [
            [
              [13, 52],
              [13, 53],
              [14, 53],
              [13, 52],
            ],
          ],
        },
      },
    ],
  });
});
