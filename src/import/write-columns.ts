/** Writes the cells of a column that differ from what is published; withdrawals as tombstones. */
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { parsePeriod } from '../indicators/period.ts';
import { Problem } from '../problem.ts';
import type { PublishedCells } from '../protection/protect.ts';
import type { ColumnCandidate } from './candidate.ts';

type Trx = Transaction<Tables>;

/** Numbers of cells. */
export interface CellChanges {
  added: number;
  changed: number;
  withdrawn: number;
}

interface Place {
  geographyId: number;
  indicatorId: number;
  versionId: number;
  /** District ids by key, of this boundary version. */
  districts: Map<string, number>;
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
export async function readPublished(trx: Trx, column: ColumnCandidate): Promise<PublishedCells> {
  const place = await findPlace(trx, column);
  const cells = await readCells(trx, place, column.period);
  const keys = new Map([...place.districts].map(([key, id]) => [id, key]));
  return new Map([...cells].map(([id, cell]) => [keys.get(id)!, cell]));
}

/**
 * @param release number of the running release
 * @throws Problem invalid_package boundary_unknown or unknown_district
 */
export async function writeColumn(trx: Trx, column: ColumnCandidate, release: number): Promise<CellChanges> {
  const place = await findPlace(trx, column);
  const published = await readCells(trx, place, column.period);
  const changed: { district: number; cell: Cell }[] = [];
  let added = 0;
  column.keys.forEach((key, i) => {
    const district = place.districts.get(key)!;
    const cell = cellAt(column, i);
    const old = published.get(district);
    published.delete(district);
    if (old && sameCell(old, cell)) return;
    if (!old) added++;
    changed.push({ district, cell });
  });
  const withdrawn = [...published.keys()];
  if (changed.length + withdrawn.length === 0) return { added: 0, changed: 0, withdrawn: 0 };
  await insertPeriod(trx, column.period);
  await insertCells(trx, place, column.period, release, changed);
  await insertTombstones(trx, place, column.period, release, withdrawn);
  await trx
    .insertInto('column_version')
    .values({
      geography_id: place.geographyId,
      indicator_id: place.indicatorId,
      period: column.period,
      boundary_version_id: place.versionId,
      release,
    })
    .execute();
  return { added, changed: changed.length - added, withdrawn: withdrawn.length };
}

async function findPlace(trx: Trx, column: ColumnCandidate): Promise<Place> {
  const version = await trx
    .selectFrom('boundary_version as b')
    .innerJoin('geography as g', 'g.id', 'b.geography_id')
    .where('g.collection', '=', column.geography)
    .where(sql<string>`lower(b.valid)`, '=', sql<string>`${column.boundary}::date`)
    .select(['b.id', 'g.id as geography'])
    .executeTakeFirst();
  if (!version) {
    throw new Problem('invalid_package', `${column.file}: there is no such boundary version.`, [
      {
        code: 'boundary_unknown',
        file: 'datapackage.json',
        field: column.geography,
        got: column.boundary,
        expected: `the validFrom of a boundary version of ${column.geography}, in this package or imported before`,
      },
    ]);
  }
  const indicator = await trx
    .selectFrom('indicator')
    .where('code', '=', column.indicator)
    .select('id')
    .executeTakeFirstOrThrow();
  const districts = await trx
    .selectFrom('district_version as v')
    .innerJoin('district as d', 'd.id', 'v.district_id')
    .where('v.boundary_version_id', '=', version.id)
    .where(sql<boolean>`upper_inf(v.known)`)
    .select(['d.id', 'd.key'])
    .execute();
  const place = {
    geographyId: version.geography,
    indicatorId: indicator.id,
    versionId: version.id,
    districts: new Map(districts.map((district) => [district.key, district.id])),
  };
  refuseUnknownDistricts(column, place);
  return place;
}

function refuseUnknownDistricts(column: ColumnCandidate, place: Place): void {
  const items = column.keys
    .map((key, i) => ({ key, line: column.lines[i]! }))
    .filter(({ key }) => !place.districts.has(key))
    .slice(0, 100)
    .map(({ key, line }) => ({
      code: 'unknown_district',
      file: column.file,
      line,
      got: key,
      expected: `a district of ${column.geography} on the boundary version of ${column.boundary}`,
    }));
  if (items.length > 0)
    throw new Problem('invalid_package', `${column.file}: values for unknown districts.`, items);
}

async function readCells(trx: Trx, place: Place, period: string): Promise<Map<number, Cell>> {
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
    provisional: column.provisional,
    reference_date: column.referenceDate,
  };
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function sameCell(a: Cell, b: Cell): boolean {
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
  place: Place,
  period: string,
  release: number,
  changed: readonly { district: number; cell: Cell }[],
): Promise<void> {
  await sql`
    insert into observation (geography_id, indicator_id, period, district_id, boundary_version_id, release,
      value, numerator, denominator, status, reason, provisional, reference_date)
    select ${place.geographyId}::int, ${place.indicatorId}::int, ${period}::text, district, ${place.versionId}::int,
      ${release}::int, value, numerator, denominator, status::observation_status, reason, provisional, reference_date
    from unnest(
      ${changed.map(({ district }) => district)}::int[],
      ${changed.map(({ cell }) => cell.value)}::float8[],
      ${changed.map(({ cell }) => cell.numerator)}::float8[],
      ${changed.map(({ cell }) => cell.denominator)}::float8[],
      ${changed.map(({ cell }) => cell.status)}::text[],
      ${changed.map(({ cell }) => cell.reason)}::text[],
      ${changed.map(({ cell }) => cell.provisional)}::bool[],
      ${changed.map(({ cell }) => cell.reference_date)}::date[])
      as c (district, value, numerator, denominator, status, reason, provisional, reference_date)`.execute(
    trx,
  );
}

async function insertTombstones(
  trx: Trx,
  place: Place,
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
