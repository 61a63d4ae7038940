/** Constrained clustering by its definition: all distances anew at every step. */

import type { Linkage, LinkOrder } from '../../../src/stats/regions/agglomeration.ts';
import { type DataMatrix, measureDistance } from '../../../src/stats/regions/data-matrix.ts';
import { findLink, type Weights } from '../../../src/stats/weights/weights.ts';

/** Partitions after each merge, units named by the smallest of their cluster. */
export function mergeDirectly(
  data: DataMatrix,
  weights: Weights,
  linkage: Linkage,
  order: LinkOrder,
): number[][] {
  const names = Array.from({ length: data.n }, (_, i) => i);
  const steps: number[][] = [];
  for (;;) {
    let nearest: { a: number; b: number; distance: number } | null = null;
    for (const a of new Set(names)) {
      for (const b of new Set(names)) {
        if (a >= b) continue;
        const distance = measureClusters(data, weights, linkage, order, names, a, b);
        if (distance !== null && (nearest === null || distance < nearest.distance))
          nearest = { a, b, distance };
      }
    }
    if (nearest === null) return steps;
    const { a, b } = nearest;
    names.forEach((name, i) => {
      if (name === b) names[i] = a;
    });
    steps.push([...names]);
  }
}

function measureClusters(
  data: DataMatrix,
  weights: Weights,
  linkage: Linkage,
  order: LinkOrder,
  names: readonly number[],
  a: number,
  b: number,
): number | null {
  const all: number[] = [];
  const touching: number[] = [];
  const sizes = [0, 0];
  names.forEach((name, i) => {
    if (name === a) sizes[0]!++;
    if (name === b) sizes[1]!++;
    if (name !== a) return;
    names.forEach((other, j) => {
      if (other !== b) return;
      all.push(measureDistance(data, i, j));
      if (findLink(weights, i, j) >= 0) touching.push(measureDistance(data, i, j));
    });
  });
  if (touching.length === 0) return null;
  const used = order === 'full' ? all : touching;
  if (linkage === 'single') return Math.min(...used);
  if (linkage === 'complete') return Math.max(...used);
  const mean = used.reduce((sum, distance) => sum + distance, 0) / used.length;
  if (linkage === 'average') return mean;
  const factor = (sizes[0]! * sizes[1]!) / (sizes[0]! + sizes[1]!);
  if (order === 'first')
    return (factor * used.reduce((sum, distance) => sum + distance ** 2, 0)) / used.length;
  let squares = 0;
  for (let v = 0; v < data.d; v++) {
    const means = [a, b].map((cluster, side) => {
      const rows = names.map((name, i) => (name === cluster ? data.values[i * data.d + v]! : 0));
      return rows.reduce((sum, value) => sum + value, 0) / sizes[side]!;
    });
    squares += (means[0]! - means[1]!) ** 2;
  }
  return factor * squares;
}
