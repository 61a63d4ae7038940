/**
 * Keyset cursors: where a page ended. They hold the boundary version and the sort values of the last feature, so that
 * an import between two pages neither repeats nor skips a feature and never mixes boundary versions.
 */
import type { Cell } from '../indicators/joined-column.ts';
import { Problem } from '../problem.ts';

/** The end of a page. */
export interface Cursor {
  /** First day of the boundary version, ISO; empty where features are of several. */
  validFrom: string;
  /** Sort values of the last feature, in the order of the sort keys. */
  values: Cell[];
  /** Its id. */
  id: string;
}

/** Makes the text of a cursor. */
export function encodeCursor({ validFrom, values, id }: Cursor): string {
  return Buffer.from(JSON.stringify([validFrom, ...values, id]), 'utf8').toString('base64url');
}

/**
 * Reads a cursor.
 * @param sortKeys number of sort keys that the request has
 * @throws Problem invalid_request for a text that is no cursor of such a request
 */
export function decodeCursor(text: string, sortKeys: number): Cursor {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === sortKeys + 2 && parts.every(isCell)) {
      const [validFrom, id] = [parts[0], parts.at(-1)];
      if (typeof validFrom === 'string' && typeof id === 'string') {
        return { validFrom, values: parts.slice(1, -1), id };
      }
    }
  } catch {
    // Not JSON: refused below.
  }
  throw refuseCursor(text);
}

/** The answer to a cursor that is not ours. */
export function refuseCursor(text: string): Problem {
  return new Problem('invalid_request', 'cursor is not one of ours.', [
    {
      code: 'invalid_value',
      field: 'cursor',
      got: text.slice(0, 100),
      expected: 'the cursor of a next link, with its other parameters',
    },
  ]);
}

function isCell(value: unknown): value is Cell {
  return value === null || typeof value === 'number' || typeof value === 'string';
}
