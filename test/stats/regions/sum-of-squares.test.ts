import fc from 'fast-check';
import t from 'tap';
import { sumRegionSquares } from '../../../src/stats/regions/sum-of-squares.ts';
import { relativeDeviation } from '../golden.ts';
import { COLUMBUS, COLUMBUS_DATA, oneColumn, sumWithin, towns } from './region-inputs.ts';

t.test('sums of columbus for the regions of spdep', async (t) => {
  for (const [k, { groups, within_SSD }] of Object.entries(COLUMBUS.skater)) {
    const labels = Uint32Array.from(groups, (group) => group - 1);
    const sums = sumRegionSquares(COLUMBUS_DATA, labels, Number(k));
    t.ok(relativeDeviation(sums.total, COLUMBUS.total_SS) < 1e-14);
    t.ok(relativeDeviation(sums.within, within_SSD) < 1e-14);
    t.equal(sums.between, sums.total - sums.within);
    t.equal(sums.ratio, sums.between / sums.total);
    t.ok(
      relativeDeviation(
        sums.ofRegion.reduce((sum, part) => sum + part, 0),
        within_SSD,
      ) < 1e-14,
    );
  }
});

t.test('by the definition', async (t) => {
  fc.assert(
    fc.property(towns, ({ data }) => {
      const labels = Uint32Array.from({ length: data.n }, (_, i) => i % 2);
      const sums = sumRegionSquares(data, labels, 2);
      t.ok(Math.abs(sums.within - sumWithin(data, labels)) < 1e-12);
      t.ok(Math.abs(sums.total - sumWithin(data, new Uint8Array(data.n))) < 1e-12);
    }),
    { seed: 5, numRuns: 20 },
  );
});

t.test('equal values have exactly no spread, and no ratio', async (t) => {
  const sums = sumRegionSquares(oneColumn(0.1, 0.1, 0.1), Uint32Array.of(0, 0, 1), 2);
  t.same(sums, { total: 0, within: 0, between: 0, ratio: null, ofRegion: Float64Array.of(0, 0) });
});
