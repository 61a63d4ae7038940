import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import t from 'tap';
import runWholeMoran, { type LocalMoranTask } from '../../src/analyses/local-moran-task.ts';
import { openWorkerPool } from '../../src/analyses/worker-pool.ts';
import { Problem } from '../../src/problem.ts';
import { countPart, splitWork, WHOLE } from '../../src/stats/local/count-local.ts';
import { estimateCost } from '../../src/stats/local/estimate-cost.ts';
import { analyseLocal, describeLocal } from '../../src/stats/local/local-analysis.ts';
import { type LocalRequest, planLocal } from '../../src/stats/local/local-plan.ts';
import { packPolygons } from '../../src/stats/weights/polygons.ts';
import { linkGrid } from '../stats/golden.ts';
import type { Death } from './dying-task.ts';

/** A map with ties, gaps and islands; with `kernel` weights differ inside units. */
function request(side: number, permutations: number, kernel = false): LocalRequest {
  const grid = linkGrid(side, side);
  const variables = [0, 1].map((v) =>
    Float64Array.from({ length: grid.n }, (_, i) => Math.round(9 * Math.sin(i * (i + v)))),
  );
  variables[0]![7] = Number.NaN;
  return {
    variables,
    weights: kernel ? { ...grid, weights: grid.weights.map((_, e) => 1 + ((e * 7) % 4)) } : grid,
    style: kernel ? 'asGiven' : 'W',
    statistics: [
      { kind: 'moran', variable: 0 },
      { kind: 'gi-star', variable: 1 },
      { kind: 'geary', variable: 0 },
      { kind: 'multivariate-geary', variables: [0, 1] },
    ],
    permutations,
    seed: 9,
  };
}

const REQUESTS: [string, LocalRequest][] = [
  ['one sample', request(20, 39_999)],
  ['unequal weights', request(20, 19_999, true)],
  ['exact counts', request(5, 4999)],
];

/** 400 square districts. */
const CITY: LocalMoranTask = {
  polygons: packPolygons(
    Array.from({ length: 400 }, (_, i) => {
      const [x, y] = [(i % 20) * 500, Math.floor(i / 20) * 500];
      const ring = [
        [x, y],
        [x + 500, y],
        [x + 500, y + 500],
        [x, y + 500],
        [x, y],
      ];
      return { type: 'Polygon', coordinates: [ring] };
    }),
  ),
  values: Float64Array.from({ length: 400 }, (_, i) => (i === 3 ? Number.NaN : Math.sin(i * i))),
  tolerance: 0.01,
  permutations: 199_999,
  seed: 5,
};

t.test('counts of any number of parts add up to those of the whole', async (t) => {
  for (const [name, input] of REQUESTS) {
    const plan = planLocal(input);
    const whole = JSON.stringify(describeLocal(input, plan, [countPart(plan, WHOLE)]));
    for (const parts of [1, 2, 5]) {
      const counts = splitWork(parts).map((part) => countPart(plan, part));
      t.equal(JSON.stringify(describeLocal(input, plan, counts.reverse())), whole, `${name}, ${parts} parts`);
    }
  }
});

/** What one thread, this one, makes of them. */
const ALONE = REQUESTS.map(([name, input]) => ({ name, input, want: analyseLocal(input) }));
const CITY_ALONE = runWholeMoran(CITY);

for (const threads of [1, 2, 4]) {
  t.test(`${threads} threads give the bytes of none`, async (t) => {
    const pool = openWorkerPool({ threads });
    t.teardown(() => pool.close());
    for (const { name, input, want } of ALONE) t.strictSame(await pool.analyseLocal(input), want, name);
    t.strictSame(await pool.localMoran(CITY), CITY_ALONE, 'local Moran from shapes');
  });
}

t.test('the requests of this test are worth threads, and small ones are not', async (t) => {
  t.ok(estimateCost(REQUESTS[0]![1]) > 80 && estimateCost(REQUESTS[1]![1]) > 40);
  t.ok(estimateCost(request(8, 99)) < 20);
  t.ok(estimateCost(request(20, 99_999)) > estimateCost(request(20, 9_999)), 'grows with permutations');
  t.ok(estimateCost(request(40, 9_999)) > estimateCost(request(20, 9_999)), 'grows with units');
  const { variables, weights } = request(20, 1);
  t.equal(
    estimateCost({ variables, weights, statistics: [], permutations: 1 }) < 2,
    true,
    'nothing costs nothing',
  );
});

