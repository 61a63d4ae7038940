/** Finds the tiles of a tile set that are not empty, in the order of a PMTiles archive. */

/** Reads one tile; null where it is empty. */
export type ReadTile = (z: number, x: number, y: number) => Promise<Uint8Array | null>;

/** A tile with its place in an archive. */
export interface PlacedTile {
  /** Position on the Hilbert curves of all zooms, one after the other. */
  id: number;
  bytes: Uint8Array;
}

/**
 * Walks down from the world tile. Below an empty tile nothing is asked. The four parts of tile d of a Hilbert curve are
 * 4d … 4d + 3 of the next zoom's, so that each zoom is found in its order without sorting.
 *
 *     zoom 1   0 3     zoom 2   0  1 14 15
 *              1 2              3  2 13 12
 *                               4  7  8 11
 *                               5  6  9 10
 *
 * @param minzoom tiles above it are walked through, but not returned
 */
export async function* walkTiles(
  read: ReadTile,
  minzoom: number,
  maxzoom: number,
): AsyncGenerator<PlacedTile & { z: number }> {
  let candidates = [0];
  for (let z = 0; z <= maxzoom; z++) {
    const found: number[] = [];
    for (const position of candidates) {
      const bytes = await read(z, ...toColumnAndRow(z, position));
      if (bytes === null) continue;
      found.push(position);
      if (z >= minzoom) yield { id: tilesAbove(z) + position, bytes, z };
    }
    candidates = found.flatMap((position) => [0, 1, 2, 3].map((part) => 4 * position + part));
  }
}

/** Number of tiles of all zooms above z. */
function tilesAbove(z: number): number {
  return (4 ** z - 1) / 3;
}

/**
 * Column and row of a position on the Hilbert curve of a zoom.
 * Reference: Wikipedia, Hilbert curve, "Applications and mapping algorithms" (the curve that PMTiles prescribes).
 */
function toColumnAndRow(z: number, position: number): [x: number, y: number] {
  let [x, y] = [0, 0];
  let rest = position;
  for (let side = 1; side < 2 ** z; side *= 2) {
    const quarter = rest % 4;
    rest = Math.floor(rest / 4);
    const right = quarter >= 2 ? 1 : 0;
    const down = quarter === 1 || quarter === 2 ? 1 : 0;
    if (down === 0) {
      if (right === 1) [x, y] = [side - 1 - x, side - 1 - y];
      [x, y] = [y, x];
    }
    x += side * right;
    y += side * down;
  }
  return [x, y];
}
