import fc from 'fast-check';
import t from 'tap';
import {
  type CompositeIndex,
  composeIndex,
  INDEX_UNIT_STATUSES,
} from '../../../src/stats/indices/composite.ts';
import type { IndexIndicator, IndexMethod } from '../../../src/stats/indices/index-method.ts';
import { findPrincipalComponents } from '../../../src/stats/indices/principal-components.ts';
import { computeMoments } from '../../../src/stats/standardise.ts';
import { largestDeviation, readGolden } from '../golden.ts';

interface Golden {
  pca_columbus: { vars: string[]; data: Record<string, number[]> };
  zscore_sum_columbus: { signs: (1 | -1)[]; value: number[] };
}

const { NaN: none } = Number;
const golden = readGolden<Golden>('trend_pca');
const columns = golden.pca_columbus.vars.map((name) => Float64Array.from(golden.pca_columbus.data[name]!));
const columbus = columns.map(
  (values, j): IndexIndicator => ({ values, direction: golden.zscore_sum_columbus.signs[j]!, weight: 1 }),
);

type Found = Extract<CompositeIndex, { status: 'ok' }>;

function expectOk(index: CompositeIndex): Found {
  if (index.status !== 'ok') throw new Error(`got status ${index.status}`);
  return index;
}

/** Indicators of weight 1 in which higher raises the index. */
function plain(...lists: number[][]): IndexIndicator[] {
  return lists.map((list) => ({ values: Float64Array.from(list), direction: 1, weight: 1 }));
}

const SUM: IndexMethod = { scoring: { kind: 'z', spread: 'population' }, rescale: null, missing: 'all' };
const INDEX: IndexMethod = { ...SUM, rescale: { mean: 0, deviation: 1, spread: 'population' } };
const RANKED: IndexMethod = { ...SUM, scoring: { kind: 'rank' } };
const PCA: IndexMethod = {
  scoring: { kind: 'pca', spread: 'sample' },
  rescale: { mean: 1000, deviation: 100, spread: 'sample' },
  missing: 'all',
};
const METHODS: [string, IndexMethod][] = [
  ['z sum', SUM],
  ['z sum, standardised', INDEX],
  ['min-max', { ...SUM, scoring: { kind: 'min-max' } }],
  ['rank', RANKED],
  ['points', { ...SUM, scoring: { kind: 'points', points: 5 } }],
  ['exponential', { ...SUM, scoring: { kind: 'exponential' } }],
  ['pca', PCA],
];

t.test('equals the z-score sum of R with n - 1', async (t) => {
  const index = composeIndex(columbus, { ...SUM, scoring: { kind: 'z', spread: 'sample' } });
  t.ok(largestDeviation(expectOk(index).values, golden.zscore_sum_columbus.value) < 1e-10);
});

t.test('the standardised sum has mean 0 and deviation 1 by the stated spread', async (t) => {
  const { mean, deviation } = computeMoments(expectOk(composeIndex(columbus, INDEX)).values);
  t.ok(Math.abs(mean) < 1e-14 && Math.abs(deviation - 1) < 1e-14);
  const rescale = { mean: 1000, deviation: 100, spread: 'sample' as const };
  const scaled = computeMoments(expectOk(composeIndex(columbus, { ...SUM, rescale })).values);
  t.ok(Math.abs(scaled.mean - 1000) < 1e-10);
  const ranges = computeMoments(
    expectOk(composeIndex(columbus, { ...SUM, scoring: { kind: 'min-max' }, rescale })).values,
  );
  t.ok(Math.abs(ranges.mean - 1000) < 1e-10, 'also where the sums have another mean than 0');
  t.ok(Math.abs(scaled.deviation * Math.sqrt(49 / 48) - 100) < 1e-10);
});

