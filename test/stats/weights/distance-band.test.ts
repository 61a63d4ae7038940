import t from 'tap';
import { findWithinDistance } from '../../../src/stats/weights/distance-band.ts';
import { findIslands } from '../../../src/stats/weights/weights.ts';
import { COLUMBUS_POINTS, placeGrid } from '../columbus-points.ts';
import { listLinks, readGolden, relativeDeviation } from '../golden.ts';

const { distance_band: golden } = readGolden<{
  distance_band: { max_first_nn_distance: number; neighbors: number[][] };
}>('columbus_weights');

t.test('the default band of columbus equals dnearneigh', async (t) => {
  const band = findWithinDistance(COLUMBUS_POINTS);
  t.ok(relativeDeviation(band.distance, golden.max_first_nn_distance) < 1e-14);
  t.same(listLinks(band), golden.neighbors);
  t.same(band.weights, new Float64Array(band.neighbours.length).fill(1));
  t.equal(findIslands(band).length, 0, 'the smallest distance without islands');
  t.equal(findIslands(findWithinDistance(COLUMBUS_POINTS, band.distance * (1 - 1e-12))).length, 1);
});

t.test('the distance itself is included', async (t) => {
  const grid = placeGrid(2, 2);
  t.same(listLinks(findWithinDistance(grid, 1)), [
    [1, 2],
    [0, 3],
    [0, 3],
    [1, 2],
  ]);
  t.same(listLinks(findWithinDistance(grid, 1 - 1e-15)), [[], [], [], []]);
  t.same(listLinks(findWithinDistance(grid, Math.SQRT2))[0], [1, 2, 3]);
});

t.test('a distance of 0 links units in one place', async (t) => {
  t.same(listLinks(findWithinDistance(Float64Array.of(1, 1, 2, 2, 1, 1), 0)), [[2], [], [0]]);
});

t.test('units that are all in one place', async (t) => {
  const band = findWithinDistance(Float64Array.of(1, 1, 1, 1));
  t.equal(band.distance, 0);
  t.same(listLinks(band), [[1], [0]]);
});

t.test('too few units to derive a distance, enough for a given one', async (t) => {
  for (const n of [0, 1]) {
    t.throws(() => findWithinDistance(placeGrid(1, n)), {
      name: 'RangeError',
      message: `Got ${n} units, expected 2 or more to derive a distance.`,
    });
    t.equal(findWithinDistance(placeGrid(1, n), 3).neighbours.length, 0);
  }
});

t.test('distances that are none', async (t) => {
  for (const distance of [-1, Number.NaN, Infinity]) {
    t.throws(() => findWithinDistance(placeGrid(2, 2), distance), {
      name: 'RangeError',
      message: `Got a distance of ${distance}, expected 0 or more.`,
    });
  }
});
