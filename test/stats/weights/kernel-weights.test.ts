import t from 'tap';
import {
  type Bandwidth,
  findKernelNeighbours,
  type Kernel,
} from '../../../src/stats/weights/kernel-weights.ts';
import { isSymmetric } from '../../../src/stats/weights/weights.ts';
import { COLUMBUS_POINTS, placeGrid } from '../columbus-points.ts';
import { largestDeviation, listLinks, readGolden } from '../golden.ts';

interface Golden {
  bandwidth: number[];
  neighbors: number[][];
  weights: number[][];
}
const golden = readGolden<Record<`${Kernel}_${'fixed' | 'adaptive'}_k6`, Golden>>('columbus_kernel');

const KERNELS: [kernel: Kernel, atZero: number][] = [
  ['triangular', 1],
  ['uniform', 0.5],
  ['quadratic', 0.75],
  ['quartic', 15 / 16],
  ['gaussian', 1 / Math.sqrt(2 * Math.PI)],
];

for (const [kernel, atZero] of KERNELS) {
  for (const adaptive of [false, true]) {
    t.test(`${kernel}, ${adaptive ? 'adaptive' : 'fixed'}, of columbus equals libpysal`, async (t) => {
      const found = findKernelNeighbours(COLUMBUS_POINTS, kernel, { nearest: 6, adaptive });
      const expected = golden[`${kernel}_${adaptive ? 'adaptive' : 'fixed'}_k6`];
      t.ok(largestDeviation(found.bandwidths, expected.bandwidth) < 1e-10);
      t.equal(found.self, atZero);
      t.equal(isSymmetric(found), !adaptive);
      // libpysal's rows are in the order of its tree and hold the unit itself.
      const rows = expected.neighbors.map((list, i) =>
        list
          .map((j, at) => ({ j, weight: expected.weights[i]![at]! }))
          .filter(({ j }) => j !== i)
          .sort((a, b) => a.j - b.j),
      );
      t.same(
        listLinks(found),
        rows.map((row) => row.map(({ j }) => j)),
      );
      // The k-th neighbour is at z = 1 - 1e-7, where 1 - z has lost seven digits: the deviation is of the weight's largest value.
      const weights = rows.flat().map(({ weight }) => weight);
      t.ok(weights.every((weight, e) => Math.abs(found.weights[e]! - weight) < 1e-14));
      const clear = weights.map((weight, e) => (weight > 1e-6 ? [found.weights[e]!, weight] : [1, 1]));
      t.ok(clear.every(([got, want]) => Math.abs(got! / want! - 1) < 1e-10));
      const own = expected.neighbors.map((list, i) => expected.weights[i]![list.indexOf(i)]!);
      t.ok(largestDeviation(own, new Array<number>(49).fill(found.self)) < 1e-14);
    });
  }
}

t.test('a distance as bandwidth: what weighs nothing there is no link', async (t) => {
  const line = placeGrid(1, 3);
  const cases: [kernel: Kernel, links: number[][]][] = [
    ['triangular', [[], [], []]],
    ['quadratic', [[], [], []]],
    ['quartic', [[], [], []]],
    ['uniform', [[1], [0, 2], [1]]],
    ['gaussian', [[1], [0, 2], [1]]],
  ];
  for (const [kernel, links] of cases) {
    t.same(listLinks(findKernelNeighbours(line, kernel, { distance: 1 })), links, kernel);
  }
  const half = findKernelNeighbours(line, 'triangular', { distance: 2 });
  t.same(half.weights, Float64Array.of(0.5, 0.5, 0.5, 0.5));
  t.same(half.bandwidths, Float64Array.of(2, 2, 2));
});

t.test('units in one place weigh K(0)', async (t) => {
  const found = findKernelNeighbours(Float64Array.of(0, 0, 0, 0, 1, 0), 'quadratic', { distance: 2 });
  t.same(listLinks(found), [
    [1, 2],
    [0, 2],
    [0, 1],
  ]);
  t.equal(found.weights[0], found.self);
});

t.test('bandwidths that do not exist', async (t) => {
  const pair = Float64Array.of(0, 0, 0, 0, 1, 0);
  const cases: [bandwidth: Bandwidth, message: string][] = [
    [{ distance: 0 }, 'Got a bandwidth of 0, expected a distance above 0.'],
    [{ distance: Number.NaN }, 'Got a bandwidth of NaN, expected a distance above 0.'],
    [{ distance: Infinity }, 'Got a bandwidth of Infinity, expected a distance above 0.'],
    [{ nearest: 3, adaptive: true }, 'Got 3 neighbours for 3 units, expected 1 to 2.'],
    [{ nearest: 0, adaptive: false }, 'Got 0 neighbours for 3 units, expected 1 to 2.'],
    [
      { nearest: 1, adaptive: true },
      'Got 1 neighbours in the place of unit 0, expected more neighbours or a distance.',
    ],
  ];
  for (const [bandwidth, message] of cases) {
    t.throws(
      () => findKernelNeighbours(pair, 'uniform', bandwidth),
      { name: 'RangeError', message },
      message,
    );
  }
  t.throws(
    () => findKernelNeighbours(placeGrid(1, 1), 'uniform', { nearest: 1, adaptive: true }),
    RangeError,
  );
  t.equal(findKernelNeighbours(pair, 'uniform', { nearest: 1, adaptive: false }).neighbours.length, 6);
  t.equal(findKernelNeighbours(placeGrid(1, 1), 'uniform', { distance: 1 }).neighbours.length, 0);
});
