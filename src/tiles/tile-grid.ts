/** The tile matrix set WebMercatorQuad: which tiles there are. */
import { Problem } from '../problem.ts';
import { MAX_ZOOM } from './tile-index.ts';

/** Address of a tile. */
export interface TileAddress {
  z: number;
  x: number;
  y: number;
}

/**
 * Checks an address whose parts the contract validated singly.
 * @throws Problem not_found beyond the deepest zoom or outside the matrix
 */
export function requireTile(tileMatrix: string, tileRow: number, tileCol: number): TileAddress {
  const z = Number(tileMatrix);
  if (z > MAX_ZOOM) throw outside('tileMatrix', tileMatrix, `0 to ${MAX_ZOOM}`);
  const last = 2 ** z - 1;
  if (tileRow > last) throw outside('tileRow', String(tileRow), `0 to ${last} at tile matrix ${z}`);
  if (tileCol > last) throw outside('tileCol', String(tileCol), `0 to ${last} at tile matrix ${z}`);
  return { z, x: tileCol, y: tileRow };
}

function outside(field: string, got: string, expected: string): Problem {
  return new Problem('not_found', `There is no tile with ${field} ${got}.`, [
    { code: 'tile_outside', field, got, expected },
  ]);
}
