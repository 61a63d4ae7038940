/** Random orders of many units, addressed by (seed, stream, row) as the numbers of `openRandom` are. */

import { generateBlock, MAX_BOUND, openRandom } from './random.ts';

const TWO_32 = 2 ** 32;

/** Writes the choices of a row into an array of at most MAX_BOUND places: place k gets an integer uniform on 0 to k; place 0 is left alone. A RangeError for more places. */
export type Chooser = (row: number, chosen: Uint32Array) => void;

/**
 * Open the choices for shuffles: an order in which, from the last place on, each place takes the value of the place chosen
 * for it (Fisher & Yates), every order being equally likely.
 *
 * A shuffle needs as many numbers as there are units, and a block of Philox costs ten times what xoshiro128++ (Blackman &
 * Vigna 2021, doi:10.1145/3460772) does. So Philox gives each row its own start, xoshiro what follows. Bounded integers as
 * in `openRandom`.
 *
 * @param seed, stream as in `openRandom`
 * @throws RangeError as `openRandom`
 */
export function openShuffles(seed: number, stream: number): Chooser {
  openRandom(seed, stream);
  const key: [number, number] = [seed >>> 0, Math.floor(seed / TWO_32)];
  const start = new Uint32Array(4);
  return (row, chosen) => {
    if (chosen.length > MAX_BOUND)
      throw new RangeError(`Got ${chosen.length} places, expected at most ${MAX_BOUND}.`);
    generateBlock(Uint32Array.of(0, 0, row, stream), key, start);
    let s0 = start[0]! | 0;
    let s1 = start[1]! | 0;
    let s2 = start[2]! | 0;
    let s3 = start[3]! | 0;
    for (let last = chosen.length - 1; last > 0; ) {
      const sum = (s0 + s3) | 0;
      const word = (((sum << 7) | (sum >>> 25)) + s0) >>> 0;
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = (s3 << 11) | (s3 >>> 21);

      const product = word * (last + 1);
      const high = Math.floor(product / TWO_32);
      const low = product - high * TWO_32;
      if (low <= last && low < TWO_32 % (last + 1)) continue;
      chosen[last--] = high;
    }
  };
}
