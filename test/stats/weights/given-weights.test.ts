import t from 'tap';
import { packGivenWeights } from '../../../src/stats/weights/given-weights.ts';
import { hashWeights } from '../../../src/stats/weights/weights.ts';
import { listLinks } from '../golden.ts';

t.test('links in any order are packed by unit', async (t) => {
  const packed = packGivenWeights(4, { from: [2, 0, 0], to: [0, 3, 1], weights: [0.5, 2, 7] });
  t.same(listLinks(packed), [[1, 3], [], [0], []]);
  t.same(packed.weights, Float64Array.of(7, 2, 0.5));
  const reordered = packGivenWeights(4, { from: [0, 0, 2], to: [1, 3, 0], weights: [7, 2, 0.5] });
  t.equal(hashWeights(packed), hashWeights(reordered), 'the order of the list does not matter');
  t.same(listLinks(packGivenWeights(2, { from: [], to: [], weights: [] })), [[], []]);
});

const CASES: [name: string, n: number, from: number[], to: number[], weights: number[], message: string][] = [
  ['lists of unequal length', 3, [0], [1, 2], [1], 'Got 1, 2 and 1 entries, expected equal lengths.'],
  ['missing weights', 3, [0], [1], [], 'Got 1, 1 and 0 entries, expected equal lengths.'],
  ['a unit beyond the last', 3, [0], [3], [1], 'Got unit 3 in link 0, expected 0 to 2.'],
  ['a negative unit', 3, [-1], [1], [1], 'Got unit -1 in link 0, expected 0 to 2.'],
  ['half a unit', 3, [0, 0.5], [1, 1], [1, 1], 'Got unit 0.5 in link 1, expected 0 to 2.'],
  ['its own neighbour', 3, [1], [1], [1], 'Got unit 1 as its own neighbour in link 0.'],
  ['the same link twice', 3, [0, 1, 0], [1, 0, 1], [1, 1, 2], 'Got the link from 0 to 1 twice.'],
  ['a weight of 0', 3, [0], [1], [0], 'Got the weight 0 from 0 to 1, expected a number above 0.'],
  ['a negative weight', 3, [0], [1], [-2], 'Got the weight -2 from 0 to 1, expected a number above 0.'],
  ['no number', 3, [0], [1], [Number.NaN], 'Got the weight NaN from 0 to 1, expected a number above 0.'],
  [
    'an infinite weight',
    3,
    [0],
    [1],
    [Infinity],
    'Got the weight Infinity from 0 to 1, expected a number above 0.',
  ],
  ['a negative count', -1, [], [], [], 'Got -1 units, expected a whole number of 0 or more.'],
];
for (const [name, n, from, to, weights, message] of CASES) {
  t.test(`refused: ${name}`, async (t) => {
    t.throws(() => packGivenWeights(n, { from, to, weights }), { name: 'RangeError', message });
  });
}
