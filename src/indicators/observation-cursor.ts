/** Cursors of observations: the row before the next page, so that an import in between neither repeats nor skips one. */
import type { components } from '../../openapi/generated/types.ts';
import { compareIds } from '../catalog/catalog.ts';
import { Problem } from '../problem.ts';

type Observation = components['schemas']['Observation'];

/** The row that a cursor names, by the fields that order the answer. */
export type ObservationPosition = Pick<Observation, (typeof FIELDS)[number]>;

const FIELDS = ['collection', 'indicator', 'period', 'boundaryVersion', 'district'] as const;

/** Makes the cursor that goes on after a row. */
export function encodeCursor(last: Observation): string {
  return Buffer.from(JSON.stringify(FIELDS.map((field) => last[field]))).toString('base64url');
}

/**
 * Reads a cursor; undefined is the start.
 * @throws Problem invalid_request when it is not one of ours
 */
export function decodeCursor(cursor: string | undefined): ObservationPosition | null {
  if (cursor === undefined) return null;
  const parts = parse(cursor);
  if (
    Array.isArray(parts) &&
    parts.length === FIELDS.length &&
    parts.every((part) => typeof part === 'string')
  ) {
    return Object.fromEntries(FIELDS.map((field, i) => [field, parts[i]])) as ObservationPosition;
  }
  throw new Problem('invalid_request', 'cursor is not one of ours.', [
    {
      code: 'invalid_value',
      field: 'cursor',
      got: cursor.slice(0, 100),
      expected: 'the cursor of a next link',
    },
  ]);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

/** Whether a column lies before (negative), at (0) or after (positive) the cursor's row, in the order of the answer. */
export function placeColumn(
  column: Omit<ObservationPosition, 'district'>,
  after: ObservationPosition,
): number {
  const different = FIELDS.slice(0, -1).find((field) => column[field as 'period'] !== after[field]) as
    | 'period'
    | undefined;
  if (different === undefined) return 0;
  if (different === 'period') return compareIds(column.period, after.period);
  return column[different] < after[different] ? -1 : 1;
}
