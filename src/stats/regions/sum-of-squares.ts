/**
 * How alike the units of each region are.
 */

import type { DataMatrix } from './data-matrix.ts';

/** Sums of squared distances to means, over all variables. */
export interface SumsOfSquares {
  /** To the mean of all units. */
  total: number;
  /** To the mean of the own region: what regionalisation makes small. */
  within: number;
  /** total - within. */
  between: number;
  /** between / total, from 0 to 1; null where nothing varies. */
  ratio: number | null;
  /** Each region's share of `within`. */
  ofRegion: Float64Array;
}

/**
 * Total, within and between sums of squares (Anselin 2020, GeoDa workbook, calls them TSS, WSS, BSS).
 *
 *     total = sum_i |x_i - m|^2       within = sum_r sum_{i in r} |x_i - m_r|^2       between = total - within
 *
 * Means are found in two passes, so that equal values have exactly 0.
 *
 * @param labels region of each unit, 0 to k - 1
 */
export function sumRegionSquares(data: DataMatrix, labels: Uint32Array, k: number): SumsOfSquares {
  const total = measureTotal(data);
  const ofRegion = spreadAround(data, labels, k);
  const within = Math.min(
    total,
    ofRegion.reduce((sum, part) => sum + part, 0),
  );
  const between = total - within;
  return { total, within, between, ratio: total > 0 ? between / total : null, ofRegion };
}

/** Total sum of squares, over all variables. */
export function measureTotal(data: DataMatrix): number {
  return spreadAround(data, new Uint32Array(data.n), 1)[0]!;
}

function spreadAround({ n, d, values }: DataMatrix, labels: Uint32Array, k: number): Float64Array {
  const counts = new Uint32Array(k);
  for (const label of labels) counts[label]!++;
  const means = new Float64Array(k * d);
  // The second round adds the mean of what the first left over.
  for (let round = 0; round < 2; round++) {
    const rest = new Float64Array(k * d);
    for (let i = 0; i < n; i++) {
      const row = labels[i]! * d;
      for (let v = 0; v < d; v++) rest[row + v]! += values[i * d + v]! - means[row + v]!;
    }
    for (let at = 0; at < means.length; at++) means[at]! += rest[at]! / counts[Math.floor(at / d)]!;
  }
  const squares = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const label = labels[i]!;
    for (let v = 0; v < d; v++) squares[label]! += (values[i * d + v]! - means[label * d + v]!) ** 2;
  }
  return squares;
}
