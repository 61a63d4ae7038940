/** Features for files: named, typed columns and shapes, in batches. */
import type { MultiPolygon, Position } from 'geojson';
import type { Crs } from '../districts/crs.ts';
import type { Cell } from '../indicators/joined-column.ts';
import type { Batch } from './batches.ts';
import type { Property, Values } from './property.ts';
import type { Rows } from './rows.ts';

/** A column of a file. */
export interface FileColumn {
  name: string;
  type: Property['type'];
  values: Values;
}

/** What a file is written from. */
export interface FileContent {
  /** Id of the collection: name of the layer. */
  name: string;
  title: string;
  columns: FileColumn[];
  batches: AsyncIterable<Batch>;
  /** Of the shapes in the batches, which are x, y whatever the system's axis order. */
  crs: Crs;
  /** Number of features in all batches. */
  count: number;
}

/** The columns of a file, in the order of the properties, which are loaded. */
export function fileColumns(rows: Rows, properties: readonly Property[]): FileColumn[] {
  return properties.map(({ name, type }) => ({ name, type, values: rows.values(name) }));
}

/** Cells of the row at position i by column name. */
export function rowOf(columns: readonly FileColumn[], i: number): Record<string, Cell> {
  return Object.fromEntries(columns.map(({ name, values }) => [name, values(i)]));
}

/** Shapes of a batch with the positions of their rows. */
export function* shapesOf({ positions, geometries }: Batch): Generator<{ i: number; shape: MultiPolygon }> {
  for (const [p, i] of positions.entries()) {
    yield { i, shape: JSON.parse(geometries![p]!.toString()) as MultiPolygon };
  }
}

/** Least x, least y, greatest x, greatest y of a shape's outer rings. */
export function boundsOf({ coordinates }: MultiPolygon): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [outer] of coordinates) for (const position of outer!) extend(bounds, position);
  return bounds;
}

function extend(bounds: [number, number, number, number], [x, y]: Position): void {
  if (x! < bounds[0]) bounds[0] = x!;
  if (y! < bounds[1]) bounds[1] = y!;
  if (x! > bounds[2]) bounds[2] = x!;
  if (y! > bounds[3]) bounds[3] = y!;
}

/** The box around boxes. */
export function unionOf(boxes: Iterable<readonly number[]>): [number, number, number, number] {
  const union: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [minX, minY, maxX, maxY] of boxes) {
    extend(union, [minX!, minY!]);
    extend(union, [maxX!, maxY!]);
  }
  return union;
}
