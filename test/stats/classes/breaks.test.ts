import fc from 'fast-check';
import t from 'tap';
import {
  type BreakMethod,
  type Breaks,
  type Closed,
  findAskedLimits,
  findBreaks,
  toLimits,
} from '../../../src/stats/classes/breaks.ts';
import { classify } from '../../../src/stats/classes/class-limits.ts';

const { NaN: none } = Number;

type Found = Exclude<Breaks, { status: 'no_values' }>;

function expectFound(breaks: Breaks): Found {
  if (breaks.status === 'no_values') throw new Error('got no values');
  return breaks;
}

const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const CASES: [string, number[], BreakMethod, Closed, number[], Found['status']][] = [
  ['quantile', TEN, { kind: 'quantile', classes: 4 }, 'right', [3.25, 5.5, 7.75], 'ok'],
  ['equal', [0, 1, 2, 10], { kind: 'equal', classes: 5 }, 'right', [2, 4, 6, 8], 'ok'],
  [
    'jenks, right-closed: the highest value below',
    [1, 2, 8, 9, 20],
    { kind: 'jenks', classes: 3 },
    'right',
    [2, 9],
    'ok',
  ],
  [
    'jenks, left-closed: the lowest value above',
    [1, 2, 8, 9, 20],
    { kind: 'jenks', classes: 3 },
    'left',
    [8, 20],
    'ok',
  ],
  ['one class', TEN, { kind: 'jenks', classes: 1 }, 'right', [], 'ok'],
  [
    'standard deviation',
    [2, 4, 4, 4, 5, 5, 7, 9],
    { kind: 'standard-deviation' },
    'right',
    [2, 4, 6, 8],
    'ok',
  ],
  [
    'an empty lowest class',
    [2, 4, 4, 4, 5, 5, 7, 9],
    { kind: 'standard-deviation' },
    'left',
    [4, 6, 8],
    'fewer_classes',
  ],
  [
    'given multiples',
    [2, 4, 4, 4, 5, 5, 7, 9],
    { kind: 'standard-deviation', multiples: [0, 1] },
    'left',
    [5, 7],
    'ok',
  ],
  // Mean 15.9 with 2 of 10 above; mean of those 62.5 with 1 of 2 above: half is no head.
  ['head-tail', [1, 2, 3, 4, 5, 5, 6, 8, 25, 100], { kind: 'head-tail' }, 'left', [15.9], 'ok'],
  ['fixed', [1, 5], { kind: 'fixed', limits: [-10, 0, 3, 50] }, 'right', [-10, 0, 3, 50], 'ok'],
  [
    'ties merge limits',
    [1, 1, 1, 1, 1, 2, 3],
    { kind: 'quantile', classes: 5 },
    'right',
    [1, 1.8],
    'fewer_classes',
  ],
  [
    'fewer values than classes',
    [1, 4, 4, 9],
    { kind: 'jenks', classes: 6 },
    'right',
    [1, 4],
    'fewer_classes',
  ],
  ['a constant', [3, 3, 3], { kind: 'quantile', classes: 4 }, 'right', [], 'fewer_classes'],
  ['a constant, equal', [3, 3, 3], { kind: 'equal', classes: 4 }, 'left', [], 'fewer_classes'],
  ['a constant, deviation', [0.1, 0.1, 0.1], { kind: 'standard-deviation' }, 'right', [], 'fewer_classes'],
  ['a constant, head-tail', [3, 3, 3], { kind: 'head-tail' }, 'right', [], 'ok'],
  ['one value', [3], { kind: 'jenks', classes: 2 }, 'left', [], 'fewer_classes'],
];

for (const [name, values, method, closed, limits, status] of CASES) {
  t.test(name, async (t) => {
    const breaks = expectFound(findBreaks(Float64Array.of(none, ...values), method, closed));
    t.equal(breaks.status, status);
    t.equal(breaks.limits.length, limits.length, `${breaks.limits}`);
    limits.forEach((limit, j) => {
      t.ok(Math.abs(breaks.limits[j]! - limit) < 1e-12, `${breaks.limits}`);
    });
    t.same([breaks.minimum, breaks.maximum], [Math.min(...values), Math.max(...values)]);
    t.equal(breaks.closed, method.kind === 'head-tail' ? 'right' : closed);
  });
}

t.test('head-tail goes on while at most 40 percent lie above', async (t) => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => 1 / (1 - i / 1000));
  const { limits } = expectFound(findBreaks(values, { kind: 'head-tail' }));
  t.ok(limits.length >= 3);
  let head = [...values];
  for (const limit of limits) {
    t.ok(Math.abs(head.reduce((a, b) => a + b) / head.length - limit) < 1e-9 * limit);
    const next = head.filter((value) => value > limit);
    t.ok(next.length <= 0.4 * head.length);
    head = next;
  }
});

