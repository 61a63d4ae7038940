/**
 * Features as GeoPackage 1.3 (OGC 12-128r17), an SQLite file with one layer. The same features give the same bytes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MultiPolygon } from 'geojson';
import { boundsOf, type FileColumn, type FileContent, shapesOf, unionOf } from './tabular.ts';

/** A file that is there until it is removed. */
export interface TemporaryFile {
  path: string;
  remove(): Promise<void>;
}

const TYPES: Record<FileColumn['type'], string> = { string: 'TEXT', number: 'DOUBLE', integer: 'INTEGER' };

/** "GPKG" in ASCII, and version 1.3. */
const APPLICATION_ID = 0x47504b47;
const USER_VERSION = 10_300;

/**
 * Writes a file into the system's folder for temporary files.
 * @param wkt text of the reference system
 * @param changed when the data were last changed, ISO
 */
export async function writeGeoPackage(
  content: FileContent,
  wkt: string,
  changed: string,
): Promise<TemporaryFile> {
  const folder = await mkdtemp(join(tmpdir(), `sozialraum-gpkg-${process.pid}-`));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, `${content.name}.gpkg`);
    const file = new DatabaseSync(path);
    try {
      await fill(file, content, wkt, changed);
    } finally {
      file.close();
    }
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fill(file: DatabaseSync, content: FileContent, wkt: string, changed: string): Promise<void> {
  const { name, title, columns, batches, crs } = content;
  const layer = quote(name);
  // The file goes if the process does: nothing has to reach the disk.
  file.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = ${USER_VERSION};
    pragma journal_mode = off; pragma synchronous = off; begin; ${SYSTEM_TABLES}`);
  const srs = file.prepare('insert or replace into gpkg_spatial_ref_sys values (?, ?, ?, ?, ?, null)');
  srs.run('Undefined Cartesian', -1, 'NONE', -1, 'undefined');
  srs.run('Undefined geographic', 0, 'NONE', 0, 'undefined');
  srs.run('WGS 84', 4326, 'EPSG', 4326, WGS84);
  if (crs.epsg !== 4326) srs.run(`EPSG:${crs.epsg}`, crs.epsg, 'EPSG', crs.epsg, wkt);
  const [id, shape] = [freeName('fid', columns), freeName('geom', columns)];
  const fields = columns.map((column) => `${quote(column.name)} ${TYPES[column.type]}`);
  file.exec(
    `create table ${layer} (${[`${quote(id)} integer primary key autoincrement not null`, `${quote(shape)} MULTIPOLYGON`, ...fields].join(', ')})`,
  );
  const insert = file.prepare(
    `insert into ${layer} (${[shape, ...columns.map((column) => column.name)].map(quote).join(', ')})
      values (${['?', ...columns.map(() => '?')].join(', ')})`,
  );
  const boxes: number[][] = [];
  for await (const batch of batches) {
    for (const { i, shape: geometry } of shapesOf(batch)) {
      boxes.push(boundsOf(geometry));
      insert.run(toBlob(geometry, boxes.at(-1)!, crs.epsg), ...columns.map(({ values }) => values(i)));
    }
  }
  const extent = boxes.length > 0 ? unionOf(boxes) : [null, null, null, null];
  file
    .prepare(`insert into gpkg_contents values (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(name, name, title, changed, ...extent, crs.epsg);
  file
    .prepare(`insert into gpkg_geometry_columns values (?, ?, 'MULTIPOLYGON', ?, 0, 0)`)
    .run(name, shape, crs.epsg);
  file.exec('commit');
}

/** A name that no property has. */
function freeName(name: string, columns: readonly FileColumn[]): string {
  return columns.some((column) => column.name === name) ? `${name}_` : name;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const SYSTEM_TABLES = `
  create table gpkg_spatial_ref_sys (
    srs_name text not null, srs_id integer not null primary key, organization text not null,
    organization_coordsys_id integer not null, definition text not null, description text);
  create table gpkg_contents (
    table_name text not null primary key, data_type text not null, identifier text unique, description text default '',
    last_change datetime not null, min_x double, min_y double, max_x double, max_y double,
    srs_id integer references gpkg_spatial_ref_sys (srs_id));
  create table gpkg_geometry_columns (
    table_name text not null unique references gpkg_contents (table_name), column_name text not null,
    geometry_type_name text not null, srs_id integer not null references gpkg_spatial_ref_sys (srs_id),
    z tinyint not null, m tinyint not null, primary key (table_name, column_name));`;

const WGS84 =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]';

const LITTLE_ENDIAN = 1;
/** Little endian, with a box of x and y. */
const BLOB_FLAGS = 0b0000_0011;
const BLOB_HEADER = 8 + 4 * 8;
const POLYGON = 3;
const MULTIPOLYGON = 6;

/** A shape as GeoPackage blob: header with its box, then well-known binary. */
function toBlob({ coordinates }: MultiPolygon, [minX, minY, maxX, maxY]: number[], srs: number): Uint8Array {
  const corners = coordinates.flat(2).length;
  const rings = coordinates.flat().length;
  const bytes = new Uint8Array(BLOB_HEADER + 9 + coordinates.length * 9 + rings * 4 + corners * 16);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const putByte = (byte: number): void => void view.setUint8(at++, byte);
  const putInt = (int: number): void => {
    view.setUint32(at, int, true);
    at += 4;
  };
  const putDouble = (double: number): void => {
    view.setFloat64(at, double, true);
    at += 8;
  };
  for (const byte of [0x47, 0x50, 0, BLOB_FLAGS]) putByte(byte);
  putInt(srs);
  for (const limit of [minX!, maxX!, minY!, maxY!]) putDouble(limit);
  putByte(LITTLE_ENDIAN);
  putInt(MULTIPOLYGON);
  putInt(coordinates.length);
  for (const polygon of coordinates) {
    putByte(LITTLE_ENDIAN);
    putInt(POLYGON);
    putInt(polygon.length);
    for (const ring of polygon) {
      putInt(ring.length);
      for (const [x, y] of ring) {
        putDouble(x!);
        putDouble(y!);
      }
    }
  }
  return bytes;
}
