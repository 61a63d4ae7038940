/**
 * Searches that depend on where they begin are run from several starts.
 */

/** RNG streams of this folder's searches, apart from those of permutations. */
export const STREAMS = { azp: 0x617a70, maxP: 0x6d6178 } as const;

/** What each start came to; the spread tells how far the result hangs on luck. */
export interface Starts {
  seed: number;
  /** Within sum of squares of each start. */
  within: Float64Array;
  /** Count of regions of each start. */
  k: Uint32Array;
  /** Position of the start that was kept: most regions, then the least within sum, then the first. */
  best: number;
}

/**
 * @throws RangeError unless starts is a whole number of 1 or more
 */
export function checkStarts(starts: number): void {
  if (!Number.isInteger(starts) || starts < 1) {
    throw new RangeError(`Got ${starts} starts, expected a whole number of 1 or more.`);
  }
}

/** Position of the best start. */
export function findBestStart(within: Float64Array, k: Uint32Array): number {
  let best = 0;
  for (let start = 1; start < within.length; start++) {
    const more = k[start]! - k[best]!;
    if (more > 0 || (more === 0 && within[start]! < within[best]!)) best = start;
  }
  return best;
}