t.test('the closed side decides where a value at a limit goes', async (t) => {
  const values = Float64Array.of(0, 5, 10);
  const place = (closed: Closed): number[] => [
    ...classify(values, toLimits(findBreaks(values, { kind: 'equal', classes: 2 }, closed))),
  ];
  t.same(
    [place('right'), place('left')],
    [
      [1, 1, 2],
      [1, 2, 2],
    ],
  );
});

t.test('nothing to classify has a status', async (t) => {
  const breaks = findBreaks(Float64Array.of(none, Infinity), { kind: 'jenks', classes: 3 });
  t.same(breaks, { status: 'no_values' });
  t.same(toLimits(breaks), []);
});

const anyMethod: fc.Arbitrary<BreakMethod> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('jenks' as const, 'quantile' as const, 'equal' as const),
    classes: fc.integer({ min: 1, max: 8 }),
  }),
  fc.constant<BreakMethod>({ kind: 'standard-deviation' }),
  fc.constant<BreakMethod>({ kind: 'head-tail' }),
);
const anyValues = fc.array(
  fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    fc.constant(none),
  ),
  { minLength: 1, maxLength: 40 },
);

t.test(
  'limits ascend inside the values, every value has a class, lowest and highest class are not empty',
  async (t) => {
    fc.assert(
      fc.property(
        anyValues,
        anyMethod,
        fc.constantFrom('right' as const, 'left' as const),
        (values, method, closed) => {
          const column = Float64Array.from(values);
          const breaks = findBreaks(column, method, closed);
          if (breaks.status === 'no_values') {
            t.notOk(values.some(Number.isFinite));
            return;
          }
          const { limits, minimum, maximum } = breaks;
          limits.forEach((limit, j) => {
            t.ok(limit >= minimum && limit <= maximum && (j === 0 || limit > limits[j - 1]!));
          });
          const classes = classify(column, toLimits(breaks));
          const found = values.flatMap((value, unit) => (Number.isFinite(value) ? [classes[unit]!] : []));
          t.equal(Math.min(...found), 1);
          t.equal(Math.max(...found), limits.length + 1);
          if (method.kind === 'jenks')
            t.equal(new Set(found).size, limits.length + 1, 'jenks leaves no class empty');
          if ('classes' in method) t.equal(breaks.status === 'ok', limits.length === method.classes - 1);
        },
      ),
      { seed: 1, numRuns: 400 },
    );
  },
);

t.test('quantile classes are the same after a monotone transformation', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 2, max: 10 }),
      (values, classes) => {
        const place = (transform: (value: number) => number): Uint8Array => {
          const column = Float64Array.from(values, transform);
          return classify(column, toLimits(findBreaks(column, { kind: 'quantile', classes })));
        };
        t.same(
          place((value) => value ** 3 + 2 * value),
          place((value) => value),
        );
        t.same(
          place((value) => Math.exp(value / 10)),
          place((value) => value),
        );
      },
    ),
    { seed: 2, numRuns: 200 },
  );
});

t.test('all limits that were asked for, merged and useless ones too', async (t) => {
  const values = Float64Array.of(0, 0, 0, none, 0, 8);
  const asked: [BreakMethod, number[]][] = [
    [{ kind: 'quantile', classes: 4 }, [0, 0, 0]],
    [{ kind: 'standard-deviation', multiples: [-1, 0, 3] }, [-1.6, 1.6, 11.2]],
    [{ kind: 'equal', classes: 4 }, [2, 4, 6]],
    [{ kind: 'fixed', limits: [-5, 99] }, [-5, 99]],
    [{ kind: 'jenks', classes: 4 }, [0]],
    [{ kind: 'head-tail' }, [1.6]],
  ];
  for (const [method, limits] of asked) {
    const found = findAskedLimits(values, method, 'right');
    t.ok(
      found.length === limits.length && found.every(({ value }, j) => Math.abs(value - limits[j]!) < 1e-14),
      method.kind,
    );
    t.ok(found.every(({ tie }) => tie === 'below'));
    const left = findAskedLimits(values, method, 'left');
    t.ok(left.every(({ tie }) => tie === (method.kind === 'head-tail' ? 'below' : 'above')));
    t.same(findAskedLimits(Float64Array.of(none), method), []);
  }
  t.throws(() => findAskedLimits(values, { kind: 'equal', classes: 0 }), /Got 0 classes/);
});

t.test('refuses methods that make no sense', async (t) => {
  const values = Float64Array.from(TEN);
  t.throws(() => findBreaks(values, { kind: 'jenks', classes: 0 }), /Got 0 classes/);
  t.throws(() => findBreaks(values, { kind: 'equal', classes: 2.5 }), /Got 2.5 classes/);
  t.throws(() => findBreaks(values, { kind: 'quantile', classes: 256 }), /Got 256 classes/);
  t.throws(() => findBreaks(values, { kind: 'fixed', limits: [1, 1] }), /Got 1 after 1/);
  t.throws(() => findBreaks(values, { kind: 'standard-deviation', multiples: [1, 0] }), /Got 0 after 1/);
});
