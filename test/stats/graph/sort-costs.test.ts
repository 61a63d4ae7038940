import fc from 'fast-check';
import t from 'tap';
import { sortCosts } from '../../../src/stats/graph/sort-costs.ts';

t.test('costs come out ascending, equal ones in their old order', async (t) => {
  const cost = fc.oneof(
    fc.double({ min: 0, noNaN: true }),
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE, Infinity),
  );
  fc.assert(
    fc.property(fc.array(cost, { maxLength: 60 }), (costs) => {
      const wanted = [...costs.keys()].sort((a, b) => {
        if (costs[a] === costs[b]) return a - b;
        return costs[a]! < costs[b]! ? -1 : 1;
      });
      t.same([...sortCosts(Float64Array.from(costs))], wanted);
    }),
    { seed: 1, numRuns: 200 },
  );
});

t.test('costs keep their values', async (t) => {
  const costs = Float64Array.of(3, 1, 2);
  sortCosts(costs);
  t.same(costs, Float64Array.of(3, 1, 2));
});
