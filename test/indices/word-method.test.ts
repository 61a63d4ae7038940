import t from 'tap';
import type { CompositeMethod, IndexDefinition } from '../../src/indices/index-method.ts';
import { COMBINED_PRESETS, COMPOSITE_PRESETS } from '../../src/indices/presets.ts';
import { wordMethod } from '../../src/indices/word-method.ts';

const DEFINITION: IndexDefinition = {
  id: 'own',
  version: '1.0.0',
  label: { de: 'Eigener' },
  method: { scoring: 'z' },
  indicators: [
    { indicator: 'a', polarity: -1 },
    { indicator: 'b', polarity: 1, changeYears: 3 },
  ],
  classes: { kind: 'quantile', count: 5 },
};

const word = (changes: Partial<IndexDefinition>): string =>
  wordMethod({
    kind: 'composite',
    authority: null,
    definition: { ...DEFINITION, ...changes },
  } as CompositeMethod);

const reason = { code: 'harbour', label: { de: 'Hafen' } };

for (const [name, changes, words] of [
  ['equal weights', {}, /summed with equal weights;/],
  [
    'weights',
    { indicators: [{ ...DEFINITION.indicators[0]!, weight: 2 }, DEFINITION.indicators[1]!] },
    /weights a 2, b_change_3y 1;/,
  ],
  ['no gap', {}, /rated where every indicator is present;/],
  ['gaps', { method: { scoring: 'z', minimumPresent: 1 } }, /rated with 1 of 2 indicators or more/],
  [
    'a least population',
    { areas: { minimum: { indicator: 'dem_pop', least: 300, reason } } },
    /rated from 300 of dem_pop on \(harbour\)/,
  ],
  [
    'named districts',
    { areas: { exclusions: [{ collection: 'town', districts: ['01', '02'], reason }] } },
    /town 01, 02 left out \(harbour\)/,
  ],
  [
    'sides of ties',
    {
      classes: {
        kind: 'limits',
        limits: [
          { value: -1, tie: 'above' },
          { value: 1, tie: 'below' },
        ],
      },
    },
    /limits -1 \(itself above\), 1 \(itself below\);/,
  ],
  ['quantiles', {}, /5 classes by quantile, right-closed;/],
  ['a relative index', {}, /relative to the districts of the same period$/],
  ['a frozen index', { reference: { period: '2020' } }, /against 2020 \(frozen\)$/],
] as [string, Partial<IndexDefinition>, RegExp][]) {
  t.test(`a method says its ${name}`, async (t) => t.match(word(changes), words));
}

t.test('every preset has words', async (t) => {
  for (const preset of [...COMPOSITE_PRESETS, ...COMBINED_PRESETS])
    t.notMatch(wordMethod(preset), /undefined|NaN|\[object/, preset.definition.id);
});
