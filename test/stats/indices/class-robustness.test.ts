import fc from 'fast-check';
import t from 'tap';
import type { ClassRule } from '../../../src/stats/classes/class-rule.ts';
import { type ClassRobustness, classRobustness } from '../../../src/stats/indices/class-robustness.ts';
import { composeIndex } from '../../../src/stats/indices/composite.ts';
import type { IndexIndicator, IndexMethod } from '../../../src/stats/indices/index-method.ts';
import { INDEX_PRESETS } from '../../../src/stats/indices/index-presets.ts';

const { method, classes: rule } = INDEX_PRESETS.mssStatus;
const SUM: IndexMethod = { scoring: { kind: 'z', spread: 'population' }, rescale: null, missing: 'all' };
const QUINTILES: ClassRule = { kind: 'breaks', method: { kind: 'quantile', classes: 5 }, closed: 'right' };
const { NaN: none } = Number;

function build(...lists: number[][]): IndexIndicator[] {
  return lists.map((list) => ({ values: Float64Array.from(list), direction: 1, weight: 1 }));
}

type Found = Extract<ClassRobustness, { status: 'ok' }>;

function expectOk(result: ClassRobustness): Found {
  if (result.status !== 'ok') throw new Error(`got status ${result.status}`);
  return result;
}

/** Twenty units, three indicators that agree roughly. */
const twenty = build(
  ...[1, 2, 3].map((j) => Array.from({ length: 20 }, (_, i) => i + 4 * Math.sin((i + 1) * j * 12.9898))),
);

t.test('without noise every unit keeps its class', async (t) => {
  for (const errors of [
    twenty.map(() => null),
    twenty.map(() => new Float64Array(20)),
    twenty.map(() => new Float64Array(20).fill(none)),
  ]) {
    const result = expectOk(
      classRobustness(twenty, method, rule, {
        noise: { errors, draws: 20 },
        weights: { spread: 0, draws: 5 },
      }),
    );
    t.same([...result.all.kept], new Array<number>(20).fill(1));
    t.same([result.all.runs, result.all.failed], [25, 0]);
    t.equal(result.leaveOneOut, null);
  }
});

t.test('noise: the share is the chance to stay between the limits', async (t) => {
  // A frozen reference and one indicator: the index is the value itself, and its noise is normal.
  const values = Float64Array.of(-1.2, 0, 0.9, 1.25, 1.5, 5);
  const indicators: IndexIndicator[] = [{ values, direction: 1, weight: 1 }];
  const reference = { indicators: [{ centre: 0, scale: 1 }], loadings: null, sum: null };
  const draws = 20_000;
  const noise = { errors: [new Float64Array(6).fill(0.5)], draws };
  const { kept } = expectOk(classRobustness(indicators, SUM, rule, { noise, reference })).noise!;
  // P(Z < 0.4); P(|Z| < 2); P(-3.8 < Z < 0.2); P(|Z| < 0.5); P(-1 < Z < 0); 1.
  [0.65542, 0.9545, 0.57919, 0.38292, 0.34134, 1].forEach((want, unit) => {
    const error = Math.sqrt((want * (1 - want)) / draws);
    t.ok(Math.abs(kept[unit]! - want) <= 4.5 * error + 1e-5, `${kept[unit]}, ${want}`);
  });
});

t.test('limits that merge in one run and not in another move nobody else', async (t) => {
  // Quintiles 0, 0, 0.4, 4.2: the first two are one limit until noise parts the zeros.
  const values = Float64Array.from({ length: 20 }, (_, unit) => Math.max(0, unit - 11));
  const result = expectOk(
    classRobustness([{ values, direction: 1, weight: 1 }], SUM, QUINTILES, {
      noise: { errors: [new Float64Array(20).fill(1e-9)], draws: 200 },
    }),
  );
  t.equal(Math.max(...result.classes), 4, 'the classes of the map are merged');
  t.same([...result.noise!.kept.slice(12)], new Array<number>(8).fill(1));
  // Twelve zeros part into three classes of four by chance, one of which is that of the zeros.
  const mean = result.noise!.kept.slice(0, 12).reduce((sum, share) => sum + share / 12, 0);
  t.ok(Math.abs(mean - 1 / 3) < 0.01, `${mean}`);
});

