import fc from 'fast-check';
import t from 'tap';
import { generateBlock, MAX_BOUND } from '../../../src/stats/inference/random.ts';
import { openShuffles } from '../../../src/stats/inference/shuffles.ts';

const TWO_32 = 2n ** 32n;

/** xoshiro128++ word by word, in whole numbers. */
function* generateWords(start: ArrayLike<number>): Generator<bigint> {
  let [a, b, c, d] = Array.from(start, BigInt) as [bigint, bigint, bigint, bigint];
  const turn = (word: bigint, by: bigint): bigint => ((word << by) | (word >> (32n - by))) % TWO_32;
  for (;;) {
    yield (turn((a + d) % TWO_32, 7n) + a) % TWO_32;
    const shifted = (b << 9n) % TWO_32;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = turn(d, 11n);
  }
}

function chooseRow(seed: number, row: number, places: number): number[] {
  const chosen = new Uint32Array(places);
  openShuffles(seed, 3)(row, chosen);
  return [...chosen];
}

// Known answers of xoshiro128plusplus.c of its authors (prng.di.unimi.it) from the state 1, 2, 3, 4.
t.test('the generator of this test is xoshiro128++', async (t) => {
  const words = generateWords([1, 2, 3, 4]);
  const want = [
    641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011,
  ];
  t.same(
    want.map(() => Number(words.next().value)),
    want,
  );
});

t.test(
  "choices are Lemire's of xoshiro128++ started by a block of Philox, surplus words rejected",
  async (t) => {
    let rejected = 0;
    const places = 150_000;
    for (const [seed, row] of [
      [9, 0],
      [2 ** 40 + 1, 77],
    ] as const) {
      const start = new Uint32Array(4);
      generateBlock(Uint32Array.of(0, 0, row, 3), [seed >>> 0, Math.floor(seed / 2 ** 32)], start);
      const words = generateWords(start);
      const want = new Array<number>(places).fill(0);
      for (let last = places - 1; last > 0; last--) {
        const bound = BigInt(last + 1);
        let product = 0n;
        do {
          product = words.next().value! * bound;
          if (product % TWO_32 < TWO_32 % bound) rejected++;
        } while (product % TWO_32 < TWO_32 % bound);
        want[last] = Number(product / TWO_32);
      }
      t.same(chooseRow(seed, row, places), want);
    }
    t.ok(rejected > 0, `${rejected} rejected`);
  },
);

t.test('a row is the same choices whatever was drawn before', async (t) => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(1000), fc.integer({ min: 0, max: 40 }), (seed, row, places) => {
      const choose = openShuffles(seed, 3);
      const chosen = new Uint32Array(places);
      choose(row + 1, chosen);
      choose(row, chosen);
      t.same([...chosen], chooseRow(seed, row, places));
    }),
    { seed: 11, numRuns: 100 },
  );
});

t.test('all orders of four are equally likely', async (t) => {
  const choose = openShuffles(1, 0);
  const chosen = new Uint32Array(4);
  const counts = new Map<string, number>();
  const rows = 48_000;
  for (let row = 0; row < rows; row++) {
    choose(row, chosen);
    const key = chosen.subarray(1).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  t.equal(counts.size, 24);
  const share = rows / 24;
  for (const [key, count] of counts) t.ok(Math.abs(count - share) < 5 * Math.sqrt(share), `${key}: ${count}`);
});

for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
  t.test(`refuses the seed ${seed}`, async (t) => {
    t.throws(() => openShuffles(seed, 0), { name: 'RangeError', message: new RegExp(`Got seed ${seed}`) });
  });
}

t.test('refuses more places than products with words are exact for', async (t) => {
  t.throws(() => openShuffles(1, 0)(0, new Uint32Array(MAX_BOUND + 1)), { name: 'RangeError' });
});
