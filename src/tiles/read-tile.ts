/** Use case: one vector tile of a boundary version, joined with indicators. */
import { LRUCache } from 'lru-cache';
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import type { JoinPlan } from '../indicators/join.ts';
import { cellAt } from '../indicators/joined-column.ts';
import { loadJoin } from '../indicators/load-join.ts';
import type { Reader } from '../reader.ts';
import { encodeTile, type TileFeature } from './encode-tile.ts';
import { buildTileIndex, type TileIndex } from './tile-index.ts';
import type { TileAddress } from './tile-matrix-set.ts';

/** Reads tiles; keeps what it needs to cut them. */
export interface TileReader {
  /** The bytes of a tile, or null where no district touches it. */
  read(
    geography: Geography,
    version: BoundaryVersion,
    plan: JoinPlan,
    address: TileAddress,
  ): Promise<Uint8Array | null>;
}

const INDEX_CACHE_BYTES = 512 * 1024 * 1024;

/** Makes a tile reader with an empty cache. */
export function makeTileReader(reader: Reader): TileReader {
  const indices = new LRUCache<string, TileIndex, [Geography, BoundaryVersion]>({
    ignoreFetchAbort: true,
    maxSize: INDEX_CACHE_BYTES,
    sizeCalculation: (index) => index.bytes + 1,
    fetchMethod: async (_key, _stale, { context: [geography, version] }) => {
      const table = await reader.districts(geography, version);
      return buildTileIndex(await reader.shapes(version, [...table.ids]));
    },
  });
  return {
    async read(geography, version, plan, { z, x, y }) {
      const index = await indices.forceFetch(`${version.id}@${version.release}`, {
        context: [geography, version],
      });
      const shapes = index.cut(z, x, y);
      if (shapes.length === 0) return null;
      const table = await reader.districts(geography, version);
      const columns = await loadJoin(reader, geography, version, plan);
      const features = shapes
        .map((shape) => ({ ...shape, position: table.positions.get(shape.id)! }))
        .sort((a, b) => a.position - b.position)
        .map(({ id, polygons, position }): TileFeature => {
          const joined = columns.map((column) => [column.name, cellAt(column, position)] as const);
          const own = [['key', table.keys[position]!] as const, ['name', table.names[position]!] as const];
          return { id, polygons, attributes: [...own, ...joined] };
        });
      return encodeTile(geography.collection, features);
    },
  };
}
