import fc from 'fast-check';
import t from 'tap';
import { dbscan } from '../../../src/stats/clusters/dbscan.ts';
import { NO_GROUP } from '../../../src/stats/graph/group-labels.ts';
import { nameByFirst } from '../regions/region-inputs.ts';
import { BALTIMORE, BALTIMORE_POINTS } from './baltimore.ts';

for (const { eps, minPts, cluster, isCore } of Object.values(BALTIMORE.dbscan)) {
  t.test(`baltimore within ${eps} equals dbscan 1.1-11`, async (t) => {
    const { labels, cores, sizes } = dbscan(BALTIMORE_POINTS, { eps, minPoints: minPts });
    t.same(
      [...labels].map((label) => label === NO_GROUP),
      cluster.map((number) => number === 0),
    );
    t.same(nameByFirst(labels), nameByFirst(cluster));
    t.same(
      [...cores].map((core) => core === 1),
      isCore,
    );
    t.ok(sizes.every((size, c) => size <= (sizes[c - 1] ?? Infinity)));
  });
}

t.test('the point itself counts, and the radius is inclusive', async (t) => {
  const pair = Float64Array.of(0, 0, 3, 4);
  t.same(dbscan(pair, { eps: 5, minPoints: 2 }).labels, Int32Array.of(0, 0));
  t.same(dbscan(pair, { eps: 4.999, minPoints: 2 }).labels, Int32Array.of(-1, -1));
  t.same(dbscan(pair, { eps: 1, minPoints: 1 }).labels, Int32Array.of(0, 1));
  // Where x + eps is rounded: 600,000 + 0.1 and 0.1 apart.
  const [east, near] = [600_000.1, 600_000.2];
  t.same(
    dbscan(Float64Array.of(east, 0, near, 0), { eps: near - east, minPoints: 2 }).labels,
    Int32Array.of(0, 0),
  );
});

t.test('a border point goes to the cluster whose first core comes first', async (t) => {
  // Two points each at 0 1 2 and 6 7 8, one at 4: within 2 of both groups, with five points around no core of six.
  for (const places of [
    [0, 1, 2, 6, 7, 8],
    [8, 7, 6, 2, 1, 0],
  ]) {
    const points = Float64Array.from([...places.flatMap((x) => [x, 0, x, 0]), 4, 0]);
    const { labels, cores } = dbscan(points, { eps: 2, minPoints: 6 });
    t.same([...cores], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    t.equal(labels[12], labels[0]);
    t.not(labels[12], labels[11]);
  }
});

t.test('cores, borders and noise by the definition', async (t) => {
  const place = fc.tuple(fc.nat(12), fc.nat(12));
  fc.assert(
    fc.property(
      fc.array(place, { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      (places, minPoints, eps) => {
        const { labels, cores } = dbscan(Float64Array.from(places.flat()), { eps, minPoints });
        const near = places.map(([x, y]) =>
          [...places.keys()].filter((j) => Math.hypot(places[j]![0] - x, places[j]![1] - y) <= eps),
        );
        const names = [...places.keys()];
        const isCore = near.map((list) => list.length >= minPoints);
        t.same([...cores], isCore.map(Number));
        near.forEach((list, i) => {
          for (const j of list) {
            if (!isCore[i] || !isCore[j]) continue;
            const [a, b] = [names[i]!, names[j]!];
            names.forEach((name, k) => {
              if (name === a || name === b) names[k] = Math.min(a, b);
            });
          }
        });
        // Names of core clusters are now their first core, since only cores were joined.
        const wanted = near.map((list, i) => {
          if (isCore[i]) return names[i]!;
          const reached = list.filter((j) => isCore[j]).map((j) => names[j]!);
          return reached.length > 0 ? Math.min(...reached) : NO_GROUP;
        });
        t.same(nameByFirst(labels), nameByFirst(wanted));
        t.same(
          [...labels].map((label) => label === NO_GROUP),
          wanted.map((name) => name === NO_GROUP),
        );
      },
    ),
    { seed: 17, numRuns: 100 },
  );
});

t.test('no points, and refusals', async (t) => {
  t.same(dbscan(new Float64Array(0), { eps: 1, minPoints: 1 }).labels, new Int32Array(0));
  const points = Float64Array.of(0, 0);
  for (const eps of [0, -1, NaN, Infinity]) {
    t.throws(() => dbscan(points, { eps, minPoints: 1 }), { name: 'RangeError', message: /eps/ });
  }
  for (const minPoints of [0, 1.5, NaN]) {
    t.throws(() => dbscan(points, { eps: 1, minPoints }), { name: 'RangeError', message: /minPoints/ });
  }
  t.throws(() => dbscan(Float64Array.of(0, NaN), { eps: 1, minPoints: 1 }), RangeError);
  t.throws(() => dbscan(Float64Array.of(0), { eps: 1, minPoints: 1 }), RangeError);
});
