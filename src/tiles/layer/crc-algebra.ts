/**
 * Arithmetic of CRC-32: a cyclic redundancy check is the remainder of a polynomial over two elements, so that of joined bytes
 * follows from those of the parts. Polynomials are 32 bits, the highest bit stands for x⁰ (RFC 1952; Ross Williams, A painless
 * guide to CRC error detection algorithms, 1993).
 */
import { crc32 } from 'node:zlib';

const POLYNOMIAL = 0xedb88320;
/** x⁰. */
const ONE = 0x80000000;
/** The powers of x repeat after so many. */
const ORDER = 2 ** 32 - 1;

/** Product of two polynomials, modulo that of CRC-32. */
export function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let rest = a | 0; rest !== 0; rest <<= 1) {
    if (rest < 0) product ^= factor;
    factor = (factor >>> 1) ^ (-(factor & 1) & POLYNOMIAL);
  }
  return product >>> 0;
}

/** x^(2^k) for k from 0. */
const SQUARES = Uint32Array.from({ length: 32 });
SQUARES[0] = ONE >>> 1;
for (let k = 1; k < 32; k++) SQUARES[k] = multiply(SQUARES[k - 1]!, SQUARES[k - 1]!);

/** What the remainder is multiplied by when so many bytes follow; of a negative number, when they are taken away. */
export function shiftOf(bytes: number): number {
  let exponent = (((bytes * 8) % ORDER) + ORDER) % ORDER;
  let power = ONE;
  for (let k = 0; exponent > 0; k++, exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) power = multiply(power, SQUARES[k]!);
  }
  return power;
}

/** Remainder of some bytes: their CRC-32 without what it does to the first and last bits. */
export function remainderOf(bytes: Uint8Array): number {
  return ~crc32(bytes, 0xffffffff) >>> 0;
}

/** CRC-32 of bytes that follow others. @param crc of those before */
export function appendRemainder(crc: number, remainder: number, length: number): number {
  return ~(multiply(~crc, shiftOf(length)) ^ remainder) >>> 0;
}
