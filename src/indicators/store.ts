/** SQL of observations. */

import type { ColumnEntry } from '../catalog/catalog.ts';
import type { Db } from '../db/database.ts';
import { type Column, emptyColumn } from './column.ts';
import { STATUSES } from './status.ts';

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
    column.reasons[i] = row.reason;
    column.provisional[i] = row.provisional ? 1 : 0;
    column.referenceDates[i] = row.reference_date;
  }
  column.release = entry.release;
  return column;
}
