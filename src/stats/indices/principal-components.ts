/** Principal components of a correlation matrix. */

import { computeMoments } from '../standardise.ts';

/** Sweeps after which Jacobi's method is given up; it needs about six. */
const MOST_SWEEPS = 100;
/** Loadings and eigenvalues closer than this are equal. */
const EQUAL = 1e-9;

/** Eigenvalues, descending, with unit eigenvectors: `vectors[c]` belongs to `values[c]`. */
export interface Eigen {
  values: number[];
  vectors: number[][];
}

/** Result; `no_variance` names the first column whose values are all equal. */
export type PrincipalComponents =
  | { status: 'too_few'; n: number }
  | { status: 'no_variance'; n: number; column: number }
  | {
      status: 'ok';
      /** Rows without a missing value. */
      n: number;
      /** Mean and deviation by which each column was standardised. */
      means: number[];
      deviations: number[];
      /** Variance of each component; sum = columns. */
      eigenvalues: number[];
      /** Share of the variance, sum 1. */
      explained: number[];
      /** Per component one loading per column, sum of squares 1, the largest in absolute value positive. */
      loadings: number[][];
      /** Per component one score per row; NaN for rows with a missing value. */
      scores: Float64Array[];
      /** The first two eigenvalues are equal: the first component is arbitrary. */
      ambiguous: boolean;
    };

/**
 * Principal components of standardised columns (the correlation matrix), over complete rows.
 *
 * The sign of a component is arbitrary; here the loading that is largest in absolute value is positive, the first of equals.
 * Scores are z times loadings, with the deviation stated: `sample` (n - 1) as R's prcomp, or `population`.
 *
 * @param columns m >= 1 columns of one number per unit; NaN for none
 * @throws RangeError without columns or for columns of unequal length
 */
export function findPrincipalComponents(
  columns: readonly Float64Array[],
  spread: 'population' | 'sample' = 'sample',
): PrincipalComponents {
  const length = columns[0]?.length;
  if (length === undefined) throw new RangeError('Got 0 columns, expected 1 or more.');
  const odd = columns.find((column) => column.length !== length);
  if (odd) throw new RangeError(`Got a column of ${odd.length} values, expected ${length}.`);
  const rows = Array.from({ length }, (_, i) => i).filter((i) =>
    columns.every((c) => Number.isFinite(c[i]!)),
  );
  const n = rows.length;
  if (n < 3) return { status: 'too_few', n };

  const complete = columns.map((column) => Float64Array.from(rows, (i) => column[i]!));
  const moments = complete.map(computeMoments);
  const flat = moments.findIndex(({ deviation }) => deviation === 0);
  if (flat >= 0) return { status: 'no_variance', n, column: flat };
  const z = complete.map((column, c) => column.map((x) => (x - moments[c]!.mean) / moments[c]!.deviation));
  const correlation = z.map((a) => z.map((b) => a.reduce((sum, value, i) => sum + value * b[i]!, 0) / n));
  const eigen = diagonalise(correlation);
  // A correlation matrix has no negative eigenvalues, but rounding makes some of a singular one.
  const values = eigen.values.map((value) => Math.max(0, value));
  const loadings = eigen.vectors.map(orient);
  const factor = spread === 'sample' ? Math.sqrt(n / (n - 1)) : 1;
  return {
    status: 'ok',
    n,
    means: moments.map(({ mean }) => mean),
    deviations: moments.map(({ deviation }) => deviation * factor),
    eigenvalues: values,
    explained: values.map((value) => value / columns.length),
    loadings,
    scores: loadings.map((loading) => {
      const scores = new Float64Array(length).fill(NaN);
      rows.forEach((row, i) => {
        scores[row] = loading.reduce((sum, weight, c) => sum + (weight * z[c]![i]!) / factor, 0);
      });
      return scores;
    }),
    ambiguous: values.length > 1 && values[0]! - values[1]! < EQUAL,
  };
}

/** The vector or its opposite, so that the largest entry in absolute value (the first of equals) is positive. */
function orient(vector: readonly number[]): number[] {
  let largest = 0;
  vector.forEach((entry, c) => {
    if (Math.abs(entry) > Math.abs(vector[largest]!) + EQUAL) largest = c;
  });
  return vector[largest]! < 0 ? vector.map((entry) => -entry) : [...vector];
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Jacobi 1846; Golub & van der Vorst 2000,
 * doi:10.1016/S0377-0427(00)00413-1): accurate for small matrices, and in no need of a start vector.
 *
 * @param symmetric m x m, finite; only read
 * @throws RangeError when the matrix is not symmetric and finite
 */
export function diagonalise(symmetric: readonly (readonly number[])[]): Eigen {
  const m = symmetric.length;
  checkSymmetric(symmetric);
  const a = symmetric.map((row) => [...row]);
  // Rows of v are the eigenvectors.
  const v = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < m; p++) {
      for (let q = p + 1; q < m; q++) rotated = rotate(a, v, p, q) || rotated;
    }
    if (!rotated) break;
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]! || i - j);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => v[i]!) };
}

function checkSymmetric(matrix: readonly (readonly number[])[]): void {
  const size = matrix.reduce((most, row) => row.reduce((m, entry) => Math.max(m, Math.abs(entry)), most), 0);
  matrix.forEach((row, i) => {
    row.forEach((entry, j) => {
      if (!(Math.abs(entry - matrix[j]![i]!) <= 1e-12 * size)) {
        throw new RangeError(
          `Got ${entry} and ${matrix[j]?.[i]} at ${i}, ${j}, expected a symmetric matrix.`,
        );
      }
    });
  });
}

/** Rotate entry (p, q) to 0; false when it is 0 already but for rounding. */
function rotate(a: number[][], v: number[][], p: number, q: number): boolean {
  const apq = a[p]![q]!;
  const [app, aqq] = [a[p]![p]!, a[q]![q]!];
  if (
    Math.abs(apq) <= Number.EPSILON * Math.sqrt(Math.abs(app * aqq)) ||
    Math.abs(apq) < Number.MIN_VALUE * 1e16
  ) {
    return false;
  }
  const theta = (aqq - app) / (2 * apq);
  const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (let k = 0; k < a.length; k++) {
    if (k === p || k === q) continue;
    const [akp, akq] = [a[k]![p]!, a[k]![q]!];
    a[k]![p] = a[p]![k] = cosine * akp - sine * akq;
    a[k]![q] = a[q]![k] = sine * akp + cosine * akq;
  }
  a[p]![p] = app - tangent * apq;
  a[q]![q] = aqq + tangent * apq;
  a[p]![q] = a[q]![p] = 0;
  for (let k = 0; k < a.length; k++) {
    const [vp, vq] = [v[p]![k]!, v[q]![k]!];
    v[p]![k] = cosine * vp - sine * vq;
    v[q]![k] = sine * vp + cosine * vq;
  }
  return true;
}