t.test('work leaves the event loop free', async (t) => {
  const pool = openWorkerPool({ threads: 1 });
  t.teardown(() => pool.close());
  const { input } = ALONE[0]!;
  for (const [name, begin] of [
    ['local statistics', () => pool.analyseLocal(input)],
    ['local Moran from shapes', () => pool.localMoran(CITY)],
  ] as const) {
    let running = true;
    const work = begin().finally(() => {
      running = false;
    });
    // Work that held the loop would be over after the first turn.
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    t.ok(running, name);
    await work;
  }
});

const HOURS = request(100, 50_000_000);

t.test('an abort stops the work at once, and the pool goes on', async (t) => {
  const pool = openWorkerPool({ threads: 2 });
  t.teardown(() => pool.close());
  const controller = new AbortController();
  const reason = new Error('client went away');
  const running = [1, 2, 3].map(() => pool.analyseLocal(HOURS, controller.signal));
  setTimeout(() => controller.abort(reason), 300);
  for (const work of running) await t.rejects(work, reason);
  await t.rejects(pool.analyseLocal(HOURS, controller.signal), reason, 'aborted before it starts');
  // Did a thread go on with what was aborted, this would wait for hours.
  const { name, input, want } = ALONE[0]!;
  t.strictSame(await pool.analyseLocal(input), want, name);
});

t.test('work beyond the time budget is a problem with a code', async (t) => {
  const pool = openWorkerPool({ threads: 2, budgetMs: 300 });
  t.teardown(() => pool.close());
  await t.rejects(
    pool.analyseLocal(HOURS),
    new Problem('analysis_timeout', 'The analysis took too long, waiting included.'),
  );
  await t.rejects(pool.localMoran({ ...CITY, permutations: 50_000_000 }), { code: 'analysis_timeout' });
});

t.test('a bad request is refused, from a thread too', async (t) => {
  const pool = openWorkerPool({ threads: 2 });
  t.teardown(() => pool.close());
  const bad = { ...REQUESTS[0]![1], seed: -1 };
  await t.rejects(pool.analyseLocal(bad), { name: 'RangeError', message: /seed/ });
});

const TASK = new URL('./dying-task.ts', import.meta.url).href;
const ALIVE: Death = { way: 'none' };

t.test('a thread that dies fails its own work only; what waits for it is done', async (t) => {
  // Of threads that start from now on: less is soon used up.
  setFlagsFromString('--max-old-space-size=64');
  const pool = openWorkerPool({ threads: 1, budgetMs: 30_000 });
  t.teardown(() => pool.close());
  for (const [way, error] of [
    ['exit', { message: /worker exited/ }],
    ['error', { message: 'nobody catches this' }],
    ['memory', { code: 'ERR_WORKER_OUT_OF_MEMORY' }],
  ] as const) {
    const dying = pool.run(TASK, { way, milliseconds: 20_000 } satisfies Death);
    const waiting = [pool.run(TASK, ALIVE), pool.run(TASK, ALIVE)];
    await t.rejects(dying, error, way);
    t.strictSame(await Promise.all(waiting), ['alive', 'alive'], way);
  }
});

t.test('what waits behind stopped work is done', async (t) => {
  const pool = openWorkerPool({ threads: 1, budgetMs: 30_000 });
  t.teardown(() => pool.close());
  const controller = new AbortController();
  const stopped = pool.run(TASK, { way: 'none', milliseconds: 20_000 } satisfies Death, controller.signal);
  const waiting = pool.run(TASK, ALIVE);
  setTimeout(() => controller.abort(), 200);
  await t.rejects(stopped, { name: 'AbortError' });
  t.equal(await waiting, 'alive');
});

t.test('more requests than the pool takes are told to come again', async (t) => {
  const pool = openWorkerPool({ threads: 1, mostAtOnce: 2 });
  t.teardown(() => pool.close());
  const taken = [pool.run(TASK, ALIVE), pool.run(TASK, ALIVE)];
  await t.rejects(pool.run(TASK, ALIVE), { code: 'too_busy' });
  t.strictSame(await Promise.all(taken), ['alive', 'alive']);
});
