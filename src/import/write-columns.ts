/** Writes the cells of a column that differ from what is published; withdrawals as tombstones. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { parsePeriod } from '../indicators/period.ts';
import type { PublishedCells } from '../protection/protect.ts';
import type { ColumnCandidate } from './candidate.ts';
import type { ColumnPlace } from './locate-columns.ts';

type Trx = Transaction<Tables>;

/** Numbers of cells. */
export interface CellChanges {
  added: number;
  changed: number;
  withdrawn: number;
}

interface Cell {
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  status: string;
  reason: string | null;
  provisional: boolean;
  reference_date: string | null;
}

/** What is published of the same column now, by district key; empty for a new boundary version. */
export async function readPublished(
  trx: Trx,
  place: ColumnPlace,
  { period }: ColumnCandidate,
): Promise<PublishedCells> {
  const cells = await readCells(trx, place, period);
  return new Map(
    [...place.districts].flatMap(([key, id]) => {
      const cell = cells.get(id);
      return cell ? [[key, cell]] : [];
    }),
  );
}

/**
 * Writes what differs from the newest published cells; cells that the column does not have are withdrawn.
 * @param release number of the running release
 */
export async function writeColumn(
  trx: Trx,
  place: ColumnPlace,
  column: ColumnCandidate,
  release: number,
): Promise<CellChanges> {
  const { period } = column;
  const published = await readCells(trx, place, period);
  const written: { district: number; cell: Cell }[] = [];
  let added = 0;
  for (const [i, key] of column.keys.entries()) {
    const district = place.districts.get(key)!;
    const cell = cellAt(column, i);
    const old = published.get(district);
    published.delete(district);
    if (old && isSame(old, cell)) continue;
    if (!old) added++;
    written.push({ district, cell });
  }
  const withdrawn = [...published.keys()];
  if (written.length + withdrawn.length === 0) return { added: 0, changed: 0, withdrawn: 0 };
  await insertPeriod(trx, period);
  await insertCells(trx, place, period, release, written);
  await insertTombstones(trx, place, period, release, withdrawn);
  await trx
    .insertInto('column_version')
    .values({
      geography_id: place.geographyId,
      indicator_id: place.indicatorId,
      period,
      boundary_version_id: place.versionId,
      release,
    })
    .execute();
  return { added, changed: written.length - added, withdrawn: withdrawn.length };
}

async function readCells(trx: Trx, place: ColumnPlace, period: string): Promise<Map<number, Cell>> {
  const rows = await trx
    .selectFrom('observation')
    .where('geography_id', '=', place.geographyId)
    .where('indicator_id', '=', place.indicatorId)
    .where('period', '=', period)
    .where('boundary_version_id', '=', place.versionId)
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
      'withdrawn',
    ])
    .orderBy('district_id')
    .orderBy('release', 'desc')
    .execute();
  return new Map(rows.filter((row) => !row.withdrawn).map((row) => [row.district_id, row]));
}

function cellAt(column: ColumnCandidate, i: number): Cell {
  return {
    value: numberOrNull(column.values[i]),
    numerator: numberOrNull(column.numerators?.[i]),
    denominator: numberOrNull(column.denominators?.[i]),
    status: column.status[i]!,
    reason: column.reasons[i] ?? null,
    provisional: column.provisional[i]!,
    reference_date: column.referenceDates[i]!,
  };
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function isSame(a: Cell, b: Cell): boolean {
  return (Object.keys(b) as (keyof Cell)[]).every((field) => a[field] === b[field]);
}

async function insertPeriod(trx: Trx, id: string): Promise<void> {
  const { start, end } = parsePeriod(id)!;
  await trx
    .insertInto('period')
    .values({ id, first_day: start, last_day: end })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function insertCells(
  trx: Trx,
  place: ColumnPlace,
  period: string,
  release: number,
  written: readonly { district: number; cell: Cell }[],
): Promise<void> {
  await sql`
    insert into observation (geography_id, indicator_id, period, district_id, boundary_version_id, release,
      value, numerator, denominator, status, reason, provisional, reference_date)
    select ${place.geographyId}::int, ${place.indicatorId}::int, ${period}::text, district, ${place.versionId}::int,
      ${release}::int, value, numerator, denominator, status::observation_status, reason, provisional, reference_date
    from unnest(
      ${written.map(({ district }) => district)}::int[],
      ${written.map(({ cell }) => cell.value)}::float8[],
      ${written.map(({ cell }) => cell.numerator)}::float8[],
      ${written.map(({ cell }) => cell.denominator)}::float8[],
      ${written.map(({ cell }) => cell.status)}::text[],
      ${written.map(({ cell }) => cell.reason)}::text[],
      ${written.map(({ cell }) => cell.provisional)}::bool[],
      ${written.map(({ cell }) => cell.reference_date)}::date[])
      as c (district, value, numerator, denominator, status, reason, provisional, reference_date)`.execute(
    trx,
  );
}

async function insertTombstones(
  trx: Trx,
  place: ColumnPlace,
  period: string,
  release: number,
  districts: readonly number[],
): Promise<void> {
  await sql`
    insert into observation (geography_id, indicator_id, period, district_id, boundary_version_id, release,
      status, reason, provisional, withdrawn)
    select ${place.geographyId}::int, ${place.indicatorId}::int, ${period}::text, district, ${place.versionId}::int,
      ${release}::int, 'not_available', 'withdrawn', false, true
    from unnest(${[...districts]}::int[]) as w (district)`.execute(trx);
}
