import fc from 'fast-check';
import t from 'tap';
import { openSets } from '../../../src/stats/graph/disjoint-sets.ts';

t.test('a set is known by its smallest member, and joins once', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 25 }), (pairs) => {
      const sets = openSets(12);
      const names = Array.from({ length: 12 }, (_, i) => i);
      for (const [i, j] of pairs) {
        const [a, b] = [names[i]!, names[j]!];
        t.equal(sets.join(i, j), a !== b);
        names.forEach((name, unit) => {
          if (name === a || name === b) names[unit] = Math.min(a, b);
        });
      }
      t.same(
        names.map((_, i) => sets.find(i)),
        names,
      );
    }),
    { seed: 2, numRuns: 50 },
  );
});
