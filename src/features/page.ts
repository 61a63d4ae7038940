/** Which features of a boundary version a request wants: a box, a place to go on, a number. */
import { Problem } from '../problem.ts';

/** West, south, east, north in degrees, west <= east. */
export type Box = [number, number, number, number];

/** A read page request. */
export interface PageRequest {
  /** Boxes whose union is wanted; null for everywhere. */
  boxes: Box[] | null;
  limit: number;
  /** Features to skip from the start; 0 where a cursor says where to go on. */
  offset: number;
  /** Key of the last district of the page before; null at the start. */
  after: string | null;
}

/**
 * Reads the paging parameters.
 * @throws Problem invalid_request for a box that is none or a cursor that is not ours
 */
export function readPage(query: {
  bbox?: readonly number[];
  limit: number;
  offset?: number;
  cursor?: string;
}): PageRequest {
  return {
    boxes: query.bbox === undefined ? null : toBoxes(query.bbox),
    limit: query.limit,
    offset: query.cursor === undefined ? (query.offset ?? 0) : 0,
    after: query.cursor === undefined ? null : decodeCursor(query.cursor),
  };
}

/** Makes the cursor that goes on after a district. */
export function encodeCursor(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}

function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (key !== '' && encodeCursor(key) === cursor) return key;
  throw new Problem('invalid_request', 'cursor is not one of ours.', [
    { code: 'invalid_value', field: 'cursor', got: cursor, expected: 'the cursor of a next link' },
  ]);
}

/** The one or two boxes of a bbox parameter; west > east crosses the antimeridian. */
function toBoxes(bbox: readonly number[]): Box[] {
  const flat = bbox.length === 6 ? [bbox[0]!, bbox[1]!, bbox[3]!, bbox[4]!] : bbox;
  const [west, south, east, north] = flat as Box;
  const valid =
    flat.length === 4 &&
    [west, east].every((x) => Math.abs(x) <= 180) &&
    [south, north].every((y) => Math.abs(y) <= 90) &&
    south <= north;
  if (!valid) {
    throw new Problem('invalid_request', 'bbox is no box.', [
      {
        code: 'invalid_value',
        field: 'bbox',
        got: bbox.join(','),
        expected: 'west,south,east,north in degrees with south <= north (six numbers with heights)',
      },
    ]);
  }
  if (west <= east) return [[west, south, east, north]];
  return [
    [west, south, 180, north],
    [-180, south, east, north],
  ];
}
