/** HTTP of vector tiles. */
import { requireGeography } from '../catalog/catalog.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import type { FastLane } from '../http/fast-lane.ts';
import { apiBase } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { planJoin } from '../indicators/join.ts';
import { joinVersion, loadJoin } from '../indicators/load-join.ts';
import type { Reader } from '../reader.ts';
import { describeTiles } from './describe-tiles.ts';
import { makeIndexCutter } from './index-cutter.ts';
import { makeTileReader } from './read-tile.ts';
import { sendTile } from './send-tile.ts';
import { requireTile, requireTileMatrixSet } from './tile-matrix-set.ts';
import { requireBoundary, resolveTileSet } from './tile-set.ts';

/** Handlers of the tiles slice. @param today ISO date of today */
export function tileHandlers(
  reader: Reader,
  today: () => string,
  lane: FastLane,
): Pick<Handlers, 'collection.vector.getTile' | 'collection.vector.getTileJson'> {
  const tiles = makeTileReader(reader, makeIndexCutter(reader));
  return {
    async 'collection.vector.getTile'(request, reply) {
      const { params, query } = request;
      const catalog = query.release === undefined ? reader.catalog() : await reader.catalogAt(query.release);
      const grid = requireTileMatrixSet(params.tileMatrixSetId);
      const set = resolveTileSet(
        catalog,
        [params.collectionId],
        grid,
        query,
        queryText(request.url),
        today(),
      );
      const address = requireTile(grid, params.tileMatrix, params.tileRow, params.tileCol);
      return await sendTile(request, reply, tiles, lane, set, address, query.release !== undefined);
    },

    async 'collection.vector.getTileJson'(request, reply) {
      const { params, query } = request;
      const catalog = query.release === undefined ? reader.catalog() : await reader.catalogAt(query.release);
      const language = languageOf(request);
      const geography = requireGeography(catalog, params.collectionId);
      const version = requireBoundary(geography, query.datetime, today());
      const plan = planJoin(catalog, geography, version, query);
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, language))) {
        return reply.code(304).send();
      }
      const columns = await loadJoin(reader, geography, version, plan);
      return describeTiles(geography, version, columns, language, apiBase(request), joinQuery(request.url));
    },
  };
}

/** The join parameters of the request, kept in the tile addresses. */
function joinQuery(url: string): string {
  const asked = new URLSearchParams(queryText(url));
  asked.delete('f');
  const text = asked.toString();
  return text === '' ? '' : `?${text}`;
}

function queryText(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
