import t from 'tap';
import {
  countSmallBases,
  describeWeights,
  warnOfContext,
  warnOfFew,
  warnOfFewPermutations,
  warnOfIslands,
  warnOfRegions,
  warnOfSeed,
  warnOfSmallBases,
  warnOfTies,
} from '../../src/analyses/statement.ts';
import { summariseWeights } from '../../src/stats/weights/weights.ts';

for (const [name, warnings, expected] of [
  ['no island', warnOfIslands(0), []],
  ['an island', warnOfIslands(1), [/1 districts have no neighbours/]],
  ['enough districts', warnOfFew(30, 'were tested'), []],
  ['few districts', warnOfFew(29, 'were tested'), [/Only 29 districts were tested/]],
  ['none at all, which is told otherwise', warnOfFew(0, 'were tested'), []],
  ['a fifth of ties', warnOfTies([1, 1, 2, 3, 4]), []],
  ['more ties', warnOfTies([1, 1, 1, 3, 4]), [/^More than 20 %/]],
  ['gaps, which are no ties', warnOfTies([Number.NaN, Number.NaN, 1, 2]), []],
  ['ties of a column', warnOfTies([1, 1], 'a 2020'), [/^a 2020: more than/]],
  ['enough permutations: 2 / 100 of 0.05 / 2', warnOfFewPermutations(99, 0.05, 2), []],
  ['too few for three tests', warnOfFewPermutations(99, 0.05, 3), [/0.02, but 0.01666/]],
  ['a seed that decides nothing', warnOfSeed([], 10), []],
  ['a seed that decides', warnOfSeed(['a'], 8), [/1 of 8 tested districts \(12.5 %\)/]],
  ['regions', warnOfRegions(0, 10), [/not tested against chance/]],
  ['regions of a seed', warnOfRegions(5, 10), [/5 of 10 districts \(50.0 %\)/, /not tested/]],
  [
    'context, once',
    warnOfContext([
      { indicator: 'a', polarity: 0 },
      { indicator: 'a', polarity: 0 },
      { indicator: 'b', polarity: 1 },
    ]),
    [/^a is context/],
  ],
  ['large bases', warnOfSmallBases('a', 0), []],
  ['small bases', warnOfSmallBases('a', 2), [/^a: 2 rates rest on a base below 100/]],
] as const) {
  t.test(`warnings of ${name}`, async (t) => {
    t.equal(warnings.length, expected.length);
    expected.forEach((words, k) => {
      t.match(warnings[k], words);
    });
  });
}

t.test('bases count where there is a rate', async (t) => {
  const values = Float64Array.of(1, 2, Number.NaN, 4);
  t.equal(countSmallBases(values, Float64Array.of(99, 100, 5, Number.NaN)), 1);
});

t.test('weights are stated by keys, whichever districts they are among', async (t) => {
  // Of a, b, c, d only b, c, d have values: b and c touch, d is alone.
  const weights = {
    n: 3,
    offsets: Uint32Array.of(0, 1, 2, 2),
    neighbours: Uint32Array.of(1, 0),
    weights: Float64Array.of(1, 1),
  };
  const stated = describeWeights(
    { type: 'queen', style: 'W', tolerance: 0.01, crs: 'EPSG:25833' },
    summariseWeights(weights),
    ['a', 'b', 'c', 'd'],
    Uint32Array.of(1, 2, 3),
    Uint32Array.of(0, 3),
  );
  t.match(stated, { links: 2, islands: ['d'], joinedByTolerance: [['a', 'd']], components: 2, minimum: 0 });
});
