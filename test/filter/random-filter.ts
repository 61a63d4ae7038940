/** Random filters: every operator, every literal, well typed for a layer, so that each passes the check. */
import fc from 'fast-check';
import type { Bound, Call, Expression, GeometryLiteral, Operator } from '../../src/filter/expression.ts';

/** Properties by type, and which operators to use. */
export interface Names {
  string: string[];
  number: string[];
  boolean: string[];
  date: string[];
  timestamp: string[];
  geometry: string[];
  /** CASEI, ACCENTI and arithmetic, which SQL leaves to memory. */
  memoryOnly: boolean;
  arrays: boolean;
}

type Arbitrary<T> = fc.Arbitrary<T>;

function call(op: Operator, ...args: Expression[]): Call {
  return { kind: 'call', op, args };
}

/** Words in which case, accents, quotes, wildcards and planes of Unicode matter. */
export const WORDS = [
  ...[
    '',
    'a',
    'A',
    'b',
    'ab',
    'aB',
    'ä',
    'Ä',
    'a\u0308',
    'ß',
    'ss',
    'SS',
    'Σ',
    'ς',
    'σ',
    'ø',
    'o',
    "o'x",
    '"',
  ],
  ...[
    '%',
    '_',
    'a%',
    '100%',
    'a_b',
    '\\x',
    'a\\%b',
    'Zoo',
    'zoo',
    '10',
    '9',
    '2021-12-31',
    '\u{e000}',
    '😀',
    '😀b',
    'İ',
  ],
];

const PATTERNS = [
  ...[
    '',
    '%',
    '_',
    '__',
    '%%',
    'a%',
    '%a',
    '%b%',
    'A_',
    '_b',
    '%\\%',
    '\\_%',
    'a\\%b',
    '😀%',
    '_\u0308',
    '%😀_',
    'z%o',
  ],
  ...['ß', 'S%', '%o%o%', '\\\\x', '_%_%_'],
];

const DATES = ['0001-01-01', '2020-02-29', '2021-12-30', '2021-12-31', '2022-01-01', '9999-12-31'];
const TIMES = [
  '0001-01-01T00:00:00Z',
  '2021-12-31T00:00:00Z',
  '2021-12-31T12:00:00.5Z',
  '2021-12-31T23:59:59.999999Z',
  '2022-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
];

/** Geometries of every type around the cells of a small grid, so that all predicates are met. */
export const GEOMETRIES: GeometryLiteral[] = [
  { type: 'Point', coordinates: [1, 1] },
  { type: 'Point', coordinates: [0.5, 0.5] },
  { type: 'Point', coordinates: [90, 80] },
  {
    type: 'MultiPoint',
    coordinates: [
      [0.5, 0.5],
      [5, 5],
    ],
  },
  {
    type: 'LineString',
    coordinates: [
      [0, 0],
      [2, 2],
    ],
  },
  {
    type: 'LineString',
    coordinates: [
      [0, 1],
      [1, 1],
    ],
  },
  {
    type: 'MultiLineString',
    coordinates: [
      [
        [0, 0.5],
        [3, 0.5],
      ],
      [
        [-1, -1],
        [-2, -2],
      ],
    ],
  },
  {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
        [0, 0],
      ],
    ],
  },
  {
    type: 'Polygon',
    coordinates: [
      [
        [0.5, 0.5],
        [2.5, 0.5],
        [2.5, 2.5],
        [0.5, 2.5],
        [0.5, 0.5],
      ],
    ],
  },
  {
    type: 'Polygon',
    coordinates: [
      [
        [-9, -9],
        [9, -9],
        [9, 9],
        [-9, 9],
        [-9, -9],
      ],
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
        [0, 0],
      ],
    ],
  },
  {
    type: 'MultiPolygon',
    coordinates: [
      [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
      [
        [
          [5, 5],
          [6, 5],
          [6, 6],
          [5, 5],
        ],
      ],
    ],
  },
  {
    type: 'GeometryCollection',
    geometries: [
      { type: 'Point', coordinates: [0.5, 0.5] },
      {
        type: 'LineString',
        coordinates: [
          [1, 1],
          [2, 1],
        ],
      },
    ],
  },
];

const BOXES = [
  [0, 0, 1, 1],
  [0.5, 0.5, 3, 3],
  [-180, -90, 180, 90],
  [1, 1, 1, 1],
  [0, 1, 2, 1],
  [170, -10, -170, 10],
];

const SPATIAL: Operator[] = [
  's_intersects',
  's_equals',
  's_disjoint',
  's_touches',
  's_within',
  's_overlaps',
  's_crosses',
  's_contains',
];
const FOR_INSTANTS: Operator[] = ['t_after', 't_before', 't_disjoint', 't_equals', 't_intersects'];
const FOR_INTERVALS: Operator[] = [
  't_contains',
  't_during',
  't_finishedBy',
  't_finishes',
  't_meets',
  't_metBy',
  't_overlappedBy',
  't_overlaps',
  't_startedBy',
  't_starts',
];
const COMPARISONS: Operator[] = ['=', '<>', '<', '>', '<=', '>='];

function literal(value: string | number | boolean): Expression {
  return { kind: 'literal', value };
}

function property(names: readonly string[]): Arbitrary<Expression> {
  return fc.constantFrom(...names).map((name) => ({ kind: 'property', name }));
}

