/** How long a local analysis will take, roughly: to decide where it runs, never what it gives. */

import { countSteps } from './arrangements.ts';
import {
  chooseMethods,
  EXACT,
  keyOf,
  type LocalRequest,
  type LocalStatistic,
  SAMPLED,
  SEQUENTIAL,
  variablesOf,
} from './local-plan.ts';

/** Nanoseconds of single steps, measured on a machine of 2024 with room for slower ones. */
const NANOSECONDS = {
  /** Deal one id. */
  deal: 20,
  /** Add one score to a sum. */
  add: 3,
  /** Place one sum among thresholds. */
  place: 25,
  /** Look at one row for one unit. */
  look: 2,
  /** Look at one column of the grid of points for one unit. */
  column: 25,
  /** Count one arrangement exactly. */
  arrange: 3,
  /** Everything about one unit that does not depend on the permutations. */
  describe: 700,
};
/** Rows that an unremarkable unit draws before it stops, and a tenth of units that use all. */
const USUAL_DRAWS = 300;
const STUBBORN = 0.1;

/**
 * Estimated time of `analyseLocal` on one thread, from the request alone, in a few passes over the links.
 *
 * @returns milliseconds, good to a factor of about 3
 */
export function estimateCost({
  weights,
  statistics,
  style = 'W',
  permutations = 99_999,
  exact = true,
}: LocalRequest): number {
  const methods = chooseMethods(weights, style, exact);
  const counts = [
    ...new Map(statistics.map((statistic) => [keyOf(statistic), countFeatures(statistic)])).values(),
  ];
  const sizes = new Map<number, { sampled: number; exact: number; sequential: number }>();
  for (let i = 0; i < weights.n; i++) {
    const size = weights.offsets[i + 1]! - weights.offsets[i]!;
    const units = sizes.get(size) ?? { sampled: 0, exact: 0, sequential: 0 };
    if (methods[i] === SAMPLED) units.sampled++;
    if (methods[i] === EXACT) units.exact++;
    if (methods[i] === SEQUENTIAL) units.sequential++;
    sizes.set(size, units);
  }
  let nanoseconds = weights.n * (1 + statistics.length) * NANOSECONDS.describe;
  let most = 0;
  let drawn = 0;
  for (const [size, { sampled, exact, sequential }] of sizes) {
    if (exact > 0)
      nanoseconds += counts.length * exact * countSteps(weights.n - 1, size) * NANOSECONDS.arrange;
    const draws = Math.min(permutations, USUAL_DRAWS + STUBBORN * permutations);
    nanoseconds += counts.length * sequential * draws * size * NANOSECONDS.add;
    if (sequential > 0) drawn = Math.max(drawn, permutations * size);
    if (sampled === 0) continue;
    most = Math.max(most, size);
    for (const features of counts) nanoseconds += estimateGroup(permutations, size, sampled, features);
  }
  nanoseconds +=
    permutations * most * (NANOSECONDS.deal + counts.length * NANOSECONDS.add) + drawn * NANOSECONDS.deal;
  return nanoseconds / 1e6;
}

/** Features that a statistic sums up for each unit alike; 1 where the sum alone decides. */
function countFeatures(statistic: LocalStatistic): number {
  const { length } = variablesOf(statistic);
  if (statistic.kind === 'geary' || statistic.kind === 'multivariate-geary') return length + 1;
  return statistic.kind === 'multivariate-moran' ? Math.max(2, length) : 1;
}

/** Units of one size. */
function estimateGroup(permutations: number, size: number, units: number, features: number): number {
  if (features === 1) return permutations * NANOSECONDS.place;
  const summing = permutations * size * features * NANOSECONDS.add;
  if (features === 2) return summing + units * Math.sqrt(permutations) * NANOSECONDS.column;
  return summing + units * permutations * features * NANOSECONDS.look;
}
