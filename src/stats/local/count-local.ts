/** Counting what a plan asks for, whole or in parts that add up. */

import { tieTolerance } from '../inference/tails.ts';
import type { Weights } from '../weights/weights.ts';
import { countArrangements } from './arrangements.ts';
import { countTails, type TailCounts } from './conditional-permutation.ts';
import { countProjectedTails, type Projection } from './count-projections.ts';
import { countSequentially, type SequentialCounts } from './count-sequentially.ts';
import { type Count, EXACT, type LocalPlan, SAMPLED, SEQUENTIAL } from './local-plan.ts';

/** A share of the work: part `index` of `of` equal parts. */
export interface LocalPart {
  index: number;
  of: number;
}

/** The whole work as one part. */
export const WHOLE: LocalPart = { index: 0, of: 1 };

/** The work in parts of equal size; counts of the parts add up to those of the whole, whatever their number. */
export function splitWork(parts: number): LocalPart[] {
  return Array.from({ length: parts }, (_, index) => ({ index, of: parts }));
}

/** Rows of the sample, or units, that belong to a part. */
function cut(total: number, { index, of }: LocalPart): [from: number, until: number] {
  return [Math.floor((total * index) / of), Math.floor((total * (index + 1)) / of)];
}

/**
 * Count a part of the work: for sums a share of the rows, for all that goes unit by unit a share of the units.
 *
 * @returns one entry per `plan.counts`, each by rated unit
 */
export function countPart(plan: LocalPlan, part: LocalPart): SequentialCounts[] {
  const { weights, methods, seed, permutations, counts } = plan;
  const [firstRow, endRow] = cut(permutations, part);
  const [first, end] = cut(plan.rated.length, part);
  const results = counts.map(() => emptyCounts(weights.n));
  const isSampled = (i: number): boolean => methods[i] === SAMPLED;
  const isMine = (i: number): boolean => methods[i] === SAMPLED && i >= first && i < end;
  const isMySequential = (i: number): boolean => methods[i] === SEQUENTIAL && i >= first && i < end;

  const sums = counts.flatMap((count, c) => (count.kind === 'sum' ? [{ scores: count.scores, c }] : []));
  const rows = { seed, from: firstRow, until: endRow };
  const scores = sums.map((sum) => sum.scores);
  countTails(scores, weights, rows, isSampled).forEach((tails, s) => {
    results[sums[s]!.c] = withDraws(tails, endRow - firstRow, isSampled);
  });

  const projected = counts.flatMap((count, c) =>
    count.kind === 'projection' ? [{ projection: count.projection, c }] : [],
  );
  const projections = projected.map((entry) => entry.projection);
  const allRows = { seed, from: 0, until: permutations };
  countProjectedTails(projections, weights, allRows, isMine).forEach((tails, s) => {
    results[projected[s]!.c] = withDraws(tails, permutations, isMine);
  });

  const all = counts.map(toProjection);
  if (methods.includes(SEQUENTIAL)) {
    countSequentially(all, weights, { seed, permutations }, isMySequential).forEach((tails, c) => {
      addCounts(results[c]!, tails);
    });
  }
  all.forEach((projection, c) => {
    for (let i = first; i < end; i++)
      if (methods[i] === EXACT) countExactly(projection, weights, i, results[c]!);
  });
  return results;
}

/** Counts of units that all used the same number of rows. */
function withDraws(tails: TailCounts, rows: number, included: (unit: number) => boolean): SequentialCounts {
  const draws = new Uint32Array(tails.lessOrEqual.length);
  for (let i = 0; i < draws.length; i++) if (included(i)) draws[i] = rows;
  return { ...tails, draws };
}

function toProjection(count: Count): Projection {
  if (count.kind === 'projection') return count.projection;
  return { features: [count.scores], coefficients: [new Float64Array(count.scores.length).fill(1)] };
}

/** Counts of 0 for every unit. */
function emptyCounts(n: number): SequentialCounts {
  return { greaterOrEqual: new Uint32Array(n), lessOrEqual: new Uint32Array(n), draws: new Uint32Array(n) };
}

/** Add the counts of a part to others. */
export function addCounts(sum: SequentialCounts, part: SequentialCounts): void {
  for (const name of ['greaterOrEqual', 'lessOrEqual', 'draws'] as const) {
    const into = sum[name];
    const from = part[name];
    for (let i = 0; i < into.length; i++) into[i]! += from[i]!;
  }
}

/** Count all arrangements of the others around unit i; weights are equal within it. */
function countExactly(
  { features, coefficients }: Projection,
  { n, offsets, neighbours }: Weights,
  i: number,
  counts: SequentialCounts,
): void {
  const scoreOf = (j: number): number => {
    let value = 0;
    for (let c = 0; c < features.length; c++) value += coefficients[c]![i]! * features[c]![j]!;
    return value;
  };
  const others = new Float64Array(n - 1);
  for (let j = 0; j < n - 1; j++) others[j] = scoreOf(j === i ? n - 1 : j);
  let observed = 0;
  for (let e = offsets[i]!; e < offsets[i + 1]!; e++) observed += scoreOf(neighbours[e]!);
  const tolerance = tieTolerance(observed);
  const size = offsets[i + 1]! - offsets[i]!;
  const { total, atLow, atHigh } = countArrangements(
    others,
    size,
    observed - tolerance,
    observed + tolerance,
  );
  counts.greaterOrEqual[i] = atLow;
  counts.lessOrEqual[i] = total - atHigh;
  counts.draws[i] = total;
}
