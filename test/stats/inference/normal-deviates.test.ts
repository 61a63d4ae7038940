import t from 'tap';
import { drawNormal } from '../../../src/stats/inference/normal-deviates.ts';
import { openRandom } from '../../../src/stats/inference/random.ts';

t.test('mean, variance, skewness, kurtosis and tails of the normal distribution', async (t) => {
  const random = openRandom(5, 0);
  random.startRow(0);
  const normal = drawNormal(random);
  const n = 100_000;
  const draws = Float64Array.from({ length: n }, normal);
  const moment = (power: number): number => draws.reduce((sum, z) => sum + z ** power, 0) / n;
  const errors = [1, 2, 15, 96].map((variance) => 4.5 * Math.sqrt(variance / n));
  for (const [k, want] of [0, 1, 0, 3].entries()) {
    t.ok(Math.abs(moment(k + 1) - want) < errors[k]!, `moment ${k + 1}: ${moment(k + 1)}`);
  }
  const beyond = draws.filter((z) => Math.abs(z) > 1.959964).length / n;
  t.ok(Math.abs(beyond - 0.05) < 0.003, `${beyond}`);
  // The pair of one radius: neighbours in the sequence are not related.
  const products = draws.reduce((sum, z, k) => sum + (k % 2 ? z * draws[k - 1]! : 0), 0) / (n / 2);
  t.ok(Math.abs(products) < 0.02, `${products}`);
});

t.test('a row gives the same numbers whenever it is read', async (t) => {
  const random = openRandom(5, 3);
  const read = (row: number): number[] => {
    random.startRow(row);
    return Array.from({ length: 7 }, drawNormal(random));
  };
  const first = read(9);
  t.notSame(read(8), first);
  t.same(read(9), first);
});
