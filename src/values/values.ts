/** Joined columns of all districts without shapes: what an answer holds, whatever its format. */
import type { components } from '../../openapi/generated/types.ts';
import type { BoundaryVersion } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { JoinPlan } from '../indicators/join.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import { Problem } from '../problem.ts';

type ValuesDocument = components['schemas']['Values'];

/** All but the arrays. */
export type ValuesHead = Omit<ValuesDocument, 'ids' | 'keys' | 'names' | 'values'>;

/** What an answer holds. */
export interface Values {
  head: ValuesHead;
  table: DistrictTable;
  columns: readonly JoinedColumn[];
}

/** 20 periods of three measures for all municipalities of Germany are 660,000; a body takes some ten bytes for each. */
const MOST_CELLS = 2_000_000;

/** @throws Problem invalid_request where an answer would be too large */
export function refuseTooManyCells({ slots, measures }: JoinPlan, { districts }: BoundaryVersion): void {
  const columns = slots.length * measures.length;
  if (columns * districts <= MOST_CELLS) return;
  throw new Problem('invalid_request', 'The answer would have too many values.', [
    {
      code: 'too_many_values',
      field: 'indicators',
      got: `${columns * districts} values (${columns} columns × ${districts} districts)`,
      expected: `at most ${MOST_CELLS}: fewer indicators, periods or measures`,
    },
  ]);
}
