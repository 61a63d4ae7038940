import t from 'tap';
import { rankOnAverage } from '../../src/stats/average-ranks.ts';

const { NaN: none } = Number;
const CASES: [string, number[], number[]][] = [
  ['ascending from 1', [10, 30, 20], [1, 3, 2]],
  ['ties share the mean rank', [5, 7, 7, 9, 5, 5], [2, 4.5, 4.5, 6, 2, 2]],
  ['missing values have none', [none, 2, Infinity, 1], [none, 2, none, 1]],
  ['minus zero ties with zero', [0, -0], [1.5, 1.5]],
  ['nothing', [], []],
];

for (const [name, values, want] of CASES) {
  t.test(name, async (t) => t.same([...rankOnAverage(Float64Array.from(values))], want));
}
