/** A stream of pseudo-random numbers that depends on its seed only. */
export interface Random {
  /** Next number in [0, 1). */
  uniform(): number;
  /** Next number of a bell-shaped distribution with mean 0 and standard deviation 1. */
  normal(): number;
}

/**
 * Opens a stream: mulberry32, 32 bits of state, good enough to make up a town, not for statistics.
 *
 * @param seed any integer; its lower 32 bits count
 */
export function openRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  // Sum of twelve uniforms (Irwin-Hall): variance 1, no logarithm or cosine that could differ by platform.
  const normal = (): number => {
    let sum = -6;
    for (let draw = 0; draw < 12; draw++) sum += uniform();
    return sum;
  };
  return { uniform, normal };
}
