/** What every group of units, a region or a cluster, must have; without `populations` each unit counts 1. */
export interface Minimum {
  /** Fewest units per group. Default 1. */
  size?: number;
  /** Least sum of `populations` per group. Default 0. */
  population?: number;
  /** Population of each unit, 0 or more (persons, households ...). */
  populations?: Float64Array;
}

/** A minimum with every default in place. */
export type FullMinimum = Required<Minimum>;

/**
 * Fill in defaults.
 *
 * @throws RangeError for a size that is not a whole number of 1 or more, a negative population, or another length
 */
export function resolveMinimum(n: number, minimum: Minimum): FullMinimum {
  const { size = 1, population = 0, populations = new Float64Array(n).fill(1) } = minimum;
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`Got a minimum size of ${size}, expected a whole number of 1 or more.`);
  }
  if (!(population >= 0 && Number.isFinite(population))) {
    throw new RangeError(`Got a minimum population of ${population}, expected 0 or more.`);
  }
  if (populations.length !== n) throw new RangeError(`Got ${populations.length} populations for ${n} units.`);
  const bad = populations.findIndex((value) => !(value >= 0 && Number.isFinite(value)));
  if (bad >= 0)
    throw new RangeError(`Got a population of ${populations[bad]} in unit ${bad}, expected 0 or more.`);
  return { size, population, populations };
}
