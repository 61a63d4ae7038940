import fc from 'fast-check';
import t from 'tap';
import { findDuplicates, indexPoints } from '../../../src/stats/weights/point-index.ts';

/** Few places, so that many points coincide or are equally far; far from the origin, as projected coordinates are. */
const points = fc
  .array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 2, maxLength: 40 })
  .map((places) =>
    Float64Array.from(places.flatMap(([x, y]) => [380_000.1 + x * 0.1, 5_800_000.7 + y * 0.1])),
  );

t.test('distances and radii equal those of trying all pairs', async (t) => {
  fc.assert(
    fc.property(points, fc.nat(), (coordinates, pick) => {
      const index = indexPoints(coordinates);
      const i = pick % index.n;
      const others = Array.from({ length: index.n }, (_, j) => j).filter((j) => j !== i);
      const distances = others.map((j) => index.measure(i, j));
      const sorted = [...distances].sort((a, b) => a - b);
      for (let k = 1; k < index.n; k++) t.equal(index.measureNearest(i, k), sorted[k - 1]);
      const radius = sorted[pick % sorted.length]!;
      t.same(
        index.findWithin(i, radius),
        others.filter((_, at) => distances[at]! <= radius),
        'the radius itself included',
      );
    }),
    { seed: 3, numRuns: 100 },
  );
});

// The search guesses from the unit before: here every other guess is far too wide, or too narrow.
t.test('the nearest equal those of trying all pairs, whatever the unit before was like', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { minLength: 60, maxLength: 400 }),
      fc.integer({ min: 1, max: 8 }),
      (places, k) => {
        const coordinates = places.flatMap(([x, y, isRemote]) => (isRemote ? [1e6 * x, 1e6 * y] : [x, y]));
        const index = indexPoints(Float64Array.from(coordinates));
        for (let i = 0; i < index.n; i++) {
          const others = Array.from({ length: index.n }, (_, j) => j).filter((j) => j !== i);
          others.sort((a, b) => index.measure(i, a) - index.measure(i, b) || a - b);
          t.same(index.findNearest(i, k), others.slice(0, k));
        }
      },
    ),
    { seed: 3, numRuns: 20 },
  );
});

t.test('a radius is not cut short by the rounding of its box', async (t) => {
  // 0.9 - 0.2 = 0.7 and 0.2 + 0.7 = 0.8999999999999999.
  const index = indexPoints(Float64Array.of(0.2, 5, 0.9, 5));
  t.same(index.findWithin(0, index.measure(0, 1)), [1]);
  t.same(index.findWithin(1, index.measure(0, 1)), [0]);
});

t.test('duplicates', async (t) => {
  t.same(findDuplicates(Float64Array.of(5, 1, 0, 0, 5, 2, 0, 0, 5, 1, 5, 1)), Uint32Array.of(0, 1, 3, 4, 5));
  t.same(findDuplicates(Float64Array.of(0, 0, 0, 1)), new Uint32Array(0));
  t.same(findDuplicates(new Float64Array(0)), new Uint32Array(0));
});

t.test('no points, and what is no point', async (t) => {
  t.equal(indexPoints(new Float64Array(0)).n, 0);
  t.throws(() => indexPoints(Float64Array.of(1, 2, 3)), {
    name: 'RangeError',
    message: 'Got 3 coordinates, expected x, y of every unit.',
  });
  for (const bad of [Number.NaN, Infinity]) {
    t.throws(() => indexPoints(Float64Array.of(1, 2, 3, bad)), {
      name: 'RangeError',
      message: `Got the point 3, ${bad} for unit 1, expected finite numbers.`,
    });
  }
});
