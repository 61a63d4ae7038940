/** How long drawing arrangements takes. */
import type { TestInputs } from './common-inputs.ts';

/** Per arrangement and district, where the neighbours' sum is what is compared. */
const MS_PER_DRAW = 4e-6;

/** Estimate of a test of every column, in one thread. */
export function drawingTime(
  { keys, columns }: { keys: ArrayLike<unknown>; columns: ArrayLike<unknown> },
  { permutations }: Pick<TestInputs, 'permutations'>,
): number {
  return columns.length * keys.length * permutations * MS_PER_DRAW;
}
