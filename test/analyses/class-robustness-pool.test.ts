import t from 'tap';
import type { ClassRobustnessTask } from '../../src/analyses/class-robustness-task.ts';
import { openWorkerPool } from '../../src/analyses/worker-pool.ts';
import { classRobustness } from '../../src/stats/indices/class-robustness.ts';

/** Four indicators of a city's districts, heavy enough for a thread. */
const UNITS = 500;
const TASK: ClassRobustnessTask = {
  indicators: [1, 2, 3, 4].map((j) => ({
    values: Float64Array.from({ length: UNITS }, (_, i) => i / 50 + 6 * Math.sin((i + 1) * j * 12.9898)),
    direction: 1,
    weight: 1,
  })),
  method: {
    scoring: { kind: 'z', spread: 'population' },
    rescale: { mean: 0, deviation: 1, spread: 'population' },
    missing: 'all',
  },
  rule: {
    kind: 'limits',
    limits: [
      { value: -1, tie: 'above' },
      { value: 1, tie: 'below' },
    ],
  },
  options: { seed: 7, excluded: [3], leaveOneOut: true, weights: { spread: 0.5, draws: 200 } },
};

const { indicators, method, rule, options } = TASK;
const ALONE = classRobustness(indicators, method, rule, options);

for (const threads of [1, 2]) {
  t.test(`robustness on ${threads} threads gives the bytes of none`, async (t) => {
    const pool = openWorkerPool({ threads });
    t.teardown(() => pool.close());
    t.strictSame(await pool.classRobustness(TASK), ALONE);
  });
}

t.test('a bad option is refused as without a pool', async (t) => {
  const pool = openWorkerPool({ threads: 1 });
  t.teardown(() => pool.close());
  const bad = { ...TASK, options: { ...options, weights: { spread: 1.5, draws: 200 } } };
  await t.rejects(pool.classRobustness(bad), { message: /Got spread 1.5, expected 0 to below 1/ });
});
