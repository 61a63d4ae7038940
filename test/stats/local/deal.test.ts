import t from 'tap';
import { groupBySize, openDealer } from '../../../src/stats/local/deal.ts';
import { packLinks } from '../golden.ts';
import { dealRows } from './count-directly.ts';

t.test('a row is that of a plain shuffle, whatever was dealt before', async (t) => {
  const deal = openDealer(40, 7, 3);
  const rows = dealRows(40, 7, 50, 3);
  for (const row of [49, 0, 17, 17, 3]) t.same([...deal(row)], rows[row]);
  t.same([...openDealer(5, 5, 1)(2)].sort(), [0, 1, 2, 3, 4], 'all of five');
  t.same([...openDealer(5, 0, 1)(2)], []);
});

// libgeoda 0.1.0 draws the first and the last position half as often as the others.
t.test('every id is equally likely at every place, the first and the last included', async (t) => {
  const [population, count, rows] = [25, 5, 50_000];
  const deal = openDealer(population, count, 77);
  const dealt = Array.from({ length: count }, () => new Uint32Array(population));
  for (let row = 0; row < rows; row++) for (const [place, id] of deal(row).entries()) dealt[place]![id]!++;
  const share = rows / population;
  for (const [place, times] of dealt.entries()) {
    const chi2 = times.reduce((sum, time) => sum + (time - share) ** 2 / share, 0);
    // 24 degrees of freedom: 60 is exceeded once in 15,000.
    t.ok(chi2 < 60, `chi-squared ${chi2} at place ${place}`);
    for (const id of [0, population - 1])
      t.ok(Math.abs(times[id]! - share) < 5 * Math.sqrt(share), `id ${id}`);
  }
});

t.test('units by size, islands left out', async (t) => {
  const links = packLinks([[1, 2], [0], [], [0, 1], [3]]);
  const plain = (groups: ReturnType<typeof groupBySize>): [number, number[]][] =>
    groups.map(({ size, units }) => [size, [...units]]);
  t.same(plain(groupBySize(links)), [
    [1, [1, 4]],
    [2, [0, 3]],
  ]);
  t.same(plain(groupBySize(links, (unit) => unit > 2)), [
    [1, [4]],
    [2, [3]],
  ]);
  t.same(groupBySize(packLinks([[], []])), []);
});
