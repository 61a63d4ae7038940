import t from 'tap';
import { adjustPValues } from '../../../src/stats/inference/false-discovery.ts';
import { MAX_BOUND, openRandom } from '../../../src/stats/inference/random.ts';
import { findSeedSensitive } from '../../../src/stats/inference/seed-stability.ts';
import { permutationError, permutationP } from '../../../src/stats/inference/tails.ts';

const ALPHA = 0.05;

t.test('the reach is 1.96 standard errors of the difference of two estimates', (t) => {
  const error = Float64Array.of(0.001, 0.001, 0.001, 0, 0.001);
  // Reach 1.96 sqrt(2) 0.001 = 0.00277, where q = p.
  const p = Float64Array.of(0.0527, 0.0528, 0.0473, 0.05, Number.NaN);
  t.same([...findSeedSensitive(p, error, p, ALPHA)], [0, 2]);
  // Adjusting by 10 multiplies the error by 10.
  const tenth = p.map((value) => value / 10);
  t.same(
    [
      ...findSeedSensitive(
        tenth,
        error.map((s) => s / 10),
        p,
        ALPHA,
      ),
    ],
    [0, 2],
  );
  t.end();
});

t.test('hardly any district whose decision flips between two seeds is missed', (t) => {
  const [n, permutations] = [300, 999];
  const random = openRandom(11, 0);
  random.startRow(0);
  const fraction = (): number => random.below(MAX_BOUND) / MAX_BOUND;
  // Two thirds without an effect, one third with small tails.
  const tails = Float64Array.from({ length: n }, (_, i) =>
    i % 3 === 0 ? 0.05 * fraction() ** 2 : 0.5 * fraction(),
  );
  const estimate = (): Float64Array =>
    tails.map((tail) => {
      let reached = 0;
      for (let draw = 0; draw < permutations; draw++) if (fraction() < tail) reached++;
      return permutationP(reached, permutations - reached, permutations);
    });
  let [flips, missed, listed] = [0, 0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const [first, second] = [estimate(), estimate()];
    const [q, other] = [adjustPValues(first, 'bh'), adjustPValues(second, 'bh')];
    const errors = first.map((p) => permutationError(p, permutations));
    const sensitive = new Set(findSeedSensitive(first, errors, q, ALPHA));
    listed += sensitive.size;
    for (let i = 0; i < n; i++) {
      if (q[i]! <= ALPHA === other[i]! <= ALPHA) continue;
      flips++;
      if (!sensitive.has(i)) missed++;
    }
  }
  t.ok(flips > 100, `${flips} flips`);
  t.ok(missed < 0.1 * flips, `${missed} of ${flips} missed`);
  t.ok(listed < 0.25 * 40 * n, `${listed} listed`);
  t.end();
});