t.test('limits beyond the values in one run and not in another move nobody else', async (t) => {
  // The first unit lies at -1.5 deviations exactly but for rounding.
  const values = Float64Array.of(
    -Math.sqrt(3),
    ...new Array<number>(6).fill(-1),
    ...new Array<number>(6).fill(1),
  );
  const errors = [Float64Array.from(values, (_, unit) => (unit === 0 ? 1e-9 : 0))];
  for (const closed of ['right', 'left'] as const) {
    const deviations: ClassRule = { kind: 'breaks', method: { kind: 'standard-deviation' }, closed };
    const { kept } = expectOk(
      classRobustness([{ values, direction: 1, weight: 1 }], SUM, deviations, {
        noise: { errors, draws: 200 },
      }),
    ).noise!;
    t.ok(kept[0]! > 0.35 && kept[0]! < 0.65, `${kept[0]}`);
    t.same([...kept.slice(1)], new Array<number>(12).fill(1));
  }
});

t.test('natural breaks are as many as the map has, however many values noise makes of a few', async (t) => {
  const values = Float64Array.of(0, 0, 0, 3, 3, 9, 9, 9);
  const rule: ClassRule = { kind: 'breaks', method: { kind: 'jenks', classes: 5 }, closed: 'right' };
  const result = expectOk(
    classRobustness([{ values, direction: 1, weight: 1 }], SUM, rule, {
      noise: { errors: [new Float64Array(8).fill(1e-9)], draws: 50 },
    }),
  );
  t.same([...result.classes], [1, 1, 1, 2, 2, 3, 3, 3]);
  t.same([...result.noise!.kept], new Array<number>(8).fill(1));
});

t.test('leaving out each indicator equals the index without it', async (t) => {
  const { leaveOneOut, classes, all } = expectOk(
    classRobustness(twenty, method, rule, { leaveOneOut: true }),
  );
  t.equal(leaveOneOut!.runs, 3);
  t.same(all, leaveOneOut);
  t.ok(
    leaveOneOut!.kept.some((share) => share < 1),
    'the case has something to show',
  );
  const limits = rule.kind === 'limits' ? rule.limits : [];
  const place = (value: number): number => 1 + limits.filter((limit) => value > limit.value).length;
  const want = new Float64Array(20);
  for (let left = 0; left < 3; left++) {
    const index = composeIndex(twenty.toSpliced(left, 1), method);
    if (index.status !== 'ok') throw new Error('expected an index');
    index.values.forEach((value, unit) => {
      if (place(value) === classes[unit]) want[unit]! += 1 / 3;
    });
  }
  want.forEach((share, unit) => {
    t.ok(Math.abs(share - leaveOneOut!.kept[unit]!) < 1e-12);
  });
});

t.test('weights: the share is the chance of a weight below the limit', async (t) => {
  // Min-max scores are 1, 0, 0 and 0, 1, 1: each unit's index is one weight, uniform on 0.5 to 1.5.
  const raw: IndexMethod = { scoring: { kind: 'min-max' }, rescale: null, missing: 'all' };
  const below: ClassRule = { kind: 'limits', limits: [{ value: 1.25, tie: 'below' }] };
  const options = { weights: { spread: 0.5, draws: 20_000 } };
  const { weights } = expectOk(classRobustness(build([1, 0, 0], [-0.5, 0, 0]), raw, below, options));
  for (const unit of [0, 1]) t.ok(Math.abs(weights!.kept[unit]! - 0.75) < 0.014, `${weights!.kept[unit]}`);
  t.not(weights!.kept[0], weights!.kept[1], 'each weight is drawn by itself');
  t.equal(weights!.kept[1], weights!.kept[2]);
});

t.test('units without a class have no share', async (t) => {
  const indicators = build([1, 2, none, 4, 9], [5, 6, 1, 5, 7]);
  const { leaveOneOut, classes } = expectOk(
    classRobustness(indicators, SUM, QUINTILES, { leaveOneOut: true, excluded: [4] }),
  );
  t.same([classes[2], classes[4]], [0, 0]);
  t.same([leaveOneOut!.kept[2], leaveOneOut!.kept[4]], [none, none]);
  for (const unit of [0, 1, 3]) t.ok(leaveOneOut!.kept[unit]! >= 0);
});

t.test('a run without an index is left out and counted', async (t) => {
  // Without the third indicator the other two cancel.
  const indicators = build([1, 2, 5, 9], [-1, -2, -5, -9], [3, 1, 4, 1]);
  t.match(expectOk(classRobustness(indicators, method, rule, { leaveOneOut: true })).leaveOneOut, {
    runs: 2,
    failed: 1,
  });
});

