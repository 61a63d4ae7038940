import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { appendRemainder, multiply, remainderOf, shiftOf } from '../../../src/tiles/layer/crc-algebra.ts';

const SEED = 20210101;
const bytes = fc.uint8Array({ maxLength: 300 });
const element = fc.integer({ min: 0, max: 0xffffffff });
const ONE = 0x80000000;

t.test(
  'the check sum of joined bytes follows from that of the first and the remainder of the others',
  async (t) => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        t.equal(appendRemainder(crc32(a), remainderOf(b), b.length), crc32(Buffer.concat([a, b])));
      }),
      { seed: SEED, numRuns: 300 },
    );
    const long = Buffer.alloc(70_000_000, 'x');
    t.equal(appendRemainder(crc32('a'), remainderOf(long), long.length), crc32(long, crc32('a')));
  },
);

t.test('remainders are the same with zeros before, and zeros behind are a shift', async (t) => {
  fc.assert(
    fc.property(bytes, fc.nat({ max: 5000 }), (a, zeros) => {
      t.equal(remainderOf(Buffer.concat([Buffer.alloc(zeros), a])), remainderOf(a));
      t.equal(remainderOf(Buffer.concat([a, Buffer.alloc(zeros)])), multiply(remainderOf(a), shiftOf(zeros)));
    }),
    { seed: SEED, numRuns: 200 },
  );
});

t.test('products commute and are distributive, shifts add up and can be undone', async (t) => {
  fc.assert(
    fc.property(element, element, element, (a, b, c) => {
      t.equal(multiply(a, b), multiply(b, a));
      t.equal(multiply(a, (b ^ c) >>> 0), (multiply(a, b) ^ multiply(a, c)) >>> 0);
      t.equal(multiply(a, ONE), a);
    }),
    { seed: SEED, numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 2 ** 31 - 1 }), (m, n) => {
      t.equal(multiply(shiftOf(m), shiftOf(n)), shiftOf(m + n));
      t.equal(multiply(shiftOf(m), shiftOf(-m)), ONE);
    }),
    { seed: SEED, numRuns: 200 },
  );
});
