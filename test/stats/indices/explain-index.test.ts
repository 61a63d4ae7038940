import fc from 'fast-check';
import t from 'tap';
import { applyRule } from '../../../src/stats/classes/class-rule.ts';
import { composeIndex } from '../../../src/stats/indices/composite.ts';
import { explainIndex } from '../../../src/stats/indices/explain-index.ts';
import { INDEX_PRESETS, runPreset } from '../../../src/stats/indices/index-presets.ts';

const { NaN: none } = Number;
const columns = [
  { values: Float64Array.of(0, 10, 5, none), direction: 1 as const, weight: 1 },
  { values: Float64Array.of(4, 2, 0, 1), direction: -1 as const, weight: 3 },
];
const limits = [
  { value: 1, tie: 'below' as const },
  { value: 3, tie: 'below' as const },
];
const index = composeIndex(columns, { scoring: { kind: 'min-max' }, rescale: null, missing: 'all' });

t.test('contributions, class and the way to the next class by hand', async (t) => {
  // Unit 1: 10 of 0 to 10 is 1; 2 of 4 to 0 is 0.5, thrice.
  t.same(explainIndex(index, limits, 1), {
    status: 'ok',
    index: 2.5,
    class: 2,
    offset: 0,
    contributions: [1, 1.5],
    order: [1, 0],
    below: { class: 1, limit: 1, distance: 1.5 },
    above: { class: 3, limit: 3, distance: 0.5 },
    nearest: { class: 3, limit: 3, distance: 0.5 },
  });
});

t.test('the lowest and the highest class have one neighbour, a single class none', async (t) => {
  t.match(explainIndex(index, limits, 0), {
    class: 1,
    below: null,
    above: { class: 2, limit: 1, distance: 1 },
    nearest: { class: 2 },
  });
  t.match(explainIndex(index, limits, 2), {
    class: 3,
    below: { class: 2, distance: 0.5 },
    above: null,
    nearest: { class: 2 },
  });
  t.match(explainIndex(index, [], 2), { class: 1, below: null, above: null, nearest: null });
});

t.test('a unit without an index has no explanation', async (t) => {
  t.same(explainIndex(index, limits, 3), { status: 'not_rated' });
  const none = composeIndex(
    [columns[0]!],
    { scoring: { kind: 'rank' }, rescale: null, missing: 'all' },
    { excluded: [0, 1] },
  );
  t.same(explainIndex(none, limits, 2), { status: 'not_rated' });
  t.throws(() => explainIndex(index, limits, 4), /Got unit 4, expected 0 to 3/);
  t.throws(() => explainIndex(index, limits, 0.5), /Got unit 0.5/);
});

t.test(
  'for every preset and unit the parts add up, and crossing the nearest limit changes the class',
  async (t) => {
    const list = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 15, maxLength: 15 });
    let explained = 0;
    fc.assert(
      fc.property(fc.array(list, { minLength: 7, maxLength: 7 }), (lists) => {
        const indicators = lists.map((values) => ({
          values: Float64Array.from(values),
          direction: 1 as const,
        }));
        for (const preset of Object.values(INDEX_PRESETS)) {
          const result = runPreset(preset, indicators);
          if (result.index.status !== 'ok') continue;
          t.same(result.limits, applyRule(result.index.values, preset.classes));
          for (let unit = 0; unit < 15; unit++) {
            const why = explainIndex(result.index, result.limits, unit);
            if (why.status !== 'ok') throw new Error('expected an explanation');
            explained++;
            t.equal(why.class, result.classes[unit]);
            const sum = why.contributions.reduce((a, b) => a + b, why.offset);
            t.ok(
              Math.abs(sum - why.index) <= 1e-10 * (1 + Math.abs(why.offset)),
              `${preset.id}: ${sum}, ${why.index}`,
            );
            for (const border of [why.below, why.above]) {
              if (border) t.ok(border.distance >= 0 && border.distance >= why.nearest!.distance);
            }
            t.equal(why.below === null, why.class === 1);
            t.equal(why.above === null, why.class === result.limits.length + 1);
          }
        }
      }),
      { seed: 5, numRuns: 20 },
    );
    t.ok(explained > 1000, `${explained}`);
  },
);
