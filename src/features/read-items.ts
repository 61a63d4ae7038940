/** Use case: a page of districts of a boundary version, joined with indicators. */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { Shape } from '../districts/shape.ts';
import { type JoinedColumn, type JoinPlan, joinColumns } from '../indicators/join.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';

/** Which features of the boundary version a request wants. */
export interface PageRequest {
  bbox?: readonly number[] | undefined;
  limit: number;
  offset?: number | undefined;
  cursor?: string | undefined;
}

/** A page: positions in the district table with their shapes. */
export interface Page {
  table: DistrictTable;
  columns: JoinedColumn[];
  positions: number[];
  shapes: Shape[];
  numberMatched: number;
  /** Cursor of the next page, or null at the end. */
  next: string | null;
}

/** Loads the columns of a plan. */
export async function loadJoin(
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  plan: JoinPlan,
): Promise<JoinedColumn[]> {
  const columns = await Promise.all(plan.slots.map((slot) => reader.column(geography, version, slot.entry)));
  return joinColumns(plan, columns);
}

/**
 * Reads a page in key order. The cursor is the last key of the page before, so that an import between two pages
 * neither repeats nor skips a district.
 */
export async function readItems(
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  plan: JoinPlan,
  request: PageRequest,
): Promise<Page> {
  const table = await reader.districts(geography, version);
  const columns = await loadJoin(reader, geography, version, plan);
  const matched = await matchingPositions(reader, version, table, request.bbox);
  const after = request.cursor === undefined ? null : decodeCursor(request.cursor);
  const start = after === null ? (request.offset ?? 0) : matched.findIndex((i) => table.keys[i]! > after);
  const positions = start < 0 ? [] : matched.slice(start, start + request.limit);
  const last = positions.at(-1);
  const more = last !== undefined && last !== matched.at(-1);
  const shapes = await reader.shapes(
    version,
    positions.map((i) => table.ids[i]!),
  );
  return {
    table,
    columns,
    positions,
    shapes,
    numberMatched: matched.length,
    next: more ? encodeCursor(table.keys[last]!) : null,
  };
}

async function matchingPositions(
  reader: Reader,
  version: BoundaryVersion,
  table: DistrictTable,
  bbox: readonly number[] | undefined,
): Promise<number[]> {
  const all = Array.from({ length: table.n }, (_, i) => i);
  if (bbox === undefined) return all;
  const found = new Set<number>();
  for (const box of toBoxes(bbox)) for (const id of await reader.inBox(version, box)) found.add(id);
  return all.filter((i) => found.has(table.ids[i]!));
}

/**
 * The one or two boxes of a bbox parameter; west > east crosses the antimeridian.
 * @throws Problem invalid_request for five numbers, latitudes out of range or south > north
 */
function toBoxes(bbox: readonly number[]): [number, number, number, number][] {
  const flat = bbox.length === 6 ? [bbox[0]!, bbox[1]!, bbox[3]!, bbox[4]!] : bbox;
  const [west, south, east, north] = flat as [number, number, number, number];
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

function encodeCursor(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}

function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (key !== '' && encodeCursor(key) === cursor) return key;
  throw new Problem('invalid_request', 'cursor is not one of ours.', [
    { code: 'invalid_value', field: 'cursor', got: cursor, expected: 'the cursor of a next link' },
  ]);
}
