import fc from 'fast-check';
import t from 'tap';
import { estimateProbabilities, findStationary } from '../../../src/stats/time/markov-chain.ts';
import { readGolden } from '../golden.ts';

interface Golden {
  lisa_markov: { transitions: number[][]; p: number[][]; steady_state: number[] };
  markov_quintiles: { transitions: number[][]; p: number[][]; steady_state: number[] };
}

for (const [name, golden] of Object.entries(readGolden<Golden>('lisa_markov'))) {
  if (name !== 'lisa_markov' && name !== 'markov_quintiles') continue;
  t.test(`equals giddy: ${name}`, async (t) => {
    const rows = estimateProbabilities(golden.transitions);
    rows.forEach((row, from) => {
      row!.forEach((p, to) => {
        t.ok(Math.abs(p - golden.p[from]![to]!) < 1e-14, `row ${from}, ${to}`);
      });
    });
    findStationary(rows)!.forEach((share, state) => {
      t.ok(Math.abs(share / golden.steady_state[state]! - 1) < 1e-10, `state ${state}`);
    });
  });
}

t.test('a state that was never left has no probabilities', async (t) => {
  t.same(
    estimateProbabilities([
      [1, 3],
      [0, 0],
    ]),
    [[0.25, 0.75], null],
  );
});

const CHAINS: [string, (number[] | null)[], number[] | null][] = [
  [
    'two states',
    [
      [0.5, 0.5],
      [0.25, 0.75],
    ],
    [1 / 3, 2 / 3],
  ],
  [
    'a state that is left for good has share 0',
    [
      [0.5, 0.5, 0],
      [0, 0.5, 0.5],
      [0, 0.5, 0.5],
    ],
    [0, 0.5, 0.5],
  ],
  [
    'a state that is never left takes all',
    [
      [0.9, 0.1],
      [0, 1],
    ],
    [0, 1],
  ],
  [
    'periodic',
    [
      [0, 1],
      [1, 0],
    ],
    [0.5, 0.5],
  ],
  [
    'two ends have no one answer',
    [
      [1, 0],
      [0, 1],
    ],
    null,
  ],
  ['entered, but no move known', [[0.5, 0.5], null], null],
  ['an unknown end beside a known one', [[0, 0.5, 0.5], null, [0, 0, 1]], null],
  ['never seen at all', [[0.5, 0.5, 0], [0.5, 0.5, 0], null], [0.5, 0.5, 0]],
  ['nothing known', [null, null], null],
  ['no states', [], null],
];

for (const [name, rows, want] of CHAINS) {
  t.test(`stationary: ${name}`, async (t) => {
    const got = findStationary(rows);
    if (want === null || got === null) t.same(got, want);
    else for (const [state, share] of got.entries()) t.ok(Math.abs(share - want[state]!) < 1e-15, `${share}`);
  });
}

t.test('the stationary distribution stays as it is after one more move', async (t) => {
  const row = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 });
  let found = 0;
  fc.assert(
    fc.property(fc.array(row, { minLength: 4, maxLength: 4 }), (counts) => {
      const rows = estimateProbabilities(counts);
      const shares = findStationary(rows);
      if (!shares) return;
      found++;
      t.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
      shares.forEach((share, to) => {
        const next = shares.reduce((sum, s, from) => sum + s * (rows[from]?.[to] ?? 0), 0);
        t.ok(share >= 0 && Math.abs(next - share) < 1e-12);
      });
    }),
    { seed: 4, numRuns: 150 },
  );
  t.ok(found > 100, `${found} chains`);
});
