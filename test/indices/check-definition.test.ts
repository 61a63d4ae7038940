import t from 'tap';
import { checkDefinition } from '../../src/indices/check-definition.ts';
import type { IndexDefinition } from '../../src/indices/index-method.ts';
import { COMPOSITE_PRESETS } from '../../src/indices/presets.ts';

/** A valid definition with changes. */
function define(changes: Partial<IndexDefinition> = {}): IndexDefinition {
  return {
    id: 'own',
    version: '1.0.0',
    label: { de: 'Eigener Index' },
    method: { scoring: 'z', rescale: { mean: 0, deviation: 1 } },
    indicators: [
      { indicator: 'a', polarity: -1 },
      { indicator: 'b', polarity: 1, weight: 2 },
    ],
    classes: { kind: 'limits', limits: [{ value: 1, tie: 'below' }] },
    ...changes,
  };
}

t.test('presets and a plain definition are right', async (t) => {
  for (const { definition } of COMPOSITE_PRESETS) t.same(checkDefinition(definition, ''), [], definition.id);
  t.same(checkDefinition(define(), ''), []);
});

const label = (code: string) => ({ code, label: { de: code }, standsOut: false });

for (const [name, changes, fields] of [
  ['points without scoring by points', { method: { scoring: 'z', points: 5 } }, ['/method/points']],
  ['a spread of ranks', { method: { scoring: 'rank', spread: 'sample' } }, ['/method/spread']],
  [
    'gaps with pca',
    { method: { scoring: 'pca', minimumPresent: 1 } },
    ['/method/minimumPresent', '/indicators/1/weight'],
  ],
  [
    'more indicators required than there are',
    { method: { scoring: 'z', minimumPresent: 3 } },
    ['/method/minimumPresent'],
  ],
  ['more indicators needed than there are', { leastIndicators: 3 }, ['/leastIndicators']],
  [
    'an indicator twice',
    {
      indicators: [
        { indicator: 'a', polarity: -1 },
        { indicator: 'a', polarity: -1 },
      ],
    },
    ['/indicators/1/indicator'],
  ],
  [
    'years that end before they begin',
    { indicators: [{ indicator: 'a', polarity: -1, from: 2020, until: 2019 }] },
    ['/indicators/0/from'],
  ],
  [
    'a frozen reference of ranks',
    { method: { scoring: 'rank' }, reference: { period: '2020' } },
    ['/reference'],
  ],
  ['limits that are missing', { classes: { kind: 'limits' } }, ['/classes/limits']],
  [
    'limits beside quantiles',
    { classes: { kind: 'quantile', count: 4, limits: [{ value: 1, tie: 'below' }] } },
    ['/classes/limits'],
  ],
  ['quantiles without a number', { classes: { kind: 'quantile' } }, ['/classes/count']],
  [
    'a closed end of given limits',
    { classes: { kind: 'limits', limits: [{ value: 1, tie: 'below' }], closed: 'left' } },
    ['/classes/closed'],
  ],
  [
    'limits that do not ascend',
    {
      classes: {
        kind: 'limits',
        limits: [
          { value: 1, tie: 'below' },
          { value: 1, tie: 'above' },
        ],
      },
    },
    ['/classes/limits/1/value'],
  ],
  [
    'labels for other classes',
    { classes: { kind: 'quantile', count: 3, labels: [label('x'), label('y')] } },
    ['/classes/labels'],
  ],
  [
    'a code twice',
    { classes: { kind: 'quantile', count: 2, labels: [label('x'), label('x')] } },
    ['/classes/labels'],
  ],
] as [string, Partial<IndexDefinition>, string[]][]) {
  t.test(`${name} is refused with got and expected`, async (t) => {
    const items = checkDefinition(define(changes), '/body/definition');
    t.same(
      items.map(({ field }) => field),
      fields.map((field) => `/body/definition${field}`),
    );
    for (const { code, got, expected } of items) t.ok(code === 'index_invalid' && got && expected);
  });
}
