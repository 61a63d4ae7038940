/**
 * Short-lived bytes of many requests in common buffers: allocating one for each costs more than filling it. A slab lives as long
 * as any of its parts, so whoever keeps bytes copies them.
 */

const SLAB_BYTES = 64 * 1024;
/** Larger ones are rare, and would waste what is left of a slab. */
const LARGEST_PART = SLAB_BYTES / 4;

let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let used = 0;

/** Bytes with any content, to be filled. */
export function takeBytes(size: number): Buffer {
  if (size > LARGEST_PART) return Buffer.allocUnsafeSlow(size);
  if (used + size > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  used += size;
  return slab.subarray(used - size, used);
}

/** Joins parts in such bytes. @param length of all parts */
export function joinBytes(parts: readonly Uint8Array[], length: number): Buffer {
  const bytes = takeBytes(length);
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
