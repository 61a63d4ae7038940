/**
 * Several variables of n units, the input of regionalisation.
 */

import { computeMoments } from '../standardise.ts';

/** n units by d variables, row-major: `values[i * d + v]`. Every value is finite. */
export interface DataMatrix {
  n: number;
  d: number;
  values: Float64Array;
}

/**
 * Put columns (one number per unit each) into a matrix.
 *
 * @throws RangeError without a column, or for columns of unequal length
 */
export function packColumns(columns: readonly Float64Array[]): DataMatrix {
  const [first] = columns;
  if (first === undefined) throw new RangeError('Got 0 variables, expected 1 or more.');
  const n = first.length;
  const d = columns.length;
  const values = new Float64Array(n * d);
  columns.forEach((column, v) => {
    if (column.length !== n) {
      throw new RangeError(`Got ${column.length} values in variable ${v}, expected ${n}.`);
    }
    for (let i = 0; i < n; i++) values[i * d + v] = column[i]!;
  });
  return { n, d, values };
}

/**
 * Standard scores of every variable with the population deviation, so that variables in unlike units weigh the same and
 * the total sum of squares is n per variable. The sample deviation would give the same regions: it stretches all variables
 * alike. A constant variable becomes 0 and weighs nothing.
 *
 * @throws RangeError for a value that is not finite
 */
export function scaleColumns(data: DataMatrix): DataMatrix {
  checkMatrix(data);
  const { n, d } = data;
  const values = new Float64Array(n * d);
  for (let v = 0; v < d; v++) {
    const column = Float64Array.from({ length: n }, (_, i) => data.values[i * d + v]!);
    const { mean, deviation } = computeMoments(column);
    if (!(deviation > 0)) continue;
    for (let i = 0; i < n; i++) values[i * d + v] = (column[i]! - mean) / deviation;
  }
  return { n, d, values };
}

/** Sums of squares of larger values exceed the range of numbers. */
const LARGEST = 1e150;

/**
 * A unit without a value cannot be placed by likeness: leave it out with `subsetWeights` first.
 *
 * @throws RangeError for a length other than n * d, no variable, or a value that is not finite, or whose square is out of range
 */
export function checkMatrix({ n, d, values }: DataMatrix): void {
  if (!Number.isInteger(d) || d < 1) throw new RangeError(`Got ${d} variables, expected 1 or more.`);
  if (values.length !== n * d) {
    throw new RangeError(`Got ${values.length} values, expected ${n} x ${d} = ${n * d}.`);
  }
  for (let at = 0; at < values.length; at++) {
    if (!(Math.abs(values[at]!) <= LARGEST)) {
      const unit = Math.floor(at / d);
      throw new RangeError(
        `Got ${values[at]} for unit ${unit}, variable ${at % d}, expected a finite number up to ${LARGEST}.`,
      );
    }
  }
}

/** Euclidean distance of two units over all variables. */
export function measureDistance({ d, values }: DataMatrix, i: number, j: number): number {
  let squares = 0;
  for (let v = 0; v < d; v++) {
    const step = values[i * d + v]! - values[j * d + v]!;
    squares += step * step;
  }
  return Math.sqrt(squares);
}

/** Values less the mean of their variable, row-major: sums of them stay small and so exact, whatever the level of the data. */
export function centreColumns({ n, d, values }: DataMatrix): Float64Array {
  const means = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let v = 0; v < d; v++) means[v]! += values[i * d + v]! / n;
  const centred = new Float64Array(n * d);
  for (let i = 0; i < n; i++) for (let v = 0; v < d; v++) centred[i * d + v] = values[i * d + v]! - means[v]!;
  return centred;
}
