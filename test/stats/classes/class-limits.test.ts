import t from 'tap';
import { type ClassLimit, classify } from '../../../src/stats/classes/class-limits.ts';

const MSS: ClassLimit[] = [
  { value: -1, tie: 'above' },
  { value: 1, tie: 'below' },
  { value: 1.5, tie: 'below' },
];

t.test('a value at a limit goes to the stated side', async (t) => {
  const values = Float64Array.of(-2, -1.0000001, -1, 0, 1, 1.0000001, 1.5, 1.6, Number.NaN, Infinity);
  t.same([...classify(values, MSS)], [1, 1, 2, 2, 2, 3, 3, 4, 0, 0]);
});

t.test('no limits make one class', async (t) => {
  t.same([...classify(Float64Array.of(3, Number.NaN), [])], [1, 0]);
});

t.test('a class of one value only', async (t) => {
  const limits: ClassLimit[] = [
    { value: 0, tie: 'above' },
    { value: 0, tie: 'below' },
  ];
  t.same([...classify(Float64Array.of(-1, 0, -0, 1), limits)], [1, 2, 2, 3]);
});

t.test('many limits: as many reached as a count says', async (t) => {
  const limits = Array.from(
    { length: 100 },
    (_, k): ClassLimit => ({ value: k, tie: k % 3 ? 'below' : 'above' }),
  );
  for (let value = -1; value <= 101; value += 0.5) {
    const reached = limits.filter(
      (limit) => value > limit.value || (value === limit.value && limit.tie === 'above'),
    );
    t.equal(classify(Float64Array.of(value), limits)[0], 1 + reached.length);
  }
});

t.test('refuses limits that do not ascend', async (t) => {
  const values = Float64Array.of(1);
  t.throws(() => classify(values, [...MSS].reverse()), /Got limit 1 after 1.5/);
  t.throws(() => classify(values, [MSS[0]!, MSS[0]!]), /Got limit -1 after -1/);
  t.throws(() => classify(values, [{ value: Number.NaN, tie: 'below' }]), /Got limit NaN/);
  t.throws(
    () =>
      classify(
        values,
        Array.from({ length: 255 }, (_, value) => ({ value, tie: 'below' })),
      ),
    /Got 255 limits/,
  );
});
