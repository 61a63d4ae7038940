/** SQL of the catalogue. */
import { sql } from 'kysely';
import type { Db } from '../db/database.ts';
import type { CategoryEntry } from '../indicators/indicator.ts';
import type { Label } from '../label.ts';
import type { Publication, WithdrawnPublication } from '../publications/publication.ts';
import type { BoundaryVersion, Catalog, ColumnEntry, Geography, Indicator, Source } from './catalog.ts';
import { columnsKey, compareIds } from './catalog.ts';

/** Newest release number; 0 before the first. */
export async function readRelease(db: Db): Promise<number> {
  const row = await db
    .selectFrom('release')
    .select((eb) => eb.fn.max('number').as('number'))
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** Reads the whole catalogue as it stands at one release; reads again where an import finished in between. */
export async function readCatalog(db: Db): Promise<Catalog> {
  const release = await readRelease(db);
  const catalog = await readCatalogAt(db, release);
  return (await readRelease(db)) === release ? catalog : await readCatalog(db);
}

/** Reads the catalogue as it stood at a release: which shapes and figures there were. Labels are kept in their newest wording. */
export async function readCatalogAt(db: Db, release: number): Promise<Catalog> {
  const boundaries = await readBoundaryVersions(db, release);
  const columns = await readColumns(db, release);
  const geographies = await readGeographies(db, boundaries, columns);
  const indicators = await readIndicators(db, columns);
  const releases = await db.selectFrom('release').select(['number', 'created_at']).execute();
  const reasons = await db.selectFrom('reason').selectAll().orderBy('code').execute();
  return {
    release,
    geographies: new Map(geographies.map((geography) => [geography.collection, geography])),
    indicators: new Map(indicators.map((indicator) => [indicator.code, indicator])),
    published: new Map(releases.map((row) => [row.number, row.created_at.toISOString()])),
    reasons: new Map(reasons.map((row) => [row.code, label(row.label_de, row.label_en)])),
    withdrawn: await readWithdrawn(db, release),
    columns: groupColumns(columns, boundaries),
  };
}

function groupColumns(
  columns: ColumnEntry[],
  boundaries: Map<number, BoundaryVersion[]>,
): Map<string, ColumnEntry[]> {
  const validFrom = new Map(
    [...boundaries.values()].flat().map((version) => [version.id, version.validFrom]),
  );
  const age = (entry: ColumnEntry): string => validFrom.get(entry.boundaryVersion) ?? '';
  const groups = new Map<string, ColumnEntry[]>();
  for (const column of columns) {
    const key = columnsKey(column.geography, column.indicator);
    const group = groups.get(key);
    if (group) group.push(column);
    else groups.set(key, [column]);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => compareIds(a.period, b.period) || (age(a) < age(b) ? -1 : 1));
  }
  return groups;
}

async function readColumns(db: Db, release: number): Promise<ColumnEntry[]> {
  return await db
    .selectFrom('column_version')
    .where('release', '<=', release)
    .select((eb) => [
      'geography_id as geography',
      'indicator_id as indicator',
      'period',
      'boundary_version_id as boundaryVersion',
      eb.fn.max('release').as('release'),
    ])
    .groupBy(['geography_id', 'indicator_id', 'period', 'boundary_version_id'])
    .execute();
}

async function readBoundaryVersions(db: Db, release: number): Promise<Map<number, BoundaryVersion[]>> {
  // A version that a later release touched is read as of this one.
  const known = sql<number>`least(b.release, ${release}::int)`;
  const rows = await db
    .selectFrom('boundary_version as b')
    .innerJoin('district_version as d', 'd.boundary_version_id', 'b.id')
    .where(sql<boolean>`d.known @> ${known}`)
    .select((eb) => [
      'b.id',
      'b.geography_id',
      sql<string>`lower(b.valid)`.as('valid_from'),
      sql<string | null>`upper(b.valid)`.as('valid_until'),
      'b.label_de',
      'b.label_en',
      'b.srid',
      'b.source',
      'b.licence',
      'b.attribution',
      'b.url',
      known.as('release'),
      eb.fn.count<number>('d.id').as('districts'),
      sql<
        number[]
      >`array[min(st_xmin(d.geom)), min(st_ymin(d.geom)), max(st_xmax(d.geom)), max(st_ymax(d.geom))]`.as(
        'bbox',
      ),
    ])
    .groupBy('b.id')
    .orderBy(sql`lower(b.valid)`)
    .execute();
  const versions = new Map<number, BoundaryVersion[]>();
  for (const row of rows) {
    const group = versions.get(row.geography_id) ?? [];
    versions.set(row.geography_id, group);
    group.push({
      id: row.id,
      validFrom: row.valid_from,
      validUntil: row.valid_until,
      label: label(row.label_de, row.label_en),
      srid: row.srid,
      source: source(row),
      districts: Number(row.districts),
      bbox: row.bbox as BoundaryVersion['bbox'],
      release: row.release,
    });
  }
  return versions;
}

