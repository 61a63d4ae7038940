import t from 'tap';
import {
  applyRule,
  type ClassRule,
  fixClassCount,
  placeByRule,
} from '../../../src/stats/classes/class-rule.ts';

const { NaN: none } = Number;
const values = Float64Array.of(5, 0, 0, none, 0, 0, 9);

function breakBy(kind: 'quantile' | 'jenks', closed: 'right' | 'left'): ClassRule {
  return { kind: 'breaks', method: { kind, classes: 5 }, closed };
}

// Quintiles 0, 0, 0, 5.
for (const [closed, places] of [
  ['right', [4, 1, 1, 0, 1, 1, 5]],
  ['left', [5, 4, 4, 0, 4, 4, 5]],
] as const) {
  t.test(`places count merged limits, ${closed}-closed`, async (t) => {
    t.same([...placeByRule(values, breakBy('quantile', closed))], places);
  });
}

t.test('places between given limits are their classes', async (t) => {
  const rule: ClassRule = {
    kind: 'limits',
    limits: [
      { value: 0, tie: 'above' },
      { value: 5, tie: 'below' },
    ],
  };
  t.same([...placeByRule(values, rule)], [2, 2, 2, 0, 2, 2, 3]);
  t.equal(fixClassCount(rule, 2), rule);
});

t.test('only natural breaks take the number of classes that there are', async (t) => {
  const fixed = fixClassCount(breakBy('jenks', 'left'), 3);
  t.same(fixed, { kind: 'breaks', method: { kind: 'jenks', classes: 3 }, closed: 'left' });
  t.same(applyRule(Float64Array.of(0, 1, 2, 3, 4, 5), fixed).length, 2);
  t.same(fixClassCount(breakBy('quantile', 'left'), 3), breakBy('quantile', 'left'));
});
