/**
 * Classes by limits between them. Each limit says to which side a value exactly at it belongs, because money may hang on it.
 *
 *     limits   -1 above      1 below      1.5 below
 *     class 1    |  class 2    |  class 3    |  class 4
 *          < -1  |  -1 ... 1   |  > 1 ... 1.5|  > 1.5
 */
export interface ClassLimit {
  /** In the unit of the values. */
  value: number;
  /** Class of a value equal to the limit: the one above or the one below it. */
  tie: 'above' | 'below';
}

/** Most classes that fit the class numbers. */
const MOST = 255;

/**
 * Class of every value: 1 is the lowest, one class more than limits.
 *
 * @param values one number per unit, compared as they are: classify unrounded values
 * @param limits ascending; equal values only with `above` before `below` (the class between holds just that value)
 * @returns class numbers; 0 where there is no value
 * @throws RangeError for limits that do not ascend, or more than 254
 */
export function classify(values: Float64Array, limits: readonly ClassLimit[]): Uint8Array {
  checkLimits(limits);
  return Uint8Array.from(values, (value) => findClass(value, limits));
}

/** Class of one value; 0 for none. The limits are taken to be checked. */
export function findClass(value: number, limits: readonly ClassLimit[]): number {
  if (!Number.isFinite(value)) return 0;
  let low = 0;
  let high = limits.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const limit = limits[middle]!;
    if (value > limit.value || (value === limit.value && limit.tie === 'above')) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function checkLimits(limits: readonly ClassLimit[]): void {
  if (limits.length >= MOST)
    throw new RangeError(`Got ${limits.length} limits, expected fewer than ${MOST}.`);
  limits.forEach(({ value, tie }, k) => {
    const before = limits[k - 1];
    const ascends =
      before === undefined ||
      before.value < value ||
      (before.value === value && before.tie === 'above' && tie === 'below');
    if (!Number.isFinite(value) || !ascends) {
      throw new RangeError(`Got limit ${value} after ${before?.value}, expected ascending limits.`);
    }
  });
}
