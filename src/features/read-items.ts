/** Use case: a page of districts of a boundary version, joined with indicators. */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { Shape } from '../districts/shape.ts';
import type { JoinPlan } from '../indicators/join.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import { loadJoin } from '../indicators/load-join.ts';
import type { Reader } from '../reader.ts';
import { type Box, encodeCursor, type PageRequest } from './page.ts';

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

/**
 * Reads a page in key order. A cursor is the last key of the page before, so that an import between two pages neither
 * repeats nor skips a district.
 */
export async function readItems(
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  plan: JoinPlan,
  { boxes, limit, offset, after }: PageRequest,
): Promise<Page> {
  const table = await reader.districts(geography, version);
  const columns = await loadJoin(reader, geography, version, plan);
  const matched = await matchingPositions(reader, version, table, boxes);
  const start = after === null ? offset : matched.findIndex((i) => table.keys[i]! > after);
  const positions = start < 0 ? [] : matched.slice(start, start + limit);
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
  boxes: readonly Box[] | null,
): Promise<number[]> {
  const all = Array.from({ length: table.n }, (_, i) => i);
  if (boxes === null) return all;
  const found = new Set<number>();
  for (const box of boxes) for (const id of await reader.inBox(version, box)) found.add(id);
  return all.filter((i) => found.has(table.ids[i]!));
}
