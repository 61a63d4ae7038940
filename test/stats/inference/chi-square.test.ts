import t from 'tap';
import { chiSquareTail } from '../../../src/stats/inference/chi-square.ts';

// R 4.2: pchisq(x, df, lower.tail = FALSE); textbook quantiles of the 5 % and 1 % level.
const TAILS: [number, number, number, number][] = [
  [3.841458820694124, 1, 0.05, 1e-12],
  [5.991464547107979, 2, 0.05, 1e-12],
  [7.814727903251179, 3, 0.05, 1e-12],
  [15.50731305586545, 8, 0.05, 1e-12],
  [16.918977604620448, 9, 0.05, 1e-12],
  [21.665994333461924, 9, 0.01, 1e-12],
  [0, 5, 1, 0],
  [0, 4, 1, 0],
];

for (const [x, df, want, error] of TAILS) {
  t.test(`P(X >= ${x}) with ${df} degrees is ${want}`, async (t) => {
    t.ok(Math.abs(chiSquareTail(x, df) - want) <= error, `${chiSquareTail(x, df)}`);
  });
}

t.test('the tail is the integral of the density', async (t) => {
  for (const df of [1, 2, 3, 6, 7]) {
    // d/dx of the tail = -density; Gamma at halves by recursion.
    let gamma = df % 2 === 0 ? 1 : Math.sqrt(Math.PI);
    for (let a = df % 2 === 0 ? 1 : 0.5; a < df / 2; a++) gamma *= a;
    for (const x of [0.5, 2, 9]) {
      const density = (x ** (df / 2 - 1) * Math.exp(-x / 2)) / (2 ** (df / 2) * gamma);
      const slope = (chiSquareTail(x - 1e-4, df) - chiSquareTail(x + 1e-4, df)) / 2e-4;
      t.ok(Math.abs(slope / density - 1) < 1e-5, `df ${df}, x ${x}: ${slope}, ${density}`);
    }
  }
});

t.test('refuses other arguments', async (t) => {
  t.throws(() => chiSquareTail(-1, 2), /Got chi-square -1/);
  t.throws(() => chiSquareTail(Number.NaN, 2), /Got chi-square NaN/);
  t.throws(() => chiSquareTail(1, 0), /Got 0 degrees/);
  t.throws(() => chiSquareTail(1, 1.5), /Got 1.5 degrees/);
});