t.test('a minimum of all indicators stays all of them when one is left out', async (t) => {
  const indicators = build([1, 2, 3, 8, none], [1, 2, 3, 8, 9], [2, 1, 5, 9, 9]);
  const all = expectOk(classRobustness(indicators, method, rule, { leaveOneOut: true }));
  const minimum = { ...method, missing: { minimum: 3 } };
  const same = expectOk(classRobustness(indicators, minimum, rule, { leaveOneOut: true }));
  t.same(same.leaveOneOut, all.leaveOneOut);
});

t.test('an index without figures has no robustness', async (t) => {
  const result = classRobustness(build([1, 1, 1], [1, 2, 3]), method, rule, { leaveOneOut: true });
  t.match(result, { status: 'no_index', index: { status: 'no_variance', indicator: 0 } });
});

t.test('the same seed gives the same shares, more draws extend fewer', async (t) => {
  const errors = twenty.map(() => new Float64Array(20).fill(2));
  const run = (draws: number, seed: number): Found =>
    expectOk(
      classRobustness(twenty, method, rule, {
        noise: { errors, draws },
        weights: { spread: 0.5, draws },
        seed,
      }),
    );
  t.same(run(30, 4), run(30, 4));
  t.notSame(run(30, 4).noise, run(30, 5).noise);
  const hits = (result: Found): number[] =>
    Array.from(result.noise!.kept, (share) => Math.round(share * result.noise!.runs));
  const [few, many] = [hits(run(30, 4)), hits(run(31, 4))];
  few.forEach((count, unit) => {
    t.ok(many[unit]! - count === 0 || many[unit]! - count === 1);
  });
});

t.test('shares lie in 0 to 1, and the whole is the mean of its runs', async (t) => {
  const column = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(
      column,
      column,
      fc.double({ min: 0, max: 9, noNaN: true }),
      fc.constantFrom(rule, QUINTILES),
      (a, b, error, chosen) => {
        const result = classRobustness(build(a, b), method, chosen, {
          noise: { errors: [new Float64Array(9).fill(error), null], draws: 6 },
          weights: { spread: 0.5, draws: 5 },
          leaveOneOut: true,
        });
        if (result.status !== 'ok') return;
        const parts = [result.noise!, result.weights!, result.leaveOneOut!];
        t.equal(
          result.all.runs,
          parts.reduce((sum, part) => sum + part.runs, 0),
        );
        t.equal(result.all.runs + result.all.failed, 13);
        result.all.kept.forEach((share, unit) => {
          t.ok(share >= 0 && share <= 1);
          const hits = parts.reduce((sum, part) => sum + (part.runs ? part.kept[unit]! * part.runs : 0), 0);
          t.ok(Math.abs(hits / result.all.runs - share) < 1e-12);
        });
      },
    ),
    { seed: 3, numRuns: 40 },
  );
});

t.test('refuses what cannot be varied', async (t) => {
  const errors = twenty.map(() => null);
  const { nzdep } = INDEX_PRESETS;
  const reference = {
    indicators: twenty.map(() => ({ centre: 0, scale: 1 })),
    loadings: null,
    sum: { centre: 0, scale: 1 },
  };
  t.throws(() => classRobustness(twenty, method, rule, {}), /Got nothing to vary/);
  t.throws(() => classRobustness(twenty, method, rule, { noise: { errors, draws: 0 } }), /Got 0 draws/);
  t.throws(
    () => classRobustness(twenty, method, rule, { noise: { errors: [null], draws: 1 } }),
    /Got errors of 1 indicators/,
  );
  t.throws(
    () =>
      classRobustness(twenty, method, rule, {
        noise: { errors: [null, new Float64Array(3), null], draws: 1 },
      }),
    /Got 3 errors of indicator 1/,
  );
  t.throws(
    () =>
      classRobustness(twenty, method, rule, {
        noise: { errors: [null, new Float64Array(20).fill(-1), null], draws: 1 },
      }),
    /Got error -1/,
  );
  t.throws(() => classRobustness(twenty, method, rule, { weights: { spread: 1, draws: 1 } }), /Got spread 1/);
  t.throws(
    () => classRobustness(twenty, nzdep.method, rule, { weights: { spread: 0.5, draws: 1 } }),
    /with pca/,
  );
  t.throws(
    () => classRobustness(twenty.slice(1, 2), method, rule, { leaveOneOut: true }),
    /Got 1 indicator to leave out/,
  );
  t.throws(
    () => classRobustness(twenty, method, rule, { leaveOneOut: true, reference }),
    /Got a frozen reference/,
  );
});
