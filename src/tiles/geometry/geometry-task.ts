/** The heavy part of tiles, run in worker threads. Shapes and prepared geometry are shared, cuts are handed over. */
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { type DeflatedTemplate, deflateTemplate } from '../layer/gzip-layers.ts';
import type { LayerTemplate } from '../layer/lay-out.ts';
import { requireTileMatrixSet, type TileAddress, type TileMatrixSetId } from '../tile-matrix-set.ts';
import { cutTile, type TileCut } from './cut-tile.ts';
import { prepareGeometry } from './prepare-geometry.ts';
import type { PreparedGeometry } from './prepared-geometry.ts';
import type { SourceShapes } from './source-shapes.ts';

/** Prepares the shapes of one boundary version for a grid. */
export function prepare({ shapes, grid }: { shapes: SourceShapes; grid: TileMatrixSetId }): PreparedGeometry {
  const set = requireTileMatrixSet(grid);
  return prepareGeometry(shapes, set, set.deepest);
}

/** Cuts one tile. */
export function cut({
  geometry,
  address,
}: {
  geometry: PreparedGeometry;
  address: TileAddress;
}): TileCut | null {
  const tile = cutTile(geometry, address);
  if (tile === null) return null;
  const buffers = [tile.areas, tile.labels].flatMap(({ positions, ids, offsets, bytes }) =>
    [positions, ids, offsets, bytes].map(({ buffer }) => buffer as ArrayBuffer),
  );
  return move({ [transferableSymbol]: buffers, [valueSymbol]: tile }) as unknown as TileCut;
}

/** Compresses head and blocks of a layer's template. */
export function deflate(template: Pick<LayerTemplate, 'bytes' | 'blocks'>): DeflatedTemplate {
  return deflateTemplate(template);
}
