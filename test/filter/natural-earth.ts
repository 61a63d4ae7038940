/**
 * The conformance data set of CQL2 (Natural Earth, three layers) in memory and in PostGIS, and the filter on both: what
 * src/features does with districts, here with the types that districts do not have.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Db } from '../../src/db/database.ts';
import { compileFilter, type FilterColumns } from '../../src/districts/compile-filter.ts';
import { checkFilter, type PropertyType } from '../../src/filter/check.ts';
import { compileCondition, type Value } from '../../src/filter/evaluate.ts';
import { contains, type Expression, type ParsedFilter } from '../../src/filter/expression.ts';
import { parseFilterText } from '../../src/filter/parse-text.ts';
import { placeGeometries } from '../../src/filter/place-geometries.ts';
import { planFilter, planTest } from '../../src/filter/plan.ts';
import { SHARED_DATA } from '../support/shared.ts';

/** A layer: the rows in memory, and the table that holds them in the database. */
export interface Layer {
  table: string;
  types: Map<string, PropertyType>;
  rows: Record<string, Value>[];
}

const TYPES: Record<string, PropertyType> = {
  REAL: 'number',
  INTEGER: 'integer',
  BOOLEAN: 'boolean',
  DATE: 'date',
  DATETIME: 'timestamp',
};

const SQL_TYPES: Record<PropertyType, string> = {
  string: 'text',
  number: 'float8',
  integer: 'int8',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  geometry: 'geometry',
  array: 'text[]',
};

/** Reads a layer from the GeoPackage and writes it into the database. */
export async function loadLayer(db: Db, table: string): Promise<Layer> {
  const file = new DatabaseSync(join(SHARED_DATA, 'cql2/ne110m4cql2.gpkg'), { readOnly: true });
  const columns = file.prepare(`pragma table_info("${table}")`).all() as { name: string; type: string }[];
  const types = new Map<string, PropertyType>(
    columns.map(({ name, type }) => [name, name === 'geom' ? 'geometry' : (TYPES[type] ?? 'string')]),
  );
  const records = file.prepare(`select * from "${table}" order by fid`).all();
  file.close();
  const layer: Layer = { table, types, rows: records.map((record) => toRow(record, types)) };
  await writeLayer(db, layer);
  return layer;
}

/** Writes a layer into a table of its own. */
export async function writeLayer(db: Db, { table, types, rows }: Layer): Promise<void> {
  const columns = [...types].map(([name, type]) => sql`${sql.id(name)} ${sql.raw(SQL_TYPES[type])}`);
  await sql`create table ${sql.id(table)} (${sql.join(columns)})`.execute(db);
  await sql`insert into ${sql.id(table)} select * from jsonb_populate_recordset(null::${sql.id(table)}, ${JSON.stringify(rows)}::jsonb)`.execute(
    db,
  );
  await sql`update ${sql.id(table)} set geom = st_setsrid(geom, 4326)`.execute(db);
}

function toRow(record: Record<string, unknown>, types: Layer['types']): Record<string, Value> {
  return Object.fromEntries(
    [...types].map(([name, type]) => {
      const value = record[name];
      if (value === null) return [name, null];
      if (type === 'geometry') return [name, toWkb(value as Uint8Array)];
      if (type === 'boolean') return [name, value === 1];
      if (type === 'timestamp') return [name, new Date(value as string).toISOString().replace('Z', '000Z')];
      return [name, value as Value];
    }),
  );
}

/** A GeoPackage geometry is a header, perhaps an envelope, and WKB. */
function toWkb(blob: Uint8Array): string {
  const envelope = [0, 32, 48, 48, 64][(blob[3]! >> 1) & 7]!;
  return Buffer.from(blob.subarray(8 + envelope)).toString('hex');
}

const CRS84 = { uri: 'CRS84', latitudeFirst: false, srid: 4326, domain: [-180, -90, 180, 90] } as const;

/** Reads and checks a filter for a layer. */
export function prepare(layer: Layer, parsed: ParsedFilter | string): Expression {
  const filter = typeof parsed === 'string' ? parseFilterText(parsed) : parsed;
  return placeGeometries(checkFilter(filter, layer.types), filter, CRS84);
}

/** Number of the row (`fid`) where the database finds the filter true. */
export async function selectRows(db: Db, layer: Layer, filter: Expression): Promise<Set<number>> {
  const condition = compileFilter(filter, columnsOf(layer), 4326);
  const found = await sql<{ fid: number }>`select fid from ${sql.id(layer.table)} where ${condition}`.execute(
    db,
  );
  return new Set(found.rows.map(({ fid }) => fid));
}

/** Allow-list of a layer's columns. */
export function columnsOf(layer: Layer): FilterColumns {
  return Object.fromEntries(
    [...layer.types].flatMap(([name, type]) =>
      type === 'array' ? [] : [[name, { type, sql: sql.id(name) }]],
    ),
  );
}

/** Rows where memory finds a filter true that has no spatial predicate. */
export function filterRows(layer: Layer, filter: Expression): Set<number> {
  const condition = compileCondition(filter, {
    types: layer.types,
    property: (name) => (i) => layer.rows[i]![name]!,
    spatial: () => {
      throw new Error('A spatial predicate is the database’s to tell.');
    },
  });
  return new Set(layer.rows.filter((_, i) => condition(i) === true).map((row) => row.fid as number));
}

/** Rows that pass, divided between the database and memory as the service does it. */
export async function planRows(
  db: Db,
  layer: Layer,
  filter: Expression,
  isStored: (name: string) => boolean,
): Promise<Set<number>> {
  const plan = planFilter(filter, isStored);
  const sets: Set<number>[] = [];
  for (const stored of plan.stored) sets.push(await selectRows(db, layer, stored));
  const test = planTest(plan, {
    types: layer.types,
    property: (name) => (i) => layer.rows[i]![name]!,
    isIn: (set, i) => sets[set]!.has(layer.rows[i]!.fid as number),
  });
  return new Set(layer.rows.filter((_, i) => test(i)).map((row) => row.fid as number));
}

/** True for what only the database evaluates. */
export function isSpatialFilter(filter: Expression): boolean {
  return contains(filter, (node) => node.kind === 'call' && node.op.startsWith('s_'));
}

/** True for what only memory evaluates. */
export function isMemoryFilter(filter: Expression): boolean {
  return contains(
    filter,
    (node) => node.kind === 'call' && (/^(casei|accenti|div)$/.test(node.op) || /^[-+*/%^]$/.test(node.op)),
  );
}
