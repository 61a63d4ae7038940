import t from 'tap';
import { SITUATIONS } from '../../src/situations/presets.ts';
import { judge, type Met, type State, wordRule } from '../../src/situations/situation.ts';

t.test('a missing figure is never a no', async (t) => {
  for (const [need, met, state] of [
    ['any', [true, false], 'present'],
    ['any', [true, null], 'present'],
    ['any', [false, null], 'not_assessed'],
    ['any', [null], 'not_assessed'],
    ['any', [false, false], 'absent'],
    ['all', [true, true], 'present'],
    ['all', [true, null], 'not_assessed'],
    ['all', [false, null], 'absent'],
    ['all', [true, false], 'absent'],
    ['all', [null, null], 'not_assessed'],
  ] as ['any' | 'all', Met[], State][]) {
    t.equal(judge(need, met), state, `${need} of ${met.join(', ')}`);
  }
});

t.test('built-in situations have ids of their own, in order, with groups and fields', async (t) => {
  const ids = SITUATIONS.map(({ id }) => id);
  t.same(ids, [...new Set(ids)].sort());
  for (const { id, targetGroups, actionFields, label } of SITUATIONS)
    t.ok(targetGroups.length > 0 && actionFields.length > 0 && label.de && label.en, id);
});

t.test('rules are told in both languages', async (t) => {
  const rule = SITUATIONS.find(({ id }) => id === 'rising-child-poverty')!;
  t.equal(
    wordRule(rule, 'de'),
    'Veränderung in 3 Jahren von pov_child mehr als 1 Standardabweichungen auf der ungünstigen Seite oder mss_d4 mehr als 1 Standardabweichungen auf der ungünstigen Seite',
  );
  const index = SITUATIONS.find(({ id }) => id === 'low-status')!;
  t.equal(wordRule(index, 'en'), 'class of mss-status or hamburg-style-status stands out');
  const both = {
    ...index,
    need: 'all' as const,
    conditions: [
      { kind: 'index' as const, indices: ['mss'], classes: ['4−'] },
      { kind: 'indicator' as const, indicators: ['pov_child'], measure: 'value' as const, limit: 30 },
    ],
  };
  t.equal(wordRule(both, 'en'), 'class of mss is 4− and pov_child beyond the limit 30 on the worse side');
});
