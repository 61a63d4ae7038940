/**
 * Short-lived bytes of many requests in common buffers: allocating one for each costs more than filling it. A slab of small ones lives
 * until the last of its parts is let go, so whoever keeps bytes copies them; large ones are lent, and lent again when they were given back.
 */

const SLAB_BYTES = 64 * 1024;
/** Larger ones would waste what is left of a slab. */
const LARGEST_PART = SLAB_BYTES / 4;

let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let used = 0;

/** Larger ones are not kept, and no more of one size than this: some 32 MiB at most. */
const LARGEST_LENT = 4 * 1024 * 1024;
const MOST_SPARE = 4;

/** Buffers that were given back, by size: powers of two. */
const spare = new Map<number, Buffer[]>();
/** Buffers that are out, by their memory. */
const lent = new WeakMap<ArrayBufferLike, Buffer>();

/** Bytes with any content, to be filled; to be given back if they are large and nobody keeps them. */
export function takeBytes(size: number): Buffer {
  if (size > LARGEST_LENT) return Buffer.allocUnsafeSlow(size);
  if (size > LARGEST_PART) return lend(2 ** Math.ceil(Math.log2(size))).subarray(0, size);
  if (used + size > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  used += size;
  return slab.subarray(used - size, used);
}

function lend(size: number): Buffer {
  const buffer = spare.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size);
  lent.set(buffer.buffer, buffer);
  return buffer;
}

/** Says that nobody reads these bytes any more, nor any others that were taken with them. Without it they are garbage some time. */
export function giveBack({ buffer: memory }: Uint8Array): void {
  const buffer = lent.get(memory);
  if (buffer === undefined) return;
  lent.delete(memory);
  const others = spare.get(buffer.length);
  if (others === undefined) spare.set(buffer.length, [buffer]);
  else if (others.length < MOST_SPARE) others.push(buffer);
}
