import fc from 'fast-check';
import t from 'tap';
import { giveBack, takeBytes } from '../src/slab.ts';

/** Small, at the edge of what is lent, large, and larger than anything that is kept. */
const SIZES = [0, 1, 5, 100, 16_384, 16_385, 40_000, 65_536, 70_000, 1_000_000, 4_194_304, 4_194_305];

t.test("bytes that are in use are nobody else's", async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ size: fc.constantFrom(...SIZES.slice(0, 9)), back: fc.nat({ max: 9 }) }), {
        maxLength: 60,
      }),
      (steps) => {
        const out: { bytes: Buffer; mark: number }[] = [];
        for (const [i, { size, back }] of steps.entries()) {
          const bytes = takeBytes(size);
          if (bytes.length !== size) t.fail(`${bytes.length} bytes for ${size}`);
          bytes.fill(i + 1);
          out.push({ bytes, mark: i + 1 });
          // A part is enough, an empty one too; saying it again changes nothing.
          if (back < 5 && back < out.length) {
            const [gone] = out.splice(back, 1);
            giveBack(gone!.bytes.subarray(0, back));
            giveBack(gone!.bytes);
          }
        }
        for (const { bytes, mark } of out) if (bytes.some((byte) => byte !== mark)) t.fail('written over');
      },
    ),
    { seed: 20210101, numRuns: 200 },
  );
});

t.test('large ones are lent again, the largest and the small ones never', async (t) => {
  for (const size of SIZES) {
    const first = takeBytes(size);
    giveBack(first);
    const again = takeBytes(size);
    const isSame = first.buffer === again.buffer && first.byteOffset === again.byteOffset && size > 0;
    t.equal(isSame, size > 16_384 && size <= 4_194_304, `${size} bytes`);
    giveBack(again);
  }
});

t.test('few are kept of one size, whoever gives how many back', async (t) => {
  const out = Array.from({ length: 50 }, () => takeBytes(100_000));
  const memories = new Set(out.map(({ buffer }) => buffer));
  t.equal(memories.size, 50);
  for (const bytes of out) giveBack(bytes);
  const again = Array.from({ length: 50 }, () => takeBytes(100_000));
  t.equal(again.filter(({ buffer }) => memories.has(buffer)).length, 4);
  for (const bytes of again) giveBack(bytes);
});
