import t from 'tap';
import { joinBothWays } from '../../../src/stats/graph/contiguity-graph.ts';
import { resolveMinimum } from '../../../src/stats/graph/group-minimum.ts';
import { checkCount, countParts, describeRegions } from '../../../src/stats/regions/regions.ts';
import { linkRow, oneColumn } from './region-inputs.ts';

const row = joinBothWays(linkRow(6));
const free = resolveMinimum(6, {});

t.test('labels by size, then by the smallest unit', async (t) => {
  const regions = describeRegions(oneColumn(1, 2, 3, 4, 5, 6), row, [9, 4, 4, 7, 7, 2], free, 4);
  t.same(regions.labels, Uint32Array.of(2, 0, 0, 1, 1, 3));
  t.same(regions.sizes, Uint32Array.of(2, 2, 1, 1));
  t.same(regions.populations, Float64Array.of(2, 2, 1, 1));
  t.same(regions.parts, Uint32Array.of(1, 1, 1, 1));
  t.equal(regions.k, 4);
  t.equal(regions.status, 'ok');
});

t.test('broken regions are found out', async (t) => {
  t.same(countParts(row, Uint32Array.of(0, 1, 0, 1, 1, 0), 2), Uint32Array.of(3, 2));
});

t.test('statuses, the gravest first', async (t) => {
  const populations = Float64Array.of(5, 5, 5, 1, 1, 1);
  const halves = [0, 0, 0, 1, 1, 1];
  const rising = oneColumn(1, 2, 3, 4, 5, 6);
  const small = describeRegions(rising, row, halves, resolveMinimum(6, { population: 4, populations }), 3);
  t.equal(small.status, 'below_minimum');
  t.same(small.belowMinimum, Uint32Array.of(1));
  t.same(small.populations, Float64Array.of(15, 3));
  t.equal(describeRegions(rising, row, halves, resolveMinimum(6, { size: 4 }), 2).status, 'below_minimum');
  t.equal(describeRegions(rising, row, halves, free, 3).status, 'fewer_regions');
  t.equal(describeRegions(rising, row, halves, free, null).status, 'ok');
  t.equal(describeRegions(oneColumn(1, 1, 1, 1, 1, 1), row, halves, free, 2).status, 'no_variance');
});

t.test('count of regions: connected parts to units', async (t) => {
  checkCount(2, 2, 6);
  checkCount(6, 2, 6);
  for (const k of [0, 1, 7, 2.5, NaN]) {
    t.throws(() => checkCount(k, 2, 6), {
      name: 'RangeError',
      message: /from 2 \(connected parts\) to 6 \(units\)/,
    });
  }
  t.throws(() => checkCount(0, 0, 0), RangeError);
});