t.test('weights and directions by hand', async (t) => {
  const [a, b] = plain([0, 1, 2], [2, 0, 1]);
  const method: IndexMethod = { ...SUM, scoring: { kind: 'min-max' } };
  const index = expectOk(
    composeIndex(
      [
        { ...a!, weight: 3 },
        { ...b!, direction: -1, weight: 0.5 },
      ],
      method,
    ),
  );
  // b turned: 0, 1, 0.5
  t.same([...index.values], [0, 1.5 + 0.5, 3 + 0.25]);
  t.same(
    index.contributions.map((column) => [...column]),
    [
      [0, 1.5, 3],
      [0, 0.5, 0.25],
    ],
  );
  t.same(index.reference, {
    indicators: [
      { centre: 0, scale: 2 },
      { centre: -2, scale: 2 },
    ],
    loadings: null,
    sum: null,
  });
});

t.test('pca: first component on the stated scale, explained variance told', async (t) => {
  const index = expectOk(composeIndex(columbus, PCA));
  const turned = columbus.map(({ values, direction }) => values.map((value) => direction * value));
  const components = findPrincipalComponents(turned);
  if (components.status !== 'ok') throw new Error('expected components');
  const scores = components.scores[0]!;
  const sd = Math.sqrt(components.eigenvalues[0]!);
  t.ok(
    largestDeviation(
      index.values,
      [...scores].map((score) => 1000 + (100 * score) / sd),
    ) < 1e-12,
  );
  t.same(index.explained, components.explained);
  t.same(index.warnings, []);
  t.same(index.reference!.loadings, components.loadings[0]);
});

t.test('pca warns of a component that explains little or is not the only one', async (t) => {
  const { warnings } = expectOk(composeIndex(plain([1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]), PCA));
  t.same(warnings, ['weak_component', 'ambiguous_component']);
});

t.test('excluded units and those with gaps take no part in any mean', async (t) => {
  const indicators = plain([1, 2, 3, 999, none, 4], [4, 6, 5, 999, 100, 8]);
  const alone = expectOk(composeIndex(plain([1, 2, 3, 4], [4, 6, 5, 8]), INDEX));
  const index = expectOk(composeIndex(indicators, INDEX, { excluded: [3] }));
  t.same(
    Array.from(index.unitStatus, (k) => INDEX_UNIT_STATUSES[k]),
    ['rated', 'rated', 'rated', 'excluded', 'missing', 'rated'],
  );
  t.equal(index.rated, 4);
  t.same([...index.values], [alone.values[0], alone.values[1], alone.values[2], none, none, alone.values[3]]);
});

t.test('missing rules: all, a minimum, any; gaps count as the mean of what is present', async (t) => {
  const method: IndexMethod = { ...SUM, scoring: { kind: 'min-max' } };
  const indicators = plain([0, 10, 5, none, none], [0, 10, none, 10, none], [0, 10, 10, none, none]);
  const values = (missing: IndexMethod['missing']): number[] => [
    ...expectOk(composeIndex(indicators, { ...method, missing })).values,
  ];
  t.same(values('all'), [0, 3, none, none, none]);
  t.same(values({ minimum: 2 }), [0, 3, (0.5 + 1) * 1.5, none, none]);
  t.same(values({ minimum: 1 }), [0, 3, 2.25, 3, none]);
  t.same(values('mean-of-present'), values({ minimum: 1 }));
  const weighted = indicators.map((indicator, j) => ({ ...indicator, weight: j + 1 }));
  const [, , third] = expectOk(composeIndex(weighted, { ...method, missing: { minimum: 2 } })).values;
  t.ok(Math.abs(third! - (6 * (0.5 + 3)) / 4) < 1e-15);
});

t.test('a frozen reference keeps the scale of the base year', async (t) => {
  const base = expectOk(composeIndex(columbus, INDEX));
  const again = expectOk(composeIndex(columbus, INDEX, { reference: base.reference! }));
  t.ok(largestDeviation(again.values, [...base.values]) < 1e-12);

  // Everybody gets worse by one deviation of the first indicator.
  const step = base.reference!.indicators[0]!.scale;
  const later = columbus.map((indicator, j) =>
    j === 0 ? { ...indicator, values: indicator.values.map((x) => x + step) } : indicator,
  );
  const frozen = expectOk(composeIndex(later, INDEX, { reference: base.reference! }));
  const shift = 1 / base.reference!.sum!.scale;
  t.ok(
    largestDeviation(
      frozen.values,
      [...base.values].map((value) => value + shift),
    ) < 1e-10,
  );
  t.ok(
    largestDeviation(expectOk(composeIndex(later, INDEX)).values, [...base.values]) < 1e-10,
    'relative hides it',
  );
  t.same(frozen.reference, base.reference);
});

