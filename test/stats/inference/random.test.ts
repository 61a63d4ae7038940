import fc from 'fast-check';
import t from 'tap';
import { generateBlock, MAX_BOUND, openRandom } from '../../../src/stats/inference/random.ts';

// Known answers published with Random123 1.09 (tests/kat_vectors, philox4x32 10).
const KNOWN_ANSWERS: [string, number[], [number, number], number[]][] = [
  ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [
    'ones',
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    'digits of pi',
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

for (const [name, counter, key, want] of KNOWN_ANSWERS) {
  t.test(`philox block of ${name}`, async (t) => {
    const out = new Uint32Array(4);
    generateBlock(Uint32Array.from(counter), key, out);
    t.same([...out], want);
  });
}

function drawRow(seed: number, stream: number, row: number, bound: number, count: number): number[] {
  const random = openRandom(seed, stream);
  random.startRow(row);
  return Array.from({ length: count }, () => random.below(bound));
}

t.test('a row is the same numbers whatever was drawn before', async (t) => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(1000),
      fc.integer({ min: 1, max: MAX_BOUND }),
      fc.nat(9),
      (seed, row, bound, read) => {
        const random = openRandom(seed, 0);
        random.startRow(row + 1);
        for (let k = 0; k < read; k++) random.below(bound);
        random.startRow(row);
        const numbers = Array.from({ length: 12 }, () => random.below(bound));
        t.same(numbers, drawRow(seed, 0, row, bound, 12));
      },
    ),
    { seed: 11, numRuns: 200 },
  );
});

t.test('seed, stream and row each change the numbers', async (t) => {
  const rows = [
    drawRow(1, 0, 0, MAX_BOUND, 8),
    drawRow(2, 0, 0, MAX_BOUND, 8),
    drawRow(1 + 2 ** 32, 0, 0, MAX_BOUND, 8),
    drawRow(1, 1, 0, MAX_BOUND, 8),
    drawRow(1, 0, 1, MAX_BOUND, 8),
  ];
  t.equal(new Set(rows.map(String)).size, rows.length);
});

t.test("bounded integers are Lemire's, surplus words rejected", async (t) => {
  const bound = 3 * 2 ** 19;
  const surplus = 2n ** 32n % BigInt(bound);
  const words = new Uint32Array(4);
  let rejected = 0;
  for (let row = 0; row < 10_000; row++) {
    const want: number[] = [];
    for (let block = 0; block < 3; block++) {
      generateBlock(Uint32Array.of(block, 0, row, 0), [9, 0], words);
      for (const word of words) {
        const product = BigInt(word) * BigInt(bound);
        if (product % 2n ** 32n < surplus) rejected++;
        else want.push(Number(product / 2n ** 32n));
      }
    }
    t.same(drawRow(9, 0, row, bound, 8), want.slice(0, 8));
  }
  t.ok(rejected > 0, `${rejected} rejected`);
});

/** Chi-squared statistic against equal shares, as a normal deviate (Wilson & Hilferty). */
function judgeUniform(counts: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const share = total / counts.length;
  const chi2 = Array.from(counts).reduce((sum, count) => sum + (count - share) ** 2 / share, 0);
  const freedom = counts.length - 1;
  return (Math.cbrt(chi2 / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
}

for (const bound of [1, 2, 3, 7, 541, 3 * 2 ** 19]) {
  t.test(`integers below ${bound} are uniform, first and last included`, async (t) => {
    const cells = Math.min(bound, 541);
    const counts = new Uint32Array(cells);
    const random = openRandom(5, 0);
    const perRow = 20;
    for (let row = 0; row < 20_000; row++) {
      random.startRow(row);
      for (let k = 0; k < perRow; k++) {
        const drawn = random.below(bound);
        if (drawn < 0 || drawn >= bound) t.fail(`drew ${drawn}`);
        counts[Math.floor((drawn * cells) / bound)]!++;
      }
    }
    const share = (20_000 * perRow) / cells;
    const five = 5 * Math.sqrt(share);
    t.ok(Math.abs(counts[0]! - share) <= five, 'first');
    t.ok(Math.abs(counts[cells - 1]! - share) <= five, 'last');
    if (cells > 1) t.ok(Math.abs(judgeUniform(counts)) < 4, `deviate ${judgeUniform(counts)}`);
  });
}

for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
  t.test(`refuses the seed ${seed}`, async (t) => {
    t.throws(() => openRandom(seed, 0), { name: 'RangeError', message: new RegExp(`Got seed ${seed}`) });
  });
}

t.test('refuses a bound for which products with words are not exact', async (t) => {
  const random = openRandom(1, 0);
  random.startRow(0);
  t.throws(() => random.below(MAX_BOUND + 1), { name: 'RangeError', message: /Got the bound 2097153/ });
});
