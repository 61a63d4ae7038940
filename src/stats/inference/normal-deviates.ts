/** Standard normal random numbers from whole ones. */

import { MAX_BOUND, type RowRandom } from './random.ts';

/**
 * A source of standard normal deviates (Box & Muller 1958, doi:10.1214/aoms/1177706645). Uniform numbers have 21 bits, so no
 * deviate exceeds 5.6. Call `random.startRow` before a run; pairs are never split over rows if each row is read by a source
 * of its own.
 */
export function drawNormal(random: RowRandom): () => number {
  let spare: number | null = null;
  const uniform = (): number => (random.below(MAX_BOUND) + 0.5) / MAX_BOUND;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
