/** Centroids of columbus and other points that tests of distances share. */

import { readGolden } from './golden.ts';

/** x0, y0, x1, y1 … of the 49 centroids. */
export const COLUMBUS_POINTS = Float64Array.from(
  readGolden<{ centroids: [number, number][] }>('columbus_weights').centroids.flat(),
);

/** Points of a grid of unit spacing, row by row: distances that are equal to the last bit. */
export function placeGrid(rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: 2 * rows * columns }, (_, at) => {
    const unit = Math.floor(at / 2);
    return at % 2 === 0 ? unit % columns : Math.floor(unit / columns);
  });
}