t.test('a frozen reference of pca keeps the loadings, and rates even one unit or a constant', async (t) => {
  const base = expectOk(composeIndex(columbus, PCA));
  const few = columbus.map((indicator) => ({
    ...indicator,
    values: Float64Array.of(indicator.values[7]!, indicator.values[7]!, indicator.values[7]!),
  }));
  const index = expectOk(composeIndex(few, PCA, { reference: base.reference! }));
  t.ok(largestDeviation(index.values, new Array<number>(3).fill(base.values[7]!)) < 1e-12);
  t.equal(index.explained, null);
});

t.test('degenerate input has a status and no figures', async (t) => {
  t.match(composeIndex(plain([1], [2]), INDEX), { status: 'too_few', indicator: null, rated: 1 });
  t.match(composeIndex(plain([1, none], [none, 2]), INDEX), { status: 'too_few', rated: 0 });
  t.match(composeIndex(plain([1, 2], [2, 3]), PCA), { status: 'too_few', rated: 2 });
  for (const [name, method] of METHODS) {
    t.match(
      composeIndex(plain([1, 2, 3], [0.1, 0.1, 0.1]), method),
      { status: 'no_variance', indicator: 1 },
      name,
    );
    t.match(composeIndex(plain([], []), method), { status: 'too_few', rated: 0 }, name);
  }
  // Scores that cancel: 0.1 + 0.2 - 0.3 is not 0 in binary, but no index.
  const [values] = plain([0.1, 0.7, 0.4, 0.3]);
  const cancelling = [0.1, 0.2, 0.3].map((weight, j): IndexIndicator => {
    return { ...values!, direction: j < 2 ? 1 : -1, weight };
  });
  t.match(composeIndex(cancelling, INDEX), { status: 'no_variance', indicator: null });
});

const anyIndicators = fc
  .record({ units: fc.integer({ min: 3, max: 12 }), count: fc.integer({ min: 1, max: 4 }) })
  .chain(({ units, count }) =>
    fc.array(
      fc.record({
        list: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: units, maxLength: units }),
        direction: fc.constantFrom(1 as const, -1 as const),
        weight: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: count, maxLength: count },
    ),
  )
  .map((list) =>
    list.map(
      ({ list, direction, weight }): IndexIndicator => ({
        values: Float64Array.from(list),
        direction,
        weight,
      }),
    ),
  );

for (const [name, method] of METHODS) {
  t.test(`${name}: contributions add up; the order of units and indicators is nothing`, async (t) => {
    let found = 0;
    fc.assert(
      fc.property(anyIndicators, (drawn) => {
        const indicators = name === 'pca' ? drawn.map((indicator) => ({ ...indicator, weight: 1 })) : drawn;
        const index = composeIndex(indicators, method);
        const turnedUnits = indicators.map((i) => ({ ...i, values: i.values.toReversed() }));
        const turned = composeIndex(turnedUnits, method);
        const swapped = composeIndex(indicators.toReversed(), method);
        t.equal(turned.status, index.status);
        t.equal(swapped.status, index.status);
        if (index.status !== 'ok' || index.warnings.includes('ambiguous_component')) return;
        found++;
        const size = 1e-9 * (Math.abs(index.offset) + Math.max(...index.values.map(Math.abs)) + 1);
        index.values.forEach((value, unit) => {
          const sum = index.contributions.reduce((total, column) => total + column[unit]!, index.offset);
          t.ok(Math.abs(sum - value) <= size, 'sum');
          const other = expectOk(turned).values[index.values.length - 1 - unit]!;
          t.ok(Math.abs(other - value) <= size, 'units');
          // Of equal loadings the first is positive, so another order may turn a component round.
          if (name !== 'pca') t.ok(Math.abs(expectOk(swapped).values[unit]! - value) <= size, 'indicators');
        });
      }),
      { seed: 12, numRuns: 60 },
    );
    t.ok(found > 30, `${found} indices`);
  });
}

