/**
 * Random integers addressed by (seed, stream, row), so that row 70,000 of a permutation run is the same
 * numbers whether it is drawn alone, after 69,999 others, or in another thread.
 */

/** Names of the generators as they are written into results: of samples, and of the shuffles that it starts. */
export const RANDOM_GENERATOR = 'philox4x32-10; shuffles xoshiro128++';

/** Largest bound of `below`: word x bound must stay exact in a double (32 + 21 = 53 bits). */
export const MAX_BOUND = 2 ** 21;

const M0_LOW = 0x1f53;
const M0_HIGH = 0xd251;
const M0 = 0xd2511f53;
const M1_LOW = 0x8d57;
const M1_HIGH = 0xcd9e;
const M1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_32 = 2 ** 32;

/** A generator that is set to the start of a row and then read. */
export interface RowRandom {
  /** Go to the start of a row (integer, 0 to 2^32 - 1). */
  startRow(row: number): void;
  /**
   * The next integer, uniform on 0 to bound - 1 without bias; bound is an integer from 1 to MAX_BOUND.
   *
   * @throws RangeError for a greater bound
   */
  below(bound: number): number;
}

/**
 * Open the generator of one seed.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405) with key = seed and counter =
 * (block, 0, row, stream). Bounded integers by multiply and reject (Lemire 2019, doi:10.1145/3230636): every
 * value of the range is equally likely, the first and the last included. Not for cryptography.
 *
 * @param seed integer, 0 to 2^53 - 1
 * @param stream separates uses of one seed, integer, 0 to 2^32 - 1
 * @throws RangeError when the seed is not such an integer
 */
export function openRandom(seed: number, stream: number): RowRandom {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`Got seed ${seed}, expected an integer from 0 to ${Number.MAX_SAFE_INTEGER}.`);
  }
  const key: [number, number] = [seed >>> 0, Math.floor(seed / TWO_32)];
  const counter = new Uint32Array([0, 0, 0, stream]);
  const words = new Uint32Array(4);
  let position = 4;

  function nextWord(): number {
    if (position === 4) {
      generateBlock(counter, key, words);
      counter[0] = counter[0]! + 1;
      position = 0;
    }
    return words[position++]!;
  }

  return {
    startRow(row) {
      counter[0] = 0;
      counter[2] = row;
      position = 4;
    },
    below(bound) {
      if (bound > MAX_BOUND) throw new RangeError(`Got the bound ${bound}, expected at most ${MAX_BOUND}.`);
      let word = nextWord();
      let low = Math.imul(word, bound) >>> 0;
      // Only words whose low product falls below 2^32 mod bound are surplus; the modulo is rarely needed.
      if (low < bound) {
        const surplus = TWO_32 % bound;
        while (low < surplus) {
          word = nextWord();
          low = Math.imul(word, bound) >>> 0;
        }
      }
      return (word * bound - low) / TWO_32;
    },
  };
}

/**
 * One Philox4x32-10 block: four 32-bit words from a counter and a key.
 *
 * @param counter four words
 * @param key two words
 * @param out four words, overwritten
 */
export function generateBlock(counter: Uint32Array, key: readonly [number, number], out: Uint32Array): void {
  let c0 = counter[0]! | 0;
  let c1 = counter[1]! | 0;
  let c2 = counter[2]! | 0;
  let c3 = counter[3]! | 0;
  let k0 = key[0] | 0;
  let k1 = key[1] | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(c0, M0_LOW, M0_HIGH);
    const low0 = Math.imul(c0, M0);
    const high1 = multiplyHigh(c2, M1_LOW, M1_HIGH);
    const low1 = Math.imul(c2, M1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Upper 32 bits of a 32 x 32 bit product, by 16-bit halves since a double holds only 53 bits. */
function multiplyHigh(a: number, low: number, high: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const middle = (Math.imul(aHigh, low) + (Math.imul(aLow, low) >>> 16)) | 0;
  const carried = (Math.imul(aLow, high) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, high) + (middle >>> 16) + (carried >>> 16)) | 0;
}
