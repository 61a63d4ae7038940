/** Leaves districts that a filter does not let through out of a cut, before it is laid out. */
import { createHash } from 'node:crypto';
import type { LayerCut } from './lay-out.ts';

/** Districts that are let through. */
export interface Selection {
  /** 1 where the district at a position is. */
  selected: Uint8Array;
  /** Says which they are; same key, same districts of the same table. */
  key: string;
}

/**
 * Selects districts.
 * @param n number of districts of the table
 * @param test whether the district at a position is let through
 */
export function selectDistricts(n: number, test: (position: number) => boolean): Selection {
  const selected = Uint8Array.from({ length: n }, (_, position) => (test(position) ? 1 : 0));
  return { selected, key: createHash('sha256').update(selected).digest('base64url') };
}

/** The features of a cut whose districts are let through, in its order. */
export function selectFeatures(cut: LayerCut, { selected }: Selection): LayerCut {
  const { positions, ids, offsets, bytes } = cut;
  const chosen = [...positions.keys()].filter((i) => selected[positions[i]!] === 1);
  const parts = chosen.map((i) => bytes.subarray(offsets[i]!, offsets[i + 1]!));
  const ends = new Uint32Array(chosen.length + 1);
  parts.forEach((part, i) => {
    ends[i + 1] = ends[i]! + part.length;
  });
  return {
    positions: Uint32Array.from(chosen, (i) => positions[i]!),
    ids: Uint32Array.from(chosen, (i) => ids[i]!),
    offsets: ends,
    bytes: Buffer.concat(parts),
  };
}
