/** What tests of the import share: the small town imported with changes, and what a database holds. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Db } from '../../src/db/database.ts';
import type { BoundaryResource, ObservationResource } from '../../src/import/descriptor.ts';
import { type ImportResult, importPackage } from '../../src/import/import-package.ts';
import { type Scope, testFolder } from '../support/database.ts';
import { makeSmallPackage, type SmallPackage, writeSmallPackage } from '../support/small-package.ts';

type Resources = (BoundaryResource | ObservationResource)[];

/** How the small town differs from itself. */
export interface Change {
  /** Changes the parts of the package. */
  package?: (pkg: SmallPackage) => void;
  /** Makes another list of resources: areas, quarters, figures. */
  resources?: (resources: Resources) => Resources;
}

/** The small town as a real one, so that it can stand beside others. */
function makeRealTown(): SmallPackage {
  const pkg = makeSmallPackage();
  pkg.sozialraum.authority.synthetic = false;
  return pkg;
}

/** Writes the real small town with changes into a temporary folder and returns that. */
export async function writeTown(t: Scope, change: Change = {}): Promise<string> {
  const pkg = makeRealTown();
  change.package?.(pkg);
  const folder = await writeSmallPackage(testFolder(t), pkg);
  if (change.resources) {
    const path = join(folder, 'datapackage.json');
    const descriptor = JSON.parse(await readFile(path, 'utf8')) as { resources: Resources };
    descriptor.resources = change.resources(descriptor.resources);
    await writeFile(path, JSON.stringify(descriptor));
  }
  return folder;
}

/** Imports the real small town with changes. */
export async function importTown(
  t: Scope,
  db: Db,
  change: Change = {},
  dryRun = false,
): Promise<ImportResult> {
  return importPackage(db, { packagePath: await writeTown(t, change), dataDir: null, dryRun });
}

/** Leaves only the table of figures in the package. */
export const onlyFigures = (resources: Resources): Resources =>
  resources.filter(({ name }) => name === 'figures');

/** Number of rows of every table. */
export async function countRows(db: Db): Promise<Record<string, number>> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name`.execute(db);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(
      db,
    );
    counts[name] = rows[0]!.count;
  }
  return counts;
}

/** Districts of a geography as known at a release: key, name, parent and delivered shape. */
export async function readDistricts(db: Db, collection: string, release: number) {
  const { rows } = await sql<{ key: string; name: string; valid: string; shape: string; parent: string }>`
    select d.key, v.name, v.valid::text as valid, st_astext(v.geom_delivered) as shape, p.key as parent
    from district_version v
    join district d on d.id = v.district_id
    join geography g on g.id = d.geography_id
    left join district_parent r on r.district_id = d.id and r.boundary_version_id = v.boundary_version_id
      and r.known @> ${release}::int
    left join district p on p.id = r.parent_id
    where g.collection = ${collection} and v.known @> ${release}::int
    order by d.key, v.valid`.execute(db);
  return rows;
}

/** Cells of an indicator and period as they stood at a release, by district key. */
export async function readCells(
  db: Db,
  indicator: string,
  period: string,
  release: number,
): Promise<Record<string, number | string>> {
  const { rows } = await sql<{ key: string; value: number | null; status: string; withdrawn: boolean }>`
    select distinct on (d.key) d.key, o.value, o.status::text as status, o.withdrawn
    from observation o
    join district d on d.id = o.district_id
    join indicator i on i.id = o.indicator_id
    where i.code = ${indicator} and o.period = ${period} and o.release <= ${release}::int
    order by d.key, o.release desc`.execute(db);
  return Object.fromEntries(
    rows.filter((row) => !row.withdrawn).map(({ key, value, status }) => [key, value ?? status]),
  );
}
