import t from 'tap';
import { resolveMinimum } from '../../../src/stats/graph/group-minimum.ts';

t.test('minimum: defaults and refusals', async (t) => {
  t.same(resolveMinimum(2, {}), { size: 1, population: 0, populations: Float64Array.of(1, 1) });
  t.throws(() => resolveMinimum(2, { size: 0 }), { name: 'RangeError', message: /size of 0/ });
  t.throws(() => resolveMinimum(2, { size: 1.5 }), RangeError);
  t.throws(() => resolveMinimum(2, { population: -1 }), { message: /population of -1/ });
  t.throws(() => resolveMinimum(2, { population: NaN }), RangeError);
  t.throws(() => resolveMinimum(2, { populations: new Float64Array(3) }), { message: /3 populations for 2/ });
  t.throws(() => resolveMinimum(2, { populations: Float64Array.of(1, NaN) }), { message: /NaN in unit 1/ });
  t.throws(() => resolveMinimum(2, { populations: Float64Array.of(-2, 1) }), { message: /-2 in unit 0/ });
});
