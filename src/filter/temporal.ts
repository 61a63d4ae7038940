/**
 * Comparisons of instants and intervals after OWL-Time (https://www.w3.org/TR/owl-time/), as conditions on their ends.
 * One table for both evaluations.
 *
 *     t1   ├─────┤            before
 *     t2            ├────┤
 *     t1   ├─────┤            meets: the end of t1 is the start of t2
 *     t2         ├──────┤
 */
import type { TemporalOperator } from './expression.ts';

/** An end of the first (1) or second (2) operand. */
export type End = 'start1' | 'end1' | 'start2' | 'end2';

/** A comparison of two ends. */
export type EndCondition = readonly [End, '<' | '=' | '>', End];

/** All conditions of a relation hold together. */
type AllOf = readonly EndCondition[];

const BEFORE: AllOf = [['end1', '<', 'start2']];
const AFTER: AllOf = [['start1', '>', 'end2']];

/**
 * One of the lists holds (`any`), or none does (`none`). An instant starts and ends at once; a day that meets timestamps
 * lasts from its first to its last microsecond.
 */
export const RELATIONS: Record<TemporalOperator, { any: readonly AllOf[] } | { none: readonly AllOf[] }> = {
  t_after: { any: [AFTER] },
  t_before: { any: [BEFORE] },
  t_disjoint: { any: [BEFORE, AFTER] },
  t_intersects: { none: [BEFORE, AFTER] },
  t_equals: {
    any: [
      [
        ['start1', '=', 'start2'],
        ['end1', '=', 'end2'],
      ],
    ],
  },
  t_contains: {
    any: [
      [
        ['start1', '<', 'start2'],
        ['end1', '>', 'end2'],
      ],
    ],
  },
  t_during: {
    any: [
      [
        ['start1', '>', 'start2'],
        ['end1', '<', 'end2'],
      ],
    ],
  },
  t_finishedBy: {
    any: [
      [
        ['start1', '<', 'start2'],
        ['end1', '=', 'end2'],
      ],
    ],
  },
  t_finishes: {
    any: [
      [
        ['start1', '>', 'start2'],
        ['end1', '=', 'end2'],
      ],
    ],
  },
  t_meets: { any: [[['end1', '=', 'start2']]] },
  t_metBy: { any: [[['start1', '=', 'end2']]] },
  t_overlappedBy: {
    any: [
      [
        ['start1', '>', 'start2'],
        ['start1', '<', 'end2'],
        ['end1', '>', 'end2'],
      ],
    ],
  },
  t_overlaps: {
    any: [
      [
        ['start1', '<', 'start2'],
        ['end1', '>', 'start2'],
        ['end1', '<', 'end2'],
      ],
    ],
  },
  t_startedBy: {
    any: [
      [
        ['start1', '=', 'start2'],
        ['end1', '>', 'end2'],
      ],
    ],
  },
  t_starts: {
    any: [
      [
        ['start1', '=', 'start2'],
        ['end1', '<', 'end2'],
      ],
    ],
  },
};
