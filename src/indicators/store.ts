/** SQL of observations. */

import { sql } from 'kysely';
import type { ColumnEntry } from '../catalog/catalog.ts';
import type { Db } from '../db/database.ts';
import { type Column, emptyColumn } from './column.ts';
import { STATUSES, type Status } from './status.ts';

/**
 * Reads a column as it stands.
 * @param entry which column
 * @param positions position of each district id in the district table
 * @param n number of districts in the table
 */
export async function readColumn(
  db: Db,
  entry: ColumnEntry,
  positions: ReadonlyMap<number, number>,
  n: number,
): Promise<Column> {
  const rows = await db
    .selectFrom('observation')
    .where('geography_id', '=', entry.geography)
    .where('indicator_id', '=', entry.indicator)
    .where('period', '=', entry.period)
    .where('boundary_version_id', '=', entry.boundaryVersion)
    .where('release', '<=', entry.release)
    .distinctOn('district_id')
    .select([
      'district_id',
      'value',
      'numerator',
      'denominator',
      'status',
      'reason',
      'provisional',
      'reference_date',
      'release',
      'withdrawn',
    ])
    .orderBy('district_id')
    .orderBy('release', 'desc')
    .execute();
  const column = emptyColumn(n, 'not_delivered');
  // A row brings its own copy of each text; one of each is enough.
  const texts = new Map<string, string>();
  const shared = (text: string | null): string | null => {
    if (text === null) return null;
    if (!texts.has(text)) texts.set(text, text);
    return texts.get(text)!;
  };
  for (const row of rows) {
    const i = positions.get(row.district_id);
    if (i === undefined) continue;
    column.releases[i] = row.release;
    if (row.withdrawn) {
      column.reasons[i] = 'withdrawn';
      continue;
    }
    column.values[i] = row.value ?? Number.NaN;
    column.numerators[i] = row.numerator ?? Number.NaN;
    column.denominators[i] = row.denominator ?? Number.NaN;
    column.status[i] = STATUSES.indexOf(row.status);
    column.reasons[i] = shared(row.reason);
    column.provisional[i] = row.provisional ? 1 : 0;
    column.referenceDates[i] = shared(row.reference_date);
  }
  column.release = entry.release;
  return column;
}

/** Counts the cells of columns by status; districts without a cell are not counted. */
export async function readCoverage(
  db: Db,
  entries: readonly ColumnEntry[],
): Promise<Map<ColumnEntry, Record<Status, number>>> {
  const { rows } = await sql<{ place: number; status: Status; cells: number }>`
    select place, status, count(*) as cells
    from (
      select distinct on (w.place, o.district_id) w.place::int - 1 as place, o.status
      from unnest(
        ${entries.map((entry) => entry.geography)}::int[],
        ${entries.map((entry) => entry.indicator)}::int[],
        ${entries.map((entry) => entry.period)}::text[],
        ${entries.map((entry) => entry.boundaryVersion)}::int[],
        ${entries.map((entry) => entry.release)}::int[])
        with ordinality as w (geography, indicator, period, version, release, place)
      join observation o on o.geography_id = w.geography and o.indicator_id = w.indicator and o.period = w.period
        and o.boundary_version_id = w.version and o.release <= w.release
      order by w.place, o.district_id, o.release desc) as newest
    group by place, status`.execute(db);
  const none = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  const coverage = new Map(entries.map((entry) => [entry, { ...none }]));
  for (const row of rows) coverage.get(entries[row.place]!)![row.status] = row.cells;
  return coverage;
}
