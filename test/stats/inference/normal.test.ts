import t from 'tap';
import { twoSidedP } from '../../../src/stats/inference/normal.ts';

// erfc(|z| / sqrt 2) to 30 digits by mpmath 1.3.0, rounded to doubles.
const TABLE: [number, number][] = [
  [1e-9, 0.9999999992021155],
  [0.001, 0.9992021155721779],
  [0.1, 0.920344325445942],
  [0.5, 0.6170750774519738],
  [1.0, 0.3173105078629141],
  [1.6448536269514722, 0.1000000000000001],
  [1.959963984540054, 0.050000000000000024],
  [2.3, 0.02144822004335162],
  [2.4748, 0.01333108061037921],
  [2.475, 0.013323617583965398],
  [2.5758293035489004, 0.01000000000000001],
  [3.0, 0.002699796063260189],
  [3.5, 0.0004652581580710501],
  [4.5, 6.7953462494601205e-6],
  [5.589382675044503, 2.2787827007825717e-8],
  [6.3, 2.9764564435246253e-10],
  [8.0, 1.2441921148543568e-15],
  [9.9, 4.162750438986412e-23],
  [20.0, 5.5072482372124675e-89],
  [37.0, 1.1451142445049154e-299],
];

for (const [z, want] of TABLE) {
  t.test(`two-sided p of ${z}`, async (t) => {
    t.ok(Math.abs(twoSidedP(z) / want - 1) < (z < 10 ? 1e-13 : 1e-12), `got ${twoSidedP(z)}, want ${want}`);
    t.equal(twoSidedP(-z), twoSidedP(z));
  });
}

t.test('p falls as the deviate grows, also where the method changes', async (t) => {
  let before = 1;
  for (let z = 0.001; z < 8; z += 0.001) {
    const p = twoSidedP(z);
    if (!(p < before)) t.fail(`p(${z}) = ${p} after ${before}`);
    before = p;
  }
});

t.test('the ends of the line', async (t) => {
  t.equal(twoSidedP(0), 1);
  t.equal(twoSidedP(Infinity), 0);
  t.ok(Number.isNaN(twoSidedP(Number.NaN)));
});
