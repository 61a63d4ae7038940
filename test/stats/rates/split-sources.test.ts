import t from 'tap';
import {
  type Crosswalk,
  checkOverlay,
  type Overlay,
  SPLIT_METHODS,
  type Split,
  splitByOverlay,
  splitByWeights,
} from '../../../src/stats/rates/split-sources.ts';

function table(...parts: [source: number, target: number, weight: number][]): Crosswalk {
  return {
    sources: Uint32Array.from(parts, ([source]) => source),
    targets: Uint32Array.from(parts, ([, target]) => target),
    weights: Float64Array.from(parts, ([, , weight]) => weight),
  };
}

/** Shares as text: source, target, share, method. */
function list({ sources, targets, shares, methods }: Split): string[] {
  return [...sources].map((s, at) => `${s}>${targets[at]} ${shares[at]} ${SPLIT_METHODS[methods[at]!]}`);
}

//  sources │   0   │   1   │   2   │       areas 10, 10, 10
//  targets │ 0 │     1     │   2      │    areas 4, 16, 8, of which source 2 lies 6 in target 2 and 4 outside
const OVERLAY: Overlay = {
  sourceAreas: Float64Array.of(10, 10, 10),
  targetAreas: Float64Array.of(4, 16, 8),
  intersections: table([0, 0, 4], [0, 1, 6], [1, 1, 10], [2, 2, 6]),
  denominator: 'own',
};

t.test('nested as it is, the rest by area of the own area', async (t) => {
  const split = splitByOverlay(OVERLAY);
  t.same(list(split), ['0>0 0.4 by_area', '0>1 0.6 by_area', '1>1 1 nested', '2>2 0.6 by_area']);
  t.same(split.outside, Float64Array.of(0, 0, 0.4));
  t.same(split.coverage, Float64Array.of(1, 1, 0.75));
  t.equal(split.denominator, 'own');
});

t.test('by area of the covered area nothing lies outside', async (t) => {
  const split = splitByOverlay({ ...OVERLAY, denominator: 'covered' });
  t.same(list(split).at(-1), '2>2 1 by_area');
  t.same(split.outside, new Float64Array(3));
  t.equal(split.denominator, 'covered');
});

t.test('given weights go before areas, but not before what is exact', async (t) => {
  const split = splitByOverlay(OVERLAY, table([0, 0, 90], [0, 1, 30], [1, 0, 5], [1, 1, 5], [2, 2, 0]));
  t.same(list(split), [
    '0>0 0.75 given_weights',
    '0>1 0.25 given_weights',
    '1>1 1 nested',
    '2>2 0.6 by_area',
  ]);
});

t.test('given weights alone', async (t) => {
  const split = splitByWeights(3, 2, table([0, 0, 30], [0, 1, 10], [1, 1, 7], [0, 0, 20]));
  t.same(list(split), [`0>0 ${50 / 60} given_weights`, `0>1 ${10 / 60} given_weights`, '1>1 1 nested']);
  t.same(split.outside, Float64Array.of(0, 0, 1), 'a source without a target');
  t.equal(split.coverage, null);
  t.equal(split.denominator, null);
});

t.test('pieces of one intersection add up', async (t) => {
  const intersections = table([0, 0, 1], [0, 1, 6], [1, 1, 10], [0, 0, 3], [2, 2, 6]);
  t.same(list(splitByOverlay({ ...OVERLAY, intersections })), list(splitByOverlay(OVERLAY)));
});

t.test('slivers are noise, small targets are not', async (t) => {
  // Source 0 reaches 0.01 into target 1; target 2 is small, and 0.01 of source 1.
  const overlay: Overlay = {
    sourceAreas: Float64Array.of(1, 1),
    targetAreas: Float64Array.of(0.99, 1, 0.01),
    intersections: table([0, 0, 0.99], [0, 1, 0.01], [1, 1, 0.99], [1, 2, 0.01]),
    denominator: 'own',
  };
  t.equal(list(splitByOverlay(overlay))[0], '0>0 0.99 by_area');
  const split = splitByOverlay({ ...overlay, sliver: 0.02 });
  t.same(list(split), ['0>0 1 nested', '1>1 0.99 by_area', '1>2 0.01 by_area']);
  t.same(split.outside, new Float64Array(2));
});

t.test('rounding of areas is no overlap, and no loss', async (t) => {
  const third = 1 / 3;
  const overlay: Overlay = {
    sourceAreas: Float64Array.of(1 - 1e-12),
    targetAreas: Float64Array.of(third, third, third),
    intersections: table([0, 0, third + 1e-13], [0, 1, third], [0, 2, third - 1e-13]),
    denominator: 'own',
  };
  const { shares, outside } = splitByOverlay(overlay);
  t.equal(outside[0], 0);
  t.ok(Math.abs(shares[0]! + shares[1]! + shares[2]! - 1) < 1e-15);
});

const REFUSED: [name: string, change: Partial<Overlay>, message: string | RegExp][] = [
  [
    'overlapping sources',
    { sourceAreas: Float64Array.of(10, 10, 10), intersections: table([0, 0, 3], [1, 0, 3]) },
    'Got sources that cover 1.5 of target 0, expected at most 1: sources overlap.',
  ],
  [
    'overlapping targets',
    { intersections: table([0, 1, 10], [0, 2, 5]) },
    'Got targets that cover 1.5 of source 0, expected at most 1: targets overlap.',
  ],
  ['a source that does not exist', { intersections: table([3, 0, 1]) }, 'Got source 3 of 3.'],
  ['a target that does not exist', { intersections: table([0, 3, 1]) }, 'Got target 3 of 3.'],
  [
    'a negative area',
    { intersections: table([0, 0, -1]) },
    'Got the weight -1 from 0 to 0, expected a number of 0 or more.',
  ],
  [
    'no number',
    { intersections: table([0, 0, Number.NaN]) },
    'Got the weight NaN from 0 to 0, expected a number of 0 or more.',
  ],
  [
    'lists of unequal length',
    { intersections: { ...table([0, 0, 1]), weights: new Float64Array(2) } },
    'Got 1 sources, 1 targets and 2 weights, expected as many of each.',
  ],
  [
    'a source without area',
    { sourceAreas: Float64Array.of(10, 0, 10) },
    'Got the area 0 for source 1, expected a number above 0.',
  ],
  [
    'a target without end',
    { targetAreas: Float64Array.of(4, 16, Infinity) },
    'Got the area Infinity for target 2, expected a number above 0.',
  ],
  ['half as a sliver', { sliver: 0.5 }, 'Got a sliver of 0.5, expected 0 or more, below 0.5.'],
  ['a negative sliver', { sliver: -1 }, 'Got a sliver of -1, expected 0 or more, below 0.5.'],
];
for (const [name, change, message] of REFUSED) {
  t.test(`refused: ${name}`, async (t) => {
    const overlay = { ...OVERLAY, ...change };
    t.throws(() => checkOverlay(overlay), { name: 'RangeError', message });
    t.throws(() => splitByOverlay(overlay), { name: 'RangeError', message });
  });
}

t.test('refused: given weights that do not fit', async (t) => {
  t.throws(() => splitByOverlay(OVERLAY, table([0, 7, 1])), { message: 'Got target 7 of 3.' });
  t.throws(() => splitByWeights(1, 1, table([1, 0, 1])), { message: 'Got source 1 of 1.' });
});

t.test('no sources', async (t) => {
  const split = splitByOverlay({ ...OVERLAY, sourceAreas: new Float64Array(0), intersections: table() });
  t.equal(split.shares.length, 0);
  t.same(split.coverage, new Float64Array(3));
});
