/**
 * What the features of a collection are made of, whatever kind it is: rows at positions from 0, in the order of the
 * features' ids. Choosing, sorting, paging and writing know nothing else of them.
 */
import type { BoundaryVersion } from '../catalog/catalog.ts';
import type { Expression } from '../filter/expression.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import type { GeometryCrs } from '../reader.ts';
import type { Box } from './box.ts';
import type { Values } from './property.ts';

/** Rows of one request. */
export interface Rows {
  n: number;
  /** Id of the feature at a position. */
  idOf(i: number): string;
  /** Position of a feature; undefined where there is none with that id. */
  positionOf(id: string): number | undefined;
  /**
   * Loads what will be asked of `values` and `column`.
   * @param names properties; those that are not joined need no loading
   * @param positions of which rows; null for all
   */
  load(names: readonly string[], positions: readonly number[] | null): Promise<void>;
  /** How to read a property that was loaded, or what filters name beside the properties. */
  values(name: string): Values;
  /** The joined column of a property where one holds all rows, so that its few texts are written once. */
  column(name: string): JoinedColumn | undefined;
  /** The boundary versions that the rows at these positions are on, with their loaded columns. */
  parts(positions: readonly number[]): Part[];
  /** Makes the test whether a row's shape intersects a box in the system `srid`. */
  inBox(box: Box, srid: number): Promise<(i: number) => boolean>;
  /** Makes the test whether a condition of a filter is true for a row, for those that the database compares. */
  matching(
    conditions: readonly Expression[],
    srid: number,
  ): Promise<(condition: number, i: number) => boolean>;
  /** Shapes as GeoJSON geometries in UTF-8, in the order of the positions. */
  geometries(positions: readonly number[], crs: GeometryCrs): Promise<Buffer[]>;
}

/** Rows that share a boundary version and columns. */
export interface Part {
  version: BoundaryVersion;
  columns: readonly JoinedColumn[];
}

/** No rows, e.g. of a time in which no boundary version was valid. */
export const NO_ROWS: Rows = {
  n: 0,
  idOf: () => '',
  positionOf: () => undefined,
  load: async () => {},
  values: () => () => null,
  column: () => undefined,
  parts: () => [],
  inBox: async () => () => false,
  matching: async () => () => false,
  geometries: async () => [],
};
