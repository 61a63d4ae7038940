import t from 'tap';
import {
  measureScale,
  type Scale,
  type Scoring,
  scoreIndicator,
  transformExponentially,
} from '../../../src/stats/indices/score-indicator.ts';
import { largestDeviation } from '../golden.ts';

const { NaN: none } = Number;
const values = Float64Array.of(2, 4, none, 4, 8, 12);

const SCORES: [Scoring, Scale | null, (number | null)[]][] = [
  [
    { kind: 'z', spread: 'population' },
    { centre: 6, scale: Math.sqrt(12.8) },
    [-4, -2, null, -2, 2, 6].map(divide(Math.sqrt(12.8))),
  ],
  [{ kind: 'z', spread: 'sample' }, { centre: 6, scale: 4 }, [-1, -0.5, null, -0.5, 0.5, 1.5]],
  [{ kind: 'min-max' }, { centre: 2, scale: 10 }, [0, 0.2, null, 0.2, 0.6, 1]],
  [{ kind: 'rank' }, null, [0.2, 0.5, null, 0.5, 0.8, 1]],
  // Quintiles of type 7 of 2, 4, 4, 8, 12: 3.6, 4, 5.6, 8.8.
  [{ kind: 'points', points: 5 }, null, [1, 2, null, 2, 4, 5]],
  [
    { kind: 'exponential' },
    null,
    [0.2, 0.5, null, 0.5, 0.8, 1].map((r) => r && -23 * Math.log(1 - r * (1 - Math.exp(-100 / 23)))),
  ],
];

function divide(by: number): (value: number | null) => number | null {
  return (value) => (value === null ? null : value / by);
}

for (const [scoring, scale, want] of SCORES) {
  t.test(`${scoring.kind} ${'spread' in scoring ? scoring.spread : ''}`, async (t) => {
    const got = measureScale(values, scoring);
    t.same(got === null, scale === null);
    if (got && scale) t.ok(largestDeviation([got.centre, got.scale], [scale.centre, scale.scale]) < 1e-14);
    t.ok(largestDeviation(scoreIndicator(values, scoring, got), want) < 1e-14);
  });
}

t.test('a constant has no scale', async (t) => {
  const constant = Float64Array.of(0.1, 0.1, 0.1, none);
  for (const [scoring] of SCORES) t.equal(measureScale(constant, scoring), null, scoring.kind);
  t.equal(measureScale(Float64Array.of(none), { kind: 'min-max' }), null);
});

t.test('values that differ too little or too much for a number have no scale, and no scores', async (t) => {
  const kinds = SCORES.map(([scoring]) => scoring).filter(({ kind }) => kind === 'min-max' || kind === 'z');
  for (const list of [
    [1e-305, 2e-305, 3e-305],
    [-1e308, 0, 1e308],
  ]) {
    const extreme = Float64Array.from(list);
    for (const scoring of [...kinds, { kind: 'pca', spread: 'population' } as const]) {
      // A range of 2e-305 is a number.
      if (scoring.kind === 'min-max' && list[0]! > 0) continue;
      const scale = measureScale(extreme, scoring);
      t.equal(scale, null);
      t.throws(() => scoreIndicator(extreme, scoring, scale), {
        name: 'RangeError',
        message: `Got values without a scale for ${scoring.kind}, expected a spread above 0 and below Infinity.`,
      });
    }
  }
});

t.test(
  'the exponential transformation: 100 at the top, about half of all below 16, a tenth above 50',
  async (t) => {
    t.equal(transformExponentially(0), 0);
    t.ok(Math.abs(transformExponentially(1) - 100) < 1e-9);
    t.ok(Math.abs(transformExponentially(0.5) - 15.6) < 0.1);
    t.ok(Math.abs(transformExponentially(0.9) - 50) < 0.6, `${transformExponentially(0.9)}`);
  },
);
