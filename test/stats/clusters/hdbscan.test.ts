import fc from 'fast-check';
import t from 'tap';
import { hdbscan } from '../../../src/stats/clusters/hdbscan.ts';
import { NO_GROUP } from '../../../src/stats/graph/group-labels.ts';
import { largestDeviation } from '../golden.ts';
import { drawValues, nameByFirst, shuffledOrder } from '../regions/region-inputs.ts';
import { BALTIMORE, BALTIMORE_POINTS } from './baltimore.ts';

for (const { minPts, cluster, coredist } of Object.values(BALTIMORE.hdbscan)) {
  t.test(`baltimore with ${minPts} points equals hdbscan of dbscan 1.1-11`, async (t) => {
    const { labels, sizes, stabilities, coreDistances } = hdbscan(BALTIMORE_POINTS, { minPoints: minPts });
    t.same(nameByFirst(labels), nameByFirst(cluster));
    t.same(
      [...labels].map((label) => label === NO_GROUP),
      cluster.map((number) => number === 0),
    );
    t.ok(largestDeviation(coreDistances, coredist) < 1e-14);
    t.equal(stabilities.length, sizes.length);
    t.ok(stabilities.every((stability) => stability > 0));
  });
}

/** Points around places, each 1 m wide. */
function scatter(places: readonly (readonly [number, number])[], each: number, seed: number): Float64Array {
  const noise = drawValues(2 * each * places.length, seed);
  return noise.map((value, at) => value + places[Math.floor(at / 2 / each)]![at % 2]!);
}

t.test('two groups far apart, whatever the order of points', async (t) => {
  fc.assert(
    fc.property(fc.nat(1e6), (seed) => {
      const points = scatter(
        [
          [0, 0],
          [90, 0],
        ],
        15,
        seed,
      );
      const { labels, sizes } = hdbscan(points, { minPoints: 5 });
      t.ok(sizes.length >= 2);
      t.equal(new Set(labels.slice(0, 15)).has(labels[20]!) && labels[20] !== NO_GROUP, false);
      const order = shuffledOrder(30, seed);
      const moved = new Float64Array(60);
      for (const [i, to] of order.entries()) moved.set(points.subarray(2 * i, 2 * i + 2), 2 * to);
      const other = hdbscan(moved, { minPoints: 5 });
      t.same(nameByFirst(order.map((to) => other.labels[to]!)), nameByFirst(labels));
    }),
    { seed: 18, numRuns: 40 },
  );
});

t.test('a point far from all groups is noise, groups of unlike density are both found', async (t) => {
  const points = Float64Array.of(
    ...scatter(
      [
        [0, 0],
        [50, 0],
      ],
      12,
      1,
    ),
    ...scatter([[100, 0]], 12, 2).map((c) => c * 4),
    2000,
    40,
  );
  const { labels, sizes } = hdbscan(points, { minPoints: 6 });
  t.same(sizes, Uint32Array.of(12, 12, 12));
  t.same(
    [...labels].map((label) => label + 1).join(''),
    `${'1'.repeat(12)}${'2'.repeat(12)}${'3'.repeat(12)}0`,
  );
});

t.test('where points coincide, stability is infinite and nothing is NaN', async (t) => {
  const places = [0, 0, 0, 0, 0, 0, 0, 0, 100, 100, 100, 100, 1000];
  const result = hdbscan(Float64Array.from(places.flatMap((x) => [x, 0])), { minPoints: 4 });
  t.same(result.labels, Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, -1));
  t.same(result.stabilities, Float64Array.of(Infinity, Infinity));
  t.same(
    hdbscan(new Float64Array(20), { minPoints: 2 }).labels,
    new Int32Array(10).fill(-1),
    'one place does not split',
  );
});

t.test('too few points: noise', async (t) => {
  for (const n of [0, 1, 3, 5]) {
    const { labels, coreDistances } = hdbscan(
      Float64Array.from({ length: 2 * n }, (_, i) => i),
      { minPoints: 3 },
    );
    t.same(labels, new Int32Array(n).fill(NO_GROUP));
    t.equal(coreDistances.every(Number.isNaN), n < 3);
  }
});

t.test('refusals', async (t) => {
  for (const minPoints of [1, 0, 2.5, NaN]) {
    t.throws(() => hdbscan(new Float64Array(8), { minPoints }), { name: 'RangeError', message: /minPoints/ });
  }
  t.throws(() => hdbscan(Float64Array.of(1, NaN), { minPoints: 2 }), RangeError);
});
