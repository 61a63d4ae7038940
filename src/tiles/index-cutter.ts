/** TEMPORARY until the geometry engine is merged. */
import { LRUCache } from 'lru-cache';
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import type { Reader } from '../reader.ts';
import { encodeGeometry } from './encode-tile.ts';
import type { TileCutter } from './read-tile.ts';
import { buildTileIndex, type TileIndex } from './tile-index.ts';
import type { TileMatrixSet } from './tile-matrix-set.ts';

export function makeIndexCutter(reader: Reader): TileCutter {
  const indices = new LRUCache<string, TileIndex, [Geography, BoundaryVersion, TileMatrixSet]>({
    maxSize: 1e9,
    sizeCalculation: (index) => index.bytes + 1,
    fetchMethod: async (_key, _stale, { context: [geography, version, grid] }) => {
      const table = await reader.districts(geography, version);
      return buildTileIndex(await reader.shapes(version, [...table.ids]), grid);
    },
  });
  return {
    async cut({ geography, version }, grid, { z, x, y }) {
      const index = await indices.forceFetch(`${grid.id}/${version.id}@${version.release}`, {
        context: [geography, version, grid],
      });
      const table = await reader.districts(geography, version);
      const shapes = index
        .cut(z, x, y)
        .map((s) => ({ ...s, position: table.positions.get(s.id)! }))
        .sort((a, b) => a.position - b.position);
      if (shapes.length === 0) return null;
      const geometries = shapes.map(({ polygons }) => encodeGeometry(polygons));
      const offsets = new Uint32Array(shapes.length + 1);
      geometries.forEach((g, i) => {
        offsets[i + 1] = offsets[i]! + g.length;
      });
      const areas = {
        positions: Uint32Array.from(shapes, (s) => s.position),
        ids: Uint32Array.from(shapes, (s) => s.id),
        offsets,
        bytes: Buffer.concat(geometries),
      };
      const none = {
        positions: new Uint32Array(0),
        ids: new Uint32Array(0),
        offsets: new Uint32Array(1),
        bytes: new Uint8Array(0),
      };
      return { areas, labels: none };
    },
  };
}
