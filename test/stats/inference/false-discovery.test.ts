import fc from 'fast-check';
import t from 'tap';
import { adjustPValues, type Correction } from '../../../src/stats/inference/false-discovery.ts';
import { largestDeviation, readGolden } from '../golden.ts';

interface Local {
  localmoran_conditional: { p_two_sided: (number | null)[] };
  p_adjusted_conditional_two_sided: Record<'BH' | 'BY' | 'bonferroni' | 'holm', (number | null)[]>;
}

const COLUMBUS = readGolden<{ by_weights: Record<string, Local> }>('columbus_local').by_weights;
const GRID = readGolden<{ local_islands_W: Local; local_queen_W: Local }>('synthetic_grid_islands');

const cases: [string, Local][] = [
  ...Object.entries(COLUMBUS).filter(([, local]) => 'p_adjusted_conditional_two_sided' in local),
  ['grid with islands', GRID.local_islands_W],
  ['grid', GRID.local_queen_W],
];

for (const [name, local] of cases) {
  t.test(`equals p.adjust of R: ${name}`, async (t) => {
    const p = Float64Array.from(local.localmoran_conditional.p_two_sided, (value) => value ?? Number.NaN);
    const golden = local.p_adjusted_conditional_two_sided;
    t.ok(largestDeviation(adjustPValues(p, 'bh'), golden.BH) < 1e-13, 'bh');
    t.ok(largestDeviation(adjustPValues(p, 'by'), golden.BY) < 1e-13, 'by');
    t.ok(largestDeviation(adjustPValues(p, 'holm'), golden.holm) < 1e-13, 'holm');
    t.ok(largestDeviation(adjustPValues(p, 'bonferroni'), golden.bonferroni) < 1e-13, 'bonferroni');
  });
}

const anyP = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)));

t.test('bh rejects what the step-up definition rejects', async (t) => {
  fc.assert(
    fc.property(anyP, fc.constantFrom(0.01, 0.05, 0.2), (values, level) => {
      const sorted = values.filter((p) => !Number.isNaN(p)).sort((a, b) => a - b);
      const m = sorted.length;
      let limit = -1;
      sorted.forEach((p, k) => {
        if (p <= ((k + 1) / m) * level) limit = p;
      });
      const q = adjustPValues(Float64Array.from(values), 'bh');
      values.forEach((p, i) => {
        // m p / k <= level and p <= k level / m may differ in the last bit.
        if (Math.abs(q[i]! - level) > 1e-12) t.equal(q[i]! <= level, p <= limit);
      });
    }),
    { seed: 3, numRuns: 300 },
  );
});

t.test('units that were not tested change nothing', async (t) => {
  const p = [0.01, 0.2, 0.03, 0.04];
  for (const correction of ['bh', 'by', 'holm', 'bonferroni'] satisfies Correction[]) {
    const alone = adjustPValues(Float64Array.from(p), correction);
    const mixed = adjustPValues(Float64Array.of(Number.NaN, ...p, Number.NaN), correction);
    t.same(mixed.subarray(1, 5), alone, correction);
    t.same([mixed[0], mixed[5]], [Number.NaN, Number.NaN], correction);
  }
});

t.test('refuses what is no probability', async (t) => {
  t.throws(() => adjustPValues(Float64Array.of(0.5, 1.2), 'bh'), {
    name: 'RangeError',
    message: /Got p = 1.2 for unit 1/,
  });
});
