import t from 'tap';
import { matchClusters } from '../../../src/stats/clusters/cluster-matching.ts';

const none = -1;

t.test('clusters are matched by what they share in total', async (t) => {
  const { rows, columns, overlap, match } = matchClusters(
    Int32Array.of(0, 0, 0, 1, 1, none, 2),
    Int32Array.of(1, 1, 0, 0, none, 0, none),
  );
  t.equal(rows, 3);
  t.equal(columns, 2);
  t.same(overlap, Float64Array.of(1, 2, 1, 0, 0, 0));
  t.same(match, Int32Array.of(1, 0, none));
});

t.test('one that shares nothing is not matched, even if it is the last one left', async (t) => {
  t.same(matchClusters(Int32Array.of(0, none), Int32Array.of(none, 0)).match, Int32Array.of(none));
});

t.test('population instead of area counts', async (t) => {
  const before = Int32Array.of(0, 0, 0);
  const after = Int32Array.of(0, 0, 1);
  t.same(matchClusters(before, after).match, Int32Array.of(0));
  t.same(matchClusters(before, after, Float64Array.of(1, 1, 5)).match, Int32Array.of(1));
});

t.test('no clusters', async (t) => {
  t.same(matchClusters(Int32Array.of(none), Int32Array.of(0)).match, new Int32Array(0));
  t.same(matchClusters(new Int32Array(0), new Int32Array(0)).match, new Int32Array(0));
});

t.test('refusals', async (t) => {
  const one = Int32Array.of(0);
  t.throws(() => matchClusters(one, Int32Array.of(0, 0)), {
    name: 'RangeError',
    message: /1 labels before, 2 after/,
  });
  t.throws(() => matchClusters(one, one, new Float64Array(2)), RangeError);
  t.throws(() => matchClusters(one, Int32Array.of(-2)), { message: /label -2/ });
  t.throws(() => matchClusters(one, one, Float64Array.of(-1)), { message: /weight of -1/ });
  t.throws(() => matchClusters(one, one, Float64Array.of(NaN)), RangeError);
});