/** Filters for a layer. */
export function randomFilter(names: Names): Arbitrary<Expression> {
  const { memoryOnly } = names;
  const oneOrMore = (node: Arbitrary<Expression>): Arbitrary<Expression[]> =>
    fc.array(node, { minLength: 1, maxLength: 3 });

  const date = fc.oneof(
    property(names.date),
    fc.constantFrom(...DATES).map((value): Expression => ({ kind: 'instant', type: 'date', value })),
  );
  const timestamp = fc.oneof(
    property(names.timestamp),
    fc.constantFrom(...TIMES).map((value): Expression => ({ kind: 'instant', type: 'timestamp', value })),
  );
  const instant = fc.oneof(date, timestamp);
  const interval = fc
    .tuple(fc.option(instant, { nil: '..' as const }), fc.option(instant, { nil: '..' as const }))
    .map(([start, end]) => toInterval(start, end));
  const geometry = fc.oneof(
    property(names.geometry),
    fc.constantFrom(...GEOMETRIES).map((each): Expression => ({ kind: 'geometry', geometry: each })),
    fc.constantFrom(...BOXES).map((bbox): Expression => ({ kind: 'bbox', bbox })),
  );

  const { condition } = fc.letrec<Record<'condition' | 'text' | 'number' | 'boolean', Expression>>((tie) => {
    const text = tie('text');
    const number = tie('number');
    const condition = tie('condition');
    const pattern = fc.constantFrom(...PATTERNS).map(literal);
    const folded = (node: Arbitrary<Expression>): Arbitrary<Expression> =>
      fc.tuple(fc.constantFrom('casei' as const, 'accenti' as const), node).map(([op, arg]) => call(op, arg));
    const compared = (value: Arbitrary<Expression>): Arbitrary<Expression> =>
      fc.oneof(
        fc.tuple(fc.constantFrom(...COMPARISONS), value, value).map(([op, a, b]) => call(op, a, b)),
        fc.tuple(value, value, value).map(([a, b, c]) => call('between', a, b, c)),
        fc.tuple(value, oneOrMore(value)).map(([a, items]) => call('in', a, { kind: 'array', items })),
      );
    const scalar = fc.oneof(text, number, instant);
    const array = fc.array(scalar, { maxLength: 3 }).map((items): Expression => ({ kind: 'array', items }));
    const none: Arbitrary<Expression>[] = [];
    return {
      text: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        property(names.string),
        fc.constantFrom(...WORDS).map(literal),
        ...(memoryOnly ? [folded(text)] : none),
      ),
      number: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        property(names.number),
        fc.constantFrom(-2, 0, 0.1, 1, 3, 1e-7, 1e300).map(literal),
        ...(memoryOnly
          ? [
              fc
                .tuple(fc.constantFrom<Operator[]>('+', '-', '*', '/', '%', 'div', '^'), number, number)
                .map(([op, a, b]) => call(op, a, b)),
            ]
          : none),
      ),
      boolean: fc.oneof(property(names.boolean), fc.boolean().map(literal)),
      condition: fc.oneof(
        { maxDepth: 4, depthSize: 'medium' },
        compared(text),
        compared(number),
        compared(instant),
        compared(tie('boolean')),
        fc
          .tuple(text, memoryOnly ? fc.oneof(pattern, folded(pattern)) : pattern)
          .map(([a, b]) => call('like', a, b)),
        fc.oneof(text, number, instant, geometry, tie('boolean')).map((a) => call('isNull', a)),
        fc.tuple(fc.constantFrom(...SPATIAL), geometry, geometry).map(([op, a, b]) => call(op, a, b)),
        fc
          .tuple(fc.constantFrom(...FOR_INSTANTS), fc.oneof(instant, interval), fc.oneof(instant, interval))
          .map(([op, a, b]) => call(op, a, b)),
        fc.tuple(fc.constantFrom(...FOR_INTERVALS), interval, interval).map(([op, a, b]) => call(op, a, b)),
        ...(names.arrays
          ? [
              fc
                .tuple(
                  fc.constantFrom<Operator[]>('a_equals', 'a_contains', 'a_containedBy', 'a_overlaps'),
                  array,
                  array,
                )
                .map(([op, a, b]) => call(op, a, b)),
            ]
          : none),
        tie('boolean'),
        condition.map((a) => call('not', a)),
        fc
          .tuple(
            fc.constantFrom<Operator[]>('and', 'or'),
            fc.array(condition, { minLength: 2, maxLength: 4 }),
          )
          .map(([op, args]) => call(op, ...args)),
        // Conditions are values, too.
        fc.tuple(fc.constantFrom(...COMPARISONS), condition, condition).map(([op, a, b]) => call(op, a, b)),
        condition.map((a) => call('isNull', a)),
      ),
    };
  });
  return condition;
}

/** Ends in their order: an interval that ends before it starts is refused. */
function toInterval(start: Bound, end: Bound): Expression {
  const literals = start !== '..' && end !== '..' && start.kind === 'instant' && end.kind === 'instant';
  if (literals && start.value.slice(0, 10) >= end.value.slice(0, 10))
    return { kind: 'interval', start, end: '..' };
  return { kind: 'interval', start, end };
}
