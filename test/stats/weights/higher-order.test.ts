import fc from 'fast-check';
import t from 'tap';
import { findHigherOrder } from '../../../src/stats/weights/higher-order.ts';
import { findIslands, isSymmetric } from '../../../src/stats/weights/weights.ts';
import { listLinks, packLinks, readGolden } from '../golden.ts';

const columbus = readGolden<{
  queen: number[][];
  queen_order2_exclusive: number[][];
  queen_order3_exclusive: number[][];
  queen_order2_cumulative: number[][];
}>('columbus_weights');
const queen = packLinks(columbus.queen);

t.test('orders of columbus equal nblag and nblag_cumul', async (t) => {
  t.same(listLinks(findHigherOrder(queen, 1)), columbus.queen);
  t.same(listLinks(findHigherOrder(queen, 2)), columbus.queen_order2_exclusive);
  t.same(listLinks(findHigherOrder(queen, 3)), columbus.queen_order3_exclusive);
  t.same(listLinks(findHigherOrder(queen, 2, 'up_to')), columbus.queen_order2_cumulative);
  t.ok(isSymmetric(findHigherOrder(queen, 3)));
});

t.test('beyond the longest way exactly that order has islands only, up to it has everybody', async (t) => {
  const far = findHigherOrder(queen, 30);
  t.equal(findIslands(far).length, 49);
  const all = findHigherOrder(queen, 30, 'up_to');
  t.equal(all.neighbours.length, 49 * 48);
  t.same(all.weights, new Float64Array(49 * 48).fill(1));
});

t.test('one-way links stay one-way, parts stay apart', async (t) => {
  //  0 → 1 → 2 → 0     3 ─ 4     5
  const links = packLinks([[1], [2], [0], [4], [3], []]);
  t.same(listLinks(findHigherOrder(links, 2)), [[2], [0], [1], [], [], []]);
  t.same(listLinks(findHigherOrder(links, 5, 'up_to')), [[1, 2], [0, 2], [0, 1], [4], [3], []]);
  t.same(listLinks(findHigherOrder(packLinks([]), 2)), []);
});

t.test('orders equal shortest ways', async (t) => {
  const n = 9;
  const pairs = fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 20 });
  fc.assert(
    fc.property(pairs, (given) => {
      const steps = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, j) =>
          i === j ? 0 : given.some(([a, b]) => a === i && b === j) ? 1 : Infinity,
        ),
      );
      const links = packLinks(steps.map((row) => row.flatMap((step, j) => (step === 1 ? [j] : []))));
      for (let k = 0; k < n; k++) {
        for (const row of steps) {
          for (let j = 0; j < n; j++) row[j] = Math.min(row[j]!, row[k]! + steps[k]![j]!);
        }
      }
      for (const order of [1, 2, 3, 4]) {
        t.same(
          listLinks(findHigherOrder(links, order)),
          steps.map((row) => row.flatMap((step, j) => (step === order ? [j] : []))),
        );
        t.same(
          listLinks(findHigherOrder(links, order, 'up_to')),
          steps.map((row) => row.flatMap((step, j) => (step > 0 && step <= order ? [j] : []))),
        );
      }
    }),
    { seed: 2, numRuns: 60 },
  );
});

t.test('orders that are none', async (t) => {
  for (const order of [0, -1, 1.5, Number.NaN, Infinity]) {
    t.throws(() => findHigherOrder(queen, order), {
      name: 'RangeError',
      message: `Got the order ${order}, expected a whole number of 1 or more.`,
    });
  }
});