const REFUSED: [string, () => unknown, RegExp][] = [
  ['no indicators', () => composeIndex([], SUM), /Got 0 indicators/],
  ['unequal lengths', () => composeIndex(plain([1, 2], [1]), SUM), /Got 1 values in indicator 1, expected 2/],
  [
    'a direction of 0',
    () => composeIndex([{ ...plain([1, 2])[0]!, direction: 0 as 1 }], SUM),
    /Got direction 0/,
  ],
  ['a weight of 0', () => composeIndex([{ ...plain([1, 2])[0]!, weight: 0 }], SUM), /Got weight 0/],
  [
    'weights with pca',
    () => composeIndex([{ ...plain([1, 2, 3])[0]!, weight: 2 }], PCA),
    /pca finds the weights/,
  ],
  [
    'gaps with pca',
    () => composeIndex(plain([1, 2, 3]), { ...PCA, missing: 'mean-of-present' }),
    /Got a rule for gaps/,
  ],
  ['an unknown unit', () => composeIndex(plain([1, 2]), SUM, { excluded: [2] }), /Got excluded unit 2/],
  [
    'one point',
    () => composeIndex(plain([1, 2]), { ...SUM, scoring: { kind: 'points', points: 1 } }),
    /Got 1 points/,
  ],
  ['a minimum of 0', () => composeIndex(plain([1, 2]), { ...SUM, missing: { minimum: 0 } }), /Got minimum 0/],
  [
    'a minimum above all',
    () => composeIndex(plain([1, 2]), { ...SUM, missing: { minimum: 2 } }),
    /Got minimum 2/,
  ],
];
for (const [name, list, method] of [
  ['differences too small for a number', [1e-305, 2e-305, 3e-305], SUM],
  ['differences too large for a number', [1e302, 2e302, 3e302], SUM],
  ['a range that overflows', [-1e308, 0, 1e308], { ...SUM, scoring: { kind: 'min-max' } }],
] as const) {
  REFUSED.push([name, () => composeIndex(plain([...list], [1, 2, 4]), method), /Got values without a scale/]);
}
const scale = { centre: 0, scale: 1 };
for (const [name, method, reference, message] of [
  ['ranks', RANKED, { indicators: [scale], loadings: null, sum: null }, /Got a reference with rank/],
  [
    'another count',
    SUM,
    { indicators: [scale, scale], loadings: null, sum: null },
    /Got a reference of 2 indicators/,
  ],
  [
    'a scale of 0',
    SUM,
    { indicators: [{ centre: 0, scale: 0 }], loadings: null, sum: null },
    /Got reference 0, 0/,
  ],
  [
    'no sums',
    INDEX,
    { indicators: [scale], loadings: null, sum: null },
    /Got a reference without mean of sums/,
  ],
  ['sums', SUM, { indicators: [scale], loadings: null, sum: scale }, /Got a reference with mean of sums/],
  ['no loadings', PCA, { indicators: [scale], loadings: null, sum: scale }, /Got no loadings/],
  ['loadings', SUM, { indicators: [scale], loadings: [1], sum: null }, /Got 1 loadings/],
] as const) {
  REFUSED.push([
    `reference: ${name}`,
    () =>
      composeIndex(plain([1, 2, 3]), method, {
        reference: {
          ...reference,
          indicators: [...reference.indicators],
          loadings: reference.loadings && [...reference.loadings],
        },
      }),
    message,
  ]);
}
for (const [name, run, message] of REFUSED)
  t.test(`refuses ${name}`, async (t) => t.throws(run, { name: 'RangeError', message }));