async function readGeographies(
  db: Db,
  boundaries: Map<number, BoundaryVersion[]>,
  columns: ColumnEntry[],
): Promise<Geography[]> {
  const rows = await db
    .selectFrom('geography as g')
    .innerJoin('authority as a', 'a.id', 'g.authority_id')
    .leftJoin('geography as p', 'p.id', 'g.parent_id')
    .leftJoin('publication as u', 'u.geography_id', 'g.id')
    .select([
      'g.id',
      'g.collection',
      'g.label_de',
      'g.label_en',
      'g.release',
      'p.collection as parent',
      'u.description as publication',
      'a.id as authority',
      'a.label_de as authority_de',
      'a.label_en as authority_en',
      'a.synthetic',
    ])
    .orderBy(sql`g.collection collate "C"`)
    .execute();
  const touched = newestBy(columns, 'geography');
  return rows
    .filter((row) => boundaries.has(row.id))
    .map((row) => {
      const boundaryVersions = boundaries.get(row.id)!;
      return {
        id: row.id,
        collection: row.collection,
        label: label(row.label_de, row.label_en),
        authority: {
          id: row.authority,
          label: label(row.authority_de, row.authority_en),
          synthetic: row.synthetic,
        },
        parent: row.parent,
        publication: row.publication as Publication | null,
        boundaryVersions,
        definitionRelease: row.release,
        release: newest([
          row.release,
          ...boundaryVersions.map((version) => version.release),
          touched.get(row.id) ?? 0,
        ]),
      };
    });
}

/** What was published and taken back by a release. */
async function readWithdrawn(db: Db, release: number): Promise<Map<string, WithdrawnPublication>> {
  const rows = await db
    .selectFrom('withdrawal as w')
    .innerJoin('publication as u', 'u.geography_id', 'w.geography_id')
    .innerJoin('geography as g', 'g.id', 'w.geography_id')
    .where('w.release', '<=', release)
    .select(['g.collection', 'g.label_de', 'g.label_en', 'u.description', 'u.release', 'w.reason'])
    .select('w.release as withdrawn_by')
    .orderBy(sql`g.collection collate "C"`)
    .execute();
  return new Map(
    rows.map((row) => [
      row.collection,
      {
        label: label(row.label_de, row.label_en),
        publication: row.description as Publication,
        release: row.release,
        withdrawnBy: row.withdrawn_by,
        reason: row.reason,
      },
    ]),
  );
}

async function readIndicators(db: Db, columns: ColumnEntry[]): Promise<Indicator[]> {
  const rows = await db.selectFrom('indicator').selectAll().orderBy(sql`code collate "C"`).execute();
  const sources = await db.selectFrom('indicator_source').selectAll().orderBy('authority_id').execute();
  const touched = newestBy(columns, 'indicator');
  return rows.map((row) => {
    const own = sources.filter((entry) => entry.indicator_id === row.id);
    return {
      id: row.id,
      code: row.code,
      label: label(row.label_de, row.label_en),
      description: row.description_de === null ? null : label(row.description_de, row.description_en),
      unit: row.unit,
      decimals: row.decimals,
      numerator: row.numerator_de === null ? null : label(row.numerator_de, row.numerator_en),
      denominator: row.denominator_de === null ? null : label(row.denominator_de, row.denominator_en),
      aggregation: row.aggregation as Indicator['aggregation'],
      polarity: row.polarity as Indicator['polarity'],
      theme: row.theme,
      targetGroups: row.target_groups,
      lifeCycle: row.life_cycle as Indicator['lifeCycle'],
      protectionClass: row.protection_class as Indicator['protectionClass'],
      categories: row.categories as CategoryEntry[],
      sources: new Map(own.map((entry) => [entry.authority_id, source(entry)])),
      release: newest([row.release, ...own.map((entry) => entry.release), touched.get(row.id) ?? 0]),
    };
  });
}

/** Newest release of the columns of each geography or indicator. */
function newestBy(columns: readonly ColumnEntry[], field: 'geography' | 'indicator'): Map<number, number> {
  const newestOf = new Map<number, number>();
  for (const column of columns) {
    newestOf.set(column[field], Math.max(newestOf.get(column[field]) ?? 0, column.release));
  }
  return newestOf;
}

function newest(releases: number[]): number {
  return releases.reduce((a, b) => Math.max(a, b), 0);
}

function label(de: string, en: string | null): Label {
  return en === null ? { de } : { de, en };
}

function source(row: { source: string; licence: string; attribution: string; url: string | null }): Source {
  return { text: row.source, licence: row.licence, attribution: row.attribution, url: row.url };
}
