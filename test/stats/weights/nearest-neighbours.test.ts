import fc from 'fast-check';
import t from 'tap';
import { findNearestNeighbours } from '../../../src/stats/weights/nearest-neighbours.ts';
import { isSymmetric } from '../../../src/stats/weights/weights.ts';
import { COLUMBUS_POINTS, placeGrid } from '../columbus-points.ts';
import { listLinks, readGolden } from '../golden.ts';

const columbus = readGolden<{ knn4: number[][]; knn4_symmetrised: number[][] }>('columbus_weights');

t.test('the 4 nearest of columbus equal knearneigh', async (t) => {
  const nearest = findNearestNeighbours(COLUMBUS_POINTS, 4);
  t.same(listLinks(nearest), columbus.knn4);
  t.same(nearest.weights, new Float64Array(4 * 49).fill(1));
  t.same(nearest.duplicates, new Uint32Array(0));
});

t.test('made symmetric they equal make.sym.nb', async (t) => {
  const both = findNearestNeighbours(COLUMBUS_POINTS, 4, { symmetric: true });
  t.same(listLinks(both), columbus.knn4_symmetrised);
  t.ok(isSymmetric(both));
});

t.test('of equally far units those with the lower id are nearer', async (t) => {
  //  6 7 8
  //  3 4 5
  //  0 1 2
  t.same(listLinks(findNearestNeighbours(placeGrid(3, 3), 2)), [
    [1, 3],
    [0, 2],
    [1, 5],
    [0, 4],
    [1, 3],
    [2, 4],
    [3, 7],
    [4, 6],
    [5, 7],
  ]);
});

t.test('units in one place are told, and take each other first', async (t) => {
  const nearest = findNearestNeighbours(Float64Array.of(0, 0, 1, 0, 0, 0, 0, 0), 2);
  t.same(listLinks(nearest), [
    [2, 3],
    [0, 2],
    [0, 3],
    [0, 2],
  ]);
  t.same(nearest.duplicates, Uint32Array.of(0, 2, 3));
});

t.test('ties and duplicates equal sorting all units by distance, then id', async (t) => {
  const places = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 2, maxLength: 25 });
  fc.assert(
    fc.property(places, fc.nat(), (at, pick) => {
      const n = at.length;
      const k = 1 + (pick % (n - 1));
      const links = listLinks(findNearestNeighbours(Float64Array.from(at.flat()), k));
      for (let i = 0; i < n; i++) {
        const far = (j: number): number => (at[i]![0] - at[j]![0]) ** 2 + (at[i]![1] - at[j]![1]) ** 2;
        const order = at.map((_, j) => j).filter((j) => j !== i);
        order.sort((a, b) => far(a) - far(b) || a - b);
        t.same(
          links[i],
          order.slice(0, k).sort((a, b) => a - b),
        );
      }
    }),
    { seed: 11, numRuns: 60 },
  );
});

t.test('two units, and all others as neighbours', async (t) => {
  t.same(listLinks(findNearestNeighbours(Float64Array.of(0, 0, 5, 5), 1)), [[1], [0]]);
  t.same(listLinks(findNearestNeighbours(placeGrid(1, 3), 2)), [
    [1, 2],
    [0, 2],
    [0, 1],
  ]);
});

for (const [n, k] of [
  [0, 1],
  [1, 1],
  [4, 4],
  [4, 0],
  [4, -1],
  [4, 1.5],
  [4, Number.NaN],
] as const) {
  t.test(`${k} neighbours of ${n} units do not exist`, async (t) => {
    t.throws(() => findNearestNeighbours(placeGrid(1, n), k), {
      name: 'RangeError',
      message: `Got ${k} neighbours for ${n} units, expected 1 to ${n - 1}.`,
    });
  });
}
